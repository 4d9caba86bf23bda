"""Carrying an import out: questions asked, the file written, and what was done told."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from relwatch.cli import curating
from relwatch.cli.options import Shown
from relwatch.cli.results import Lines, Result
from relwatch.errors import DataWrong, Problem, Undecided

if TYPE_CHECKING:
    from relwatch.corpora.keeping import Kept
    from relwatch.curation.leaving import Gone
    from relwatch.curation.plans import Item, Plan
    from relwatch.curation.remembering import Memory

_SHOWN = 30
_CELL = 80
_LONG = 1_000
"""With more lines than these only numbers are shown of what was done."""


class Importing:
    """One import: planned under the lock, asked about without it, written when nothing is open."""

    def __init__(
        self, corpus: Path, path: Path, rejects: Path, sheet: Any, wanted: Any,
        vanished: Literal["keep", "remove"] | None, keep_going: bool, dry_run: bool, shown: Shown,
    ) -> None:  # fmt: skip
        self.corpus, self.path, self.rejects = corpus, path, rejects
        self.sheet, self.wanted = sheet, wanted
        self.vanished, self.keep_going, self.dry_run, self.shown = (
            vanished,
            keep_going,
            dry_run,
            shown,
        )
        from relwatch.curation.importing import dataset_of

        self.answered = False
        self.named = dataset_of(sheet, path)
        self.aside: Path | None = None
        self.there: dict[str, str] = {}
        """The events that rows may be, as they are shown."""
        self.nothing = (
            "--where selects no event of it" if sheet.selected else "the file holds no rows"
        )

    def run(self) -> Result:
        import msgspec

        from relwatch.cli.curating import keeping
        from relwatch.curation.rejects import write_rejects
        from relwatch.curation.remembering import read_memory

        dataset = self.wanted.dataset
        while True:
            with keeping(self.corpus) as kept:
                memory = read_memory(kept.remembered(dataset))
                if self.wanted.columns is not None and not memory.rows:
                    # Rows that came before have the category they had.
                    self.wanted.columns.must_give("category", self.sheet.columns)
                plan = self.planned(kept.document, memory, kept.removed())
                refused = plan.of("refused")
                if self.dry_run:
                    return self.result(plan, memory, "would be ", self.gone(kept, plan, memory))
                if refused:
                    aside = write_rejects(
                        self.rejects, self.sheet, {o.line: o.reason for o in refused}
                    )
                    self.aside = aside or self.aside
                    if not self.keep_going:
                        raise self.stopped(refused)
                undecided = plan.of("undecided")
                self.there = {
                    like.id: self.event_line(kept.document.event(like.id))
                    for item in undecided for like in item.like
                }  # fmt: skip
                asks = bool(plan.vanished) and not self.choice(memory) and curating.at_a_terminal()
                if not undecided and not asks:
                    # Nothing reads these any more, and those of a large file take much memory.
                    self.sheet = msgspec.structs.replace(self.sheet, rows=[])
                    learnt = plan.memory
                    if self.vanished == "keep" and not self.answered:
                        learnt = msgspec.structs.replace(learnt, keep=True)
                    said, gone = self.told_of_rejects(refused), self.gone(kept, plan, memory)
                    self.remove(kept.document, plan, [*gone.removed])
                    packed = learnt.encode()
                    plan = msgspec.structs.replace(plan, memory=memory)
                    del learnt
                    # What the file took back it may bring again.
                    kept.write(f"import {self.path.name}", {dataset: packed}, removing=False)
                    return self.result(plan, memory, "", gone, *said)
            # The lock is given back before a person is asked.
            if undecided:
                choices = {**self.wanted.choices, **self.asked(undecided, plan.lines())}
                self.wanted = msgspec.structs.replace(self.wanted, choices=choices)
            if asks:
                self.ask_vanished(plan.vanished)

    def choice(self, memory: "Memory") -> str | None:
        """What is done with events that vanished, as far as that was said once."""
        return self.vanished or ("keep" if memory.keep else None)

    def planned(self, document: Any, memory: "Memory", removed: frozenset[str]) -> "Plan":
        from functools import partial

        from relwatch.curation import importing

        plan = partial(importing.plan, document, self.sheet, self.wanted, memory, removed=removed)
        total = len(self.sheet.rows)
        if total < 2_000 or self.shown.quiet or not curating.at_a_terminal():
            return plan()
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Importing", total=total)
            return plan(progress=lambda done: bar.update(task, completed=done))

    def stopped(self, refused: "list[Item]") -> DataWrong:
        problems = tuple(
            Problem(str(self.path), f"line {item.line}", item.reason) for item in refused
        )
        rows = f"{len(refused):,} row{'s are' if len(refused) > 1 else ' is'} refused"
        told = f"nothing was written: {rows}, see {self.rejects}; --keep-going takes the rest"
        return DataWrong(problems, "\n".join([told, *self.told_of_aside()]))

    def told_of_rejects(self, refused: "list[Item]") -> list[str]:
        """Where the rows that were refused are, and those that were before."""
        from relwatch.curation.rejects import earlier_rejects

        if refused:
            way = ""
            if self.wanted.dataset != self.named:
                way = f", with --dataset {self.wanted.dataset}"
            told = f"what was refused is in {self.rejects}: correct and import that{way}"
            return [told, *self.told_of_aside()]
        if earlier_rejects(self.rejects):
            return [f"{self.rejects} of an earlier import is still there:"
                    " correct and import it, or delete it"]  # fmt: skip
        return []

    def told_of_aside(self) -> list[str]:
        return [f"the file of that name is {self.aside} now"] if self.aside else []

    def likely(self, item: "Item", lines: dict[str, int]) -> list[str]:
        """The likely duplicates of a row; `lines` are of the events that the file itself made."""
        return [
            f"    {one.likeness} % "
            + (f"line {lines[one.id]} of this file" if one.id in lines else one.id)
            + f" ({one.why})"
            + (f": {self.there[one.id]}" if one.id in self.there else "")
            for one in item.like
        ]

    def row_line(self, item: "Item") -> str:
        """A row as it stands in its file: what has to be decided on."""
        from relwatch.curation.rows import flat
        from relwatch.text import one_line

        row = next(one for one in self.sheet.rows if one.line == item.line)
        cells = [flat(one) for one in row.values.values()]
        return one_line(" | ".join(one[:_CELL] for one in cells if one))

    @staticmethod
    def event_line(event: dict[str, Any]) -> str:
        """An event that a row may be: its day, title and sources."""
        sources = ", ".join(one["source"] for one in event.get("sources", ()))
        return f"{event['date']} {event['title']}" + (f" [{sources}]" if sources else "")

    def asked(self, undecided: "list[Item]", lines: dict[str, int]) -> dict[int, Any]:
        if not curating.at_a_terminal():
            for item in undecided:
                curating.say(f"line {item.line}: {self.row_line(item)}", *self.likely(item, lines))
            inside = all(one.id in lines for item in undecided for one in item.like)
            where = "twice in the file" if inside else "there already"
            raise Undecided(
                f"{len(undecided):,} row{' is' if len(undecided) == 1 else 's are'} likely {where}; "
                "nothing was written",
                "--duplicates skip, keep or merge decides",
            )
        choices: dict[int, Any] = {}
        for item in undecided:
            curating.say(f"line {item.line}: {self.row_line(item)}", *self.likely(item, lines))
            first = item.like[0].id
            letter = curating.choose(
                "Likely twice in the file." if first in lines else "Likely there already.",
                {
                    "s": "skip it",
                    "k": "keep both",
                    "m": f"merge into {f'line {lines[first]}' if first in lines else first}",
                    "q": "quit",
                },
                "--duplicates skip, keep or merge decides",
            )
            if letter == "q":
                raise Undecided("nothing was written", "run it again to decide otherwise")
            choices[item.line] = {"s": "skip", "k": "keep", "m": "merge"}[letter]
        return choices

    def ask_vanished(self, names: tuple[str, ...]) -> None:
        curating.say(*(f"not in the file any more: {name}" for name in names[:_SHOWN]))
        letter = curating.choose(
            f"{self.not_there(names)}.",
            {"k": "keep them (Enter)", "r": "remove those nobody worked on here", "q": "quit"},
            "--vanished keep or remove decides",
            "k",
        )
        if letter == "q":
            raise Undecided("nothing was written", "run it again to decide otherwise")
        self.vanished, self.answered = "remove" if letter == "r" else "keep", True

    def not_there(self, names: tuple[str, ...]) -> str:
        what = "event of an earlier {} is" if len(names) == 1 else "events of an earlier {} are"
        return f"{len(names):,} {what.format(self.wanted.dataset)} not in this file"

    def gone(self, kept: "Kept", plan: "Plan", memory: "Memory") -> "Gone":
        """The vanished events that are to be removed, and why others are not."""
        from relwatch.curation import leaving
        from relwatch.curation.remembering import read_memory

        if self.vanished != "remove":
            return leaving.Gone()
        others = [name for name in kept.datasets() if name != self.wanted.dataset]
        return leaving.gone(
            kept.document, plan.vanished, self.wanted.dataset, memory,
            {name: read_memory(kept.remembered(name)) for name in others},
        )  # fmt: skip

    def remove(self, document: Any, plan: "Plan", names: list[str]) -> None:
        from relwatch.curation import editing

        for key in plan.memory.keys_of(map(document.event, names)).values():
            plan.memory.rows.pop(key, None)
        editing.remove(document, names)

    def lines(self, plan: "Plan", memory: "Memory", tense: str, gone: "Gone") -> Iterator[str]:
        """What happens to the rows that change or may change something, line by line."""
        from relwatch.curation.plans import MERGED, UNKNOWN

        made = plan.lines() if any(item.like for item in plan.items) else {}
        for item in plan.items:
            if item.action == "same":
                continue
            yield (
                f"{tense}{item.action}  line {item.line}  {item.id or item.title}"
                + (f"  {item.reason}" if item.reason else "")
            )
            yield from (f"    {line}" for line in curating.told(item.changes))
            stays = "kept as it is here" if item.reason == UNKNOWN else "kept as edited here"
            stays = "not taken" if item.action == "merged" or item.reason == MERGED else stays
            yield from (f"    {stays}: {line}" for line in curating.told(item.conflicts))
            yield from self.likely(item, made)
        if self.choice(memory) == "remove":
            yield from (f"{tense}removed  {name}" for name in gone.removed)
            yield from (f"{tense}kept, {why}  {name}" for name, why in gone.kept.items())
        elif not memory.keep:
            yield from (f"{tense}kept, not in this file  {name}" for name in plan.vanished)

    def result(
        self, plan: "Plan", memory: "Memory", tense: str, gone: "Gone",
        *said: str,
    ) -> Result:  # fmt: skip
        counts = plan.counts()
        numbers = [*counts.items(), ("removed", len(gone.removed))]
        summary = ", ".join(f"{number:,} {action}" for action, number in numbers if number)
        remarks = [f"{tense}declared: {one}" for one in plan.declared]
        if plan.dropped_links:
            links = f"{plan.dropped_links:,} link{'' if plan.dropped_links == 1 else 's'}"
            remarks.append(f"{links} to events that are not there dropped")
        if plan.strange:
            events = (
                f"{plan.strange:,} event{' here comes' if plan.strange == 1 else 's here come'}"
            )
            remarks.append(
                f"{events} of {self.wanted.dataset}, and no import of it is known on this machine: "
                "what was removed since may come again"
            )
        if plan.untold:
            rows = f"{plan.untold:,} refused row{'' if plan.untold == 1 else 's'}"
            remarks.append(f"which events {rows} would be cannot be told: none is taken as gone")
        if plan.vanished and not memory.keep and self.choice(memory) != "remove":
            remarks.append(
                f"{self.not_there(plan.vanished)}, and kept;"
                " --vanished remove takes out those that nobody worked on here"
            )
        if gone.kept:
            remarks.append(f"`relwatch remove -C {self.corpus} ID` takes out what is kept")
        lines = list(
            islice(self.lines(plan, memory, tense, gone), None if self.dry_run else _LONG + 1)
        )
        if len(lines) > _LONG and not self.dry_run:
            remarks.append(f"more than {_LONG:,} rows: --json, or --dry-run before, lists them")
        if self.dry_run and counts["refused"] and not self.keep_going:
            remarks.append(
                "nothing would be written because of what is refused, without --keep-going"
            )
        if self.dry_run and counts["undecided"]:
            remarks.append(
                "nothing would be written before --duplicates skip, keep or merge decides"
            )
        if self.sheet.part and not counts["refused"] and not self.dry_run:
            remarks.append(f"all of {self.path} is taken: it can be deleted")
        return Lines(
            (*remarks, *said, summary or self.nothing),
            (),
            not (gone.removed or any(counts[one] for one in ("added", "changed", "merged"))),
            lines=() if len(lines) > _LONG and not self.dry_run else lines,
            value={
                "counts": counts,
                "rows": [item for item in plan.items if item.action != "same"],
                "vanished": plan.vanished,
                "removed": gone.removed,
                "declared": plan.declared,
            },
        )
