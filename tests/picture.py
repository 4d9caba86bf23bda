"""Draws the README's picture: the overview of the bundled corpus as an SVG that loads nothing.

python -m tests.picture
"""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

import relwatch
from relwatch.analysis.stats import overview
from relwatch.formats.table.overview import overview as drawn

PICTURE = Path(__file__).parent.parent / ".github" / "overview.svg"
COLUMNS = 140
# Rich's own template fetches a font; this one names fonts that readers have.
TEMPLATE = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
 font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture() -> str:
    """The overview as SVG."""
    library = relwatch.load("china-russia")
    answer = overview(library.engine, library.select().selection)
    console = Console(
        record=True, file=io.StringIO(), width=COLUMNS, force_terminal=True, color_system="standard"
    )
    console.print(drawn(answer, library.corpus, COLUMNS))
    svg = console.export_svg(title="relwatch stats", code_format=TEMPLATE, unique_id="relwatch")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
