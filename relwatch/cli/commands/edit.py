"""`relwatch edit`: one event in the editor, or a field of many."""

from pathlib import Path
from typing import Annotated, Any

import typer

from relwatch.cli import completion, curating
from relwatch.cli.options import Asked, Many, Shown, request
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread
from relwatch.errors import AskedWrongly, Undecided

_PREVIEW = 20


@spread(Asked, Shown)
def run(
    asked: Asked,
    shown: Shown,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", autocompletion=completion.ids)
    ] = None,
    put: Annotated[
        Many,
        typer.Option(
            "--set", metavar="FIELD=VALUE",
            help="Give a field a value (empty: none); += adds to a list, -= takes out.",
        ),
    ] = None,
    create: Annotated[
        bool, typer.Option("--create", help="Declare actors and sources that are not yet.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change.")] = False,
    draft: Annotated[
        str | None, typer.Option("--draft", metavar="FILE", help="Go on with a draft that was kept.")
    ] = None,
) -> Result:  # fmt: skip
    """Edit an event in your editor, or set fields of one or many.

    What changes for many is shown first and asked once. An id never changes.

    Examples:

    - `relwatch edit 2022-01-10-ministers -C mine.json`
    - `relwatch edit 2022-01-10-ministers --set status=confirmed`
    - `relwatch edit --where "tag:drill not category:military" --set categories+=military`
    """
    from relwatch.curation.values import assignment

    path = curating.own_file(asked.corpus)
    assignments = tuple(assignment(text) for text in put or ())
    selects = any(
        getattr(asked, name) for name in Asked.__struct_fields__ if name not in ("corpus", "dates", "today", "explain")
    )  # fmt: skip
    if ids and selects:
        raise AskedWrongly("ids and a selection exclude each other", "use one of them")
    if not ids and not selects:
        raise AskedWrongly("which event?", "an id, or --where EXPRESSION")
    if not assignments:
        if ids is None or len(ids) != 1:
            raise AskedWrongly(
                "the editor takes one event", "name one id, or say what changes: --set FIELD=VALUE"
            )
        return _in_editor(path, ids[0], create, draft)
    return _many(path, asked, ids, assignments, create, yes=yes, dry_run=dry_run)


def _in_editor(path: Path, beginning: str, create: bool, reopen: str | None) -> Result:
    import copy
    import shlex

    from relwatch.cli.curating import keeping
    from relwatch.corpora import reading
    from relwatch.corpora.documents import open_document
    from relwatch.curation import drafts, editing
    from relwatch.curation.naming import Naming

    opened = open_document(reading.read_bytes(path), str(path))
    name = editing.one_id(opened, beginning)
    old = opened.event(name)
    command = f"relwatch edit {shlex.quote(name)} -C {shlex.quote(str(path))}"
    if reopen:
        draft = drafts.reopened(Path(reopen), command=command)
        if draft.base is not None and draft.base.get("id") != name:
            raise AskedWrongly(
                f"{reopen} is a draft of {draft.base.get('id')}, not of {name}",
                f"relwatch edit {draft.base.get('id')} --draft {reopen}",
            )
    else:
        text = drafts.draft_of(old, opened, f"{name} of {path}")
        draft = drafts.started(text, f"{path.stem}-{name}", old, command=command)

    def save(draft: drafts.Draft) -> Result:
        typed = copy.deepcopy(draft.record(old))
        with keeping(path) as kept:
            if name not in kept.document:
                raise Undecided(
                    f"{name} was removed meanwhile by someone else",
                    "`relwatch undo` brings it back; `relwatch add --draft` makes it a new event",
                )
            now = kept.document.event(name)
            naming = Naming(kept.document, create)
            ours = {"id": name, **naming.resolve(typed)}
            made = draft.joined(name, ours, now)
            changes = editing.replace(kept.document, name, made)
            kept.write(f"edit {name}")
        said = [f"declared {one}" for one in naming.made]
        theirs = [one.field for one in editing.differences(draft.base or now, now)]
        if theirs:
            said.append(f"joined with what was changed meanwhile: {', '.join(theirs)}")
        return Lines(
            tuple(said),
            (),
            not changes,
            lines=curating.told(changes),
            value=curating.plain(changes),
        )

    done: Result | None = curating.with_draft(draft, save, path)
    return done or Lines(("nothing was changed",), (), True, lines=())


def _many(
    path: Path, asked: Asked, ids: list[str] | None, assignments: Any, create: bool, *, yes: bool, dry_run: bool
) -> Result:  # fmt: skip
    from relwatch.cli.curating import keeping
    from relwatch.corpora.keeping import Kept
    from relwatch.curation import editing
    from relwatch.curation.naming import Naming
    from relwatch.engines.memory import MemoryEngine
    from relwatch.library import Library

    def changed(kept: Kept) -> tuple[list[editing.Change], list[str], int]:
        document = kept.document
        if ids:
            names = list(dict.fromkeys(editing.one_id(document, name) for name in ids))
        else:
            library = Library(MemoryEngine(document.corpus, lambda: ()), str(path))
            names = [event.id for event in library.ask(request(asked))]
        naming = Naming(document, create)
        changes = editing.assign(document, names, assignments, naming)
        return changes, naming.made, len(names)

    with keeping(path) as kept:
        changes, made, selected = changed(kept)
        events = len({one.id for one in changes})
        if not changes:
            said = "nothing would change" if selected else "no event is selected"
            return Lines((said,), (), True, lines=(), value=[])
        if dry_run or events == 1 or yes:
            if not dry_run:
                kept.write(f"edit {changes[0].id if events == 1 else f'{events} events'}")
            return _told(changes, made, "would change" if dry_run else "changed")
    # Nobody is kept waiting while a person thinks; what was agreed on is done, or nothing.
    lines = curating.told(changes)
    curating.say(
        *lines[:_PREVIEW], *([f"... {len(lines):,} in all"] if len(lines) > _PREVIEW else [])
    )
    if not curating.confirmed(f"Change {events:,} events?", yes):
        return Lines(("nothing was changed",), (), True, lines=())
    with keeping(path) as kept:
        again, made, _ = changed(kept)
        if again != changes:
            raise AskedWrongly("the corpus was changed meanwhile; nothing was written", "try again")
        kept.write(f"edit {events} events")
    return _told(changes, made, "changed")


def _told(changes: Any, made: list[str], what: str) -> Result:
    events = len({one.id for one in changes})
    return Lines(
        (
            *(f"declared {one}" for one in made),
            f"{events:,} event{'' if events == 1 else 's'} {what}",
        ),
        lines=curating.told(changes),
        value=curating.plain(changes),
    )
