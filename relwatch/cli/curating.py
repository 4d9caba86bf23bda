"""What the commands that change a corpus share: which file, asking a person, telling changes."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from msgspec import Struct

from relwatch.cli import completion
from relwatch.cli.console import say as say
from relwatch.curation.editing import Change
from relwatch.errors import AskedWrongly, Undecided
from relwatch.text import one_line

if TYPE_CHECKING:
    from relwatch.corpora.keeping import Kept
    from relwatch.curation.drafts import Draft

Duplicates = Literal["skip", "keep", "merge"]


class Into(Struct, frozen=True, kw_only=True):
    """Which corpus is changed."""

    corpus: Annotated[
        str | None,
        typer.Option(
            "--corpus", "-C", metavar="FILE|NAME", autocompletion=completion.corpora,
            help="The corpus: a file or a name. Else RELWATCH_CORPUS, else the setting.",
        ),
    ] = None  # fmt: skip

    @property
    def path(self) -> Path:
        """The file. AskedWrongly when it is not there, or ships with relwatch."""
        return own_file(self.corpus)


def own_file(name: str | None) -> Path:
    """The file of a corpus that may be changed."""
    from relwatch.corpora import places
    from relwatch.corpora.keeping import refuse_bundled, versions_of_gone
    from relwatch.corpora.settings import chosen_corpus

    asked = chosen_corpus(name)
    try:
        path = places.find(asked)
    except AskedWrongly as error:
        if versions_of_gone(places.would_be(asked)) is None:
            raise
        raise AskedWrongly(
            error.message,
            f"its versions are kept: `relwatch corpus log {asked} --save N FILE` brings one back",
        ) from None
    refuse_bundled(path)
    return path


@contextmanager
def keeping(path: Path) -> Iterator["Kept"]:
    """Hold a corpus for a change, and say when that gave the whole file another layout."""
    from relwatch.corpora import keeping as corpora

    with corpora.keeping(path) as kept:
        yield kept
        if kept.laid_anew:
            say(
                f"{path} is laid out anew, two spaces deep and with plain line ends: "
                "`relwatch changes` shows what else changed"
            )


def at_a_terminal() -> bool:
    """Whether a person can be asked: both the questions and the answers have a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def choose(question: str, answers: dict[str, str], option: str, default: str = "") -> str:
    """Ask until one of the answers (letter to meaning) is given; its letter, `default` for Enter.

    Raises Undecided, naming the option that answers it, where nobody can be asked.
    """
    if not at_a_terminal():
        raise Undecided(f"{question} Nobody is at a terminal to say.", option)
    while True:
        offer = ", ".join(f"[{letter}] {meaning}" for letter, meaning in answers.items())
        sys.stderr.write(f"{one_line(question)} {offer}: ")
        sys.stderr.flush()
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            # Every question is asked before anything is written.
            say("", "nothing was written")
            raise
        if not line:
            raise Undecided(f"{question} No answer was given.", option)
        asked = line.strip().casefold() or default
        for letter, meaning in answers.items():
            if asked and asked in (letter, meaning.split(" ")[0]):
                return letter
        say("please answer with one of the letters")


def confirmed(question: str, yes: bool) -> bool:
    """Whether a person, or --yes, agrees."""
    return yes or choose(question, {"y": "yes", "n": "no"}, "--yes does it without asking") == "y"


def told(changes: Iterable[Change]) -> list[str]:
    """One line for each field that changes."""
    lines = []
    for one in changes:
        old, new = shown_apart(one.old, one.new)
        lines.append(f"{one.id}: {one.field}: {old} → {new}")
    return lines


def plain(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The same for JSON."""
    return [{"id": c.id, "field": c.field, "old": c.old, "new": c.new} for c in changes]


_WIDEST = 120
_BEFORE = 30
"""How much of what two long values share stands before the place where they part."""


def shown(value: Any) -> str:
    """A field's value on one line."""
    return shown_apart(value, value)[0]


def shown_apart(one: Any, two: Any) -> tuple[str, str]:
    """Two values on one line each; long ones from a little before the place where they part."""
    texts = [whole(value) for value in (one, two)]
    if any(len(text) > _WIDEST for text in texts) and texts[0] != texts[1]:
        both = takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False))
        start = sum(1 for _ in both) - _BEFORE
        if start > _BEFORE:
            texts = [f"…{text[start:]}" for text in texts]
    return _cut(texts[0]), _cut(texts[1])


def whole(value: Any) -> str:
    """A field's value on one line, however long."""
    import msgspec

    if value in (None, [], ""):
        return "(none)"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return one_line("; ".join(value))
    return one_line(value if isinstance(value, str) else msgspec.json.encode(value).decode())


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def split(values: list[str] | None) -> list[str]:
    """The values of an option that may be repeated or hold several."""
    from relwatch.curation.values import listed

    return [part for value in values or () for part in listed(value)]


def today(given: str | None = None) -> str:
    """The day that is recorded, as YYYY-MM-DD."""
    from datetime import date

    if given is None:
        return date.today().isoformat()
    from relwatch.periods import parse

    period = parse(given)
    if period.first is None or period.first != period.last:
        raise AskedWrongly(f"--today takes one day, not “{given}”", "as in --today 2022-01-05")
    return str(period)


def with_draft(draft: "Draft", save: Callable[["Draft"], Any], path: Path) -> Any:
    """Let a person edit an event until `save` takes it; None when the draft is left as it was.

    On an error the same draft opens again with the error on top. A draft that is abandoned after
    something was typed is kept, and named; so is one that a signal interrupts. `path` is the
    corpus.
    """
    from relwatch.errors import Stopped

    try:
        return _edited(draft, save, path)
    except KeyboardInterrupt:
        if not draft.path.exists():
            raise
        # Also one that was not saved: the editor may have left what was typed beside it.
        message = f"interrupted; the draft is kept: {draft.path}"
        raise Stopped(message, draft.way_on()) from None


def _edited(draft: "Draft", save: Callable[["Draft"], Any], path: Path) -> Any:
    from relwatch.curation.drafts import Clash
    from relwatch.errors import RelwatchError, SystemRefused

    first = None if draft.kept else draft.typed()
    before, said, decided = first, "", None
    while True:
        saved = draft.edit()
        typed = draft.typed()
        if not typed.strip() or (typed == before and not (saved and decided is not None)):
            if before == first and not said:
                draft.drop()
                return None
            if not typed.strip():
                draft.put(before or b"")
            raise AskedWrongly(
                f"nothing was written ({said}); the draft is kept: {draft.path}",
                draft.way_on(),
            )
        try:
            if decided is not None:
                draft.rebase(decided)
            done = save(draft)
        except (SystemRefused, Undecided) as error:
            hint = "\n".join(filter(None, (error.hint, draft.way_on())))
            raise type(error)(f"{error.message}; the draft is kept: {draft.path}", hint) from None
        except RelwatchError as error:
            if not path.exists():
                raise SystemRefused(
                    f"{path}: is not there any more; the draft is kept: {draft.path}",
                    f"bring it back, then {draft.way_on()}",
                ) from None
            before, decided = typed, error.decided if isinstance(error, Clash) else None
            told = draft.complain(error)
            said = told.splitlines()[0]
            if not at_a_terminal():
                say(f"{told}; opening the draft again")
            continue
        draft.drop()
        return done
