"""What types cannot say of a corpus: dates that exist, ids used once, links that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from relwatch.corpora.anything import days_of, dicts, shown, texts, texts_in
from relwatch.corpora.contradictions import contradictions
from relwatch.corpora.disorder import disorder
from relwatch.corpora.documents import SINGULAR
from relwatch.corpora.nameless import Nameless
from relwatch.errors import Problem
from relwatch.model import Event
from relwatch.reference import COLORS, LIKELIHOODS, acts, countries
from relwatch.text import near, safe, spaced

if TYPE_CHECKING:
    from relwatch.corpora.checking import Check

LINKED = ("categories", "actors", "sources", "events", "assessments")
"""The rooms whose entries have ids."""
DATE_FORMS = "YYYY, YYYY-MM or YYYY-MM-DD"


class Links:
    """What types cannot say: dates that exist, ids used once, links that lead somewhere."""

    def __init__(self, check: Check, document: dict[str, Any]) -> None:
        self.check = check
        self.document = document
        self.states = {country.iso3 for country in countries()}
        self.used: dict[str, set[str]] = {"actors": set(), "sources": set()}
        self.nameless = {room: Nameless() for room in LINKED}
        self.unread = dict.fromkeys(self.used, 0)
        """References that cannot be read, each of which may be to anything of its room."""

    def all(self) -> Iterator[Problem]:
        self.ids: dict[str, dict[str, int]] = {}
        for room in LINKED:
            self.ids[room] = {}
            yield from self.unique(room)
        if self.document.get("categories") == []:
            yield self.check.error("categories", "no category is declared", "at least one")
        # Where no id at all can be read, each link would repeat that one problem.
        self.unknown = {
            room for room in LINKED if not self.ids[room] and self.document.get(room, []) != []
        }
        self.unknown |= set() if self.ids["categories"] else {"categories"}
        for room in ("events", "assessments"):
            self.mentioned([one for one in self.entries(room) if not isinstance(one, dict)])
        yield from self.coverage()
        for number, actor in dicts(self.document.get("actors")):
            yield from self.alpha3(actor.get("of"), f"actors[{number}].of")
            if actor.get("kind") is None:
                yield self.check.advice(
                    f"actors[{number}].kind", "missing", "state, organisation or person"
                )
            if actor.get("kind") == "state":
                yield from self.alpha3(actor.get("id"), f"actors[{number}].id")
        for number, state in self.references("actors", self.document.get("parties")):
            yield from self.alpha3(state, f"parties[{number}]")
            yield from self.known("actors", state, f"parties[{number}]")
        for room in ("actors", "categories"):
            for number, one in dicts(self.document.get(room)):
                name = one.get("name")
                if isinstance(name, str) and not name.strip():
                    yield self.check.advice(f"{room}[{number}].name", "an empty name")
        for number, category in dicts(self.document.get("categories")):
            color = category.get("color")
            if isinstance(color, str) and color not in COLORS:
                yield self.check.advice(
                    f"categories[{number}].color", f"{shown(color)} is no colour terminals know",
                    "as red, bright_cyan",
                )  # fmt: skip
        for number, source in dicts(self.document.get("sources")):
            yield from self.date(source, "published", f"sources[{number}]")
            names = [source.get("title"), source.get("publisher")]
            if all(one is None or (isinstance(one, str) and not one.strip()) for one in names):
                yield self.check.advice(
                    f"sources[{number}]",
                    "neither a title nor a publisher",
                    "what readers see of it",
                )
        for number, event in dicts(self.document.get("events")):
            yield from self.event(event, f"events[{number}]")
        for number, assessment in dicts(self.document.get("assessments")):
            yield from self.assessment(assessment, f"assessments[{number}]")
        yield from contradictions(self.check, self.document)
        yield from disorder(self.check, self.document)
        yield from self.unused()

    def unused(self) -> Iterator[Problem]:
        """What is declared and never named.

        A reference that cannot be read may be to one of these: as many as there are, that is one
        cause with it. Where no event or no judgement can be read, nothing is known.
        """
        for room in ("events", "assessments"):
            if self.document.get(room, []) != [] and not dicts(self.document[room]):
                return
        for room, used in self.used.items():
            found = [] if room in self.unknown else [
                (name, number) for name, number in self.ids[room].items() if name not in used
            ]  # fmt: skip
            for name, number in found if len(found) > self.unread[room] else ():
                yield self.check.advice(f"{room}[{number}]", f"“{name}” is never used")

    def entries(self, room: str) -> list[Any]:
        value = self.document.get(room)
        return value if isinstance(value, list) else []

    def mentioned(self, value: Any, *rooms: str) -> None:
        """Take whatever stands in what cannot be read for used, of all rooms or of some."""
        found = set(texts_in(value))
        for room in rooms or self.used:
            self.used[room] |= found

    def unreadable(self, room: str, value: Any) -> None:
        """A reference to something of that room which cannot be read."""
        if room in self.used:
            self.unread[room] += 1
            self.mentioned(value, room)

    def references(self, room: str, value: Any) -> list[tuple[int, str]]:
        """The names of a list, with their positions."""
        if value is not None and not isinstance(value, list):
            self.unreadable(room, value)
        for one in value if isinstance(value, list) else ():
            if not isinstance(one, str):
                self.unreadable(room, one)
        return texts(value)

    def citing(self, value: Any) -> list[tuple[int, dict[str, Any]]]:
        """The objects of a list, each of which may name a source."""
        if value is not None and not isinstance(value, list):
            self.unreadable("sources", value)
        for one in value if isinstance(value, list) else ():
            if not isinstance(one, dict):
                self.unreadable("sources", one)
        return dicts(value)

    def unique(self, room: str) -> Iterator[Problem]:
        seen = self.ids[room]
        for number, one in enumerate(self.entries(room)):
            name = one.get("id") if isinstance(one, dict) else None
            path = f"{room}[{number}].id"
            if not isinstance(name, str) or not name.strip():
                self.nameless[room].add(f"{room}[{number}]", one)
                if isinstance(name, str):
                    yield self.check.error(path, "an empty id")
            elif name in seen:
                yield self.check.error(
                    path, f"“{name}” is also the id of {room}[{seen[name]}]", "each id once"
                )
            else:
                seen[name] = number

    def known(self, room: str, name: Any, path: str) -> Iterator[Problem]:
        if not isinstance(name, str):
            self.unreadable(room, name)
            return
        if room in self.unknown:
            return
        if room in self.used:
            self.used[room].add(name)
        if name not in self.ids[room] and not self.nameless[room].may_be(name):
            close = near(name, self.ids[room], 1)
            # Reading needs categories and parties; it can do without the rest.
            needed = room == "categories" or path.startswith("parties")
            report = self.check.error if needed else self.check.fault
            without = str(self.nameless[room])
            hint = f"an id of {room}" + (f"; {without}" if without else "")
            hint = f"did you mean {close[0]}?" if close else hint
            yield report(path, f"no {SINGULAR[room]} “{name}” is declared", hint)

    def alpha3(self, state: Any, path: str) -> Iterator[Problem]:
        if isinstance(state, str) and not (len(state) == 3 and state.isascii() and state.isupper()):
            yield self.check.error(
                path, f"{shown(state)} is not a state's code", "ISO 3166-1 alpha-3, as CHN"
            )
        elif isinstance(state, str) and state not in self.states:
            yield self.check.advice(path, f"{shown(state)} is the code of no country", "as CHN")

    def date(self, holder: dict[str, Any], key: str, path: str) -> Iterator[Problem]:
        value = holder.get(key)
        if isinstance(value, str) and days_of(value) is None:
            yield self.check.error(f"{path}.{key}", f"{shown(value)} is not a date", DATE_FORMS)

    def ends_before(self, start: Any, end: Any) -> bool:
        first, last = days_of(start), days_of(end)
        return first is not None and last is not None and last[1] < first[0]

    def coverage(self) -> Iterator[Problem]:
        for number, stretch in dicts(self.document.get("coverage")):
            path = f"coverage[{number}]"
            yield from self.date(stretch, "start", path)
            yield from self.date(stretch, "end", path)
            if self.ends_before(stretch.get("start"), stretch.get("end")):
                yield self.check.error(f"{path}.end", "the stretch ends before it begins")

    def event(self, event: dict[str, Any], path: str) -> Iterator[Problem]:
        for key in ("date", "end", "reported", "recorded"):
            yield from self.date(event, key, path)
        if self.ends_before(event.get("date"), event.get("end")):
            yield self.check.error(
                f"{path}.end",
                f"{event['end']} lies before the date, {event['date']}",
                "a later day, or none",
            )
        if event.get("uncertain") is True and event.get("end") is None:
            yield self.check.advice(
                f"{path}.uncertain", "uncertain needs an end: one unknown day from date to end"
            )
        labels = event.get("categories")
        if isinstance(labels, list) and not labels:
            yield self.check.error(
                f"{path}.categories", "no category", "at least one; the first is the primary"
            )
        for number, label in texts(labels):
            yield from self.known("categories", label, f"{path}.categories[{number}]")
        title = event.get("title")
        if isinstance(title, str) and (not title.strip() or "\n" in title or "\r" in title):
            yield self.check.advice(f"{path}.title", "a title is one line that is not empty")
        elif isinstance(title, str) and title != spaced(title):
            yield self.check.advice(
                f"{path}.title",
                "spaces at an end or in a row",
                "`relwatch check --fix` takes them out",
            )
        elif isinstance(title, str) and title != safe(title):
            yield self.check.advice(
                f"{path}.title", "characters that steer a screen", "letters, marks and signs only"
            )
        for key in ("categories", "actors", "initiators", "about"):
            before: set[str] = set()
            for number, name in texts(event.get(key)):
                if name in before:
                    yield self.check.advice(
                        f"{path}.{key}[{number}]", f"“{name}” stands there twice"
                    )
                before.add(name)
        code = event.get("cameo")
        if isinstance(code, str) and code not in acts():
            close = near(code, acts(), 1)
            yield self.check.advice(
                f"{path}.cameo", f"{shown(code)} is no CAMEO code",
                f"did you mean {close[0]}?" if close else "as 042",
            )  # fmt: skip
        for key in ("actors", "initiators", "about"):
            for number, name in self.references("actors", event.get(key)):
                yield from self.known("actors", name, f"{path}.{key}[{number}]")
        yield from self.acting(event, path)
        for number, name in texts(event.get("follows")):
            yield from self.known("events", name, f"{path}.follows[{number}]")
            if name == event.get("id"):
                yield self.check.advice(f"{path}.follows[{number}]", "the event follows itself")
        for number, place in dicts(event.get("places")):
            yield from self.place(place, f"{path}.places[{number}]")
        for number, amount in dicts(event.get("amounts")):
            currency = amount.get("currency")
            if isinstance(currency, str) and not re.fullmatch("[A-Z]{3}", currency):
                yield self.check.advice(
                    f"{path}.amounts[{number}].currency", f"{shown(currency)} is no currency's code",
                    "ISO 4217, as USD",
                )  # fmt: skip
        for number, citation in self.citing(event.get("sources")):
            yield from self.citation(citation, f"{path}.sources[{number}]")
        yield from self.cited_once(event, path)
        for number, note in self.citing(event.get("notes")):
            yield from self.note(note, f"{path}.notes[{number}]")
        intensity = event.get("intensity")
        if isinstance(intensity, (int, float)) and not isinstance(intensity, bool):
            if not -10 <= intensity <= 10:
                yield self.check.fault(f"{path}.intensity", f"{intensity} lies outside -10 to +10")
            if not event.get("scale"):
                yield self.check.advice(
                    f"{path}.scale", "missing: an intensity without its scale", "as goldstein-icews"
                )

    def acting(self, event: dict[str, Any], path: str) -> Iterator[Problem]:
        """Initiators who are not among the actors, but for those whose place there is wrong."""
        actors = event.get("actors")
        if f"{path}.actors" in self.check.failed:
            return
        names = {name for _, name in texts(actors)}
        wrong = sum(
            f"{path}.actors[{number}]" in self.check.failed
            for number in range(len(actors) if isinstance(actors, list) else 0)
        )
        missing = [one for one in texts(event.get("initiators")) if one[1] not in names]
        for number, name in missing if len(missing) > wrong else ():
            yield self.check.advice(
                f"{path}.initiators[{number}]", f"“{name}” is not among the actors"
            )

    def place(self, place: dict[str, Any], path: str) -> Iterator[Problem]:
        yield from self.alpha3(place.get("country"), f"{path}.country")
        for key, most in (("lat", 90), ("lon", 180)):
            value = place.get(key)
            if isinstance(value, (int, float)) and not -most <= value <= most:
                yield self.check.advice(
                    f"{path}.{key}", f"{value} lies outside -{most} to {most} degrees"
                )

    def citation(self, citation: dict[str, Any], path: str) -> Iterator[Problem]:
        yield from self.known("sources", citation.get("source"), f"{path}.source")
        grade = citation.get("grade")
        if isinstance(grade, str) and (
            len(grade) != 2 or grade[0] not in "ABCDEF" or grade[1] not in "123456"
        ):
            yield self.check.advice(
                f"{path}.grade", f"{shown(grade)} is not a grade", "A-F and 1-6, as B2"
            )

    def cited_once(self, event: dict[str, Any], path: str) -> Iterator[Problem]:
        """One source and address cited twice, for no two places in it."""
        before: dict[tuple[str, str], list[Any]] = {}
        for number, citation in dicts(event.get("sources")):
            source, url = citation.get("source"), citation.get("url")
            if not isinstance(source, str) or not (url is None or isinstance(url, str)):
                continue
            locators = before.setdefault((source, (url or "").rstrip("/")), [])
            locator = citation.get("locator")
            if any(not locator or not one or locator == one for one in locators):
                where = "at the same address" if url else "without an address"
                yield self.check.advice(
                    f"{path}.sources[{number}]",
                    f"“{source}” is cited twice {where}",
                    "cite it once",
                )
            locators.append(locator)

    def note(self, note: dict[str, Any], path: str) -> Iterator[Problem]:
        if note.get("source") is not None:
            yield from self.known("sources", note["source"], f"{path}.source")
        if note.get("kind") != "correction":
            return
        if not note.get("source"):
            yield self.check.advice(f"{path}.source", "missing: a correction names its source")
        if not note.get("field"):
            yield self.check.advice(f"{path}.field", "missing: a correction names what it corrects")
        elif (
            isinstance(note["field"], str)
            and note["field"].split(".")[0] not in Event.__struct_fields__
        ):
            close = near(note["field"], Event.__struct_fields__, 1)
            yield self.check.advice(
                f"{path}.field", f"an event has no field {shown(note['field'])}",
                f"did you mean {close[0]}?" if close else "as date",
            )  # fmt: skip
        value = note.get("value")
        if note.get("field") in ("date", "end") and value is not None and days_of(value) is None:
            yield self.check.error(f"{path}.value", f"{shown(value)} is not a date", DATE_FORMS)

    def assessment(self, assessment: dict[str, Any], path: str) -> Iterator[Problem]:
        yield from self.date(assessment, "made", path)
        yield from self.date(assessment, "due", path)
        if assessment.get("source") is not None:
            yield from self.known("sources", assessment["source"], f"{path}.source")
        if assessment.get("likelihood") and not assessment.get("scale"):
            yield self.check.advice(
                f"{path}.scale", "missing: a likelihood without its scale", "icd203 or phia"
            )
        terms = LIKELIHOODS.get(str(assessment.get("scale")))
        term = assessment.get("likelihood")
        if terms and isinstance(term, str) and term.casefold() not in terms:
            yield self.check.advice(
                f"{path}.likelihood", f"{shown(term)} is no term of {assessment['scale']}",
                f"one of {', '.join(terms)}",
            )  # fmt: skip
        if not assessment.get("evidence"):
            yield self.check.advice(f"{path}.evidence", "missing: a judgement without evidence")
        for number, item in dicts(assessment.get("evidence")):
            inside = f"{path}.evidence[{number}]"
            if item.get("event") is not None:
                yield from self.known("events", item["event"], f"{inside}.event")
            elif item.get("argument") in (None, ""):
                yield self.check.advice(inside, "neither an event nor an argument")
