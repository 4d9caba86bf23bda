"""`relwatch corpus`: make, copy and list corpora, what one is, what the format is, its history."""

from pathlib import Path
from typing import Annotated

import typer

from relwatch.cli import asking, completion
from relwatch.cli.curating import Into
from relwatch.cli.options import Many, Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Make, copy, list corpora; their history.",
)


@app.command("list")
@spread(Shown)
def list_corpora(shown: Shown) -> Result:
    """List the corpora that can be named: the user's own and the bundled ones."""
    from relwatch.corpora import places

    found = [(path.stem, "own", str(path)) for path in places.own()]
    found += [(path.stem, "bundled", str(path)) for path in places.bundled()]
    size = max((len(name) for name, _, _ in found), default=0)
    return Lines(
        lines=[f"{name:<{size}}  {kind:<7}  {path}" for name, kind, path in found],
        value=[{"name": name, "kind": kind, "path": path} for name, kind, path in found],
    )


@app.command("info")
@spread(Shown)
def info(
    shown: Shown,
    name: Annotated[
        str | None, typer.Argument(metavar="FILE|NAME", autocompletion=completion.corpora)
    ] = None,
) -> Result:
    """Say what a corpus is: its title, parties, method, coverage, and how much it holds."""
    import msgspec

    from relwatch.cli.options import Asked
    from relwatch.engines.base import Question

    library = asking.opened(Asked(corpus=name))
    corpus = library.corpus
    facts = {
        "id": corpus.id,
        "title": corpus.title,
        "description": corpus.description or "",
        "parties": ", ".join(corpus.parties),
        "selection": (corpus.method and corpus.method.selection) or "",
        "inclusion": (corpus.method and corpus.method.inclusion) or "",
        "coverage": "; ".join(
            f"{c.start} to {c.end}" + (f" ({c.basis})" if c.basis else "") for c in corpus.coverage
        ),
        "categories": ", ".join(category.id for category in corpus.categories),
    }
    # The engine counts: of a table the corpus is its head, without the events.
    counts = {"events": library.engine.count(Question())}
    counts |= {room: len(getattr(corpus, room)) for room in ("actors", "sources", "assessments")}
    lines = [f"{key:<12} {value}" for key, value in facts.items() if value]
    lines += [f"{key:<12} {value:,}" for key, value in counts.items()]
    head = msgspec.to_builtins(msgspec.structs.replace(corpus, events=(), assessments=()))
    return Lines(lines=lines, value={**head, "counts": counts})


@app.command("schema")
@spread(Shown)
def schema(shown: Shown) -> Result:
    """Print the JSON Schema of a corpus file, for editors and other programs."""
    from relwatch.reference import data_folder

    text = (data_folder() / "corpus.schema.json").read_text(encoding="utf-8")
    return Lines(lines=text.splitlines())


@app.command("new")
@spread(Shown)
def new(
    shown: Shown,
    name: Annotated[
        str, typer.Argument(metavar="FILE|NAME", help="A path, or a name in your data folder.")
    ],
    parties: Annotated[
        str, typer.Option("--parties", metavar="A,B", help="The two states, by code or name.")
    ],
    title: Annotated[str, typer.Option("--title", metavar="TEXT")],
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT")] = None,
    category: Annotated[
        Many,
        typer.Option(
            "--category", "-c", metavar="ID[=NAME]",
            help="Its categories; tech, political, economic and military if not given.",
        ),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first covered day.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last covered day.")
    ] = None,
    inclusion: Annotated[
        str | None, typer.Option("--inclusion", metavar="TEXT", help="Which events belong in it.")
    ] = None,
) -> Result:  # fmt: skip
    """Make a corpus of your own: a path, or a name in your data folder.

    Examples:

    - `relwatch corpus new iran-russia --parties IRN,RUS --title "Iran and Russia"`
    - `relwatch corpus new ./iran.json --parties iran,russia --title "Iran and Russia" --from 2022-01-01 --to 2022-01-02 -c political,military`
    """
    from relwatch.cli.curating import split
    from relwatch.curation.founding import found, place_of

    path = place_of(name)
    before = _before(path)
    found(
        path, split([parties]), title, split(category), description=description,
        start=start, end=end, inclusion=inclusion,
    )  # fmt: skip
    return Lines(
        (*before, f"`relwatch add -C {name}` adds to it"),
        lines=(str(path),),
        value={"path": str(path)},
    )


def _before(path: Path) -> tuple[str, ...]:
    """What is to be said where a corpus was before."""
    from relwatch.corpora.keeping import versions_of_gone

    if versions_of_gone(path) is None:
        return ()
    return (
        f"another corpus was at {path} before: undo goes back to that too, "
        "and `relwatch corpus log` lists its versions",
    )


@app.command("copy")
@spread(Shown)
def copy(
    shown: Shown,
    source: Annotated[str, typer.Argument(metavar="FILE|NAME", autocompletion=completion.corpora)],
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="A path, or a name in your data folder.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> Result:
    """Copy a corpus, such as the bundled one, into a file that can be edited.

    Examples:

    - `relwatch corpus copy china-russia mine.json`
    """
    from relwatch.corpora import places, reading
    from relwatch.corpora.keeping import create
    from relwatch.curation.founding import place_of

    path = place_of(target)
    before = _before(path)
    create(path, reading.read_bytes(places.find(source)), f"copied from {source}", force=force)
    return Lines(before, lines=(str(path),), value={"path": str(path)})


@app.command("log")
@spread(Into, Shown)
def log(
    into: Into,
    shown: Shown,
    name: Annotated[
        str | None, typer.Argument(metavar="[FILE|NAME]", autocompletion=completion.corpora)
    ] = None,
    save: Annotated[
        tuple[int, str] | None,
        typer.Option("--save", metavar="N FILE", help="Write version N to another file."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> Result:
    """List the versions of a corpus that are kept, newest last; `*` marks what the file holds.

    Behind them stand those that were undone before something else was written.

    Examples:

    - `relwatch corpus log mine.json`
    - `relwatch corpus log mine.json --save 7 seventh.json`
    """
    from relwatch.cli.curating import own_file
    from relwatch.corpora import keeping, places

    asked = name or into.corpus
    said: tuple[str, ...] = ()
    gone = places.would_be(asked) if asked else None
    if gone is not None and keeping.versions_of_gone(gone) is not None:
        path, said = gone, (f"{gone} is not there any more; --save N FILE brings a version back",)
    else:
        path = own_file(asked)
    book = keeping.versions(path)
    if save is not None:
        number, target = save
        keeping.save_version(path, number, target, force=force)
        return Lines((f"version {number} written to {target}",), lines=())
    return Lines(
        said if book.steps else ("no version is kept yet",),
        (),
        not book.steps,
        lines=[
            f"{'*' if number == book.at + 1 else ' '}{number:>4}  {step.when}  {step.what}"
            + ("" if number <= len(book.steps) else "  (undone)")
            for number, step in enumerate(book.all, 1)
        ],
        value=[
            {
                "number": n,
                "when": s.when,
                "what": s.what,
                "hash": s.hash,
                "current": n == book.at + 1,
                "undone": n > len(book.steps),
            }
            for n, s in enumerate(book.all, 1)
        ],
    )
