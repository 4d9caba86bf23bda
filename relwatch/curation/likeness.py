"""Events that may be one event entered twice: near in time, alike in title, with shared actors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import log
from typing import Any

from msgspec import Struct

from relwatch.curation.titles import LITTLE, words
from relwatch.model import Corpus, Event
from relwatch.periods import date_days

NEIGHBOURS = 2
"""How many days apart two entries of one event may stand: reports come a day or two later."""
LIKELY = 70
"""From this likeness (0 to 100) on two events are shown as likely duplicates."""
_ADDRESS = "\n"
_CITED = "the same address is cited"
_ACTORS = 16
"""How much more likely the same actors make it than none in common."""
_LEAST = LIKELY - 0.5 - _ACTORS / 2
"""Titles less alike than this make no two events likely one, whatever else is the same."""
_WIDEST = 62
_BIN = 2 * NEIGHBOURS + 1
"""Days that are looked up at once: an event's neighbours lie in two such bins."""


class Like(Struct, frozen=True):
    """An event that another one is like, from 0 to 100, and why."""

    id: str
    likeness: int
    why: str


class _Entry(Struct, frozen=True, gc=False):
    id: str
    first: int
    last: int
    # Each once and sorted; a set would take many times the memory.
    words: tuple[str, ...]
    actors: tuple[str, ...]
    urls: tuple[str, ...]


def _words(title: str) -> tuple[str, ...]:
    found = set(map(_stem, words(title)))
    found.discard("")
    return tuple(sorted(found))


@lru_cache(1 << 16)
def _stem(word: str) -> str:
    # Six letters tell "minister" from "mission" and not from "ministers".
    return "" if word in LITTLE else word.rstrip("s")[:6]


def urls(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The addresses an event cites, each once."""
    sources = record.get("sources")
    if not sources:
        return ()
    found = [url.rstrip("/") for source in sources if (url := source.get("url"))]
    return tuple(found) if len(found) < 2 else tuple(set(found))


@lru_cache(1 << 12)
def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(set(names))


def alike(one: str, two: str) -> float:
    """How alike two titles are word by word, from 0 to 100."""
    from rapidfuzz import fuzz

    return fuzz.token_sort_ratio(" ".join(_words(one)), " ".join(_words(two)))


class Likenesses:
    """Finds events like a given one. Records are events as plain objects."""

    def __init__(self, records: Iterable[Mapping[str, Any]] = ()) -> None:
        # By bin of days, then by word, or by cited address with a line end before it.
        self._bins: dict[int, dict[str, list[_Entry]]] = {}
        self._wide: list[_Entry] = []
        self._known = 0
        self._asked: _Entry | None = None
        self._common: dict[str, int] = {}
        self._weights: dict[str, float] = {}
        for record in records:
            self.add(record)

    def add(self, record: Mapping[str, Any]) -> None:
        """Let an event be found from now on."""
        self._add(self._entry(record))

    def add_asked(self, event_id: str) -> None:
        """Let the event that was asked for last be found from now on, under its id."""
        assert self._asked is not None
        one = self._asked
        self._add(_Entry(event_id, one.first, one.last, one.words, one.actors, one.urls))

    def _add(self, entry: _Entry) -> None:
        self._known += 1
        common = self._common
        for word in entry.words:
            common[word] = common.get(word, 0) + 1
        if self._weights:
            self._weights = {}
        if entry.last - entry.first > _WIDEST:
            self._wide.append(entry)
            return
        for days in range(entry.first // _BIN, entry.last // _BIN + 1):
            index = self._bins.get(days)
            if index is None:
                index = self._bins[days] = {}
            for word in (*entry.words, *map(_ADDRESS.__add__, entry.urls)):
                there = index.get(word)
                if there is None:
                    index[word] = [entry]
                else:
                    there.append(entry)

    def learn(self, titles: Iterable[str]) -> None:
        """Let titles only say which words are common."""
        for title in titles:
            self._known += 1
            self._weights = {}
            for word in _words(title):
                self._common[word] = self._common.get(word, 0) + 1

    @staticmethod
    def _entry(record: Mapping[str, Any]) -> _Entry:
        first, last = date_days(record["date"])
        if record.get("end"):
            last = max(last, date_days(record["end"])[1])
        actors = _each_once(tuple(record.get("actors") or ()))
        return _Entry(
            record.get("id") or "", first, last, _words(record["title"]), actors, urls(record)
        )

    def like(self, record: Mapping[str, Any]) -> list[Like]:
        """The events that are likely this one, likeliest first; never the one of its id."""
        asked = self._asked = self._entry(record)
        # Words that every other title has ("China", "talks") make nothing alike: events are only
        # compared when they share one that is less common, which spares most comparisons.
        most = max(12, self._known // 25)
        common = self._common.get
        telling = [word for word in asked.words if common(word, 0) <= most] or asked.words
        known = [word for word in telling if common(word)]
        known += map(_ADDRESS.__add__, asked.urls)
        near: dict[str, _Entry] = {}
        last = min(asked.last, asked.first + _WIDEST)
        early, late = asked.first - NEIGHBOURS, last + NEIGHBOURS
        for days in range(early // _BIN, late // _BIN + 1) if known else ():
            index = self._bins.get(days)
            if index:
                for word in known:
                    for entry in index.get(word, ()):
                        if entry.first <= late and entry.last >= early:
                            near[entry.id] = entry
        for entry in self._wide:
            if not set(telling).isdisjoint(entry.words) or (
                entry.first <= late and entry.last >= early and _share(asked.urls, entry.urls)
            ):
                near[entry.id] = entry
        if not near:
            return []
        near.pop(asked.id, None)
        likely = []
        scores: dict[tuple[str, ...], float] = {}
        for entry in near.values():
            if _share(asked.urls, entry.urls):
                likely.append(Like(entry.id, 100, _CITED))
                continue
            score = scores.get(entry.words)
            if score is None:
                score = scores[entry.words] = self._titles(asked.words, entry.words)
            if score >= _LEAST:
                like = _judged(asked, entry, score)
                if like.likeness >= LIKELY:
                    likely.append(like)
        return sorted(likely, key=lambda one: (-one.likeness, one.id))[:5]

    def likeness(self, record: Mapping[str, Any], other: Mapping[str, Any]) -> Like:
        """How like an event another one is."""
        one, two = self._entry(record), self._entry(other)
        if _share(one.urls, two.urls):
            return Like(two.id, 100, _CITED)
        return _judged(one, two, self._titles(one.words, two.words))

    def _titles(self, asked: tuple[str, ...], other: tuple[str, ...]) -> float:
        """How alike the words of two titles are, from 0 to 100."""
        from rapidfuzz import fuzz

        score = fuzz.ratio(" ".join(asked), " ".join(other))
        shared = [word for word in asked if word in other]
        if len(shared) > 1:
            least = min(self._weight(asked), self._weight(other))
            score = max(score, 92 * self._weight(shared) / least)
        return score

    def _weight(self, words: Iterable[str]) -> float:
        """How much words tell: the rarer, the more."""
        weights, total = self._weights, 0.0
        for word in words:
            weight = weights.get(word)
            if weight is None:
                common = self._common.get(word, 0)
                weight = weights[word] = log(1 + (self._known + 1) / (1 + common))
            total += weight
        return total


def _share(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    return bool(one and two) and not set(one).isdisjoint(two)


def _judged(asked: _Entry, other: _Entry, titles: float) -> Like:
    """How like two events are whose titles are so alike."""
    score, why = titles, [f"titles {round(titles)} % alike"]
    if asked.actors and other.actors:
        both = set(asked.actors).intersection(other.actors)
        shared = len(both) / min(len(asked.actors), len(other.actors))
        score += _ACTORS * (shared - 0.5)
        why.append("the same actors" if shared == 1 else "shared actors" if shared else "")
    apart = max(asked.first - other.last, other.first - asked.last, 0)
    score -= 4 * apart
    why.append(f"{apart} day{'' if apart == 1 else 's'} apart" if apart else "the same date")
    return Like(other.id, max(0, min(100, round(score))), ", ".join(filter(None, why)))


_ENOUGH = 1_000
"""Titles that are read to know which words are common."""


def likenesses_of(corpus: Corpus, record: Mapping[str, Any]) -> list[Like]:
    """The events of a corpus that are likely the given one, likeliest first.

    Only those near in time are looked at, so that adding to a large corpus stays quick.
    """
    first, last = date_days(record["date"])
    if record.get("end"):
        last = max(last, date_days(record["end"])[1])
    found = Likenesses()
    for number, event in enumerate(corpus.events):
        start, end = date_days(event.date)
        if event.end is not None:
            end = date_days(event.end)[1]
        if start - NEIGHBOURS <= last and end + NEIGHBOURS >= first:
            found.add(plain(event))
        elif number % max(1, len(corpus.events) // _ENOUGH) == 0:
            found.learn([event.title])
    return found.like(record)


def plain(event: Event) -> dict[str, Any]:
    """What is compared of an event of a corpus."""
    return {
        "id": event.id,
        "date": event.date,
        "end": event.end,
        "title": event.title,
        "actors": event.actors,
        "sources": [{"url": one.url} for one in event.sources],
    }
