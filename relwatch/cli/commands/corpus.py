"""`relwatch corpus`: which corpora there are, what one is, what the format is."""

from typing import Annotated

import typer

from relwatch.cli import asking, completion
from relwatch.cli.options import Shown, spread
from relwatch.cli.results import Lines, Result

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Which corpora there are.",
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

    corpus = asking.opened(Asked(corpus=name)).corpus
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
    counts = {
        room: len(getattr(corpus, room)) for room in ("events", "actors", "sources", "assessments")
    }
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
