"""Where the data that ships with relwatch is: bundled corpora, countries, CAMEO codes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from relwatch.text import fold


@cache
def data_folder() -> Path:
    """The folder `data/`: inside the installed package, or beside pyproject.toml in a checkout."""
    here = Path(__file__).parent
    installed = here / "data"
    if installed.is_dir():
        return installed
    if (here.parent / "pyproject.toml").is_file() and (here.parent / "data").is_dir():
        return here.parent / "data"
    raise FileNotFoundError("relwatch was installed without its data folder; install it again")


class Country(msgspec.Struct, frozen=True):
    """One row of countries.csv. Codes are text, empty where a list has none.

    iso2, iso3, isonum: ISO 3166-1; fips: FIPS 10-4; cow: Correlates of War; gw: Gleditsch and Ward.
    """

    name: str
    iso2: str
    iso3: str
    isonum: str
    fips: str
    cow: str
    gw: str
    aliases: tuple[str, ...] = ()


@cache
def countries() -> tuple[Country, ...]:
    """Every country of countries.csv, in its order."""
    import csv

    with (data_folder() / "countries.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Country(
                **{key: value for key, value in row.items() if key != "aliases"},
                aliases=tuple(part for part in row["aliases"].split("; ") if part),
            )
            for row in csv.DictReader(file)
        )


@cache
def _countries_by_name() -> dict[str, Country]:
    found: dict[str, Country] = {}
    for country in countries():
        for name in (country.iso3, country.name, *country.aliases):
            if name:
                found.setdefault(fold(name), country)
    return found


def country_named(text: str) -> Country | None:
    """The country with this alpha-3 code, name or alias; None when there is none.

    Two-letter codes are not read: ISO and FIPS give the same letters to different countries.
    """
    return _countries_by_name().get(fold(text))


class Act(msgspec.Struct, frozen=True):
    """One CAMEO code: its name, Goldstein values (-10 to +10), quad class 1 to 4, category."""

    code: str
    level: str
    name: str
    goldstein_icews: float | None
    goldstein_gdelt: float | None
    quad: int
    category: str


@cache
def acts() -> dict[str, Act]:
    """CAMEO codes (text: leading zeros matter) and what is known of each."""
    import csv

    def number(text: str) -> float | None:
        return float(text) if text else None

    with (data_folder() / "cameo.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Act(
                code=row["code"],
                level=row["level"],
                name=row["name"],
                goldstein_icews=number(row["goldstein_icews"]),
                goldstein_gdelt=number(row["goldstein_gdelt"]),
                quad=int(row["quad"]),
                category=row["category"],
            )
            for row in csv.DictReader(file)
        }


COLORS = frozenset(
    bright + color
    for color in ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
    for bright in ("", "bright_")
)
"""The colours that every terminal knows, as a category names them."""

LIKELIHOODS = {
    # ICD 203 (2 January 2015), both rows of terms, lower case.
    "icd203": (
        "almost no chance", "very unlikely", "unlikely", "roughly even chance", "likely",
        "very likely", "almost certain", "almost certainly", "remote", "highly improbable",
        "improbable", "improbably", "roughly even odds", "probable", "probably",
        "highly probable", "nearly certain",
    ),
    # The probability yardstick of the UK's Professional Head of Intelligence Assessment.
    "phia": (
        "remote chance", "remote", "highly unlikely", "unlikely", "realistic possibility",
        "likely", "probable", "highly likely", "almost certain",
    ),
}  # fmt: skip
"""The terms of likelihood of each scale."""

QUADS = {
    1: "verbal cooperation",
    2: "material cooperation",
    3: "verbal conflict",
    4: "material conflict",
}


def quad_of(code: str) -> str:
    """The quad class of a CAMEO code by its root; empty when the root is unknown.

    Roots 01-05 are verbal and 06-08 material cooperation, 09-13 verbal and 14-20 material
    conflict: the practice of CAMEO and ICEWS. GDELT's files differ for roots 09 and 14.
    """
    root = code[:2]
    if not root.isascii() or not root.isdigit() or not 1 <= int(root) <= 20:
        return ""
    number = int(root)
    return QUADS[1 if number <= 5 else 2 if number <= 8 else 3 if number <= 13 else 4]
