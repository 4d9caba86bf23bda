"""Adding, editing, citing and removing events of an open document, links kept right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from msgspec import Struct

from relwatch.corpora.documents import Document, Record
from relwatch.curation.ids import event_id, record_id
from relwatch.curation.values import Assignment
from relwatch.errors import AskedWrongly
from relwatch.expressions.names import Names
from relwatch.model import Corpus, Event
from relwatch.periods import date_days, iso
from relwatch.text import fold, near

_ACTORS = ("actors", "initiators", "about")


class Change(Struct, frozen=True):
    """What happens to one field of one event: its old and new value, None for none."""

    id: str
    field: str
    old: Any
    new: Any


class Naming:
    """Names as people type them, turned into the ids an open document declares.

    With `create`, actors and sources that are not declared are; `made` lists them.
    """

    def __init__(self, document: Document, create: bool = False) -> None:
        self.document = document
        self.create = create
        self.made: list[str] = []
        self._names: Names | None = None
        self._is_known: dict[str, bool] = {}
        self._sources: dict[str, str] = {}
        self._known: dict[tuple[str, str], str] = {}
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}

    def is_known(self, text: str) -> bool:
        """Whether a name is that of a category or an actor."""
        names = self.names
        found = self._is_known.get(text)
        if found is None:
            found = names.is_category(text) is not None or bool(names.is_actor(text))
            self._is_known[text] = found
        return found

    @property
    def names(self) -> Names:
        if self._names is None:
            name = self.document.corpus.id
            head = {"format": "relwatch-corpus/1", "id": name, "title": "", "parties": ["", ""]}
            rooms = {room: self.document.room(room) for room in ("categories", "actors")}
            self._names = Names(msgspec.convert({**head, **rooms}, Corpus))
            self._is_known = {}
        return self._names

    def resolve(self, record: Record) -> Record:
        """The record with ids for names. AskedWrongly for names that are not declared."""
        if record.get("categories"):
            record["categories"] = self._each(record["categories"], self.category)
        for field in _ACTORS:
            if record.get(field):
                record[field] = self._each(record[field], self.actor)
        if initiators := record.get("initiators"):
            # Those who act take part.
            record["actors"] = list(dict.fromkeys([*record.get("actors", ()), *initiators]))
        for citation in record.get("sources", ()):
            citation["source"] = self.source(citation.get("source", ""), citation.get("url"))
        for note in record.get("notes", ()):
            if note.get("source"):
                note["source"] = self.source(note["source"])
        for quote in record.get("quotes", ()):
            # Who speaks need not be an actor.
            found = self.names.is_actor(quote.get("speaker") or "")
            if len(found) == 1:
                quote["speaker"] = found[0]
        for place in record.get("places", ()):
            if place.get("country"):
                place["country"] = self.names.state(place["country"])
        return record

    def _each(self, values: list[str], read: Callable[[str], str]) -> list[str]:
        # Many rows of a file name the same few.
        asked = (read.__name__, *values)
        found = self._lists.get(asked)
        if found is None:
            found = self._lists[asked] = tuple(dict.fromkeys(map(read, values)))
        return [*found]

    def _cached(self, room: str, text: str, read: Callable[[], str]) -> str:
        found = self._known.get((room, text))
        if found is None:
            found = self._known[room, text] = read()
        return found

    def category(self, text: str) -> str:
        """The id of a declared category."""
        return self._cached("categories", text, lambda: self.names.category(text))

    def actor(self, text: str) -> str:
        """The id of an actor, declared now if that is allowed."""
        return self._cached("actors", text, lambda: self._actor(text))

    def _actor(self, text: str) -> str:
        found = self.names.is_actor(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise AskedWrongly(
                f"“{text}” is the name of {len(found)} actors", f"use an id: {', '.join(found)}"
            )
        if not self.create:
            try:
                self.names.actor(text)
            except AskedWrongly as error:
                raise AskedWrongly(
                    error.message,
                    f"{error.hint}; or --create declares it"
                    if error.hint.startswith("did")
                    else "--create declares it, or `relwatch actor add`",
                ) from None
        from relwatch.reference import country_named

        country = country_named(text)
        if country is not None and country.iso3:
            made = {"id": country.iso3, "name": country.name, "kind": "state"}
            if any(actor["id"] == country.iso3 for actor in self.document.room("actors")):
                return country.iso3
        else:
            taken = {actor["id"] for actor in self.document.room("actors")}
            # Whether it is a person or an organisation only the analyst can say.
            made = {"id": record_id(text, taken, "actor"), "name": text.strip()}
        self.document.room("actors").append(made)
        kind = made.get("kind", "kind not said")
        self.made.append(f"actor {made['id']} ({made['name']}, {kind})")
        self._names = None
        return made["id"]

    def source(self, text: str, url: str | None = None) -> str:
        """The id of a source by id, title or publisher, or by the site of an address."""
        # Only a citation that names no source is known by its address.
        name = text.strip()
        site = "" if name else _site(url)
        return self._cached("sources", name or site, lambda: self._source(name, site))

    def _source(self, text: str, site: str) -> str:
        if not text and not site:
            raise AskedWrongly("a citation names its source", "as in --source TASS")
        if not self._sources:
            for source in self.document.room("sources"):
                self._learn(source)
        asked = fold(text or site)
        if asked in self._sources:
            return self._sources[asked]
        if not self.create:
            close = near(asked, self._sources)
            raise AskedWrongly(
                f"no source “{text or site}” is declared",
                (
                    f"did you mean {' or '.join(self._sources[one] for one in close)}? or "
                    if close
                    else ""
                )
                + "--create declares it",
            )
        taken = {source["id"] for source in self.document.room("sources")}
        made = {"id": record_id(text or site, taken, "source"), "title": text or site}
        if site and not text:
            made["url"] = f"https://{site}/"
        self.document.room("sources").append(made)
        self.made.append(f"source {made['id']} ({made['title']})")
        self._learn(made)
        return made["id"]

    def _learn(self, source: Record) -> None:
        # An article is not its publisher: only a source that is a whole outlet goes by those.
        outlet = not source.get("title") or fold(source["title"]) == fold(
            source.get("publisher") or ""
        )
        url = source.get("url") or ""
        site = _site(url)
        names = [source.get("title"), source.get("publisher") if outlet else None, url]
        names += [site] if site and not url.rstrip("/").count("/") > 2 else []
        for name in names:
            if name:
                self._sources.setdefault(fold(name), source["id"])
        self._sources[fold(source["id"])] = source["id"]


def _site(url: str | None) -> str:
    """The host an address begins with, without "www."."""
    if not url or "://" not in url:
        return ""
    return url.split("://", 1)[1].split("/", 1)[0].casefold().removeprefix("www.")


def one_id(document: Document, beginning: str) -> str:
    """The event whose id is, or alone begins with, `beginning`. AskedWrongly else."""
    asked = beginning.strip()
    if asked in document:
        return asked
    found = [name for name in document.ids() if asked and name.startswith(asked)]
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(found[:5]) + (", ..." if len(found) > 5 else "")
        raise AskedWrongly(
            f"“{beginning}” begins {len(found)} ids: {shown}", "type more of the one you mean"
        )
    close = near(asked, document.ids())
    raise AskedWrongly(
        f"no event's id begins with “{beginning}”",
        f"did you mean {' or '.join(close)}?"
        if close
        else "`relwatch list --columns id` shows them",
    )


def must_be_an_event(record: Record) -> None:
    """AskedWrongly, naming the field, when a record cannot be an event of any corpus."""
    for field, example in (("date", "2022-01-05"), ("categories", "political"), ("title", "...")):
        if not record.get(field):
            option = "category" if field == "categories" else field
            raise AskedWrongly(f"an event needs a {option}", f"as in --{option} {example}")
    try:
        msgspec.convert({"id": "", **record}, Event)
    except msgspec.ValidationError as error:
        raise AskedWrongly(_place(str(error))) from None
    for field in ("date", "end", "reported", "recorded"):
        if record.get(field) is not None:
            try:
                date_days(record[field])
            except ValueError:
                raise AskedWrongly(
                    f"{field}: “{record[field]}” is not a date", "YYYY, YYYY-MM or YYYY-MM-DD"
                ) from None
    if record.get("end") and date_days(record["end"])[1] < date_days(record["date"])[0]:
        raise AskedWrongly(
            f"end: {record['end']} lies before the date, {record['date']}", "a later day, or none"
        )
    if "\n" in record["title"] or "\r" in record["title"] or not record["title"].strip():
        raise AskedWrongly("title: a title is one line that is not empty")
    intensity = record.get("intensity")
    if intensity is not None and not -10 <= intensity <= 10:
        raise AskedWrongly(
            f"intensity: {intensity} lies outside -10 to +10",
            "-10 is the most conflict, +10 the most cooperation",
        )
    for citation in record.get("sources", ()):
        grade = citation.get("grade")
        if grade and not (len(grade) == 2 and grade[0] in "ABCDEF" and grade[1] in "123456"):
            raise AskedWrongly(f"grade: “{grade}” is not a grade", "A-F and 1-6, as B2")
    for place in record.get("places", ()):
        state = place.get("country")
        if state and not (len(state) == 3 and state.isascii() and state.isupper()):
            raise AskedWrongly(
                f"places: “{state}” is not a state's code", "ISO 3166-1 alpha-3, as CHN"
            )


def _place(message: str) -> str:
    """A complaint of the decoder with the field first: "stage: invalid enum value 'x'"."""
    what, _, where = message.partition(" - at `$")
    field = where.rstrip("`").lstrip(".")
    return f"{field}: {what[:1].lower()}{what[1:]}" if field else what


def add(document: Document, record: Record, today: str | None = None) -> str:
    """Put a new event into the document under a new id, which is given back.

    `record` has ids, not names (see Naming). `today` is what `recorded` says, unless it is set.
    """
    must_be_an_event(record)
    made = {key: value for key, value in record.items() if value not in (None, [], "")}
    if today is not None:
        made.setdefault("recorded", today)
    made["id"] = event_id(made["date"], made["title"], document)
    _check_links(document, made)
    document.put(made)
    return str(made["id"])


def _check_links(document: Document, record: Record) -> None:
    if record.get("follows"):
        record["follows"] = [one_id(document, name) for name in record["follows"]]
        if record["id"] in record["follows"]:
            raise AskedWrongly("follows: an event cannot follow itself")


def replace(document: Document, event_id: str, record: Record) -> list[Change]:
    """Give an event other fields; its id stays. What changed, field by field."""
    old = document.event(event_id)
    made = {key: value for key, value in record.items() if value not in (None, [])}
    made["id"] = event_id
    must_be_an_event(made)
    if made.get("follows") != old.get("follows"):
        _check_links(document, made)
    document.put(made)
    return differences(old, made)


def differences(old: Record, new: Record) -> list[Change]:
    """The fields that two versions of one event differ in, in the order of the model."""
    keys = [key for key in Event.__struct_fields__ if key in old or key in new]
    keys += [key for key in (*old, *new) if key not in keys]
    return [
        Change(new["id"], key, old.get(key), new.get(key))
        for key in dict.fromkeys(keys)
        if old.get(key) != new.get(key)
    ]


def assign(
    document: Document, ids: Iterable[str], assignments: tuple[Assignment, ...], naming: Naming
) -> list[Change]:
    """Apply `field=value` to events; what changes, event by event."""
    changes: list[Change] = []
    for name in ids:
        record = document.event(name)
        for one in assignments:
            # Names are resolved first, so that -= finds what it takes out.
            ready = naming.resolve({one.field: _copied(one.value)}) if one.value is not None else {}
            Assignment(one.field, one.how, ready.get(one.field)).apply(record)
        missing = [
            name for name in record.get("initiators", ()) if name not in record.get("actors", ())
        ]
        if missing and any(one.field == "initiators" for one in assignments):
            record["actors"] = [*record.get("actors", ()), *missing]
        changes += replace(document, name, record)
    return changes


def _copied(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def cite(document: Document, event_id: str, citation: Record) -> bool:
    """Add a source to an event; False when it cites the same already.

    A citation of the same source and address with another grade or locator takes its place.
    """
    record = document.event(event_id)
    made = {key: value for key, value in citation.items() if value}
    same = ("source", "url")
    old = record.get("sources", [])
    if made in old:
        return False
    kept = [one for one in old if any(one.get(key) != made.get(key) for key in same)]
    before: Record = next((one for one in old if one not in kept), {})
    place = old.index(before) if before else len(kept)
    record["sources"] = [*kept[:place], {**before, **made}, *kept[place:]]
    must_be_an_event(record)
    document.put(record)
    return True


def absorb(document: Document, event_id: str, record: Record) -> list[Change]:
    """Take into an event what another entry of it adds: lists are joined, empty fields filled.

    Nothing the event says is replaced. What changes, field by field.
    """
    old = document.event(event_id)
    made = dict(old)
    for key, value in record.items():
        if value in (None, [], "") or key in _ITS_OWN:
            continue
        if key in ("end", "uncertain") and record.get("date") != old["date"]:
            continue
        if key == "sources":
            made[key] = _cited(made.get(key, []), value)
        elif isinstance(value, list):
            here = made.get(key, [])
            made[key] = here + [one for one in value if one not in here]
        elif made.get(key) in (None, ""):
            made[key] = value
    document.put(made)
    return differences(old, made)


_ITS_OWN = ("id", "date", "title", "origin", "status", "derived", "recorded")
"""What another entry of an event never gives it."""


def _cited(here: list[Record], more: list[Record]) -> list[Record]:
    """Citations with others; one of the same source and address only fills what is missing."""
    made = [dict(one) for one in here]
    for other in more:
        same = next(
            (one for one in made if all(one.get(k) == other.get(k) for k in ("source", "url"))),
            None,
        )
        if same is None:
            made.append(other)
        else:
            same.update({key: value for key, value in other.items() if key not in same})
    return made


class Pointer(Struct, frozen=True):
    """Something that names an event: another event that follows it, or a judgement's evidence."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


def pointers(document: Document, event_id: str) -> list[Pointer]:
    """What points to an event."""
    found = [
        Pointer("event", name)
        for name in document.naming(event_id)
        if name != event_id and event_id in document.event(name).get("follows", ())
    ]
    for assessment in document.room("assessments"):
        if any(one.get("event") == event_id for one in assessment.get("evidence", ())):
            found.append(Pointer("assessment", assessment["id"]))
    return found


def remove(document: Document, ids: Iterable[str], unlink: bool = False) -> list[Pointer]:
    """Remove events; with `unlink` also the links to them, which are given back.

    Raises AskedWrongly when something that stays points to one of them.
    """
    going = list(dict.fromkeys(ids))
    dropped: list[Pointer] = []
    for name in going:
        left = [
            one for one in pointers(document, name) if one.kind != "event" or one.id not in going
        ]
        if left and not unlink:
            shown = ", ".join(map(str, left[:4])) + (", ..." if len(left) > 4 else "")
            raise AskedWrongly(
                f"{name} is pointed to by {shown}; nothing was removed",
                "--unlink removes these links too",
            )
        for one in left:
            _unlink(document, one, name)
        dropped += left
    for name in going:
        document.drop(name)
    return dropped


def _unlink(document: Document, pointer: Pointer, event_id: str) -> None:
    if pointer.kind == "event":
        record = document.event(pointer.id)
        record["follows"] = [one for one in record["follows"] if one != event_id]
        if not record["follows"]:
            del record["follows"]
        document.put(record)
        return
    for assessment in document.room("assessments"):
        if assessment["id"] == pointer.id:
            assessment["evidence"] = [
                one for one in assessment["evidence"] if one.get("event") != event_id
            ]


class Covered(Struct, frozen=True):
    """What a change of the coverage did: the days it is about, and what else is to be said."""

    days: str
    said: tuple[str, ...] = ()


def cover(
    document: Document, start: str | None, end: str | None, basis: str | None, note: str | None
) -> Covered:
    """Cover the days from `start` to `end`, or move the end (or start) of what is covered.

    Days that are covered keep what is said of them: `basis` and `note` are about the new days.
    Those become part of the stretch they touch if it says the same, or if nothing is to be said,
    else a stretch of their own. Naming both ends of a stretch changes what it says. Raises
    AskedWrongly when a stretch would shrink to nothing, or when no day is left to say it of.
    """
    stretches = document.room("coverage")
    for text in (start, end):
        if text is not None:
            _must_be_a_date(text)
    told = {key: one for key, one in (("basis", basis), ("note", note)) if one is not None}
    if start is None or end is None:
        moved = _moved(stretches, start, end, told)
        if moved is not None:
            return moved
        if end is not None:
            start = iso(max(_days(one)[1] for one in stretches) + 1)
        else:
            end = iso(min(_days(one)[0] for one in stretches) - 1)
    assert start is not None
    assert end is not None
    first, last = date_days(start)[0], date_days(end)[1]
    if last < first:
        raise AskedWrongly(f"the stretch ends ({end}) before it begins ({start})")
    others = [one for one in stretches
              if _days(one)[0] <= last and _days(one)[1] >= first and not _says(one, told)]  # fmt: skip
    exact = next((one for one in others if _days(one) == (first, last)), None)
    if exact is not None:
        said = _replaced(exact, told)
    else:
        new = _new_days(stretches, first, last)
        if others and not new:
            raise AskedWrongly(
                f"no day from {start} to {end} is new: {'; '.join(map(stretch_line, others))}",
                "name both ends of a stretch to change what it says",
            )
        for day, until in new:
            _grow(stretches, start if day == first else iso(day),
                  end if until == last else iso(until), told)  # fmt: skip
        said = tuple(f"stays as it was: {stretch_line(one)}" for one in others)
    stretches.sort(key=lambda one: _days(one)[0])
    return Covered(f"{start} to {end}", said)


def _must_be_a_date(text: str) -> None:
    try:
        date_days(text)
    except ValueError:
        raise AskedWrongly(f"“{text}” is not a date", "YYYY, YYYY-MM or YYYY-MM-DD") from None


def _days(stretch: Record) -> tuple[int, int]:
    return date_days(stretch["start"])[0], date_days(stretch["end"])[1]


def stretch_line(stretch: Record) -> str:
    """A covered stretch on one line, with what it says."""
    says = ", ".join(stretch[key] for key in ("basis", "note") if stretch.get(key))
    return f"{stretch['start']} to {stretch['end']}" + (f"  {says}" if says else "")


def _says(stretch: Record, told: dict[str, str]) -> bool:
    return all((stretch.get(key) or "") == value for key, value in told.items())


def _replaced(stretch: Record, told: dict[str, str]) -> tuple[str, ...]:
    said = [f"its {key} was: {stretch[key]}" for key, value in told.items()
            if stretch.get(key) not in (None, "", value)]  # fmt: skip
    for key, value in told.items():
        if value:
            stretch[key] = value
        else:
            stretch.pop(key, None)
    return tuple(said)


def _moved(
    stretches: list[Record], start: str | None, end: str | None, told: dict[str, str]
) -> Covered | None:
    """Take days back from the last (or first) stretch; None when days are to be added instead."""
    if start is None and end is None:
        raise AskedWrongly("nothing to cover", "as in `relwatch cover --to 2022-01-16`")
    if not stretches:
        raise AskedWrongly(
            "the corpus claims no coverage yet, so a stretch needs both ends",
            "as in --from 2022-01-01 --to 2022-01-16",
        )
    if end is not None:
        outer = max(stretches, key=lambda one: _days(one)[1])
        if date_days(end)[1] < _days(outer)[0]:
            raise AskedWrongly(f"{end} lies before the last covered stretch, from {outer['start']}")
        further = date_days(end)[1] > _days(outer)[1]
    else:
        assert start is not None
        outer = min(stretches, key=lambda one: _days(one)[0])
        if date_days(start)[0] > _days(outer)[1]:
            raise AskedWrongly(f"{start} lies after the first covered stretch, to {outer['end']}")
        further = date_days(start)[0] < _days(outer)[0]
    if further:
        return None
    if not _says(outer, told):
        raise AskedWrongly(
            f"no day is new: {stretch_line(outer)}",
            "name both ends of a stretch to change what it says",
        )
    outer["end" if end is not None else "start"] = end or start
    return Covered(f"{outer['start']} to {outer['end']}")


def _new_days(stretches: list[Record], first: int, last: int) -> list[tuple[int, int]]:
    """The days from `first` to `last` that nothing covers, as stretches."""
    found = []
    for begins, ends in sorted(map(_days, stretches)):
        if begins > first:
            found.append((first, min(begins - 1, last)))
        first = max(first, ends + 1)
        if first > last:
            return found
    return [*found, (first, last)]


def _grow(stretches: list[Record], start: str, end: str, told: dict[str, str]) -> None:
    """Add days that nothing covers, to a stretch that they touch and that says the same if any."""
    first, last = date_days(start)[0], date_days(end)[1]
    before = next(
        (one for one in stretches if _days(one)[1] == first - 1 and _says(one, told)), None
    )
    after = next((one for one in stretches if _days(one)[0] == last + 1 and _says(one, told)), None)
    if before is not None:
        before["end"] = end
        ends = ("start", "end")
        if after is not None and all(
            before.get(key) == after.get(key) for key in {*before, *after}.difference(ends)
        ):
            before["end"] = after["end"]
            stretches.remove(after)
    elif after is not None:
        after["start"] = start
    else:
        says = {key: value for key, value in told.items() if value}
        stretches.append({"start": start, "end": end, **says})


def uncovered(document: Document, record: Record) -> str | None:
    """The option of `cover` that takes in an event outside everything covered; None for inside.

    "to" when it lies past the end, "from" when it lies before or between.
    """
    stretches = [_days(one) for one in document.room("coverage")]
    first, last = date_days(record["date"])
    if not stretches or any(begins <= last and ends >= first for begins, ends in stretches):
        return None
    return "to" if first > max(ends for _, ends in stretches) else "from"
