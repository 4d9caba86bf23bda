"""Values the shell offers: categories, actors, tags, ids, views of the corpus that is asked."""

from collections.abc import Callable, Iterable

import typer

from relwatch.model import Corpus

Offer = list[tuple[str, str]]

_SPECIAL = frozenset(" '\"\\`$&|;<>()[]{}*?!#~^,")
# What a shell or Typer's own markup would read something into, as characters that only look so.
_TAME = str.maketrans("'\"\\`$[]", "’”/’＄()")


def _corpus(ctx: typer.Context) -> Corpus:
    from relwatch.corpora import places, reading
    from relwatch.corpora.settings import chosen_corpus

    return reading.read(places.find(chosen_corpus(ctx.params.get("corpus"))))[0]


def _quietly(values: Callable[[typer.Context], Iterable[tuple[str, str]]]) -> Callable[..., Offer]:
    """Values that match what is typed, also after a comma; nothing when anything goes wrong.

    Shells evaluate what they are given, so a value that would need quotes is not offered.
    """

    def complete(ctx: typer.Context, incomplete: str) -> Offer:
        before, comma, asked = incomplete.rpartition(",")
        chosen = set(before.casefold().split(","))
        try:
            return [
                (f"{before}{comma}{value}", about.translate(_TAME) if about.isprintable() else "")
                for value, about in values(ctx)
                if value.casefold().startswith(asked.casefold())
                and value.casefold() not in chosen
                and value.isprintable()
                and _SPECIAL.isdisjoint(value)
            ]
        except Exception:  # a completion must never disturb the prompt
            return []

    return complete


@_quietly
def categories(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Ids of the corpus's categories."""
    return [(category.id, category.name) for category in _corpus(ctx).categories]


@_quietly
def actors(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Ids of actors, and names and aliases that are one word."""
    found: dict[str, str] = {}
    for actor in _corpus(ctx).actors:
        found[actor.id] = actor.name
        for name in (actor.name, *actor.aliases):
            if " " not in name:
                found.setdefault(name.casefold(), actor.name)
    return found.items()


@_quietly
def sources(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Ids of sources."""
    return [(one.id, one.title or one.publisher or "") for one in _corpus(ctx).sources]


@_quietly
def tags(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Tags in use."""
    return [
        (tag, "") for tag in sorted({tag for event in _corpus(ctx).events for tag in event.tags})
    ]


@_quietly
def ids(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Ids of events."""
    return [(event.id, event.title) for event in _corpus(ctx).events]


@_quietly
def corpora(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Names of corpora; the shell itself completes paths."""
    from pathlib import Path

    from relwatch.corpora import places

    named = [(path.stem, "") for path in (*places.own(), *places.bundled())]
    return [*named, *((path.name, "") for path in sorted(Path().glob("*.json")))]


@_quietly
def settings(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Names of settings."""
    from relwatch.corpora.settings import Settings

    return [(name, "") for name in Settings.__struct_fields__]


@_quietly
def views(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Names of saved views."""
    from relwatch.corpora.settings import read_views

    return [(name, view.expression) for name, view in read_views().items()]


@_quietly
def formats(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Names of formats: those of a screen, or those of a file for `export`."""
    if ctx.info_name == "export":
        from relwatch.formats import FORMATS

        return [(name, "") for name in (*FORMATS, "parquet")]
    if getattr(ctx.command, "lines_only", False):
        return [("table", ""), ("json", "")]
    return [(name, "") for name in ("table", "csv", "tsv", "json", "ndjson", "markdown")]


@_quietly
def columns(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Fields of events."""
    from relwatch.model import Event

    return [(name, "") for name in Event.__struct_fields__]


@_quietly
def orders(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """Keys that lists can be sorted by."""
    from relwatch.engines.base import ORDERS

    return [(name, "") for name in ORDERS]


@_quietly
def dimensions(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """What `stats --by` tallies by."""
    from relwatch.engines.base import DIMENSIONS

    return [(name, "") for name in DIMENSIONS]


@_quietly
def measures(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """What `stats --measure` measures."""
    from relwatch.analysis.stats import MEASURES

    return [(name, "") for name in MEASURES]
