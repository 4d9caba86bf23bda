"""Event data that somebody else publishes, read into relwatch's own Parquet.

A data set is one module here and one line in DATASETS.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

DATASETS = {
    "gdelt": "relwatch.datasets.gdelt",
    "icews": "relwatch.datasets.icews",
    "polecat": "relwatch.datasets.polecat",
    "acled": "relwatch.datasets.acled",
    "ucdp-ged": "relwatch.datasets.ucdp",
    "relwatch": "relwatch.datasets.own",
}
"""Data sets by name, and the module that reads each; asked in this order what a file is."""


def module(name: str) -> Any:
    """The module of a data set (see `layout` for what it gives); KeyError when there is none."""
    return import_module(DATASETS[name])
