"""ICEWS coded event data: who did what to whom, coded in CAMEO from news, 1995 to April 2023.

Columns: the ICEWS Coded Event Data read-me on the Harvard Dataverse (doi:10.7910/DVN/28075).
"""

from __future__ import annotations

from relwatch.datasets import acts, days, scars, states
from relwatch.datasets.layout import (
    FIELD,
    Dataset,
    Finding,
    Head,
    Lookup,
    Mapping,
    number,
    split,
    union,
)
from relwatch.datasets.sources import refused

DATASET = Dataset(
    name="icews",
    title="ICEWS coded event data",
    columns="20; tabs, header, no quoting",
    licence="ICEWS: Harvard Dataverse terms; cite Boschee et al., doi:10.7910/DVN/28075",
    about="Machine-coded from news. A meeting is two mirrored rows (see --fold). "
    + acts.NO_TECH
    + ".",
    uncoded=acts.UNCODED,
)

COLUMNS = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text",
    "CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID",
    "Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude",
    "Longitude",
)  # fmt: skip


# A code has three or four digits and begins with its root, 01 to 20. Without its zero it has two
# digits, or begins with a root there is none of; passed through a table of numbers it ends in .0.
_LOST = r"[0-9]{1,2}|(2[1-9]|[3-9][0-9])[0-9]{1,2}|[0-9]+\.0+"


def recognise(head: Head) -> Finding | None:
    """ICEWS by the names above its columns."""
    cells = tuple(cell.strip('"') for cell in head.cells("\t"))
    known = [name for name in COLUMNS if name in cells]
    if len(known) < 12 or "Source Name" not in cells:
        return None
    missing = [name for name in COLUMNS if name not in cells]
    if missing:
        raise refused(head.name, f"ICEWS, but without the columns {', '.join(missing)}")
    finding = Finding(
        dataset="icews",
        version="coded events",
        separator="\t",
        header=cells,
        columns={name: cells.index(name) for name in COLUMNS},
        widths=(len(cells),),
        evidence=("a header of ICEWS's 20 column names", "tabs"),
    )
    return scars.checked(
        head,
        "ICEWS",
        finding,
        identity="Event ID",
        day="Event Date",
        read=lambda text: _day(text)[0],
        code="CAMEO Code",
        lost=_LOST,
    )


def _side(key: str) -> tuple[str | None, ...]:
    """A side's name and country: the actor's ids in order."""
    name, country = key.split(FIELD)
    state = states.named(country) if country else None
    found = [state] if state else []
    if name and (state is None or states.named(name) != state):
        found.append(name)
    return (FIELD.join(found) or None,)


def _day(text: str) -> tuple[str | None, ...]:
    return (days.iso(text) or days.american(text),)


def _state(name: str) -> tuple[str | None, ...]:
    return (states.named(name),)


def _key(side: str) -> str:
    name, country = f"""coalesce("{side} Name", '')""", f"""coalesce("{side} Country", '')"""
    return f"nullif({name} || chr(31) || {country}, chr(31))"


# A visit is "make a visit" one way and "host a visit" the other; other meetings keep their code.
_FAMILY = """CASE "CAMEO Code" WHEN '043' THEN '042' ELSE "CAMEO Code" END"""

MAPPING = Mapping(
    used=tuple(name for name in COLUMNS if not name.endswith("Sectors")),
    missing=("", "NA", "NULL"),
    lookups=(
        Lookup(key='"Event Date"', values=("day",), find=_day),
        Lookup(key=_key("Source"), values=("side_1",), find=_side),
        Lookup(key=_key("Target"), values=("side_2",), find=_side),
        Lookup(key='"CAMEO Code"', values=("act", "act_category"), find=acts.name_and_category),
        Lookup(key='"Country"', values=("place_state",), find=_state),
    ),
    reject=f"""CASE
        WHEN "Event ID" IS NULL THEN 'no Event ID'
        WHEN day IS NULL THEN 'Event Date is not a day'
        WHEN "CAMEO Code" IS NOT NULL AND regexp_full_match("CAMEO Code", '{_LOST}')
            THEN 'CAMEO Code has lost its leading zero'
        {number('"Intensity"', 10, "Intensity is not a number from -10 to 10")}
        {number('"Latitude"', 90, "Latitude is not a latitude")}
        {number('"Longitude"', 180, "Longitude is not a longitude")}
    END""",
    parts=('"Source Name"', '"Target Name"', """coalesce("Event Text", act, 'no code')"""),
    title="concat_ws(': ', nullif(concat_ws(' → ', part_1, part_2), ''), part_3)",
    values={
        "id": """'icews:' || "Event ID" || '@' || day""",
        "date": "day",
        "categories": "[coalesce(act_category, 'other')]",
        "actors": union("side_1", "side_2"),
        "initiators": split("side_1"),
        "places": """CASE WHEN coalesce("City", "District", "Province", "Country") IS NULL THEN []
            ELSE [{
                'name': concat_ws(', ', coalesce("City", "District"), "Province", "Country"),
                'country': place_state,
                'lat': TRY_CAST("Latitude" AS DOUBLE),
                'lon': TRY_CAST("Longitude" AS DOUBLE),
                'precision': CASE WHEN "City" IS NOT NULL THEN 'city'
                    WHEN "District" IS NOT NULL THEN 'district'
                    WHEN "Province" IS NOT NULL THEN 'province' ELSE 'country' END
            }] END""",
        "cameo": '"CAMEO Code"',
        "intensity": 'TRY_CAST("Intensity" AS DOUBLE)',
        "sources": """CASE WHEN "Publisher" IS NULL THEN [] ELSE [{
            'source': "Publisher", 'grade': NULL, 'url': NULL,
            'locator': nullif(concat_ws(', ', 'story ' || "Story ID",
                'sentence ' || "Sentence Number"), '')}] END""",
        "derived": "['title', 'categories']",
    },
    covered="day",
    basis="first and last event",
    twin=f"""CASE WHEN "Story ID" IS NOT NULL AND side_1 <> side_2 THEN concat_ws(chr(31), day,
        least(side_1, side_2), greatest(side_1, side_2), coalesce({_FAMILY}, ''), "Story ID",
        coalesce("Sentence Number", '')) END""",
    side="side_1 < side_2",
    scale="goldstein-icews",
)


def mapping(finding: Finding) -> Mapping:
    """How a row becomes an event."""
    return MAPPING
