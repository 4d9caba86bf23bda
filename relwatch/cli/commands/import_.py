"""`relwatch import`: events from a file."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from relwatch.cli import completion, curating
from relwatch.cli.curating import Duplicates
from relwatch.cli.options import Many, Shown
from relwatch.cli.results import Result
from relwatch.cli.spreading import spread
from relwatch.errors import AskedWrongly, RelwatchError

_LEFT = {"assessments": "judgements", "coverage": "coverage", "method": "method"}
"""What another corpus says as a whole; its events are taken, not what is said of all of them."""


@spread(Shown)
def run(
    shown: Shown,
    file: Annotated[str, typer.Argument(metavar="FILE")],
    into: Annotated[
        str | None,
        typer.Option(
            "--into", "-C", "--corpus", metavar="FILE|NAME", autocompletion=completion.corpora,
            help="The corpus that takes them.",
        ),
    ] = None,
    columns: Annotated[
        Many,
        typer.Option(
            "--map", metavar="FIELD=COLUMN,...",
            help="Which column gives which field (FIELD= for none). What is not given is guessed from the header, and shown.",
        ),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option("--where", metavar="EXPRESSION", help="Only these events of a corpus or data set."),
    ] = None,
    put: Annotated[
        Many,
        typer.Option("--set", metavar="FIELD=VALUE", help="What the file does not say."),
    ] = None,
    from_format: Annotated[
        Literal["csv", "tsv", "ndjson", "json", "xlsx", "timelinejs"] | None,
        typer.Option("--from-format", help="What the file is, if its extension does not say."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="UTF-8 if not given.")
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option("--date-format", metavar="FORM", help="As DD/MM/YYYY. Never guessed."),
    ] = None,
    create: Annotated[
        bool, typer.Option("--create", help="Declare the actors and sources the file names.")
    ] = False,
    duplicates: Annotated[
        Duplicates | None,
        typer.Option("--duplicates", help="Likely duplicates: skip, keep, or merge into the other."),
    ] = None,
    vanished: Annotated[
        Literal["keep", "remove"] | None,
        typer.Option(
            "--vanished",
            help="Events of an earlier release that are not in the file; those with other work on them stay. keep is remembered.",
        ),
    ] = None,
    theirs: Annotated[
        bool,
        typer.Option(
            "--theirs",
            help="The file wins where both changed a field, and over what was removed here.",
        ),
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Take the rest when rows are refused.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")
    ] = False,
    dataset: Annotated[
        str | None,
        typer.Option("--dataset", metavar="NAME", help="Its name across releases; else the file's."),
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="What `recorded` says.")
    ] = None,
) -> Result:  # fmt: skip
    """Import events from CSV, TSV, JSON, NDJSON, xlsx, TimelineJS, another corpus or a data set.

    The same file adds nothing twice; a newer one changes what it changed. What was edited here
    stays and is named, unless --theirs is given. One refused row stops everything unless
    --keep-going is given; refused rows go to FILE.rejects.csv, which can be corrected and imported.

    Examples:

    - `relwatch import press.csv --into mine.json --dry-run`
    - `relwatch import press.csv --into mine.json --map date=Day,title=Headline --set category=political --date-format DD.MM.YYYY`
    - `relwatch import other.json --into mine.json --create --duplicates merge`
    - `relwatch import 'gdelt/*.CSV' --into mine.json --create --where "dyad:china,russia military"`
    """
    from relwatch.cli.importing import Importing
    from relwatch.curation import importing
    from relwatch.curation.mapping import mapping_of
    from relwatch.curation.plans import Wanted
    from relwatch.curation.rejects import rejects_of
    from relwatch.curation.rows import read_sheet, sheet_of

    corpus, path = curating.own_file(into), _found(file)
    if where is not None and (from_format or not (_is_data_set(file) or _is_corpus(path))):
        raise AskedWrongly(
            f"--where asks a corpus or a data set, and {file} is neither", "import it as a whole"
        )
    if from_format is None and (where is not None or _is_data_set(file)):
        asked = _asked(file if _is_data_set(file) else str(path), where or "")
        sheet = sheet_of(path, asked, selected=bool(where))
    else:
        sheet = read_sheet(path, from_format, encoding)
    mapping, fixed, said = None, {}, [*sheet.said]
    if sheet.kind == "columns":
        mapping = mapping_of(sheet.columns, tuple(columns or ()), tuple(put or ()), date_format)
        if mapping.guessed:
            said.append(f"read as --map {mapping.told()}")
        unused = [one for one in sheet.columns if one not in mapping.columns.values()]
        if unused and not sheet.name.endswith(".json"):
            said.append(f"columns not taken: {', '.join(unused)}")
    else:
        from relwatch.curation.values import assignment

        fixed = {one.field: one.value for one in map(assignment, put or ())}
    # The method of a selection says how it was selected.
    left = [
        word
        for part, word in _LEFT.items()
        if sheet.head.get(part) and not (sheet.selected and part == "method")
    ]
    if left:
        said.append(f"not taken from {sheet.head['id']}: {', '.join(left)}")
    name = dataset or importing.dataset_of(sheet, path)
    wanted = Wanted(name, mapping, fixed, create, duplicates, {}, theirs, curating.today(today))
    if not shown.quiet:
        curating.say(*said)
    rejects = rejects_of(file)
    return Importing(
        corpus, path, rejects, sheet, wanted, vanished, keep_going, dry_run, shown
    ).run()


def _found(file: str) -> Path:
    """The file that is imported; a name that is no file's can be that of a corpus."""
    path = Path(file)
    if path.suffix or path.exists() or len(path.parts) != 1:
        return path
    from relwatch.corpora import places

    return places.find(file)


def _is_corpus(path: Path) -> bool:
    from relwatch.library import is_corpus

    return is_corpus(str(path))


def _is_data_set(file: str) -> bool:
    """Whether events are to be asked for, as of `-C`: a table, or what a data set's reader knows."""
    from relwatch.library import is_corpus, is_table

    if is_table(file):
        return True
    if is_corpus(file):
        return False
    from relwatch.datasets.sniffing import sniff

    try:
        return any(one.finding.dataset != "relwatch" for one in sniff(file))
    except RelwatchError:
        return False


def _asked(file: str, where: str) -> str:
    """The events of a corpus or data set that an expression asks for, as a corpus in JSON."""
    from relwatch.answers import Found, Hit
    from relwatch.cli.progress import converting
    from relwatch.formats import corpus
    from relwatch.library import Opening, load

    with converting() as progress:
        library = load(file, Opening(progress=progress))
    curating.say(*library.remarks)
    selected = library.select(where)
    hits = (Hit(event) for event in selected)
    found = Found(hits, selected.count(), library.corpus, library.engine.raw, str(selected))
    pieces: list[str] = []
    # What the links lead to may be here already.
    corpus.events(found, pieces.append, closed=False)
    return "".join(pieces)
