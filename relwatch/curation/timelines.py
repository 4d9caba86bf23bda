"""Rows of TimelineJS: slides with dates in parts and text in HTML (timeline.knightlab.com/docs)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relwatch.curation.sheets import Row

TELLING = ("Year", "Headline")
"""The columns by which its spreadsheet is recognised."""
COLUMNS = ("id", "date", "end", "title", "summary", "category", "url", "publisher")


def _date(parts: dict[str, Any]) -> str:
    """Year, month and day, of which the last may be missing, as a date."""
    given = [str(parts.get(name) or "").strip() for name in ("year", "month", "day")]
    if not given[0]:
        return ""
    year = given[0]
    date = year.zfill(4) if year.isdigit() else year
    for part in given[1:]:
        if not part:
            break
        date += f"-{part.zfill(2)}"
    return date


def _without_tags(text: Any) -> str:
    """HTML as plain text: TimelineJS takes HTML in headline and text."""
    from html.parser import HTMLParser

    found: list[str] = []

    class Text(HTMLParser):
        def handle_data(self, data: str) -> None:
            found.append(data)

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append("\n" if tag in ("p", "br", "div", "li") else "")

    parser = Text(convert_charrefs=True)
    parser.feed(str(text or ""))
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(found).split("\n"))
    return "\n".join(line for line in lines if line)


def _address(text: Any) -> str:
    shown = str(text or "").strip()
    return shown if shown.startswith(("http://", "https://")) and " " not in shown else ""


def slides(slides: list[Any]) -> Iterator[Row]:
    """TimelineJS3: slides with dates in parts."""
    for number, slide in enumerate(slides, 1):
        if not isinstance(slide, dict):
            yield Row(number, {}, "is not a slide")
            continue
        text = slide.get("text") if isinstance(slide.get("text"), dict) else {}
        media = slide.get("media") if isinstance(slide.get("media"), dict) else {}
        start, end = slide.get("start_date"), slide.get("end_date")
        yield Row(
            number,
            {
                "id": str(slide.get("unique_id") or ""),
                "date": _date(start) if isinstance(start, dict) else "",
                "end": _date(end) if isinstance(end, dict) else "",
                "title": " ".join(_without_tags((text or {}).get("headline")).split()),
                "summary": _without_tags((text or {}).get("text")),
                "category": str(slide.get("group") or ""),
                "url": _address((media or {}).get("link") or (media or {}).get("url")),
            },
        )


def rows(sheet: list[Row]) -> Iterator[Row]:
    """Its spreadsheet: a slide on each row."""
    for row in sheet:
        cells = row.values
        if cells.get("Type") in ("title", "era"):
            continue
        dates = [
            _date({p: cells.get(f"{side}{p.capitalize()}") for p in ("year", "month", "day")})
            for side in ("", "End ")
        ]
        yield Row(
            row.line,
            {
                "date": dates[0],
                "end": dates[1],
                "title": " ".join(_without_tags(cells.get("Headline")).split()),
                "summary": _without_tags(cells.get("Text")),
                "category": cells.get("Group", ""),
                "url": _address(cells.get("Media")),
            },
            row.wrong,
        )


def old(timeline: dict[str, Any]) -> Iterator[Row]:
    """TimelineJS 2: dates as "2012,2,11"."""

    def date(text: Any) -> str:
        parts = str(text or "").split(" ")[0].split(",")
        return _date(dict(zip(("year", "month", "day"), parts, strict=False)))

    for number, one in enumerate(timeline.get("date") or (), 1):
        asset = one.get("asset") if isinstance(one.get("asset"), dict) else {}
        yield Row(
            number,
            {
                "date": date(one.get("startDate")),
                "end": date(one.get("endDate")),
                "title": " ".join(_without_tags(one.get("headline")).split()),
                "summary": _without_tags(one.get("text")),
                "category": str(one.get("tag") or ""),
                "url": _address((asset or {}).get("media")),
            },
        )
