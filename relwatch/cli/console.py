"""The one place that prints: data on stdout, everything else on stderr, and exit codes."""

import os
import sys
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from relwatch.cli.options import Shown
from relwatch.cli.results import Document, Events, Lines, Number, Problems, Result, Shows, Tables
from relwatch.errors import AskedWrongly, SystemRefused
from relwatch.text import safe

if TYPE_CHECKING:
    from rich.console import RenderableType

    from relwatch.answers import Answer, Found
    from relwatch.formats.table.paint import Painter
    from relwatch.model import Corpus

STREAMING = 1_000
"""Above this many events a terminal gets plain lines too: they stream."""


def say(*lines: str) -> None:
    """Print to stderr; a stderr that cannot take it is nobody's problem."""
    if sys.stderr is None:  # closed; print would take standard output instead
        return
    try:
        for line in lines:
            print(safe(line, lines=True), file=sys.stderr)
        sys.stderr.flush()
    except OSError:
        pass


def complain(message: str, hint: str = "") -> None:
    """One message about what went wrong, and the way out."""
    say(f"relwatch: {message}", *([hint] if hint else []))


class Sink:
    """Standard output. A closed pipe ends the program quietly; a full disk is the system's refusal."""

    def __init__(self) -> None:
        self.stream = sys.stdout
        self.terminal = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        if hasattr(self.stream, "reconfigure"):
            if self.terminal:
                self.stream.reconfigure(errors="replace")
            else:
                # Files and pipes are UTF-8 with LF whatever the locale says.
                self.stream.reconfigure(encoding="utf-8", newline="\n", errors="surrogatepass")

    def write(self, text: str) -> None:
        """Write text as it is."""
        try:
            self.stream.write(text)
        except OSError as error:
            self._failed(error)

    def flush(self) -> None:
        """Hand everything to the system, so that its refusal is seen here."""
        try:
            self.stream.flush()
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        # What is still buffered must not be tried again when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())
        if isinstance(error, BrokenPipeError):
            raise SystemExit(0) from None
        raise SystemRefused(f"cannot write to standard output: {error.strerror or error}") from None


def deliver(command: Callable[[], Result | None], shown: Shown) -> None:
    """Run a command and print what it returns. Ends the program with its exit code."""
    if shown.quiet and shown.debug:
        raise AskedWrongly("--quiet and --debug exclude each other")
    result = command()
    if result is None:
        return
    _Printer(shown).show(result)
    if result.wrong is not None:
        raise result.wrong
    if isinstance(result, Problems) and result.failed:
        raise SystemExit(3)
    if shown.exit_status and result.empty:
        raise SystemExit(1)


class _Printer:
    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.sink = Sink()

    @cached_property
    def format(self) -> str:
        """The format asked for. A text that is already written asks for none."""
        if self.shown.json:
            if self.shown.format not in (None, "json"):
                raise AskedWrongly(f"--json and --format {self.shown.format} contradict each other")
            return "json"
        if self.shown.format is None:
            return "csv" if self.shown.excel else "table"
        from relwatch.formats import FORMATS, format_named

        return format_named(
            self.shown.format, ("table", *(name for name in FORMATS if name != "corpus"))
        )

    def show(self, result: Result) -> None:
        say(*result.explained)
        remarks = result.remarks
        match result:
            case Events():
                self.events(result)
            case Tables():
                self.tables(result)
            case Shows():
                self.details(result)
            case Number(number=number):
                self.sink.write(f"{number}\n")
            case Problems():
                self.problems(result)
            case Document(write=document):
                # A file gets the text as it is; a terminal must not be steered by it.
                out = self.harmless if self.sink.terminal else self.sink.write
                remarks = (*remarks, *document(out))
            case Lines():
                self.lines(result)
        self.sink.flush()
        if not self.shown.quiet:
            say(*remarks)

    def events(self, result: Events) -> None:
        if self.format != "table":
            self.machine("events", result.found)
            if result.found.columns and self.format in ("json", "ndjson") and not self.shown.quiet:
                say(
                    f"{self.format} gives whole events; --columns is for tables, csv, tsv, markdown"
                )
            if result.found.checked and self.format != "markdown" and not self.shown.quiet:
                say(f"{self.format} gives dates as stated; what was checked stands in notes")
        elif self.sink.terminal and result.shown <= STREAMING:
            if result.shown:
                from relwatch.formats.table import lists

                self.rich(lambda cells: lists.events(result.found, cells))
        else:
            from relwatch.formats import plain

            painter = self.painter(result.found.corpus)
            plain.events(result.found, self.sink.write, painter.cell if painter else None)
        if self.format == "table" and self.sink.terminal and not self.shown.quiet and result.shown:
            total = result.found.total
            if result.shown < total:
                said = f"{result.shown:,} of {total:,}; -n 0 for all"
            else:
                said = f"{total:,} event{'' if total == 1 else 's'}"
            say(said + self.marked(result.found))

    @staticmethod
    def marked(found: "Found") -> str:
        """What the mark of corrections means, where a date that is shown has it."""
        from relwatch.formats.columns import MARK
        from relwatch.model import has_correction

        dated = not found.columns or "date" in found.columns
        if not dated or not isinstance(found.hits, list):
            return ""
        if not any(has_correction(hit.event) for hit in found.hits):
            return ""
        return f"; {MARK} a checked source says otherwise, see `relwatch show`"

    def tables(self, result: Tables) -> None:
        answer = result.answer
        if result.table is not None:
            from msgspec.structs import replace

            from relwatch.formats.csv import one_table

            answer = replace(answer, tables=(one_table(answer, result.table),))
        if self.format != "table":
            self.machine("tables", answer)
            if self.format in ("csv", "tsv", "ndjson"):
                self.notes(answer)
            return
        if not self.sink.terminal:
            from relwatch.formats import plain

            painter = self.painter(result.corpus)
            plain.tables(answer, self.sink.write, painter.category if painter else None)
            self.notes(answer)
            return
        if result.overview and result.table is None:
            from relwatch.formats.table import overview

            colored = self.colored()
            self.rich(lambda cells: overview.overview(answer, result.corpus, cells, colored))
        else:
            from relwatch.formats.table import numbers

            self.rich(lambda cells: numbers.tables(answer, result.corpus, cells))

    def notes(self, answer: "Answer") -> None:
        """Say on stderr what must be known of the numbers, where the format has no room for it."""
        self.sink.flush()
        if not self.shown.quiet:
            say(*dict.fromkeys(note for table in answer.tables for note in table.notes))

    def details(self, result: Shows) -> None:
        if self.format != "table":
            self.machine("events", result.found)
            return
        from relwatch.formats.table import detail

        found = result.found
        self.rich(lambda _: detail.details(result.details, found.corpus, found.checked))

    def problems(self, result: Problems) -> None:
        if self.format == "json":
            import msgspec

            from relwatch.formats.json import harmless

            encoded = msgspec.json.format(msgspec.json.encode(result.problems), indent=2)
            self.sink.write(harmless(encoded) + "\n")
            return
        for problem in result.problems:
            self.sink.write(safe(f"{problem.level}: {problem}") + "\n")

    def lines(self, result: Lines) -> None:
        if result.value is not None and self.format == "json":
            import msgspec

            from relwatch.formats.json import harmless

            self.sink.write(
                harmless(msgspec.json.format(msgspec.json.encode(result.value), indent=2)) + "\n"
            )
            return
        for line in result.lines:
            self.sink.write(safe(line) + "\n")

    def machine(self, what: str, answer: Any) -> None:
        """Events or tables in a machine's format."""
        from relwatch.formats import module

        settings: dict[str, Any] = {}
        if self.shown.excel:
            if self.format not in ("csv", "tsv"):
                raise AskedWrongly("--excel goes with csv and tsv")
            settings["excel"] = True
        write = self.harmless if self.sink.terminal else self.sink.write
        getattr(module(self.format), what)(answer, write, **settings)

    def harmless(self, text: str) -> None:
        """Write text with symbols for all that would steer a terminal."""
        self.sink.write(safe(text, lines=True))

    # Rich, only where a terminal or forced colour asks for it.

    def colored(self) -> bool:
        """Colour as asked, then NO_COLOR, then FORCE_COLOR, then whether this is a terminal."""
        asked = self.shown.color
        if asked is None:
            from relwatch.corpora.settings import read_settings

            asked = "auto"
            if not os.environ.get("NO_COLOR") and not os.environ.get("FORCE_COLOR"):
                setting = read_settings().color
                asked = (
                    "never" if setting == "never" else "always" if setting == "always" else "auto"
                )
        if asked != "auto":
            return asked == "always"
        if os.environ.get("NO_COLOR"):
            return False
        return bool(os.environ.get("FORCE_COLOR")) or self.sink.terminal

    def painter(self, corpus: "Corpus") -> "Painter | None":
        """What colours plain lines; None where no colours are wanted."""
        if not self.colored():
            return None
        from relwatch.formats.table.paint import Painter

        return Painter(corpus)

    def rich(self, draw: "Callable[[int], RenderableType]") -> None:
        """Draw with Rich, through a pager where the terminal would scroll."""
        import io

        from rich.console import Console

        from relwatch.cli.width import cells

        size = cells(self.sink.terminal)
        colored = self.colored()
        buffer = io.StringIO()
        console = Console(
            file=buffer, width=size, force_terminal=colored, no_color=not colored, legacy_windows=False,
            color_system="standard" if colored else None, markup=False, emoji=False, highlight=False,
            soft_wrap=False,
        )  # fmt: skip
        console.print(draw(size))
        text = "\n".join(line.rstrip() for line in buffer.getvalue().split("\n"))
        if not (self.sink.terminal and self._pager(text)):
            self.sink.write(text)

    def _pager(self, text: str) -> bool:
        """Show a text through a pager; False when it fits, or when no pager is wanted or there."""
        import shutil

        if self.shown.no_pager or text.count("\n") < shutil.get_terminal_size().lines:
            return False
        from relwatch.corpora.settings import read_settings

        if not read_settings().pager:
            return False
        import shlex
        import subprocess

        command = shlex.split(os.environ.get("RELWATCH_PAGER") or os.environ.get("PAGER") or "less")
        if not command or shutil.which(command[0]) is None:
            return False
        environment = {"LESS": "FRX", **os.environ}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, env=environment, text=True, encoding="utf-8"
        ) as pager:
            try:
                assert pager.stdin is not None
                pager.stdin.write(text)
                pager.stdin.close()
            except OSError:
                pass  # the reader has seen enough
            while True:
                try:
                    pager.wait()
                    return True
                except KeyboardInterrupt:
                    continue  # the pager's to answer
