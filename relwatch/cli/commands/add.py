"""`relwatch add`: a new event."""

from pathlib import Path
from typing import Annotated, Any

import typer

from relwatch.cli import completion, curating
from relwatch.cli.curating import Duplicates, Into
from relwatch.cli.options import Many, Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread
from relwatch.errors import AskedWrongly, Undecided

_FIELDS = "The event"


def _field(name: str, text: str, metavar: str = "TEXT", **more: Any) -> Any:
    return typer.Option(name, metavar=metavar, help=text, rich_help_panel=_FIELDS, **more)


@spread(Into, Shown)
def run(
    into: Into,
    shown: Shown,
    date: Annotated[
        str | None, _field("--date", "YYYY, YYYY-MM or YYYY-MM-DD.", "DATE")
    ] = None,
    title: Annotated[str | None, _field("--title", "One line.")] = None,
    category: Annotated[
        Many,
        typer.Option(
            "--category", "-c", metavar="NAME", rich_help_panel=_FIELDS,
            autocompletion=completion.categories, help="The primary first; commas or repetition.",
        ),
    ] = None,
    actor: Annotated[
        Many,
        typer.Option(
            "--actor", "-a", metavar="NAME", rich_help_panel=_FIELDS,
            autocompletion=completion.actors, help="Who acts or is acted on.",
        ),
    ] = None,
    initiator: Annotated[Many, _field("--initiator", "Those who act.", "NAME")] = None,
    about: Annotated[Many, _field("--about", "States that take no part.", "NAME")] = None,
    end: Annotated[str | None, _field("--end", "The last day.", "DATE")] = None,
    uncertain: Annotated[
        bool, typer.Option("--uncertain", rich_help_panel=_FIELDS, help="One unknown day from date to end.")
    ] = False,
    reported: Annotated[str | None, _field("--reported", "When it was published.", "DATE")] = None,
    summary: Annotated[str | None, _field("--summary", "What happened.")] = None,
    place: Annotated[Many, _field("--place", "A name, or “Name, country”.")] = None,
    tag: Annotated[Many, _field("--tag", "Tags.", "TAG")] = None,
    source: Annotated[str | None, _field("--source", "Who reports it: an id or a title.", autocompletion=completion.sources)] = None,
    grade: Annotated[str | None, _field("--grade", "Admiralty mark, as B2.", "MARK")] = None,
    url: Annotated[str | None, _field("--url", "Where it is reported.", "ADDRESS")] = None,
    locator: Annotated[str | None, _field("--locator", "Page or paragraph.")] = None,
    stage: Annotated[str | None, _field("--stage", "offered, announced, signed, held, ...")] = None,
    follows: Annotated[Many, _field("--follows", "Events it follows.", "ID", autocompletion=completion.ids)] = None,
    status: Annotated[
        str | None, _field("--status", "candidate keeps it out of every count until confirmed.")
    ] = None,
    put: Annotated[
        Many, _field("--set", "Any other field; objects as JSON.", "FIELD=VALUE")
    ] = None,
    create: Annotated[
        bool, typer.Option("--create", help="Declare actors and sources that are not yet.")
    ] = False,
    duplicates: Annotated[
        Duplicates | None,
        typer.Option("--duplicates", help="Likely duplicates: skip it, keep it, merge it into the other."),
    ] = None,
    cover: Annotated[
        bool, typer.Option("--cover", help="Past the covered stretch: move its end to the event.")
    ] = False,
    editor: Annotated[
        bool, typer.Option("--editor", help="Open a draft even when options say enough.")
    ] = False,
    draft: Annotated[
        str | None, typer.Option("--draft", metavar="FILE", help="Go on with a draft that was kept.")
    ] = None,
    today: Annotated[str | None, typer.Option("--today", metavar="DATE", help="What `recorded` says.")] = None,
) -> Result:  # fmt: skip
    """Add an event: by options, or, without date, title and category, in your editor.

    Likely duplicates are shown first. The id of the new event is printed.

    Examples:

    - `relwatch add -C mine.json`
    - `relwatch add -C mine.json --date 2022-01-10 -c political --title "Ministers speak by telephone" -a IRN,RUS --source TASS --grade B2 --url https://tass.com/1`
    - `relwatch add -C mine.json --draft kept.toml`
    """
    from relwatch.curation.values import assignment, place_named

    record: dict[str, Any] = {
        "date": date, "end": end, "uncertain": uncertain or None, "reported": reported,
        "categories": curating.split(category), "title": title, "summary": summary,
        "actors": curating.split(actor), "initiators": curating.split(initiator),
        "about": curating.split(about), "places": [place_named(one) for one in place or ()],
        "tags": curating.split(tag), "stage": stage, "follows": curating.split(follows),
        "status": status,
    }  # fmt: skip
    if source or url or grade or locator:
        citation = {"source": source or "", "grade": grade, "url": url, "locator": locator}
        record["sources"] = [{key: one for key, one in citation.items() if one is not None}]
    record = {key: value for key, value in record.items() if value not in (None, [])}
    for text in put or ():
        assignment(text).apply(record)
    adding = _Adding(into, create, duplicates, cover, curating.today(today))
    enough = date and title and category
    if enough and not editor and not draft:
        return adding.save(record)
    if not (curating.at_a_terminal() or editor or draft):
        missing = [
            f"--{name}" for name, given in (("date", date), ("title", title), ("category", category)) if not given
        ]  # fmt: skip
        raise AskedWrongly(
            f"an event needs {', '.join(missing)}", "on a terminal, or with --editor, a draft opens"
        )
    return adding.in_editor(record, draft)


class _Adding:
    def __init__(
        self,
        into: Into,
        create: bool,
        duplicates: Duplicates | None,
        cover: bool | None,
        today: str,
    ) -> None:
        self.path = into.path
        self.create = create
        self.duplicates = duplicates
        # None: not decided yet.
        self.cover: bool | None = cover or None
        self.today = today

    def in_editor(self, record: dict[str, Any], reopen: str | None) -> Result:
        import shlex

        from relwatch.corpora import reading
        from relwatch.corpora.documents import open_document
        from relwatch.curation.drafts import draft_of, reopened, started

        command = f"relwatch add -C {shlex.quote(str(self.path))}"
        if reopen:
            draft = reopened(Path(reopen), command=command)
        else:
            document = open_document(reading.read_bytes(self.path), str(self.path))
            text = draft_of(record, document, f"A new event of {self.path}")
            draft = started(text, self.path.stem, command=command)
        done: Result | None = curating.with_draft(
            draft, lambda typed: self.save(typed.record()), self.path
        )
        return done or Lines(("nothing was added",), (), True, lines=())

    def save(self, record: dict[str, Any]) -> Result:
        """Write the event, after asking about likely duplicates and coverage."""
        import copy

        from relwatch.cli.curating import keeping
        from relwatch.curation import covering, editing
        from relwatch.curation.likeness import likenesses_of
        from relwatch.curation.naming import Naming

        decided, kept_apart = self.duplicates, frozenset[str]()
        while True:
            with keeping(self.path) as kept:
                document = kept.document
                naming = Naming(document, self.create)
                ready = naming.resolve(copy.deepcopy(record))
                editing.must_be_an_event(ready)
                alike = likenesses_of(document.corpus, {"id": "", **ready})
                if not alike or decided == "keep" or kept_apart.issuperset(one.id for one in alike):
                    outside = covering.uncovered(document, ready)
                    undecided = self.cover is None and outside == "to"
                    if not (undecided and curating.at_a_terminal()):
                        return self.added(kept, ready, naming.made, outside)
                    # The lock is given back before a person is asked.
                    alike = []
                if decided == "merge":
                    return self.merged(kept, alike[0].id, ready, naming.made)
                lines = [
                    f"{one.likeness} % {one.id}: {document.event(one.id)['title']} ({one.why})"
                    for one in alike
                ]
            if not alike:
                self.cover = self.offered(ready["date"])
                continue
            if decided == "skip":
                return Lines(
                    ("not added; likely there already:", *lines), (), True, lines=(), value={"id": None, "like": alike}
                )  # fmt: skip
            curating.say("likely there already:", *lines)
            answer = curating.choose(
                "Is it one of these?",
                {"n": "no, add it", "c": f"cite: add its source to {alike[0].id}", "s": "stop"},
                "--duplicates skip, keep or merge decides",
            )
            if answer == "s":
                raise Undecided("nothing was added", "run it again to decide otherwise")
            decided = "merge" if answer == "c" else decided
            kept_apart = frozenset(one.id for one in alike)
            if answer == "c":
                kept_apart = frozenset()

    def added(
        self, kept: Any, ready: dict[str, Any], made: list[str], outside: str | None
    ) -> Result:
        import shlex

        from relwatch.curation import covering, editing

        said = [f"declared {one}" for one in made]
        name = editing.add(kept.document, ready, self.today)
        if outside == "to" and self.cover:
            last = ready.get("end") or ready["date"]
            covering.cover(kept.document, None, last, None, None)
            said.append(f"coverage now ends on {last}")
        elif outside:
            day, last = ready["date"], ready.get("end") or ready["date"]
            ends = f"--to {last}" if outside == "to" else f"--from {day} --to {last}"
            command = f"relwatch cover -C {shlex.quote(str(self.path))} {ends}"
            said.append(f"{day} is outside what the corpus covers; `{command}`")
        kept.write(f"add {name}")
        return Lines(tuple(said), lines=(name,), value={"id": name, "declared": made})

    @staticmethod
    def offered(day: str) -> bool:
        answer = curating.choose(
            f"{day} is outside what the corpus covers. Is all up to then read?",
            {"y": "yes, cover it", "n": "no"},
            "--cover",
        )
        return answer == "y"

    def merged(self, kept: Any, name: str, ready: dict[str, Any], made: list[str]) -> Result:
        from relwatch.curation import editing

        changes = editing.absorb(kept.document, name, ready)
        left = editing.untaken(kept.document, name, ready)
        kept.write(f"cite {name}")
        # Nobody else has what was typed: it is told whole.
        lost = [f"not taken: {one.field}: {curating.whole(one.new)}" for one in left]
        return Lines(
            (*(f"declared {one}" for one in made), f"merged into {name}", *curating.told(changes), *lost),
            lines=(name,),
            value={
                "id": name, "declared": made, "changed": curating.plain(changes),
                "not_taken": curating.plain(left),
            },
        )  # fmt: skip
