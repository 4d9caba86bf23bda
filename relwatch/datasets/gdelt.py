"""GDELT event files, 1.0 and 2.0: one row for each event that software saw in a day's news.

Columns: the GDELT Event Codebook 1.03 (25 August 2013) and 2.0 (19 February 2015).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec

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
    name="gdelt",
    title="GDELT event files, 1.0 and 2.0",
    columns="57 or 58 (1.0, also mixed in one file), 61 (2.0); tabs, no header",
    licence="GDELT: free to use and redistribute with a citation and a link to gdeltproject.org",
    about="Machine-coded from news; one happening is often many rows (see --fold). "
    "Its days of coverage are the days on which rows were added; of the historical back file, "
    "which has no address of a source, the days of its events. An event dated more than 30 days "
    "before it was added has the tag “backdated”. " + acts.NO_TECH + ".",
    uncoded=acts.UNCODED,
    # Kept from the file they could not be: an event has no field for them, so that the same
    # events would have other quads as a corpus in JSON than as a table.
    quads="quads are made from the codes, as CAMEO groups them: GDELT's own QuadClass has 09 "
    "Investigate under material cooperation and 14 Protest under verbal conflict",
)

_ACTOR = (
    "Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code",
    "Religion2Code", "Type1Code", "Type2Code", "Type3Code",
)  # fmt: skip
_GEO = {
    "1.0": ("Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID"),
    "2.0": ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID"),
}


def names(version: str) -> tuple[str, ...]:
    """The columns of a version, in order."""
    return (
        "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
        *(f"Actor{side}{part}" for side in (1, 2) for part in _ACTOR),
        "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass",
        "GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone",
        *(f"{where}Geo_{part}" for where in ("Actor1", "Actor2", "Action")
          for part in _GEO[version]),
        "DATEADDED", "SOURCEURL",
    )  # fmt: skip


_WIDTHS = {"1.0": (57, 58), "2.0": (61,)}
_ADDED = {"1.0": re.compile(r"\d{8}"), "2.0": re.compile(r"\d{14}")}


def recognise(head: Head) -> Finding | None:
    """GDELT by its number of fields, its first two columns and its DATEADDED; or by its header.

    Raises DataWrong for a file that a spreadsheet has rewritten.
    """
    for separator in ("\t", ",", ";"):
        cells = head.cells(separator)
        if cells and cells[0].strip('"').casefold() == "globaleventid":
            return _with_header(head, separator)
    if len(head.cells(";")) >= 57 and _begins_like_gdelt(head.cells(";")):
        faults = ("its separator is “;”, GDELT's is a tab", *_scars(head, ";"))
        raise scars.mangled(head.name, "GDELT", faults)
    cells = head.cells("\t")
    if not _begins_like_gdelt(cells):
        return None
    rows = [line.split("\t") for line in head.lines if line]
    widths = sorted({len(row) for row in rows})
    version = "2.0" if max(widths, key=[len(row) for row in rows].count) >= 59 else "1.0"
    if not any(width in _WIDTHS[version] for width in widths):
        raise refused(
            head.name,
            f"its rows begin like GDELT's but have {', '.join(map(str, widths[:5]))} fields",
            "57 or 58 (1.0) or 61 (2.0)",
            "a table cut down to some columns cannot be read",
        )
    columns = {name: place for place, name in enumerate(names(version))}
    _check_codes(head, rows, columns, version)
    return Finding(
        dataset="gdelt",
        version=version,
        separator="\t",
        columns=columns,
        widths=_WIDTHS[version],
        evidence=(
            f"{' and '.join(map(str, widths[:4]))} fields, tabs, no header",
            "column 1 is a number, column 2 a day YYYYMMDD",
            f"column {columns['DATEADDED'] + 1} is {'YYYYMMDD' if version == '1.0' else 'YYYYMMDDHHMMSS'}",
        ),
    )


def _begins_like_gdelt(cells: tuple[str, ...]) -> bool:
    return (
        len(cells) >= 30
        and cells[0].isdigit()
        and days.compact(cells[1]) is not None
        and cells[2] == cells[1][:6]
        and cells[3] == cells[1][:4]
    )


def _with_header(head: Head, separator: str) -> Finding:
    """A re-export that has put names above the columns, as BigQuery does."""
    quoted = separator != "\t"
    header = head.quoted_cells(separator) if quoted else head.cells(separator)
    if "" in header or separator == ";":
        faults = ["cells of its header are empty or shifted"] if "" in header else []
        if separator == ";":
            faults.insert(0, "its separator is “;”, GDELT's is a tab")
        raise scars.mangled(head.name, "GDELT", (*faults, *_scars(head, separator)))
    written = {"day": "sqldate"} if "SQLDATE" not in header else {}
    places = {written.get(name.casefold(), name.casefold()): n for n, name in enumerate(header)}
    version = "2.0" if "actiongeo_adm2code" in places else "1.0"
    optional = () if version == "2.0" else ("SOURCEURL",)
    missing = [
        name for name in MAPPING.used if name.casefold() not in places and name not in optional
    ]
    if missing:
        raise refused(head.name, f"GDELT, but without the columns {', '.join(missing)}")
    columns = {
        name: places[name.casefold()] for name in names(version) if name.casefold() in places
    }
    import csv

    rows = [row for row in csv.reader(head.lines[1:], delimiter=separator) if row]
    _check_codes(head, rows, columns, version)
    return Finding(
        dataset="gdelt",
        version=version,
        separator=separator,
        header=header,
        quoted=quoted,
        columns=columns,
        widths=(len(header),),
        evidence=(f"a header of GDELT's {len(header)} column names", f"separator “{separator}”"),
    )


def _check_codes(head: Head, rows: list[list[str]], columns: dict[str, int], version: str) -> None:
    """Refuse what a spreadsheet did to codes and dates: it reads without an error otherwise."""
    added, root = columns["DATEADDED"], columns["EventRootCode"]
    whole = [row for row in rows if len(row) > added]
    faults = _faults([row[root] for row in whole], [row[added] for row in whole])
    if faults:
        raise scars.mangled(head.name, "GDELT", faults)
    if whole and not any(_ADDED[version].fullmatch(row[added]) for row in whole):
        raise refused(
            head.name,
            f"column {added + 1} should hold the day a row was added, and holds “{whole[0][added]}”",
            "YYYYMMDD in 1.0, YYYYMMDDHHMMSS in 2.0",
        )


def _scars(head: Head, separator: str) -> list[str]:
    """What a spreadsheet did to the rows, where columns may have moved."""
    rows = [line.split(separator) for line in head.lines[1:] if line]
    place = names("2.0").index("EventRootCode")
    roots = [row[place] for row in rows if len(row) > place]
    return _faults(roots, [cell for row in rows for cell in row[40:]])


def _faults(roots: list[str], days_added: list[str]) -> list[str]:
    return [
        *scars.without_zeros(roots, r"\d"),
        *scars.scientific(days_added, "days"),
    ]


def _side(key: str) -> tuple[str | None, ...]:
    """A side's code, name and country code: the actor's ids in order, its name for the title."""
    code, name, country = key.split(FIELD)
    state = states.of_cameo(country)
    found = [state] if state else []
    if code and code != country:
        found.append(code)
    if name and (state is None or states.named(name) != state):
        found.append(name)
    return FIELD.join(dict.fromkeys(found)) or None, name or code or None


_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]*)(?::\d*)?([^?#]*)")
_SEPARATORS = re.compile(r"[-_+.,\s]+")
_MOST_WORDS = 20


def slug(path: str) -> str | None:
    """The words that an address's path spells out, as most newspapers' do; None when it has none.

    >>> slug("/2016/07/secrets-now-on-display/article123.html")
    'secrets now on display'
    """
    best: list[str] = []
    if "%" in path:
        path = unquote(path)
    for segment in path.split("/"):
        if segment.count("-") + segment.count("_") + segment.count("+") < 2:
            continue
        found = _SEPARATORS.split(segment)
        while found and (not found[-1] or found[-1].isdigit() or found[-1] in _EXTENSIONS):
            found.pop()
        while found and (not found[0] or (found[0].isdigit() and len(found[0]) > 4)):
            found.pop(0)
        spoken = sum(word.isalpha() and len(word) > 1 for word in found)
        if spoken >= 3 and 2 * spoken >= len(found) and len(found) > len(best):
            best = found
    return " ".join(word for word in best[:_MOST_WORDS] if word.isprintable()) or None


_EXTENSIONS = frozenset(("html", "htm", "shtml", "php", "asp", "aspx", "jsp", "ece", "stm", "cms"))


def _address(url: str) -> tuple[str | None, ...]:
    """A SOURCEURL: who published it, the address if it is one, the words it spells."""
    found = _URL.match(url)
    if found is None:
        return url, None, None
    return found[1].lower().removeprefix("www.") or url, url, slug(found[2])


def _added(text: str) -> tuple[str | None, ...]:
    return (days.compact(text),)


def _span(key: str) -> tuple[str | None, ...]:
    """SQLDATE and DATEADDED: the day, and whether it lies more than 30 days back."""
    first, _, last = key.partition(FIELD)
    day, added = days.compact(first), days.compact(last)
    old = day is not None and added is not None and days.apart(day, added) > 30
    return day, "1" if old else None


def _side_key(side: int) -> str:
    parts = (f"coalesce(Actor{side}{part}, '')" for part in ("Code", "Name", "CountryCode"))
    return f"nullif(concat_ws(chr(31), {', '.join(parts)}), repeat(chr(31), 2))"


# No point is two zeros. A place of type 0 (3 of 710 rows of 1.0) has its name and its point.
_POINT = "(TRY_CAST(ActionGeo_Lat AS DOUBLE) <> 0 OR TRY_CAST(ActionGeo_Long AS DOUBLE) <> 0)"

MAPPING = Mapping(
    used=(
        "GLOBALEVENTID",
        "SQLDATE",
        "Actor1Code",
        "Actor1Name",
        "Actor1CountryCode",
        "Actor2Code",
        "Actor2Name",
        "Actor2CountryCode",
        "EventCode",
        "EventRootCode",
        "GoldsteinScale",
        "ActionGeo_Type",
        "ActionGeo_FullName",
        "ActionGeo_CountryCode",
        "ActionGeo_Lat",
        "ActionGeo_Long",
        "ActionGeo_FeatureID",
        "DATEADDED",
        "SOURCEURL",
    ),
    lookups=(
        Lookup(
            key="SQLDATE || chr(31) || DATEADDED",
            values=("day", "backdated"),
            find=_span,
        ),
        Lookup(key="DATEADDED", values=("added",), find=_added),
        Lookup(key=_side_key(1), values=("side_1", "name_1"), find=_side),
        Lookup(key=_side_key(2), values=("side_2", "name_2"), find=_side),
        Lookup(key="EventCode", values=("act", "act_category"), find=acts.name_and_category),
        Lookup(
            key="ActionGeo_CountryCode",
            values=("place_state",),
            find=lambda code: (states.of_fips(code),),
        ),
        Lookup(key="SOURCEURL", values=("publisher", "address", "words"), find=_address),
    ),
    reject=f"""CASE
        WHEN GLOBALEVENTID IS NULL OR NOT regexp_full_match(GLOBALEVENTID, '[0-9]+')
            THEN 'GLOBALEVENTID is not a number'
        WHEN added IS NULL THEN 'DATEADDED is not a day'
        WHEN day IS NULL THEN 'SQLDATE is not a day'
        WHEN EventRootCode IS NOT NULL AND regexp_full_match(EventRootCode, '[0-9]')
            THEN 'EventRootCode has lost its leading zero'
        {number("GoldsteinScale", 10, "GoldsteinScale is not a number from -10 to 10")}
        {number("ActionGeo_Lat", 90, "ActionGeo_Lat is not a latitude")}
        {number("ActionGeo_Long", 180, "ActionGeo_Long is not a longitude")}
    END""",
    parts=(
        "name_1",
        "coalesce(act, 'no code')",
        "name_2",
        "ActionGeo_FullName",
        "words",
    ),
    title="""concat_ws(' — ', part_1, part_2, part_3)
        || coalesce(' (' || part_4 || ')', '') || coalesce(': ' || part_5, '')""",
    values={
        "id": "'gdelt:' || GLOBALEVENTID",
        "date": "day",
        "reported": "CASE WHEN width <> 57 THEN added END",
        "categories": "[coalesce(act_category, 'other')]",
        "actors": union("side_1", "side_2"),
        "initiators": split("side_1"),
        "places": f"""CASE WHEN ActionGeo_FullName IS NULL THEN [] ELSE [{{
            'name': ActionGeo_FullName,
            'country': place_state,
            'lat': CASE WHEN {_POINT} THEN TRY_CAST(ActionGeo_Lat AS DOUBLE) END,
            'lon': CASE WHEN {_POINT} THEN TRY_CAST(ActionGeo_Long AS DOUBLE) END,
            'precision': CASE ActionGeo_Type WHEN '1' THEN 'country' WHEN '2' THEN 'province'
                WHEN '3' THEN 'city' WHEN '4' THEN 'city' WHEN '5' THEN 'province' END
        }}] END""",
        "tags": "CASE WHEN backdated IS NOT NULL AND width <> 57 THEN ['backdated'] ELSE [] END",
        "cameo": "EventCode",
        "intensity": "TRY_CAST(GoldsteinScale AS DOUBLE)",
        "sources": """CASE WHEN publisher IS NULL THEN [] ELSE [{
            'source': publisher, 'grade': NULL, 'url': address, 'locator': NULL}] END""",
        "derived": """CASE WHEN backdated IS NOT NULL AND width <> 57
            THEN ['title', 'categories', 'tags'] ELSE ['title', 'categories'] END""",
    },
    covered="CASE WHEN width <> 57 THEN added ELSE day END",
    basis="days on which rows were added",
    twin="""concat_ws(chr(31), SQLDATE, coalesce(Actor1Code, ''), coalesce(Actor2Code, ''),
        coalesce(EventCode, ''), coalesce(ActionGeo_FullName, ''),
        coalesce(ActionGeo_FeatureID, ''))""",
    scale="goldstein-gdelt",
)


def mapping(finding: Finding) -> Mapping:
    """How a row becomes an event."""
    if finding.version == "2.0":
        return MAPPING
    # The back file was added in one go in 2013: for its rows that day says nothing.
    return msgspec.structs.replace(
        MAPPING, basis="days on which rows were added; of the back file, days of its events"
    )
