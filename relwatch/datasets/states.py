"""Which state a code or a name of a data set means: CAMEO, FIPS 10-4, Gleditsch-Ward, English names.

Every function gives the ISO 3166-1 alpha-3 code, or None where no state is meant. The letters of
one list mean other countries in another (FIPS CH is China, ISO CH Switzerland), so each list has
its own function. Source of the codes: data/countries.csv.
"""

from __future__ import annotations

import re
from functools import cache

from relwatch.reference import countries, country_named

# CAMEO writes two states as ISO once did; the rest of its alpha-3 codes are ISO's.
_CAMEO = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS"}


@cache
def _by(field: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for country in countries():
        for code in getattr(country, field).split():
            if country.iso3:
                found.setdefault(code.strip(",;"), country.iso3)
    return found


def of_cameo(code: str) -> str | None:
    """A CAMEO country code; regions (AFR, EUR) are no states."""
    code = _CAMEO.get(code, code)
    return code if code in _by("iso3") else None


def of_alpha3(code: str) -> str | None:
    """An ISO 3166-1 alpha-3 code."""
    return code if code in _by("iso3") else None


def of_fips(code: str) -> str | None:
    """A FIPS 10-4 code."""
    return _by("fips").get(code)


def of_number(code: str) -> str | None:
    """An ISO 3166-1 numeric code, with or without its leading zeros."""
    return _by("isonum").get(code.zfill(3))


def of_gleditsch_ward(code: str) -> str | None:
    """A Gleditsch-Ward number. 365 is Russia and the Soviet Union."""
    return _by("gw").get(code)


@cache
def named(name: str) -> str | None:
    """A country's English name, alias or alpha-3 code."""
    found = country_named(name)
    return (found.iso3 or None) if found else None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(r"\(([^()]*)\)"), re.compile(r"\bof (?:the )?([^()]+?)\s*\(\d{4}")


def in_actor_name(name: str) -> str | None:
    """The state that ACLED writes into an actor's name, if it is one.

    `Military Forces of Russia (2000-)` and `Protesters (China)` name theirs; a militia does not.
    Source: the ACLED codebook's naming of actors.
    """
    brackets, ruler = _patterns()
    for text in reversed(brackets.findall(name)):
        if found := named(text.strip()):
            return found
    if match := ruler.search(name):
        return named(match.group(1).strip())
    return None


def behind_government(name: str) -> str | None:
    """The state of UCDP's `Government of Russia (Soviet Union)`; None for any other name."""
    if not name.startswith("Government of "):
        return None
    return behind_name(name.removeprefix("Government of "))


def behind_name(name: str) -> str | None:
    """The state of UCDP's `Russia (Soviet Union)`: today's name, then the older one."""
    return named(name.strip()) or named(name.partition("(")[0].strip())
