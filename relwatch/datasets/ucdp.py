"""UCDP GED: events of organised violence with at least one death, 1989 onwards.

Columns: the UCDP Georeferenced Event Dataset codebook 22.1. Releases have 41 to 49 columns and
move them, so every column is found by its name.
"""

from __future__ import annotations

import re

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
    union,
)
from relwatch.datasets.sources import refused

DATASET = Dataset(
    name="ucdp-ged",
    title="UCDP GED",
    columns="41 to 49, by name; commas, header, quoted",
    licence="UCDP: CC BY 4.0; cite Davies, Pettersson and Öberg, and Sundberg and Melander (2013)",
    about="Only organised violence with deaths. Its two sides have no direction. An event whose "
    "day is not known is uncertain between its earliest and its latest possible day.",
    uncoded=("tech", "economic", "political"),
)

_NEEDED = (
    "id", "type_of_violence", "side_a", "side_b", "where_prec", "where_coordinates", "latitude",
    "longitude", "country", "date_prec", "date_start", "date_end", "gwnoa", "gwnob",
)  # fmt: skip
_ONLY_SOME = (
    "country_id", "source_article", "source_office", "source_date", "source_headline",
    "source_original", "where_description",
)  # fmt: skip


def recognise(head: Head) -> Finding | None:
    """UCDP GED by the names above its columns."""
    header = head.quoted_cells()
    names = [name.casefold() for name in header]
    if not {"type_of_violence", "side_a"} <= set(names) and not {"gwnoa", "date_prec"} <= set(
        names
    ):
        return None
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise refused(head.name, f"UCDP GED, but without the columns {', '.join(missing)}")
    finding = Finding(
        dataset="ucdp-ged",
        version=f"{len(header)} columns",
        separator=",",
        header=header,
        quoted=True,
        columns={name: names.index(name) for name in MAPPING.used if name in names},
        widths=(len(header),),
        evidence=(f"a header of UCDP GED's column names ({len(header)})", "commas"),
    )
    return scars.checked(head, "UCDP GED", finding, identity="id", day="date_start", read=days.iso)


def _side(key: str) -> tuple[str | None, ...]:
    """A side's name and Gleditsch-Ward numbers: the actor's ids in order."""
    name, numbers = key.split(FIELD)
    named = [states.of_gleditsch_ward(code) for code in re.split(r"[,;\s]+", numbers) if code]
    found = [state for state in named if state]
    government = states.behind_government(name)
    if government and not found:
        found.append(government)
    if name and government not in found:
        found.append(" ".join(name.split()))
    return (FIELD.join(dict.fromkeys(found)) or None,)


def _day(text: str) -> tuple[str | None, ...]:
    return (days.iso(text),)


def _latest(text: str) -> tuple[str | None, ...]:
    """The latest day of a list of publication days."""
    found = [day for part in text.split(";") if (day := days.iso(part.strip()))]
    return (max(found, default=None),)


def _items(text: str) -> tuple[str | None, ...]:
    found = [" ".join(part.split()) for part in text.split(";")]
    return (FIELD.join(dict.fromkeys(part for part in found if part)) or None,)


def _country(key: str) -> tuple[str | None, ...]:
    code, name = key.split(FIELD)
    return ((states.of_gleditsch_ward(code) if code else None) or states.behind_name(name),)


def _key(side: str) -> str:
    return f"nullif(coalesce(side_{side}, '') || chr(31) || coalesce(gwno{side}, ''), chr(31))"


MAPPING = Mapping(
    used=(*_NEEDED, *_ONLY_SOME),
    missing=("", "NA", "NULL"),
    lookups=(
        Lookup(key="date_start", values=("first",), find=_day),
        Lookup(key="date_end", values=("last",), find=_day),
        Lookup(key="source_date", values=("published",), find=_latest),
        Lookup(key=_key("a"), values=("actors_a",), find=_side),
        Lookup(key=_key("b"), values=("actors_b",), find=_side),
        Lookup(key="source_office", values=("offices",), find=_items),
        Lookup(
            key="coalesce(country_id, '') || chr(31) || coalesce(country, '')",
            values=("place_state",),
            find=_country,
        ),
    ),
    reject=f"""CASE
        WHEN id IS NULL THEN 'no id'
        WHEN first IS NULL THEN 'date_start is not a day'
        WHEN last IS NULL THEN 'date_end is not a day'
        WHEN last < first THEN 'date_end is before date_start'
        WHEN date_prec IS NULL OR date_prec NOT IN ('1', '2', '3', '4', '5')
            THEN 'date_prec is not 1 to 5'
        {number("latitude", 90, "latitude is not a latitude")}
        {number("longitude", 180, "longitude is not a longitude")}
    END""",
    parts=(
        one_line("side_a"),
        one_line("side_b"),
        one_line("coalesce(where_coordinates, country, 'no place')"),
    ),
    title="concat_ws(', ', nullif(concat_ws(' – ', part_1, part_2), ''), part_3)",
    values={
        "id": "'ged:' || id",
        "date": "first",
        "end_date": "CASE WHEN last > first THEN last END",
        "uncertain": "last > first AND date_prec <> '1'",
        "reported": "published",
        "categories": "['military']",
        "summary": """nullif(concat_ws(' — ', trim(source_headline), trim(where_description)),
            '')""",
        "actors": union("actors_a", "actors_b"),
        "places": """CASE WHEN coalesce(where_coordinates, country) IS NULL THEN [] ELSE [{
            'name': coalesce(where_coordinates, country),
            'country': place_state,
            'lat': TRY_CAST(latitude AS DOUBLE),
            'lon': TRY_CAST(longitude AS DOUBLE),
            'precision': CASE where_prec WHEN '1' THEN 'exact' WHEN '2' THEN 'near'
                WHEN '3' THEN 'district' WHEN '4' THEN 'province' WHEN '5' THEN 'region'
                WHEN '6' THEN 'country' WHEN '7' THEN 'international' END
        }] END""",
        "tags": """CASE type_of_violence WHEN '1' THEN ['state-based violence']
            WHEN '2' THEN ['non-state violence'] WHEN '3' THEN ['one-sided violence']
            ELSE [] END""",
        # Before 2013 there are no offices, only the article as one text.
        "sources": f"""list_transform(
            CASE WHEN offices IS NOT NULL THEN {split("offices")}
                WHEN {one_line("source_article")} IS NOT NULL THEN [{one_line("source_article")}]
                WHEN {one_line("source_original")} IS NOT NULL THEN [{one_line("source_original")}]
                ELSE [] END,
            lambda name: {{'source': name, 'grade': NULL, 'url': NULL, 'locator': NULL}})""",
        "derived": "['title', 'categories']",
    },
    covered="first",
    basis="first and last event",
)


def mapping(finding: Finding) -> Mapping:
    """How a row becomes an event."""
    return MAPPING
