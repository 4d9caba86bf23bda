"""POLECAT: events coded in PLOVER from news, 2018 onwards, the successor of ICEWS.

Columns: the header of the files on the Harvard Dataverse (doi:10.7910/DVN/AJGVIT). Which context
means which category is relwatch's own table; the contexts are PLOVER's (PLOVER manual, draft 0.8).
"""

from __future__ import annotations

from relwatch.datasets import days, scars, states
from relwatch.datasets.layout import (
    FIELD,
    OTHER,
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
    name="polecat",
    title="POLECAT",
    columns="40; tabs, header, no quoting",
    licence="POLECAT: Harvard Dataverse terms; cite Halterman et al., doi:10.7910/DVN/AJGVIT",
    about="Tested on made-up rows until real ones are had. Categories come from contexts, which "
    "are guesses about the whole article; all of them are kept as tags, and so is its quad class. "
    "Intensities are on PLOVER's scale, which is not Goldstein's.",
    quads="quads are made from CAMEO codes, which POLECAT has none of: its own quad classes are "
    "tags, as --by tag counts",
)

COLUMNS = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts",
    "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors",
    "Actor Title", "Actor Name Raw", "Wikipedia Actor ID", "Recipient Name", "Recipient Country",
    "Recipient COW", "Primary Recipient Sector", "Recipient Sectors", "Recipient Title",
    "Recipient Name Raw", "Wikipedia Recipient ID", "Placename", "City", "District", "Province",
    "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type", "Source",
    "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language",
    "Version",
)  # fmt: skip

# The first of these that any context falls into is the category. Contexts that say nothing of the
# relationship between states (health, environment, disasters, human_security) stand in none.
_CONTEXTS = {
    "tech": frozenset(("technology", "cyber")),
    "military": frozenset(("military", "intelligence", "peacekeeping", "terrorism", "cbrn")),
    "economic": frozenset(("economic", "natural_resource")),
    "political": frozenset((
        "diplomatic", "executive", "legislative", "election", "political_institutions",
        "pro_democracy", "pro_autocracy", "legal", "territory", "misinformation", "corruption",
        "human_rights", "rights_freedoms", "repression", "asylum", "migration", "crime",
        "trafficking", "illegal_drugs", "religion_ethnicity", "gender", "lgbt", "inequality",
        "reparations",
    )),
}  # fmt: skip


def recognise(head: Head) -> Finding | None:
    """POLECAT by the names above its columns.

    Some files name more columns than their rows have: then the forty stand in their usual order.
    """
    header = list(head.cells("\t"))
    while header and not header[-1].strip():
        header.pop()
    written = ["Intensity" if name == "Event Intensity" else name for name in header]
    if "Event Mode" not in written or "Quad Code" not in written:
        return None
    missing = [name for name in COLUMNS if name not in written]
    if missing:
        raise refused(head.name, f"POLECAT, but without the columns {', '.join(missing)}")
    places = {name: written.index(name) for name in COLUMNS}
    evidence = [f"a header of POLECAT's column names ({len(header)})", "tabs"]
    width = len(header)
    if width > len(COLUMNS):
        rows = [line.rstrip("\t").count("\t") + 1 for line in head.lines[1:] if line]
        if rows and max(rows) <= len(COLUMNS):
            width = len(COLUMNS)
            places = {name: place for place, name in enumerate(COLUMNS)}
            evidence.append("the header names columns that the rows do not have: read by position")
    finding = Finding(
        dataset="polecat",
        version="DV",
        separator="\t",
        header=tuple(head.cells("\t")),
        columns=places,
        widths=(width,),
        spare=True,
        evidence=tuple(evidence),
    )
    return scars.checked(
        head, "POLECAT", finding, identity="Event ID", day="Event Date", read=days.iso
    )


def category(kind: str, mode: str, contexts: list[str]) -> str:
    """The category of an event type, a mode and contexts, by the table above."""
    for name, known in _CONTEXTS.items():
        if not known.isdisjoint(contexts):
            return name
    if contexts:
        return OTHER
    return "military" if kind in ("ASSAULT", "MOBILIZE") and not mode else "political"


def _coded(key: str) -> tuple[str | None, ...]:
    kind, mode, text = key.split(FIELD)
    contexts = [context.strip() for context in text.split(";") if context.strip()]
    return category(kind, mode, contexts), FIELD.join(dict.fromkeys(contexts)) or None


def _side(key: str) -> tuple[str | None, ...]:
    """Names and alpha-3 codes of one side, which are lists that run in parallel."""
    names, codes = (
        [item.strip() for item in text.split(";") if item.strip() not in ("", "None")]
        for text in key.split(FIELD)
    )
    found: list[str] = []
    paired = codes if len(codes) == len(names) else []
    for state in (code for code in codes if not paired and states.of_alpha3(code)):
        found.append(state)
    for place, name in enumerate(names):
        own = states.of_alpha3(paired[place]) if paired else None
        if own:
            found.append(own)
        if states.named(name) not in found:
            found.append(name)
    return FIELD.join(dict.fromkeys(found)) or None, ", ".join(names or codes) or None


def _day(text: str) -> tuple[str | None, ...]:
    return (days.iso(text),)


def _state(code: str) -> tuple[str | None, ...]:
    return (states.of_alpha3(code),)


def _key(side: str) -> str:
    name, country = f"""coalesce("{side} Name", '')""", f"""coalesce("{side} Country", '')"""
    return f"nullif({name} || chr(31) || {country}, chr(31))"


MAPPING = Mapping(
    used=(
        "Event ID",
        "Event Date",
        "Event Type",
        "Event Mode",
        "Intensity",
        "Quad Code",
        "Contexts",
        "Actor Name",
        "Actor Country",
        "Recipient Name",
        "Recipient Country",
        "Placename",
        "City",
        "District",
        "Province",
        "Country",
        "Latitude",
        "Longitude",
        "Source",
        "Publication Date",
        "Version",
    ),
    missing=("", "None"),
    lookups=(
        Lookup(key='"Event Date"', values=("day",), find=_day),
        Lookup(key='"Publication Date"', values=("published",), find=_day),
        Lookup(
            key="""coalesce("Event Type", '') || chr(31) || coalesce("Event Mode", '') || chr(31)
                || coalesce("Contexts", '')""",
            values=("coded", "labels"),
            find=_coded,
        ),
        Lookup(key=_key("Actor"), values=("side_1", "names_1"), find=_side),
        Lookup(key=_key("Recipient"), values=("side_2", "names_2"), find=_side),
        Lookup(key='"Country"', values=("place_state",), find=_state),
    ),
    reject=f"""CASE
        WHEN "Event ID" IS NULL THEN 'no Event ID'
        WHEN day IS NULL THEN 'Event Date is not a day'
        WHEN "Event Type" IS NULL THEN 'no Event Type'
        WHEN "Publication Date" IS NOT NULL AND published IS NULL
            THEN 'Publication Date is not a day'
        {number('"Intensity"', 10, "Intensity is not a number from -10 to 10")}
        {number('"Latitude"', 90, "Latitude is not a latitude")}
        {number('"Longitude"', 180, "Longitude is not a longitude")}
    END""",
    parts=("names_1", '"Event Type"', '"Event Mode"', "names_2"),
    title="""concat_ws(' ', part_1, part_2 || coalesce('/' || part_3, ''), part_4)""",
    values={
        "id": """'polecat:' || "Event ID\"""",
        "date": "day",
        "reported": "published",
        "categories": "[coded]",
        "actors": union("side_1", "side_2"),
        "initiators": split("side_1"),
        "places": """CASE WHEN coalesce("Placename", "City", "District", "Province", "Country")
            IS NULL THEN [] ELSE [{
                'name': coalesce("Placename", concat_ws(', ', coalesce("City", "District"),
                    "Province", "Country")),
                'country': place_state,
                'lat': TRY_CAST("Latitude" AS DOUBLE),
                'lon': TRY_CAST("Longitude" AS DOUBLE),
                'precision': CASE WHEN "City" IS NOT NULL THEN 'city'
                    WHEN "District" IS NOT NULL THEN 'district'
                    WHEN "Province" IS NOT NULL THEN 'province'
                    WHEN "Country" IS NOT NULL THEN 'country' END
            }] END""",
        "tags": f"""list_concat({split("labels")}, CASE WHEN "Quad Code" IS NULL THEN []
            ELSE [lower("Quad Code")] END)""",
        "intensity": 'TRY_CAST("Intensity" AS DOUBLE)',
        "sources": """CASE WHEN "Source" IS NULL THEN [] ELSE [{
            'source': "Source", 'grade': NULL, 'url': NULL, 'locator': NULL}] END""",
        "derived": "['title', 'categories']",
        "version": '"Version"',
    },
    covered="day",
    basis="first and last event",
    scale="plover",
)


def mapping(finding: Finding) -> Mapping:
    """How a row becomes an event."""
    return MAPPING
