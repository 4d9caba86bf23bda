"""`relwatch datasets`: what event data can be read, what a file is, what is kept of it."""

from typing import Annotated

import typer

from relwatch.cli.options import Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Event data that somebody else publishes: what can be read, what a file is, what is kept. "
    "Give a file, a folder or a quoted pattern to `-C` of any reading command. CAMEO has no code for "
    "technology: `rules` prints rules of words that make up for it.",
)


@app.command("list")
@spread(Shown)
def list_datasets(shown: Shown) -> Result:
    """List the data sets that can be read, with what they look like, leave out, and their licence.

    CAMEO has no code for technology: of GDELT and ICEWS nothing is in tech unless --rules puts it
    there.
    """
    from relwatch.datasets import DATASETS, module

    known = [module(name).DATASET for name in DATASETS]
    lines: list[str] = []
    for one in known:
        lines += [f"{one.name}: {one.title}"]
        lines += [
            f"  {text}" for text in (f"columns: {one.columns}", one.licence, one.about) if text
        ]
    return Lines(lines=lines, value=known)


@app.command("sniff")
@spread(Shown)
def sniff(
    shown: Shown,
    paths: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files, folders, patterns.")
    ],
) -> Result:
    """Say what files are, and why; what cannot be read is refused with the reason.

    Example:

    - `relwatch datasets sniff 20151027220000.export.CSV`
    """
    from relwatch.datasets.sniffing import describe, sniff

    found = [one for path in paths for one in sniff(path)]
    lines: list[str] = []
    for one in found:
        lines.append(f"{one.source.name}: {describe(one.finding)}")
        lines += [f"  {reason}" for reason in one.finding.evidence]
    value = [
        {
            "file": one.source.name,
            "dataset": one.finding.dataset,
            "version": one.finding.version,
            "encoding": one.finding.encoding,
            "evidence": one.finding.evidence,
        }
        for one in found
    ]
    return Lines(lines=lines, value=value)


@app.command("rules")
@spread(Shown)
def rules(shown: Shown) -> Result:
    """Print a file of rules that works as it is: words and codes for categories, for --rules.

    Examples:

    - `relwatch datasets rules > rules.toml`
    - `relwatch list -C events.tab -c tech --rules rules.toml`
    """
    from relwatch.datasets.rules import EXAMPLE

    return Lines(lines=EXAMPLE.splitlines(), value={"example": EXAMPLE})


@app.command("cache")
@spread(Shown)
def cache(
    shown: Shown,
    clear: Annotated[bool, typer.Option("--clear", help="Remove all that is kept.")] = False,
) -> Result:
    """List the converted data sets that are kept, so that the second question starts at once."""
    from relwatch.datasets import cache as kept

    if clear:
        tables, size = kept.clear()
        return Lines((f"{tables:,} tables removed, {size / 1e6:,.1f} MB freed",), lines=())
    entries = kept.entries()
    total = sum(one.size for one in entries)
    lines = [
        f"{one.size / 1e6:>9,.1f} MB  {one.entry.report.dataset:<8}  {one.entry.report.kept:>12,} events"
        f"  {' '.join(one.entry.paths)}"
        for one in entries
    ]
    said = f"{len(entries):,} tables, {total / 1e6:,.1f} MB in {kept.folder()}"
    return Lines(
        (said,),
        lines=lines,
        value=[{"path": str(one.path), "size": one.size, "entry": one.entry} for one in entries],
    )
