"""Events as finished rows of CSV or TSV, made where the events are: the same bytes as `formats.csv`.

Writing a row in Python costs many times what DuckDB needs for it. What DuckDB might write in other
characters than `formats.csv` (escapes in JSON, very large and very small numbers, quotes that may need a guard) it leaves to it.
"""

from __future__ import annotations

from relwatch.datasets.table import GIVEN

_TEXTS = (
    "id", "date", "end_date", "reported", "title", "summary", "stage", "cameo", "scale", "status",
    "recorded",
)  # fmt: skip
_LISTS = ("categories", "actors", "initiators", "about", "tags", "follows", "derived")
_OBJECTS: dict[str, tuple[tuple[str, bool], ...]] = {
    # The keys in the order of the structs in `model`, and whether the value is a number.
    "places": (
        ("name", False), ("country", False), ("lat", True), ("lon", True), ("precision", False),
    ),
    "sources": (("source", False), ("grade", False), ("url", False), ("locator", False)),
    "origin": (("dataset", False), ("id", False), ("version", False)),
}  # fmt: skip

_QUOTE = "chr(39)"
"""What `text.guarded` may put another one before."""


def can_make(filled: frozenset[str], columns: tuple[str, ...]) -> bool:
    """Whether rows of these columns can be made, of events of which these fields are filled."""
    if len(columns) < 2 or "raw" in filled:
        # The only cell of a row is quoted even when it is empty.
        return False
    made = {*_TEXTS, *_LISTS, *_OBJECTS, "intensity", "uncertain"}
    return {_column(name) for name in columns} & filled <= made


def row(filled: frozenset[str], columns: tuple[str, ...], delimiter: str) -> tuple[str, str]:
    """Two pieces of SQL: the row without its line end, and whether Python must write it instead."""
    needed = filled | {"id", "date", "categories", "title"}
    cells, odd = [], []
    special = f"'[{delimiter}\"\r\n]'"
    for field in columns:
        column = _column(field)
        assert column in GIVEN
        if column not in needed:
            cells.append("''")
            continue
        if column in _TEXTS:
            cell = f"coalesce({column}, '')"
            odd.append(f"starts_with({cell}, {_QUOTE})")
        elif column in _LISTS:
            cell = f"coalesce(array_to_string({column}, '; '), '')"
            odd.append(f"starts_with({cell}, {_QUOTE})")
        elif column == "uncertain":
            cells.append("CASE WHEN uncertain THEN 'true' ELSE '' END")
            continue
        elif column == "intensity":
            cells.append("coalesce(CAST(to_json(intensity) AS VARCHAR), '')")
            odd.append(_odd_number("intensity"))
            continue
        else:
            cell = _objects(column)
            odd.append(f"contains({cell}, '\\u')")
            for key, number in _OBJECTS[column]:
                if number:
                    one = _odd_number(f"one.{key}")
                    odd.append(f"len(list_filter({column}, lambda one: {one})) > 0")
        if column not in _OBJECTS:
            odd.append(f"starts_with({cell}, chr(39))")  # it may be guarded
        cells.append(
            f"CASE WHEN regexp_matches({cell}, {special})"
            f" THEN '\"' || replace({cell}, '\"', '\"\"') || '\"' ELSE {cell} END"
        )
    return f" || '{delimiter}' || ".join(cells), " OR ".join(odd) or "FALSE"


def _column(field: str) -> str:
    return "end_date" if field == "end" else field


def _odd_number(value: str) -> str:
    """Whether a number might be written in more than one way; a missing one is not odd."""
    size = f"abs({value})"
    plain = f"({value} = 0 OR ({size} >= 0.001 AND {size} < 1000000000))"
    return f"coalesce(NOT {plain}, FALSE)"


def _objects(column: str) -> str:
    """A struct or a list of structs as JSON without its empty fields; '' for none."""

    def one(struct: str) -> str:
        (first, _), *rest = _OBJECTS[column]
        parts = [f"'{{\"{first}\":' || CAST(to_json({struct}.{first}) AS VARCHAR)"]
        parts += [
            f"coalesce(',\"{key}\":' || CAST(to_json({struct}.{key}) AS VARCHAR), '')"
            for key, _ in rest
        ]
        return f"{' || '.join(parts)} || '}}'"

    if column == "origin":
        return f"coalesce({one('origin')}, '')"
    made = f"array_to_string(list_transform({column}, lambda one: {one('one')}), ',')"
    return f"coalesce(CASE WHEN len({column}) > 0 THEN '[' || {made} || ']' END, '')"
