"""`relwatch actor`, `category` and `source`: the same four commands for each."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from relwatch.cli import completion
from relwatch.cli.curating import Into
from relwatch.cli.options import Many, Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread

if TYPE_CHECKING:
    from relwatch.curation.declaring import Merged, Room


def app_of(room: "Room", word: str) -> typer.Typer:
    """The group of a room, without `add`, whose options differ."""
    app = typer.Typer(
        no_args_is_help=True, add_completion=False, rich_markup_mode="markdown",
        help=f"List, add, rename, merge {room}.",
    )  # fmt: skip

    names = {
        "actors": completion.actors, "categories": completion.categories,
        "sources": completion.sources,
    }[room]  # fmt: skip

    @spread(Into, Shown)
    def listed(into: Into, shown: Shown) -> Result:
        from relwatch.corpora import places, reading
        from relwatch.corpora.settings import chosen_corpus
        from relwatch.curation.declaring import shown_name, uses

        # Nothing is written, so only what keeps the corpus from being read stands in the way.
        corpus, content = reading.read(places.find(chosen_corpus(into.corpus)))
        records, counts = reading.records(content, room), uses(corpus, room)
        size = max((len(one["id"]) for one in records), default=0)
        return Lines(
            () if records else (f"no {word} is declared",),
            (),
            not records,
            lines=[
                f"{one['id']:<{size}}  {counts[one['id']]:>6}  {shown_name(one)}" for one in records
            ],
            value=[{**one, "events": counts[one["id"]]} for one in records],
        )

    listed.__doc__ = f"List the {room} of a corpus, with how many events name each."
    app.command("list")(listed)

    @spread(Into, Shown)
    def rename(
        into: Into,
        shown: Shown,
        old: Annotated[str, typer.Argument(metavar="ID|NAME", autocompletion=names)],
        name: Annotated[str, typer.Argument(metavar="NEW")],
    ) -> Result:
        from relwatch.cli.curating import keeping
        from relwatch.curation import declaring

        with keeping(into.path) as kept:
            found, before, now = declaring.rename(kept.document, room, old, name)
            kept.write(f"{word} rename {found}")
        return Lines(
            lines=(f"{found}: {before} → {now}",), value={"id": found, "old": before, "new": now}
        )

    rename.__doc__ = f"Give {'an' if word[0] in 'aeiou' else 'a'} {word} another name. Its id stays, so that nothing that names it changes."
    app.command("rename")(rename)

    @spread(Into, Shown)
    def merge(
        into: Into,
        shown: Shown,
        gone: Annotated[str, typer.Argument(metavar="GONE", autocompletion=names)],
        kept_one: Annotated[str, typer.Argument(metavar="KEPT", autocompletion=names)],
    ) -> Result:
        from relwatch.cli.curating import keeping
        from relwatch.curation import declaring

        with keeping(into.path) as kept:
            merged = declaring.merge(kept.document, room, gone, kept_one)
            old, new, number = merged.gone["id"], merged.kept["id"], merged.changed
            kept.write(f"{word} merge {old} into {new}")
            corpus = kept.document.corpus.id
        return Lines(
            (*merged.said, *(_views_told(corpus, merged) if room == "sources" else ())),
            lines=(f"{old} is {new} now; {number:,} record{'' if number == 1 else 's'} changed",),
            value={"gone": old, "kept": new, "changed": number},
        )

    merge.__doc__ = f"Make two {room} one: all that names GONE names KEPT."
    app.command("merge")(merge)
    return app


def _views_told(corpus: str, merged: "Merged") -> tuple[str, ...]:
    """The saved questions that name a source in words that are gone with it.

    An actor and a category still go by every name that they had.
    """
    from relwatch.curation.asked import views_naming
    from relwatch.errors import RelwatchError

    try:
        names = views_naming(corpus, merged.gone, merged.kept)
    except RelwatchError:
        return ()  # the corpus is written; views that cannot be read are another matter
    return tuple(
        f"the saved view “{name}” asks for {merged.gone['id']}, which is gone:"
        f" `relwatch view save --force {name} ...` with {merged.kept['id']}"
        for name in names
    )


def added(into: Into, room: "Room", word: str, record: dict[str, Any]) -> Result:
    """Declare a record and print its id."""
    from relwatch.cli.curating import keeping
    from relwatch.curation import declaring

    with keeping(into.path) as kept:
        name = declaring.declare(kept.document, room, record)
        kept.write(f"{word} add {name}")
    return Lines(lines=(name,), value={"id": name})


Kind = Literal["state", "organisation", "person"]
Letter = Literal["A", "B", "C", "D", "E", "F"]
Names = Annotated[Many, typer.Option("--alias", metavar="NAME", help="Other names; repeat it.")]
Id = Annotated[
    str | None, typer.Option("--id", metavar="ID", help="Made from the name if not given.")
]
