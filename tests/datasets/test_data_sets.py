"""What a row of each data set becomes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

pytest.importorskip("duckdb", reason="the extra `big` is not installed")

from relwatch.datasets import DATASETS, acled, gdelt, module, polecat
from relwatch.datasets.conversion import PLAIN, Options, Report, convert
from relwatch.datasets.layout import CATEGORIES
from relwatch.datasets.sniffing import sniff
from relwatch.engines.base import Question
from relwatch.engines.sql import SqlEngine
from relwatch.expressions.wording import Wording
from relwatch.library import load
from relwatch.model import Citation, Corpus, Coverage, Event, Origin, Place
from tests.datasets import made


def read(
    folder: Path, text: str | bytes, name: str = "rows.csv", options: Options = PLAIN
) -> tuple[Report, Corpus, list[Event]]:
    """Convert a file of this text; its report, head and events."""
    target = folder / "out.parquet"
    report = convert((made.put(folder, name, text),), target, options)
    engine = SqlEngine(target)
    assert report.rows == report.kept + report.rejected + report.folded
    return report, engine.corpus, list(engine.events(Question()))


@pytest.mark.parametrize("name", DATASETS)
def test_every_entry_of_the_table_is_a_reader(name: str, tmp_path: Path) -> None:
    found = module(name)
    assert found.DATASET.name == name
    assert found.DATASET.title and found.DATASET.columns and found.DATASET.about
    file, text = made.one_of_each()[name]
    path = made.put(tmp_path, file, text)
    (sniffed,) = sniff(path)
    assert sniffed.finding.dataset == name
    assert sniffed.finding.evidence
    report, corpus, events = read(tmp_path, text, file)
    assert (report.rows, report.kept, report.rejected) == (1, 1, 0)
    assert corpus.id == name
    assert len(events) == 1


@pytest.mark.parametrize("name", DATASETS)
def test_words_of_an_event_are_those_of_memory(name: str, tmp_path: Path) -> None:
    import duckdb

    file, text = made.one_of_each()[name]
    _, corpus, (event,) = read(tmp_path, text, file)
    row = duckdb.execute(
        "SELECT search, search_title FROM read_parquet(?)", [str(tmp_path / "out.parquet")]
    ).fetchone()
    wording = Wording(corpus)
    assert row == (wording.search(event), wording.reader("title")(event))


def test_gdelt(tmp_path: Path) -> None:
    _, corpus, (event,) = read(tmp_path, made.lines(made.gdelt_row()))
    assert event == Event(
        id="gdelt:1",
        date="2021-10-15",
        reported="2021-10-15",
        categories=("political",),
        title="BEIJING — Sign formal agreement — RUSSIA (Moscow, Moskva, Russia):"
        " made up partners sign a pact",
        actors=("CHN", "CHNGOV", "BEIJING", "RUS"),
        initiators=("CHN", "CHNGOV", "BEIJING"),
        places=(
            Place(
                name="Moscow, Moskva, Russia",
                country="RUS",
                lat=55.7522,
                lon=37.6156,
                precision="city",
            ),
        ),
        cameo="057",
        intensity=8.0,
        scale="goldstein-gdelt",
        sources=(
            Citation(
                source="example.org",
                url="https://www.example.org/2021/made-up-partners-sign-a-pact.html",
            ),
        ),
        origin=Origin(dataset="gdelt", id="1", version="2.0"),
        derived=("title", "categories"),
    )
    assert corpus.coverage == (
        Coverage(start="2021-10-15", end="2021-10-15", basis="days on which rows were added"),
    )
    assert [actor.id for actor in corpus.actors] == ["CHN", "RUS"]
    assert [category.id for category in corpus.categories] == [*CATEGORIES][:4]


def test_gdelt_covers_days_of_collection_not_days_mentioned(tmp_path: Path) -> None:
    _, corpus, events = read(
        tmp_path,
        made.lines(
            made.gdelt_row(GLOBALEVENTID="1", SQLDATE="20201015"),
            made.gdelt_row(GLOBALEVENTID="2", DATEADDED="20211016000000"),
            made.gdelt_row(GLOBALEVENTID="3", DATEADDED="20211018000000", SQLDATE="20211018"),
        ),
    )
    assert [(c.start, c.end) for c in corpus.coverage] == [
        ("2021-10-15", "2021-10-16"),
        ("2021-10-18", "2021-10-18"),
    ]
    assert [(event.date, event.tags, "tags" in event.derived) for event in events] == [
        ("2020-10-15", ("backdated",), True),
        ("2021-10-15", (), False),
        ("2021-10-18", (), False),
    ]


def test_gdelt_1_mixes_57_and_58_fields(tmp_path: Path) -> None:
    _, corpus, (old, new) = read(
        tmp_path,
        made.lines(
            made.gdelt_row("1.0", GLOBALEVENTID="1"),
            made.gdelt_row(
                "1.0",
                GLOBALEVENTID="2",
                SQLDATE="19820102",
                GoldsteinScale="7",
                DATEADDED="20130203",
                SOURCEURL="-",
            ),
        ),
    )
    assert (old.id, old.sources, old.reported, old.tags, old.intensity) == (
        "gdelt:2", (), None, (), 7.0
    )  # fmt: skip
    assert new.reported == "2021-10-15" and new.origin and new.origin.version == "1.0"
    assert [c.start for c in corpus.coverage] == ["1982-01-02", "2021-10-15"]


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"SOURCEURL": ""}, "sources", ()),
        (
            {"SOURCEURL": "Made Up TV/BBC Monitoring/(c) BBC"},
            "sources",
            (Citation(source="Made Up TV/BBC Monitoring/(c) BBC"),),
        ),
        ({"ActionGeo_FullName": "", "ActionGeo_Type": "0"}, "places", ()),
        ({"ActionGeo_CountryCode": "CH"}, "places.country", "CHN"),
        ({"ActionGeo_CountryCode": "GM"}, "places.country", "DEU"),
        ({"ActionGeo_CountryCode": "KS"}, "places.country", "KOR"),
        ({"ActionGeo_CountryCode": "ZZ"}, "places.country", None),
        ({"ActionGeo_Type": "1", "ActionGeo_FullName": "Russia"}, "places.precision", "country"),
        ({"ActionGeo_Type": "0"}, "places.lat", 55.7522),
        ({"ActionGeo_Type": "0"}, "places.precision", None),
        ({"ActionGeo_Lat": "0", "ActionGeo_Long": "0"}, "places.lat", None),
        ({"ActionGeo_Lat": "", "ActionGeo_Long": ""}, "places.lat", None),
        ({"EventCode": "0871", "EventRootCode": "08"}, "cameo", "0871"),
        ({"EventCode": "190", "EventRootCode": "19"}, "categories", ("military",)),
        ({"EventCode": "1999", "EventRootCode": "19"}, "categories", ("military",)),
        ({"EventCode": "", "EventRootCode": ""}, "categories", ("other",)),
        ({"GoldsteinScale": ""}, "scale", None),
        ({"Actor1Code": "", "Actor1Name": "", "Actor1CountryCode": ""}, "initiators", ()),
        (
            {"Actor1Code": "AFR", "Actor1Name": "AFRICA", "Actor1CountryCode": "AFR"},
            "initiators",
            ("AFRICA",),
        ),
        (
            {"Actor1Code": "ROM", "Actor1Name": "ROMANIA", "Actor1CountryCode": "ROM"},
            "initiators",
            ("ROU",),
        ),
    ],
)
def test_traps_of_gdelt(given: dict[str, str], field: str, value: object, tmp_path: Path) -> None:
    _, _, (event,) = read(tmp_path, made.lines(made.gdelt_row(**given)))
    if field.startswith("places."):
        assert getattr(event.places[0], field.removeprefix("places.")) == value
    else:
        assert getattr(event, field) == value


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/2021/10/putin-and-xi-meet-again.html", "putin and xi meet again"),
        ("/news/putin_and_xi_meet/article123.ece", "putin and xi meet"),
        ("/a/12345678-putin-and-xi-meet", "putin and xi meet"),
        ("/news/%D0%BF%D1%83%D1%82%D0%B8%D0%BD-%D0%B8-%D1%81%D0%B8-vstretilis", "путин и си vstretilis"),
        ("/article_ec74cf62-f795-515c-a957-b501830bedb0.html", None),
        ("/story.php", None),
        ("", None),
    ],
)  # fmt: skip
def test_words_that_an_address_spells(path: str, words: str | None) -> None:
    assert gdelt.slug(path) == words


def test_gdelt_folds_repeated_mentions_when_asked(tmp_path: Path) -> None:
    text = made.lines(
        made.gdelt_row(GLOBALEVENTID="1"),
        made.gdelt_row(GLOBALEVENTID="2", SOURCEURL="https://example.net/x"),
        made.gdelt_row(GLOBALEVENTID="3", EventCode="046", EventRootCode="04"),
    )
    report, _, events = read(tmp_path, text)
    assert (report.kept, report.folded) == (3, 0)
    report, _, events = read(tmp_path, text, options=Options(fold=True))
    assert (report.kept, report.folded) == (2, 1)
    assert [event.id for event in events] == ["gdelt:1", "gdelt:3"]


def test_icews(tmp_path: Path) -> None:
    _, corpus, (event,) = read(tmp_path, made.lines(made.ICEWS_HEADER, made.icews_row()))
    assert event == Event(
        id="icews:1@2021-10-15",
        date="2021-10-15",
        categories=("political",),
        title="Wang Made-Up → Russia: Make a visit",
        actors=("CHN", "Wang Made-Up", "RUS"),
        initiators=("CHN", "Wang Made-Up"),
        places=(
            Place(
                name="Moscow, Moskva, Russian Federation",
                country="RUS",
                lat=55.7522,
                lon=37.6156,
                precision="city",
            ),
        ),
        cameo="042",
        intensity=1.9,
        scale="goldstein-icews",
        sources=(Citation(source="Sample Wire", locator="story 77, sentence 2"),),
        origin=Origin(dataset="icews", id="1@2021-10-15"),
        derived=("title", "categories"),
    )
    assert corpus.coverage[0].basis == "first and last event"


def test_traps_of_icews(tmp_path: Path) -> None:
    report, _, events = read(
        tmp_path,
        made.lines(
            made.ICEWS_HEADER,
            made.icews_row(**{"Event Date": "10/15/2021"}),
            # The same id on another day is another event.
            made.icews_row(**{"Event Date": "2021-10-16", "Publisher": '"Quoted, News'}),
            made.icews_row(**{"Event ID": "2", "CAMEO Code": "13y", "Intensity": "NA"}),
            made.icews_row(**{"Event ID": "3", "CAMEO Code": "NULL", "City": "NA", "Province": "NA"}),
        ),
    )  # fmt: skip
    assert report.rejected == 0
    by_id = {event.id: event for event in events}
    assert by_id["icews:1@2021-10-16"].sources[0].source == '"Quoted, News'
    assert by_id["icews:2@2021-10-15"].cameo == "13y"
    assert by_id["icews:2@2021-10-15"].intensity is None
    third = by_id["icews:3@2021-10-15"]
    assert third.cameo is None and third.categories == ("other",)
    assert third.places[0].name == "Russian Federation"
    assert third.places[0].precision == "country"


def test_icews_folds_mirrored_rows_when_asked(tmp_path: Path) -> None:
    swap = {
        "Source Name": "Russia", "Source Country": "Russian Federation",
        "Target Name": "Wang Made-Up", "Target Country": "China", "CAMEO Code": "043",
    }  # fmt: skip
    text = made.lines(
        made.ICEWS_HEADER,
        made.icews_row(),
        made.icews_row(**swap, **{"Event ID": "2"}),
        # Once more the same direction in another sentence, and twice in one: two reports.
        made.icews_row(**{"Event ID": "3", "Sentence Number": "5"}),
        made.icews_row(**{"Event ID": "4", "Sentence Number": "5"}),
    )
    report, _, events = read(tmp_path, text)
    assert (report.kept, report.folded) == (4, 0)
    report, _, events = read(tmp_path, text, options=Options(fold=True))
    assert (report.kept, report.folded) == (3, 1)
    assert events[0].id == "icews:1@2021-10-15"
    assert events[0].initiators == events[0].actors == ("CHN", "Wang Made-Up", "RUS")
    assert events[1].initiators == ("CHN", "Wang Made-Up")


def test_polecat(tmp_path: Path) -> None:
    _, _, (event,) = read(tmp_path, made.lines(made.POLECAT_HEADER, made.polecat_row()))
    assert event == Event(
        id="polecat:M1",
        date="2021-10-15",
        reported="2021-10-16",
        categories=("military",),
        title="Wang Made-Up, Sergei Made-Up CONSULT/visit",
        actors=("CHN", "Wang Made-Up", "RUS", "Sergei Made-Up"),
        initiators=("CHN", "Wang Made-Up", "RUS", "Sergei Made-Up"),
        places=(
            Place(name="Moscow", country="RUS", lat=55.7522, lon=37.6156, precision="city"),
        ),
        tags=("diplomatic", "military", "verbal cooperation"),
        intensity=4.0,
        scale="plover",
        sources=(Citation(source="Sample Wire"),),
        origin=Origin(dataset="polecat", id="M1", version="v1"),
        derived=("title", "categories"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("header", "tail"),
    [
        (made.POLECAT_HEADER.replace("Intensity", "Event Intensity") + "\t\t", "\t\t"),
        (made.POLECAT_HEADER.replace("Source\t", "Source\tHeadline\tEvent Text\t"), ""),
        (made.POLECAT_HEADER + "\tHeadline\tStory ID", ""),
        (made.POLECAT_HEADER + "\tHeadline\tStory ID", "\t\t"),
    ],
)
def test_headers_of_polecat(header: str, tail: str, tmp_path: Path) -> None:
    _report, _, (event,) = read(tmp_path, made.lines(header, made.polecat_row() + tail))
    assert event.sources == (Citation(source="Sample Wire"),)
    assert event.intensity == 4.0


@pytest.mark.parametrize(
    ("kind", "mode", "contexts", "category"),
    [
        ("COOPERATE", "", ["military", "technology"], "tech"),
        ("COOPERATE", "", ["economic", "diplomatic"], "economic"),
        ("SANCTION", "discontinue", [], "political"),
        ("ASSAULT", "", [], "military"),
        ("MOBILIZE", "", [], "military"),
        ("AID", "", ["health"], "other"),
        ("AGREE", "", [], "political"),
    ],
)
def test_categories_of_plover(kind: str, mode: str, contexts: list[str], category: str) -> None:
    assert polecat.category(kind, mode, contexts) == category


def test_acled(tmp_path: Path) -> None:
    _, _, (event,) = read(tmp_path, made.as_csv(acled.COLUMNS, [made.acled_cells()]))
    assert event == Event(
        id="acled:RUS1",
        date="2021-10-15",
        categories=("military",),
        title="Armed clash: Military Forces of Russia (2000-) – Police Forces of China (2012-),"
        " Vladivostok",
        summary='A made-up clash, "so to say".',
        actors=(
            "RUS",
            "Military Forces of Russia (2000-)",
            "CHN",
            "Police Forces of China (2012-)",
        ),
        places=(
            Place(name="Vladivostok", country="RUS", lat=43.1155, lon=131.8855, precision="town"),
        ),
        sources=(Citation(source="Sample Wire"), Citation(source="Made Up Daily")),
        origin=Origin(dataset="acled", id="RUS1"),
        derived=("title", "categories"),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"event_date": "28 December 2021"}, {"date": "2021-12-28"}),
        ({"event_date": "01-January-2015"}, {"date": "2015-01-01"}),
        ({"event_date": "03-02-2015"}, {"date": "2015-02-03"}),
        (
            {"time_precision": "2"},
            {"date": "2021-10-11", "end": "2021-10-17", "uncertain": True},
        ),
        ({"time_precision": "3"}, {"date": "2021-10", "end": None, "uncertain": False}),
        (
            {"event_type": "Strategic developments", "sub_event_type": "Agreement"},
            {"categories": ("political",)},
        ),
        ({"event_type": "Protests", "sub_event_type": "NA"}, {"categories": ("political",)}),
        ({"actor1": "Protesters (China)", "actor2": "NA"}, {"actors": ("CHN", "Protesters (China)")}),
        (
            {"assoc_actor_1": "Made-Up Group; Civilians (Ukraine)", "actor2": ""},
            {"actors": ("RUS", "Military Forces of Russia (2000-)", "Made-Up Group", "UKR",
                        "Civilians (Ukraine)")},
        ),
        ({"tags": "crowd size=no report; women targeted"},
         {"tags": ("crowd size=no report", "women targeted")}),
        ({"notes": "First line,\nsecond “line”."}, {"summary": "First line,\nsecond “line”."}),
        ({"location": "A\n town"}, {"title": "Armed clash: Military Forces of Russia (2000-) –"
                                             " Police Forces of China (2012-), A town"}),
    ],
)  # fmt: skip
def test_traps_of_acled(given: dict[str, str], expected: dict[str, object], tmp_path: Path) -> None:
    text = "\ufeff" + made.as_csv(acled.COLUMNS, [made.acled_cells(**given)])
    _, _, (event,) = read(tmp_path, text)
    assert {name: getattr(event, name) for name in expected} == expected


def test_acled_of_2015(tmp_path: Path) -> None:
    row = dict.fromkeys(acled.OLD, "") | {
        "GWNO": "710", "EVENT_ID_CNTY": "1CHN", "EVENT_ID_NO_CNTY": "1",
        "EVENT_DATE": "01-January-2015", "TIME_PRECISION": "1", "EVENT_TYPE": "Riots/Protests",
        "ACTOR1": "Protesters (China)", "ALLY_ACTOR_1": "Made-Up Union", "COUNTRY": "China",
        "LOCATION": "Sample", "LATITUDE": "1", "LONGITUDE": "2", "GEO_PRECISION": "1",
        "SOURCE": "Wire", "NOTES": "Two\nlines",
    }  # fmt: skip
    text = made.as_csv(acled.OLD, [row.values()]).replace("\n", "\r\n")
    _, _, (event,) = read(tmp_path, text)
    assert event.date == "2015-01-01"
    assert event.categories == ("political",)
    assert event.actors == ("CHN", "Protesters (China)", "Made-Up Union")
    assert event.places[0].country == "CHN"


def test_ucdp(tmp_path: Path) -> None:
    _, _, (event,) = read(tmp_path, made.as_csv(made.GED, [made.ged_cells()]))
    assert event == Event(
        id="ged:1",
        date="2021-10-15",
        reported="2021-10-17",
        categories=("military",),
        title="Government of Russia (Soviet Union) – Made-Up Front, Sample town",
        summary="Clash in the hills — near Sample town",
        actors=("RUS", "Made-Up Front"),
        places=(
            Place(name="Sample town", country="RUS", lat=43.0, lon=45.0, precision="exact"),
        ),
        tags=("state-based violence",),
        sources=(Citation(source="Sample Wire"),),
        origin=Origin(dataset="ucdp-ged", id="1"),
        derived=("title", "categories"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"date_end": "2021-10-18"}, {"end": "2021-10-18", "uncertain": False}),
        (
            {"date_end": "2021-10-18", "date_prec": "2"},
            {"date": "2021-10-15", "end": "2021-10-18", "uncertain": True},
        ),
        ({"date_prec": "4"}, {"end": None, "uncertain": False}),
        ({"side_b": "Government of China", "gwnob": "710"}, {"actors": ("RUS", "CHN")}),
        ({"side_b": "Union of two", "gwnob": "710, 713"},
         {"actors": ("RUS", "CHN", "TWN", "Union of two")}),
        ({"source_office": "", "source_date": "", "source_article": 'Wire 1989-05-17 "TITLE'},
         {"sources": (Citation(source='Wire 1989-05-17 "TITLE'),), "reported": None}),
        ({"source_office": "A;B;A", "source_date": "2021-10-16;2021-10-18;2021-10-17"},
         {"sources": (Citation(source="A"), Citation(source="B")), "reported": "2021-10-18"}),
    ],
)  # fmt: skip
def test_traps_of_ucdp(given: dict[str, str], expected: dict[str, object], tmp_path: Path) -> None:
    _, _, (event,) = read(tmp_path, made.as_csv(made.GED, [made.ged_cells(**given)]))
    assert {name: getattr(event, name) for name in expected} == expected


def test_ucdp_is_read_by_name_whatever_the_order(tmp_path: Path) -> None:
    dropped = ("relid", "code_status", "conflict_dset_id", "dyad_dset_id", "side_a_dset_id",
               "side_b_dset_id", "source_original", "adm_2")  # fmt: skip
    kept = [name for name in reversed(made.GED) if name not in dropped]
    cells = dict(zip(made.GED, made.ged_cells(), strict=True))
    _, _, (event,) = read(tmp_path, made.as_csv(kept, [[cells[name] for name in kept]]))
    assert len(kept) == 41
    assert event.actors == ("RUS", "Made-Up Front")


def test_gdelt_with_names_above_its_columns(tmp_path: Path) -> None:
    names = ["Day" if name == "SQLDATE" else name for name in gdelt.names("2.0")]
    row = made.gdelt_row().split("\t")
    for text in (
        made.as_csv(names, [row]),
        made.lines("\t".join(gdelt.names("2.0")), "\t".join(row)),
    ):
        _, _, (event,) = read(tmp_path, text)
        assert (event.id, event.date, event.cameo) == ("gdelt:1", "2021-10-15", "057")


@pytest.mark.parametrize("name", made.one_of_each())
def test_exported_as_a_corpus_it_can_be_kept(tmp_path: Path, name: str) -> None:
    """What events name is declared, so that `check` and writes accept the corpus."""
    from relwatch.cli.app import main

    file, text = made.one_of_each()[name]
    made.put(tmp_path, file, text)
    target = str(tmp_path / "kept.corpus.json")
    assert main(["export", target, "-C", str(tmp_path / file)]) == 0
    assert main(["check", target]) == 0
    assert main(["cover", "-C", target, "--from", "1990", "--to", "1991"]) == 0


def test_quads_of_a_table_are_those_of_its_events_as_a_corpus(tmp_path: Path) -> None:
    """GDELT's own classes differ for 09 and 14; the table says so, and gives one answer anywhere."""
    rows = [
        made.gdelt_row(GLOBALEVENTID=code, EventCode=code, EventRootCode=code[:2], QuadClass=quad)
        for code, quad in (("090", "2"), ("140", "3"), ("057", "1"))
    ]
    path = made.put(tmp_path, "a.csv", made.lines(*rows))
    library = load(path)
    (table,) = library.select().stats("quad").tables
    assert dict(table.rows) == {  # type: ignore[arg-type]
        "verbal cooperation": 1, "verbal conflict": 1, "material conflict": 1,
    }  # fmt: skip
    assert any("GDELT's own QuadClass has 09" in note for note in table.notes)
    corpus = msgspec.structs.replace(
        library.corpus, events=tuple(library.engine.events(Question()))
    )
    written = made.put(tmp_path, "a.json", msgspec.json.encode(corpus))
    assert load(written).select().stats("quad").tables == (table,)


def test_quads_of_polecat_are_tags(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.txt", made.lines(made.POLECAT_HEADER, made.polecat_row()))
    library = load(path)
    assert library.select('tag:"verbal cooperation"').count() == 1
    (table,) = library.select().stats("quad").tables
    assert any("its own quad classes are tags" in note for note in table.notes)
