"""Two events that two copies gave one id: ids are made of date and title, so it happens."""

from __future__ import annotations

from relwatch.corpora.documents import Document, Record
from relwatch.curation.ids import event_id
from relwatch.curation.likeness import urls
from relwatch.text import fold


def parted(base: Document, ours: Document, theirs: Document) -> list[tuple[str, str]]:
    """Give new events of `theirs` ids of their own where ours has another event under theirs.

    The ids that were and that are. Two are one event when title, origin or a cited address agree.
    """
    names = [name for name in theirs.ids() if name in ours and name not in base]
    taken = {*base.ids(), *ours.ids(), *theirs.ids()} if names else set[str]()
    found = []
    for name in names:
        record = theirs.event(name)
        if _is_one(ours.event(name), record):
            continue
        made = event_id(record["date"], record["title"], taken)
        taken.add(made)
        theirs.drop(name)
        theirs.put({**record, "id": made})
        _relink(theirs, name, made)
        found.append((name, made))
    return found


def _is_one(one: Record, two: Record) -> bool:
    return (
        fold(one["title"]) == fold(two["title"])
        or (one.get("origin") is not None and one.get("origin") == two.get("origin"))
        or not set(urls(one)).isdisjoint(urls(two))
    )


def _relink(document: Document, old: str, new: str) -> None:
    for name in document.naming(old):
        record = document.event(name)
        if old in record.get("follows", ()):
            record["follows"] = [new if one == old else one for one in record["follows"]]
            document.put(record)
    for assessment in document.room("assessments"):
        for item in assessment.get("evidence", ()):
            if item.get("event") == old:
                item["event"] = new
