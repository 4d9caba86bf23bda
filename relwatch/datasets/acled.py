"""ACLED: political violence and protest, coded by people, with notes.

Columns: the ACLED codebook and its "Guide to 2023 ACLED column changes" (31 columns since 20 March
2023, and names that only older files have); the 25 upper-case columns of 2015 and 2016.
"""

from __future__ import annotations

from relwatch.datasets import days, scars, states
from relwatch.datasets.layout import (
    FIELD,
    Dataset,
    Finding,
    Head,
    Lookup,
    Mapping,
    number,
    one_line,
    split,
)
from relwatch.datasets.sources import refused

DATASET = Dataset(
    name="acled",
    title="ACLED",
    columns="31 (since 2023) or 25 (2015-16), by name; commas, header, quoted",
    licence="ACLED: its terms restrict redistribution; do not publish its rows",
    about="Only violence and protest: of the relationship between two states it shows the "
    "military side at most. Its two actors have no direction. A row dated to a week is "
    "uncertain within it, a row dated to a month has the month as its date.",
    uncoded=("tech", "economic"),
)

COLUMNS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type",
    "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2",
    "interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2", "admin3",
    "location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes",
    "fatalities", "tags", "timestamp",
)  # fmt: skip
OLD = (
    "GWNO", "EVENT_ID_CNTY", "EVENT_ID_NO_CNTY", "EVENT_DATE", "YEAR", "TIME_PRECISION",
    "EVENT_TYPE", "ACTOR1", "ALLY_ACTOR_1", "INTER1", "ACTOR2", "ALLY_ACTOR_2", "INTER2",
    "INTERACTION", "COUNTRY", "ADMIN1", "ADMIN2", "ADMIN3", "LOCATION", "LATITUDE", "LONGITUDE",
    "GEO_PRECISION", "SOURCE", "NOTES", "FATALITIES",
)  # fmt: skip
_RENAMED = {"ally_actor_1": "assoc_actor_1", "ally_actor_2": "assoc_actor_2"}
_ONLY_SOME = frozenset(("sub_event_type", "iso", "gwno", "tags"))


def recognise(head: Head) -> Finding | None:
    """ACLED by the names above its columns, whatever their order and case."""
    header = head.quoted_cells()
    names = [_RENAMED.get(name.casefold(), name.casefold()) for name in header]
    known = set(names)
    if "event_id_cnty" not in known and not {"actor1", "sub_event_type", "event_type"} <= known:
        return None
    missing = [name for name in MAPPING.used if name not in known and name not in _ONLY_SOME]
    if missing:
        raise refused(head.name, f"ACLED, but without the columns {', '.join(missing)}")
    old = "event_id_no_cnty" in known
    finding = Finding(
        dataset="acled",
        version="before 2023" if old else "2023",
        separator=",",
        header=header,
        quoted=True,
        columns={name: names.index(name) for name in MAPPING.used if name in known},
        widths=(len(header),),
        evidence=(f"a header of ACLED's column names ({len(header)})", "commas"),
    )
    return scars.checked(
        head, "ACLED", finding, identity="event_id_cnty", day="event_date", read=_day
    )


def _day(text: str) -> str | None:
    return days.iso(text) or days.written(text) or days.european(text)


def _when(key: str) -> tuple[str | None, ...]:
    """A day and its precision: date, end, whether the two bound an unknown day, the day."""
    text, _, precision = key.partition(FIELD)
    day = _day(text)
    if day is None:
        return None, None, None, None
    if precision == "2":
        return *days.week_of(day), "1", day
    return (day[:7] if precision == "3" else day), None, None, day


def _actors(key: str) -> tuple[str | None, ...]:
    """Two actors and their allies: the states their names hold, then the name, one by one."""
    found: list[str] = []
    for text in key.split(FIELD):
        for name in (part.strip() for part in text.split(";")):
            if not name or name in ("NA", "NULL"):
                continue
            state = states.in_actor_name(name)
            if state:
                found.append(state)
            found.append(" ".join(name.split()))
    return (FIELD.join(dict.fromkeys(found)) or None,)


def category(kind: str, sub: str) -> str:
    """Protests, riots and agreements are political, everything else military."""
    if kind in ("protests", "riots", "riots/protests"):
        return "political"
    return "political" if kind.startswith("strategic") and sub == "agreement" else "military"


def _category(key: str) -> tuple[str | None, ...]:
    kind, _, sub = key.casefold().partition(FIELD)
    return (category(kind, sub),)


def _items(text: str) -> tuple[str | None, ...]:
    found = [part.strip() for part in text.split(";")]
    return (FIELD.join(dict.fromkeys(part for part in found if part)) or None,)


def _country(key: str) -> tuple[str | None, ...]:
    iso, gwno, name = key.split(FIELD)
    return (
        states.of_number(iso)
        if iso
        else (states.of_gleditsch_ward(gwno) if gwno else None) or states.named(name),
    )


MAPPING = Mapping(
    used=(
        "event_id_cnty",
        "event_date",
        "time_precision",
        "event_type",
        "sub_event_type",
        "actor1",
        "assoc_actor_1",
        "actor2",
        "assoc_actor_2",
        "iso",
        "gwno",
        "country",
        "location",
        "latitude",
        "longitude",
        "geo_precision",
        "source",
        "notes",
        "tags",
    ),
    missing=("", "NA", "NULL"),
    lookups=(
        Lookup(
            key="event_date || chr(31) || coalesce(time_precision, '')",
            values=("day", "last", "vague", "stated"),
            find=_when,
        ),
        Lookup(
            key="""concat_ws(chr(31), coalesce(actor1, ''), coalesce(assoc_actor_1, ''),
                coalesce(actor2, ''), coalesce(assoc_actor_2, ''))""",
            values=("everyone",),
            find=_actors,
        ),
        Lookup(
            key="event_type || chr(31) || coalesce(sub_event_type, '')",
            values=("kind",),
            find=_category,
        ),
        Lookup(key="source", values=("publishers",), find=_items),
        Lookup(key="tags", values=("labels",), find=_items),
        Lookup(
            key="""concat_ws(chr(31), coalesce(iso, ''), coalesce(gwno, ''),
                coalesce(country, ''))""",
            values=("place_state",),
            find=_country,
        ),
    ),
    reject=f"""CASE
        WHEN event_id_cnty IS NULL THEN 'no event_id_cnty'
        WHEN day IS NULL THEN 'event_date is not a day'
        WHEN event_type IS NULL THEN 'no event_type'
        WHEN time_precision IS NOT NULL AND time_precision NOT IN ('1', '2', '3')
            THEN 'time_precision is not 1, 2 or 3'
        {number("latitude", 90, "latitude is not a latitude")}
        {number("longitude", 180, "longitude is not a longitude")}
    END""",
    parts=(
        one_line("coalesce(sub_event_type, event_type)"),
        one_line("actor1"),
        one_line("actor2"),
        one_line("location"),
    ),
    title="""concat_ws(': ', part_1, nullif(concat_ws(', ',
        nullif(concat_ws(' – ', part_2, part_3), ''), part_4), ''))""",
    values={
        "id": "'acled:' || event_id_cnty",
        "date": "day",
        "end_date": "last",
        "uncertain": "vague IS NOT NULL",
        "categories": "[kind]",
        "summary": "trim(notes)",
        "actors": split("everyone"),
        "places": """CASE WHEN coalesce(location, country) IS NULL THEN [] ELSE [{
            'name': coalesce(location, country),
            'country': place_state,
            'lat': TRY_CAST(latitude AS DOUBLE),
            'lon': TRY_CAST(longitude AS DOUBLE),
            'precision': CASE geo_precision WHEN '1' THEN 'town' WHEN '2' THEN 'area'
                WHEN '3' THEN 'region' END
        }] END""",
        "tags": split("labels"),
        "sources": f"""list_transform({split("publishers")}, lambda name:
            {{'source': name, 'grade': NULL, 'url': NULL, 'locator': NULL}})""",
        "derived": """CASE WHEN time_precision IN ('2', '3')
            THEN ['title', 'categories', 'date'] ELSE ['title', 'categories'] END""",
    },
    covered="stated",
    basis="first and last event",
)


def mapping(finding: Finding) -> Mapping:
    """How a row becomes an event."""
    return MAPPING
