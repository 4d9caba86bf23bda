"""Files that cannot be read as they are: each is refused with the reason, none is half-read."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="the extra `big` is not installed")

from relwatch.datasets import acled, sources
from relwatch.datasets.conversion import PLAIN, Options, Progress, convert
from relwatch.datasets.sniffing import sniff, sniff_all
from relwatch.errors import AskedWrongly, DataWrong
from tests.datasets import made

SIX_GDELT = made.lines(*(made.gdelt_row(GLOBALEVENTID=str(n)) for n in range(6)))
ACLED = made.as_csv(acled.COLUMNS, [made.acled_cells()])
ICEWS = made.lines(made.ICEWS_HEADER, made.icews_row())


def excel(text: str, separator: str) -> str:
    """What a spreadsheet makes of GDELT: numbers without zeros, long ones in powers of ten."""
    rows = []
    for line in text.splitlines():
        cells = [cell.lstrip("0") or cell for cell in line.split("\t")]
        cells[59] = "2.02E+13"
        rows.append(separator.join(cells))
    return made.lines(*rows)


REFUSED = {
    "mangled, semicolons": (excel(SIX_GDELT, ";"), "went through a spreadsheet.*leading zeros"),
    "mangled, tabs": (excel(SIX_GDELT, "\t"), "went through a spreadsheet.*scientific notation"),
    "mangled, header": (
        ";".join(("GLOBALEVENTID", "SQLDATE", "", "Year")) + "\n" + excel(SIX_GDELT, ";"),
        "went through a spreadsheet.*empty or shifted",
    ),
    "cut-down GDELT": (
        made.lines(*("\t".join(made.gdelt_row().split("\t")[:40]) for _ in range(3))),
        "have 40 fields",
    ),
    "aggregated": ("country,week,event_type,events,fatalities\nChina,1,Battles,3,0\n", "aggregated"),
    "aggregated, tabs": ("Date\tActor1\tActor2\tCount\n2021\tCHN\tRUS\t5\n", "aggregated"),
    "preamble": ("Downloaded on 1 May\nSee terms\n" + ACLED, "2 lines above the header"),
    "preamble over rows": ("GDELT export\n" + SIX_GDELT, "1 line above the first row"),
    "header twice": (ICEWS + ICEWS, "the header is repeated"),
    "quoted header twice": (ACLED + ACLED, "the header is repeated"),
    "ICEWS without its zeros": (
        made.lines(
            made.ICEWS_HEADER,
            *(made.icews_row(**{"CAMEO Code": code}) for code in ("42", "57", "190", "211", "")),
        ),
        "ICEWS that went through a spreadsheet.*leading zeros.*“42” for “042”",
    ),
    "ICEWS with codes as numbers": (
        made.lines(made.ICEWS_HEADER, made.icews_row(**{"CAMEO Code": "190.0"})),
        "ICEWS that went through a spreadsheet.*leading zeros",
    ),
    "ICEWS with the day first": (
        made.lines(
            made.ICEWS_HEADER,
            *(made.icews_row(**{"Event Date": f"{day}/06/2018"}) for day in range(1, 29)),
        ),
        "ICEWS that went through a spreadsheet.*days are written in another form .“13/06/2018”",
    ),
    "ACLED with days of a spreadsheet": (
        made.as_csv(acled.COLUMNS, [made.acled_cells(event_date="28-Dec-22")]),
        "ACLED that went through a spreadsheet.*“28-Dec-22”",
    ),
    "UCDP with days of a spreadsheet": (
        made.as_csv(made.GED, [made.ged_cells(date_start="00:00.0")]),
        "UCDP GED that went through a spreadsheet.*“00:00.0”",
    ),
    "POLECAT with days and ids of a spreadsheet": (
        made.lines(
            made.POLECAT_HEADER,
            made.polecat_row(**{"Event Date": "10/15/2021", "Event ID": "2.02E+13"}),
        ),
        "POLECAT that went through a spreadsheet.*“10/15/2021”.*scientific notation",
    ),
    "column missing": (
        ICEWS.replace("CAMEO Code", "Code"),
        "ICEWS, but without the columns CAMEO Code",
    ),
    "column of ACLED missing": (
        ACLED.replace("latitude", "lat"),
        "ACLED, but without the columns latitude",
    ),
    "column of UCDP missing": (
        made.as_csv(made.GED, [made.ged_cells()]).replace("date_prec", "precision"),
        "UCDP GED, but without the columns date_prec",
    ),
    "column of POLECAT missing": (
        made.lines(made.POLECAT_HEADER.replace("Contexts", "Topics"), made.polecat_row()),
        "POLECAT, but without the columns Contexts",
    ),
    "own column missing": ("id,date,title\na,2021,b\n", "without the columns categories"),
    "own column unknown": ("id,date,title,categories,colour\n", "no columns colour"),
    "UTF-16": (ACLED.encode("utf-16"), "is UTF-16"),
    "Latin-1": (ICEWS.replace("Moskva", "Moskvá").encode("latin-1"), "line 2 is not UTF-8"),
    "NUL bytes": (ICEWS.encode() + b"\0\n", "NUL"),
    "array of JSON": ('[{"id": "a", "date": "2021"}]', "one JSON array, not one record a line"),
    "indented JSON": ('{\n  "id": "a",\n  "date": "2021"\n}', "not one record a line"),
    "other NDJSON": ('{"id": "a", "name": "b"}\n', "not relwatch's events"),
    "a corpus": ('{"format":"relwatch-corpus/1","events":[]}\n', "is a corpus file"),
    "semicolons": (ACLED.replace(",", ";"), "semicolons between its fields"),
    "something else": ("a,b,c\n1,2,3\n", "none of the data sets"),
    "prose": ("Dear reader,\nthere is nothing here.\n", "none of the data sets"),
    "empty": ("", "the file is empty"),
    "blank": ("\n\n \n", "the file is empty"),
    "header alone": (made.lines(made.ICEWS_HEADER), "a header but no rows"),
    "quotes": (
        ACLED + "RUS2,2021-10-16,\"never closed\n" + ACLED.partition("\n")[2],
        "line 3: its quotes do not match",
    ),
    "Parquet": (b"PAR1\0\0", "is Parquet"),
    "gzip under another name": (gzip.compress(ICEWS.encode()), "is compressed"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_refused_with_the_reason(what: str, tmp_path: Path) -> None:
    text, reason = REFUSED[what]
    path = made.put(tmp_path, "rows.csv", text)
    with pytest.raises(DataWrong, match=reason) as caught:
        convert((path,), tmp_path / "out.parquet")
    assert caught.value.exit_code == 3
    assert path in caught.value.message
    assert sorted(file.name for file in tmp_path.iterdir()) == ["rows.csv"]


def test_a_second_header_far_down_is_found(tmp_path: Path) -> None:
    rows = [made.icews_row(**{"Event ID": str(n)}) for n in range(2_000)]
    path = made.put(tmp_path, "rows.tab", made.lines(made.ICEWS_HEADER, *rows, made.ICEWS_HEADER))
    with pytest.raises(DataWrong, match="line 2,002: the header is repeated"):
        convert((path,), tmp_path / "out.parquet")


def test_truncated_gzip(tmp_path: Path) -> None:
    rows = "".join(made.gdelt_row(GLOBALEVENTID=str(n * 7919)) + "\n" for n in range(3_000))
    packed = gzip.compress(rows.encode())
    path = made.put(tmp_path, "rows.csv.gz", packed[: len(packed) * 2 // 3])
    with pytest.raises(DataWrong, match="cut off before its end"):
        convert((path,), tmp_path / "out.parquet")
    path = made.put(tmp_path, "rows.csv.gz", packed[:-8] + b"\0" * 8)
    with pytest.raises(DataWrong, match="damaged"):
        convert((path,), tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def zipped(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def test_archive_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_GROWTH_COUNTS_FROM", 1 << 20)
    bomb = made.lines(made.gdelt_row()).encode() * 40_000
    for name, content in (
        ("bomb.csv.gz", gzip.compress(bomb)),
        ("bomb.zip", zipped(("a.export.CSV", bomb))),
    ):
        path = made.put(tmp_path, name, content)
        with pytest.raises(DataWrong, match="archive bomb"):
            convert((path,), tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_archive_bombs_are_known_before_they_are_big(tmp_path: Path) -> None:
    row = made.gdelt_row().encode() + b"\n"
    packed = gzip.compress(row * (20_000_000 // len(row)))
    path = made.put(tmp_path, "bomb.csv.gz", packed)
    seen: list[Progress] = []
    with pytest.raises(DataWrong, match=r" \d MB come out of .*archive bomb"):
        convert((path,), tmp_path / "out.parquet", progress=seen.append)
    assert seen == []
    path = made.put(tmp_path, "bomb.zip", zipped(("a.CSV", row * (20_000_000 // len(row)))))
    with pytest.raises(DataWrong, match="archive bomb"):
        sniff(path)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("a.zip", b"x")], "archive inside an archive"),
        ([("readme.txt", b"x"), ("paper.pdf", b"x")], "no event files"),
        ([("xl/workbook.xml", b"x")], "Excel workbook"),
        ([("a.csv", b"a,b\n1,2\n")], "none of the data sets"),
    ],
)
def test_zips_that_hold_no_rows(
    members: list[tuple[str, bytes]], reason: str, tmp_path: Path
) -> None:
    path = made.put(tmp_path, "a.zip", zipped(*members))
    with pytest.raises(DataWrong, match=reason):
        sniff(path)


def test_damaged_zip(tmp_path: Path) -> None:
    content = zipped(("a.export.CSV", SIX_GDELT.encode()))
    path = made.put(tmp_path, "a.zip", content[: len(content) // 2])
    with pytest.raises(DataWrong, match="damaged or was cut off"):
        sniff(path)
    broken = bytearray(content)
    broken[60] ^= 0xFF
    path = made.put(tmp_path, "a.zip", bytes(broken))
    with pytest.raises(DataWrong):
        convert((path,), tmp_path / "out.parquet")


def test_folders_and_patterns(tmp_path: Path) -> None:
    folder = tmp_path / "gdelt"
    folder.mkdir()
    with pytest.raises(DataWrong, match="holds no event files"):
        sniff(str(folder))
    with pytest.raises(AskedWrongly, match="no file matches"):
        sniff(f"{folder}/*.CSV")
    with pytest.raises(AskedWrongly, match="no such file"):
        sniff(f"{folder}/a.CSV")
    rows = [made.lines(made.gdelt_row(GLOBALEVENTID=str(n))) for n in range(4)]
    made.put(folder, "a.export.CSV", rows[0])
    made.put(folder, "b.export.CSV.gz", gzip.compress(rows[1].encode()))
    made.put(
        folder, "c.export.CSV.zip", zipped(("c.CSV", rows[2].encode()), ("d.CSV", rows[3].encode()))
    )
    made.put(folder, "README.txt", "what these are")
    made.put(folder, ".hidden.csv", "x")
    for paths in ((str(folder),), (f"{folder}/*.CSV*",), (str(folder), f"{folder}/a.export.CSV")):
        report = convert(paths, tmp_path / "out.parquet")
        assert (report.files, report.rows, report.kept) == (4, 4, 4)
    report = convert((str(folder),), tmp_path / "out.parquet")
    assert report.left_out == (str(folder / "README.txt"),)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "gdelt"
    folder.mkdir()
    made.put(folder, "a.CSV", SIX_GDELT)
    os.mkfifo(folder / "b.CSV")
    for path in (str(folder), f"{folder}/*.CSV"):
        report = convert((path,), tmp_path / "out.parquet")
        assert (report.kept, report.left_out) == (6, (str(folder / "b.CSV"),))
    with pytest.raises(AskedWrongly, match="a pipe or a device"):
        sniff(str(folder / "b.CSV"))


def test_two_data_sets_at_once(tmp_path: Path) -> None:
    made.put(tmp_path, "a.csv", SIX_GDELT)
    made.put(tmp_path, "b.csv", ACLED)
    with pytest.raises(DataWrong, match=r"two data sets: .*GDELT.*ACLED"):
        sniff_all((f"{tmp_path}/*.csv",))
    made.put(tmp_path, "b.csv", made.lines(made.gdelt_row("1.0")))
    with pytest.raises(DataWrong, match="two data sets"):
        sniff_all((f"{tmp_path}/*.csv",))


def test_icews_codes_that_are_odd_but_published_so_are_read(tmp_path: Path) -> None:
    """A stray letter, rows without a code, days of the file of 2017: these are real."""
    codes = ["042", "1711", "", "13y", "NULL", "201", "0211"]
    rows = [
        made.icews_row(**{"Event ID": str(n), "CAMEO Code": code, "Event Date": f"1/{n + 20}/2017"})
        for n, code in enumerate(codes)
    ]
    path = made.put(tmp_path, "rows.tab", made.lines(made.ICEWS_HEADER, *rows))
    report = convert((path,), tmp_path / "out.parquet")
    assert (report.rows, report.kept) == (7, 7)


def test_one_code_without_its_zero_costs_its_row_and_many_further_down_the_run(
    tmp_path: Path,
) -> None:
    good = [made.icews_row(**{"Event ID": str(n)}) for n in range(1_000)]
    bad = [made.icews_row(**{"Event ID": f"x{n}", "CAMEO Code": "42"}) for n in range(20)]
    path = made.put(tmp_path, "rows.tab", made.lines(made.ICEWS_HEADER, *good, bad[0]))
    report = convert((path,), tmp_path / "out.parquet")
    assert report.reasons == {"CAMEO Code has lost its leading zero": 1}
    path = made.put(tmp_path, "rows.tab", made.lines(made.ICEWS_HEADER, *good, *bad))
    with pytest.raises(DataWrong, match=r"20 of 1,020 rows.*\n.*lost its leading zero"):
        convert((path,), tmp_path / "out.parquet")


def gdelt_rows(good: int, *bad: str) -> str:
    rows = [made.gdelt_row(GLOBALEVENTID=str(n)) for n in range(good)]
    for number, row in enumerate(bad):
        rows.insert(3 * number + 1, row)
    return made.lines(*rows)


BAD_ROWS = {
    "30 fields, not 61": "\t".join(made.gdelt_row().split("\t")[:30]),
    "62 fields, not 61": made.gdelt_row() + "\t",
    "GLOBALEVENTID is not a number": made.gdelt_row(GLOBALEVENTID="x1"),
    "SQLDATE is not a day": made.gdelt_row(SQLDATE="20210231"),
    "DATEADDED is not a day": made.gdelt_row(DATEADDED="2021"),
    "EventRootCode has lost its leading zero": made.gdelt_row(EventRootCode="5"),
    "GoldsteinScale is not a number from -10 to 10": made.gdelt_row(GoldsteinScale="80"),
    "ActionGeo_Lat is not a latitude": made.gdelt_row(ActionGeo_Lat="nan"),
    "ActionGeo_Long is not a longitude": made.gdelt_row(ActionGeo_Long="1.4#"),
    "the id occurs already": made.gdelt_row(GLOBALEVENTID="0"),
}


def test_rows_in_are_rows_kept_and_rejects_by_line(tmp_path: Path) -> None:
    text = gdelt_rows(100, *BAD_ROWS.values()) + "\n\n"
    path = made.put(tmp_path, "rows.csv", text)
    rejects = tmp_path / "rejects.tsv"
    report = convert((path,), tmp_path / "out.parquet", Options(most_rejects=0.2), rejects=rejects)
    assert (report.rows, report.kept, report.rejected) == (110, 100, 10)
    assert report.reasons == dict.fromkeys(BAD_ROWS, 1)
    header, *lines = rejects.read_text(encoding="utf-8").splitlines()
    assert header == "file\tline\treason\ttext"
    expected = text.splitlines()
    for line in lines:
        file, number, reason, row = line.split("\t", 3)
        assert (file, row) == (path, expected[int(number) - 1])
        assert reason in BAD_ROWS or reason == f"the id stands in line 1 of {path} already"
    assert str(report) == "110 rows read, 100 events kept, 10 rejected"


def test_more_rejects_than_may_be_stop_the_run(tmp_path: Path) -> None:
    path = made.put(tmp_path, "rows.csv", gdelt_rows(197, *list(BAD_ROWS.values())[:3]))
    target, rejects = tmp_path / "out.parquet", tmp_path / "rejects.tsv"
    with pytest.raises(DataWrong, match=r"3 of 200 rows cannot be read \(1.5 %\)") as caught:
        convert((path,), target, rejects=rejects)
    assert "line 2: 30 fields, not 61" in caught.value.message
    assert not target.exists()
    assert len(rejects.read_text().splitlines()) == 4
    assert convert((path,), target, Options(most_rejects=0.015)).rejected == 3


def test_one_reject_in_a_hundred_is_bearable(tmp_path: Path) -> None:
    path = made.put(tmp_path, "rows.csv", gdelt_rows(99, BAD_ROWS["SQLDATE is not a day"]))
    assert convert((path,), tmp_path / "out.parquet", PLAIN).rejected == 1


def test_lines_of_records_that_run_over_several_lines(tmp_path: Path) -> None:
    rows = [
        made.acled_cells(event_id_cnty="A", notes="one\ntwo\nthree"),
        made.acled_cells(event_id_cnty="B", event_date="never"),
        made.acled_cells(event_id_cnty="C")[:-1],
        made.acled_cells(event_id_cnty="A", notes="four\nfive"),
    ]
    path = made.put(tmp_path, "rows.csv", made.as_csv(acled.COLUMNS, rows))
    rejects = tmp_path / "rejects.tsv"
    report = convert((path,), tmp_path / "out.parquet", Options(most_rejects=1), rejects=rejects)
    assert (report.rows, report.kept, report.rejected) == (4, 1, 3)
    found = [line.split("\t")[1:3] for line in rejects.read_text().splitlines()[1:]]
    assert found == [
        ["5", "event_date is not a day"],
        ["6", "30 fields, not 31"],
        ["7", f"the id stands in line 2 of {path} already"],
    ]


def test_a_broken_byte_far_down_costs_its_line_only(tmp_path: Path) -> None:
    rows = [made.icews_row(**{"Event ID": str(n)}).encode() for n in range(2_000)]
    rows[1_500] = rows[1_500].replace(b"Moskva", b"Moskv\xe1")
    rows[1_600] = rows[1_600].replace(b"Moskva", b"Mos\0kva")
    content = b"\n".join((made.ICEWS_HEADER.encode(), *rows)) + b"\n"
    path, rejects = made.put(tmp_path, "rows.tab", content), tmp_path / "rejects.tsv"
    report = convert((path,), tmp_path / "out.parquet", rejects=rejects)
    assert (report.rows, report.rejected) == (2_000, 2)
    assert [line.split("\t")[1] for line in rejects.read_text().splitlines()[1:]] == [
        "1502",
        "1602",
    ]
    records = [made.acled_cells(event_id_cnty=str(n), notes="a\nb") for n in range(1_000)]
    text = made.as_csv(acled.COLUMNS, records).encode().replace(b"700,", b"7\xff0,", 1)
    path = made.put(tmp_path, "rows.csv", text)
    report = convert((path,), tmp_path / "out.parquet", rejects=rejects)
    assert (report.rows, report.rejected) == (1_000, 1)
    assert rejects.read_text().splitlines()[1].split("\t")[1] == "1402"


def test_line_ends_and_marks_do_not_matter(tmp_path: Path) -> None:
    for text in (ICEWS, ICEWS.replace("\n", "\r\n"), "\ufeff" + ICEWS, ICEWS.rstrip("\n")):
        path = made.put(tmp_path, "rows.tab", text)
        assert convert((path,), tmp_path / "out.parquet").kept == 1
    path = made.put(tmp_path, "rows.csv", "\ufeff" + SIX_GDELT.replace("\n", "\r\n"))
    assert convert((path,), tmp_path / "out.parquet").kept == 6


def test_the_same_rows_packed_and_unpacked(tmp_path: Path) -> None:
    text = gdelt_rows(2_000)
    made.put(tmp_path, "a.csv", text)
    made.put(tmp_path, "a.csv.gz", gzip.compress(text.encode()))
    with pytest.raises(DataWrong, match="2,000 of 4,000 rows have an id") as caught:
        convert((str(tmp_path),), tmp_path / "out.parquet")
    assert "overlap" in caught.value.hint
