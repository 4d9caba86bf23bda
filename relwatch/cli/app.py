"""The program: which commands there are, and the module of each, imported when it is called."""

import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated, Any, TextIO

import typer
import typer.core
import typer.main
from msgspec import Struct

LOOK = "Look"
CURATE = "Curate"
SET_UP = "Set up"


class Entry(Struct, frozen=True):
    """One command: its room in the help, its line there, and the module that holds `run` or `app`.

    `formats`: it answers with events or tables, which every format can hold. The others answer
    with lines or JSON.
    """

    panel: str
    about: str
    module: str
    formats: bool = False


COMMANDS = {
    "list": Entry(
        LOOK, "The events of a selection, by date.", "relwatch.cli.commands.list", formats=True
    ),
    "filter": Entry(
        LOOK, "The same, asked with an expression.", "relwatch.cli.commands.filter", formats=True
    ),
    "search": Entry(LOOK, "Full text, best first.", "relwatch.cli.commands.search", formats=True),
    "show": Entry(
        LOOK, "One event with all that is known of it.", "relwatch.cli.commands.show", formats=True
    ),
    "stats": Entry(
        LOOK,
        "An overview, or tallies by one or two dimensions.",
        "relwatch.cli.commands.stats",
        formats=True,
    ),
    "export": Entry(LOOK, "A selection as a file.", "relwatch.cli.commands.export", formats=True),
    "add": Entry(CURATE, "A new event, by options or in the editor.", "relwatch.cli.commands.add"),
    "edit": Entry(
        CURATE, "One event in the editor, or a field of many.", "relwatch.cli.commands.edit"
    ),
    "remove": Entry(CURATE, "Remove events.", "relwatch.cli.commands.remove"),
    "cite": Entry(CURATE, "One more source for an event.", "relwatch.cli.commands.cite"),
    "cover": Entry(CURATE, "What the corpus claims to cover.", "relwatch.cli.commands.cover"),
    "import": Entry(
        CURATE, "Events from CSV, JSON, a spreadsheet, a timeline.", "relwatch.cli.commands.import_"
    ),
    "merge": Entry(CURATE, "Two edited copies made one.", "relwatch.cli.commands.merge"),
    "changes": Entry(CURATE, "What is new, changed, removed.", "relwatch.cli.commands.changes"),
    "undo": Entry(CURATE, "Take back the last writes.", "relwatch.cli.commands.undo"),
    "redo": Entry(CURATE, "Do them again.", "relwatch.cli.commands.redo"),
    "check": Entry(
        CURATE, "Every problem of a corpus file at once.", "relwatch.cli.commands.check"
    ),
    "corpus": Entry(
        SET_UP, "Make, copy, list corpora; their history.", "relwatch.cli.commands.corpus"
    ),
    "datasets": Entry(
        SET_UP, "Event data others publish: what can be read.", "relwatch.cli.commands.datasets"
    ),
    "actor": Entry(SET_UP, "List, add, rename, merge actors.", "relwatch.cli.commands.actor"),
    "category": Entry(
        SET_UP, "List, add, rename, merge categories.", "relwatch.cli.commands.category"
    ),
    "source": Entry(SET_UP, "List, add, rename, merge sources.", "relwatch.cli.commands.source"),
    "config": Entry(SET_UP, "Show and change settings.", "relwatch.cli.commands.config"),
    "view": Entry(SET_UP, "Save, list and remove questions.", "relwatch.cli.commands.view"),
}


class _Commands(typer.core.TyperGroup):
    """Commands from the table above: the help needs only their lines, a call only one module."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        return typer.core.TyperCommand(cmd_name, help=entry.about, rich_help_panel=entry.panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        # "Did you mean" looks at `commands`.
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and load(str(name)), rest


class _Command(typer.core.TyperCommand):
    """A command that refuses an option with one value when it is given two.

    Typer would keep the last, and no answer could show that it did.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            given = self.make_parser(ctx).parse_args(list(args))[2]
            for option in dict.fromkeys(given):
                may_repeat = getattr(option, "multiple", True) or getattr(option, "is_flag", False)
                if not may_repeat and given.count(option) > 1:
                    from relwatch.errors import AskedWrongly

                    raise AskedWrongly(f"{option.opts[0]} is given twice", "say it once")
        return super().parse_args(ctx, args)


class _Plain(_Command):
    """A command that answers with lines or JSON, and refuses other formats before it does a thing.

    Whoever prints learns of the format only when a corpus has been written.
    """

    lines_only = True

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for one in self.params:
            if one.name == "excel":
                one.hidden = True  # type: ignore[attr-defined]
            if one.name == "format":
                one.help = "table (lines) or json."  # type: ignore[attr-defined]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        asked = ctx.params.get("format") or (ctx.params.get("excel") and "csv")
        if asked and not ctx.resilient_parsing:
            from relwatch.errors import AskedWrongly
            from relwatch.formats import FORMATS, format_named

            found = format_named(asked, ("table", *(one for one in FORMATS if one != "corpus")))
            if found not in ("table", "json"):
                raise AskedWrongly(f"this cannot be shown as {found}", "only as lines or --json")
            if ctx.params.get("json") and found != "json":
                raise AskedWrongly(f"--json and --format {asked} contradict each other")
        return rest


def load(name: str) -> Any:
    """The command of that name, built by Typer from its module."""
    module, kind = import_module(COMMANDS[name].module), _Command
    if not COMMANDS[name].formats:
        kind = _Plain
    if hasattr(module, "app"):
        for command in module.app.registered_commands:
            command.cls = kind
        return typer.main.get_command(module.app)
    single = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    single.command(name, cls=kind)(module.run)
    return typer.main.get_command(single)


app = typer.Typer(
    cls=_Commands,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from relwatch import __version__

        print(f"relwatch {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    """Ask questions of dated, sourced events between two states.

    `relwatch list --category military` lists events of the bundled China–Russia corpus;
    `relwatch stats` gives an overview; `relwatch COMMAND --help` shows examples.
    """


def main(arguments: list[str] | None = None) -> int:
    """Run the program; gives back its exit code. Everything that goes wrong is said here."""
    given = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        _prepare(sys.stdout)
        _refuse_broken(given)
        code = typer.main.get_command(app).main(
            args=joined(given), prog_name="relwatch", standalone_mode=False
        )
        return code if isinstance(code, int) else 0
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):
            return 0  # Typer or Rich met a closed pipe: whoever read has seen enough
        return leaving.code if isinstance(leaving.code, int) else 0
    except KeyboardInterrupt:
        from relwatch.cli.console import say

        say("relwatch: interrupted; what was half done is not kept")
        return 130
    except Exception as error:
        return _failed(error, given)


def _prepare(stdout: TextIO | None) -> None:
    """What a stream's encoding does not know is replaced, in help texts as anywhere."""
    if stdout is None:
        from relwatch.errors import SystemRefused

        raise SystemRefused("standard output is closed")
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(errors="replace")


def _refuse_broken(arguments: list[str]) -> None:
    """AskedWrongly for bytes that are no text, which nothing could write; a file may be named so."""
    for argument in arguments:
        if not argument.isascii() and any("\ud800" <= char <= "\udfff" for char in argument):
            import os

            _, equals, value = argument.partition("=")
            if os.path.exists(argument) or (equals and os.path.exists(value)):  # noqa: PTH110
                continue
            from relwatch.errors import AskedWrongly

            raw = os.fsencode(argument)
            shown = raw.decode("utf-8", "backslashreplace")
            raise AskedWrongly(
                f"“{shown}” is not text in UTF-8",
                "check the encoding of the terminal or the script",
            )


def joined(arguments: list[str]) -> list[str]:
    """The arguments with `--last 3 months` as one value, so that it needs no quotes."""
    made: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        made.append(argument)
        if argument == "--":
            break
        if argument == "--last":
            number = next(rest, None)
            if number is None:
                break
            unit = next(rest, None) if number.isdigit() else None
            if unit is None:
                made.append(number)
            elif unit.isalpha():
                made.append(f"{number} {unit}")
            else:
                made += [number, unit]
    return made + list(rest)


def _usage(error: Exception, message: str, path: str) -> tuple[str, str]:
    """Typer's complaint in one line, and the way out."""
    option, known = getattr(error, "option_name", ""), getattr(error, "possibilities", None)
    if option and known:
        from relwatch.text import near

        command = getattr(getattr(error, "ctx", None), "command", None)
        options = [name for one in getattr(command, "params", ()) for name in one.opts]
        if "--set" in options and path.endswith("edit"):
            from relwatch.model import PLURALS, Event

            name = option.lstrip("-")
            if name in PLURALS or name in Event.__struct_fields__:
                return f"no such option: {option}", f"as in --set {name}=VALUE"
        close = near(option, options) or list(known)
        return f"no such option: {option}", f"did you mean {' or '.join(close)}?"
    lines = " ".join(message.split())
    if path == "relwatch list" and "unexpected extra argument" in lines:
        word = lines.rpartition("(")[2].rstrip(")")
        return lines[:1].lower() + lines[1:], f"`relwatch filter {word}` takes words"
    said, _, offer = lines.partition(" Did you mean ")
    if offer:
        return said[:1].lower() + said[1:], f"did you mean {offer.replace(chr(39), '')}"
    return lines[:1].lower() + lines[1:], f"`{path} --help` shows what it takes"


def _failed(error: Exception, given: list[str]) -> int:
    from relwatch.cli.console import complain
    from relwatch.errors import RelwatchError

    debug = "--debug" in given
    if debug:
        import traceback

        traceback.print_exc()
    if isinstance(error, RelwatchError):
        complain(error.message, error.hint)
        return error.exit_code
    if hasattr(error, "format_message"):
        # Typer's own: an unknown option, a missing value.
        context = getattr(error, "ctx", None)
        name = next((one for one in given if one in COMMANDS), "")
        path = context.command_path if context else f"relwatch {name}".rstrip()
        message = error.format_message()
        if type(error).__name__ != "NoArgsIsHelpError":
            complain(*_usage(error, message, path))
        elif message.strip():
            # With Rich the help has been printed already.
            print(message)
        return 2
    if isinstance(error, OSError):
        complain(f"{error.filename or 'the system'}: {error.strerror or error}")
        return 4
    if isinstance(error, (EOFError, typer.Abort)):
        return 130
    import traceback

    if not debug:
        traceback.print_exc()
    complain("this is a bug in relwatch; please report it with the lines above")
    return 70
