"""Small files of every data set, written from their published formats; no row is a real one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from relwatch.datasets import acled, gdelt, icews, polecat

GED = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]


def gdelt_row(version: str = "2.0", **given: str) -> str:
    """A GDELT row; without SOURCEURL in 1.0 when it is given as `-`."""
    names = gdelt.names(version)
    cells = dict.fromkeys(names, "")
    cells |= {
        "GLOBALEVENTID": "1", "SQLDATE": "20211015", "MonthYear": "202110", "Year": "2021",
        "FractionDate": "2021.7781", "Actor1Code": "CHNGOV", "Actor1Name": "BEIJING",
        "Actor1CountryCode": "CHN", "Actor1Type1Code": "GOV", "Actor2Code": "RUS",
        "Actor2Name": "RUSSIA", "Actor2CountryCode": "RUS", "IsRootEvent": "1",
        "EventCode": "057", "EventBaseCode": "057", "EventRootCode": "05", "QuadClass": "1",
        "GoldsteinScale": "8.0", "NumMentions": "4", "NumSources": "1", "NumArticles": "4",
        "AvgTone": "1.5", "Actor1Geo_Type": "0", "Actor2Geo_Type": "0", "ActionGeo_Type": "4",
        "ActionGeo_FullName": "Moscow, Moskva, Russia", "ActionGeo_CountryCode": "RS",
        "ActionGeo_ADM1Code": "RS48", "ActionGeo_Lat": "55.7522", "ActionGeo_Long": "37.6156",
        "ActionGeo_FeatureID": "-2960561",
        "DATEADDED": "20211015" + ("" if version == "1.0" else "121500"),
        "SOURCEURL": "https://www.example.org/2021/made-up-partners-sign-a-pact.html",
    }  # fmt: skip
    if "SQLDATE" in given:
        day = given["SQLDATE"]
        cells |= {"MonthYear": day[:6], "Year": day[:4]}
    cells |= given
    row = [cells[name] for name in names]
    return "\t".join(row[:-1] if cells["SOURCEURL"] == "-" else row)


def icews_row(**given: str) -> str:
    cells = dict.fromkeys(icews.COLUMNS, "")
    cells |= {
        "Event ID": "1", "Event Date": "2021-10-15", "Source Name": "Wang Made-Up",
        "Source Sectors": "Government,Executive", "Source Country": "China",
        "Event Text": "Make a visit", "CAMEO Code": "042", "Intensity": "1.9",
        "Target Name": "Russia", "Target Sectors": "NULL", "Target Country": "Russian Federation",
        "Story ID": "77", "Sentence Number": "2", "Publisher": "Sample Wire", "City": "Moscow",
        "District": "NULL", "Province": "Moskva", "Country": "Russian Federation",
        "Latitude": "55.7522", "Longitude": "37.6156",
    }  # fmt: skip
    return "\t".join((cells | given)[name] for name in icews.COLUMNS)


ICEWS_HEADER = "\t".join(icews.COLUMNS)


def polecat_row(**given: str) -> str:
    cells = dict.fromkeys(polecat.COLUMNS, "None")
    cells |= {
        "Event ID": "M1", "Event Date": "2021-10-15", "Event Type": "CONSULT",
        "Event Mode": "visit", "Intensity": "4.0", "Quad Code": "VERBAL COOPERATION",
        "Contexts": "diplomatic; military", "Actor Name": "Wang Made-Up; Sergei Made-Up",
        "Actor Country": "CHN; RUS", "Country": "RUS", "Placename": "Moscow", "City": "Moscow",
        "Latitude": "55.7522", "Longitude": "37.6156", "Source": "Sample Wire",
        "Publication Date": "2021-10-16", "Version": "v1",
    }  # fmt: skip
    return "\t".join((cells | given)[name] for name in polecat.COLUMNS)


POLECAT_HEADER = "\t".join(polecat.COLUMNS)


def acled_cells(**given: str) -> list[str]:
    cells = dict.fromkeys(acled.COLUMNS, "")
    cells |= {
        "event_id_cnty": "RUS1", "event_date": "2021-10-15", "year": "2021",
        "time_precision": "1", "disorder_type": "Political violence", "event_type": "Battles",
        "sub_event_type": "Armed clash", "actor1": "Military Forces of Russia (2000-)",
        "inter1": "State forces", "actor2": "Police Forces of China (2012-)",
        "inter2": "State forces", "iso": "643", "country": "Russia", "location": "Vladivostok",
        "latitude": "43.1155", "longitude": "131.8855", "geo_precision": "1",
        "source": "Sample Wire; Made Up Daily", "notes": 'A made-up clash, "so to say".',
        "fatalities": "0",
    }  # fmt: skip
    return [(cells | given)[name] for name in acled.COLUMNS]


def ged_cells(**given: str) -> list[str]:
    cells = dict.fromkeys(GED, "")
    cells |= {
        "id": "1", "type_of_violence": "1", "side_a": "Government of Russia (Soviet Union)",
        "side_b": "Made-Up Front", "number_of_sources": "1", "source_office": "Sample Wire",
        "source_date": "2021-10-17", "source_headline": "Clash in the hills", "where_prec": "1",
        "where_coordinates": "Sample town", "where_description": "near Sample town",
        "latitude": "43.0", "longitude": "45.0", "country": "Russia (Soviet Union)",
        "country_id": "365", "date_prec": "1", "date_start": "2021-10-15 00:00:00.000",
        "date_end": "2021-10-15 00:00:00.000", "gwnoa": "365", "best": "3",
    }  # fmt: skip
    return [(cells | given)[name] for name in GED]


def as_csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()


def lines(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


def one_of_each() -> dict[str, tuple[str, str]]:
    """Data set: (name of a file, its text), each with one row."""
    return {
        "gdelt": ("20211015121500.export.CSV", lines(gdelt_row())),
        "icews": ("events.2021.tab", lines(ICEWS_HEADER, icews_row())),
        "polecat": ("ngecEvents.DV.2021.txt", lines(POLECAT_HEADER, polecat_row())),
        "acled": ("acled.csv", as_csv(acled.COLUMNS, [acled_cells()])),
        "ucdp-ged": ("ged.csv", as_csv(GED, [ged_cells()])),
        "relwatch": (
            "mine.ndjson",
            lines('{"id":"a","date":"2021","categories":["tech"],"title":"Made up"}'),
        ),
    }


def put(folder: Path, name: str, text: str | bytes) -> str:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)
