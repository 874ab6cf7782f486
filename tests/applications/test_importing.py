"""A list of residents comes in: columns, values, what is refused, what a second run does, files made to harm."""

import csv
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from applications import columns, importing, imports, values
from applications.importing import EXAMPLE, Line
from applications.models import Resident, ResidentEntry, ResidentImport
from applications.refusals import Refused
from applications.sheets import NotATable, Table
from office import jobs, vault
from office.models import Job, Read, VaultFile
from office.verification import verify
from tests.factories import make_resident
from tests.measured import note
from tests.pages import text_of

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
People = dict[str, User]
HEADER, FIRST = EXAMPLE
BIG = 60_000


def row(number: int = 1, **different: str) -> list[str]:
    """A person like the example with a NIK of their own."""
    cells = dict(zip(columns.FIELDS, FIRST, strict=True)) | {"nik": f"350817550390{number:04d}"} | different
    return [cells[name] for name in columns.FIELDS]


def as_csv(*rows: list[str], header: list[str] = HEADER, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(*rows: list[Any], header: list[str] = HEADER) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for each in (header, *rows):
        sheet.append(each)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def run(content: bytes, **how: Any) -> tuple[importing.Report, list[Line]]:
    table, lines = Table(content), list[Line]()
    mapping = how.pop("mapping", None) or columns.guess(table.header, table.sample(50)).mapping
    options = {"by": None, "dry_run": False, "update": False} | how
    return importing.run(content, mapping, note=lines.append, **options), lines


def refused(**different: str) -> Line:
    report, lines = run(as_csv(row(**different)))
    assert (report.refused, len(lines), Resident.objects.count()) == (1, 1, 0)
    return lines[0]


# -- what comes in ---------------------------------------------------------------------------------


def test_a_list_comes_in_with_one_import_and_its_entries(people: People) -> None:
    report, lines = run(as_csv(row(1), row(2)), by=people["section_head"])
    assert (report.rows, report.created, report.refused, lines) == (2, 2, 0, [])
    resident = Resident.objects.get(nik="3508175503900001")
    assert (resident.name_key, resident.birth_date, resident.village.name) == (
        "CONTOH NAMA", date(1990, 3, 15), "Jatiroto"
    )
    assert (resident.religion, resident.blood_type, resident.marital_status) == ("1", "O", "married")
    made = ResidentImport.objects.get()
    assert (made.by, made.rows, made.created) == (people["section_head"], 2, 2)
    assert [(e.verb, e.resident, e.facts["import"]) for e in ResidentEntry.objects.all()] == [
        ("import", None, made.pk), ("import_done", None, made.pk)
    ]
    assert list(verify(ResidentEntry)) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_and_delimiter_is_read(encoding: str, delimiter: str) -> None:
    report, _ = run(as_csv(row(name="André Ma’ruf"), delimiter=delimiter, encoding=encoding))
    assert report.created == 1 and Resident.objects.get().name == "André Ma’ruf"


def test_a_workbook_is_read_with_its_dates_and_numbers() -> None:
    cells: list[Any] = row()
    at = {name: place for place, name in enumerate(columns.FIELDS)}
    cells[at["birth_date"]], cells[at["rt"]], cells[at["phone"]] = datetime(1990, 3, 15), 3, 81234567890
    report, lines = run(as_xlsx(cells))
    assert (report.created, lines) == (1, [])
    resident = Resident.objects.get()
    assert (resident.birth_date, resident.rt, resident.phone) == (date(1990, 3, 15), "003", "081234567890")


@pytest.mark.parametrize("text", ["15-03-1990", "15/3/1990", "15031990", "1990-03-15", "1990-03-15 00:00:00"])
def test_every_usual_way_to_write_a_date_is_read(text: str) -> None:
    assert values.birth_date(text) == date(1990, 3, 15)


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        (values.sex, {"L": "L", "P": "P", "1": "L", "2": "P", "LAKI-LAKI": "L", "Perempuan": "P"}),
        (values.marital_status, {
            "BELUM KAWIN": "single", "Kawin": "married", "KAWIN TERCATAT": "married", "CERAI HIDUP": "divorced",
            "cerai mati": "widowed", "1": "single", "2": "married", "3": "divorced", "4": "widowed",
        }),
        (values.religion, {"ISLAM": "1", "Katolik": "3", "7": "7"}),
        (values.blood_type, {"O": "O", "AB+": "AB+", "TIDAK TAHU": "-", "B−": "B-"}),
        (values.phone, {"+62 812-3456-789": "08123456789", "8123456789": "08123456789", "": ""}),
    ],
)
def test_values_of_other_programs_are_understood(reader: Callable[[str], str], words: dict[str, str]) -> None:
    assert {word: reader(word) for word in words} == words


@pytest.mark.parametrize("text", ["Jatiroto", "JATI  ROTO", "desa jatiroto", "code", "plain code", "end of code"])
def test_a_desa_is_known_by_name_or_code(text: str) -> None:
    from applications.models import Village

    code = Village.objects.get(name="Jatiroto").code
    text = {"code": code, "plain code": code.replace(".", ""), "end of code": code[-4:]}.get(text, text)
    report, _ = run(as_csv(row(village=text)))
    assert report.created == (0 if text == "JATI  ROTO" else 1)


# -- columns ---------------------------------------------------------------------------------------


def test_headings_of_other_programs_are_known() -> None:
    header = ["NO_KK", "NIK", "NAMA_LGKP", "TMPT_LHR", "TGL_LHR", "JENIS_KLMIN", "STAT_KWN", "ALAMAT", "NO_RT", "NO_RW",
              "DESA/KELURAHAN", "AGAMA", "JENIS_PKRJN", "GOL_DRH", "HP", "KETERANGAN"]
    assert columns.guess(header, []).mapping == dict(enumerate((
        "kk_number", "nik", "name", "birth_place", "birth_date", "sex", "marital_status", "address", "rt", "rw",
        "village", "religion", "occupation", "blood_type", "phone",
    )))


def test_a_number_without_a_known_heading_is_the_nik_if_it_agrees_with_the_birth_date() -> None:
    rows = [["3508170101120042", "3508175503900001", "15-03-1990"]] * 3
    guess = columns.guess(["A", "B", "TGL LAHIR"], rows)
    assert guess.mapping == {0: "kk_number", 1: "nik", 2: "birth_date"}


def test_swapped_columns_get_a_warning_and_right_ones_none() -> None:
    right = [row(number) for number in range(5)]
    swapped = [[each[1], each[0], *each[2:]] for each in right]
    assert columns.guess(HEADER, right).warnings == []
    assert "tertukar" in columns.guess(HEADER, swapped).warnings[0]


def test_a_missing_column_is_named_and_nothing_is_saved() -> None:
    with pytest.raises(Refused, match="Tempat lahir"):
        run(as_csv(["3508175503900001"], header=["NIK"]))
    assert not Resident.objects.exists()


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("different", "column", "words"),
    [
        ({"nik": "3.50817E+15"}, "NIK", "Excel mengubah NIK menjadi bilangan"),
        ({"nik": "3508175503900001.0"}, "NIK", "Excel mengubah NIK menjadi bilangan"),
        ({"nik": "350817550390"}, "NIK", "16 angka"), ({"nik": ""}, "NIK", "kosong"),
        ({"kk_number": "3,50817E+15"}, "Nomor KK", "Excel"), ({"name": "N" * 61}, "Nama lengkap", "60 huruf"),
        ({"name": "=HYPERLINK(1)"}, "Nama lengkap", "rumus"), ({"address": "@SUM(A1)"}, "Alamat", "rumus"),
        ({"birth_date": "31-02-1990"}, "Tanggal lahir", "15-3-1990"),
        ({"birth_date": "1-1-1850"}, "Tanggal lahir", "125"),
        ({"sex": "X"}, "Jenis kelamin", "L, P"), ({"marital_status": "9"}, "Status perkawinan", "Cerai mati"),
        ({"rt": "1234"}, "RT", "3 angka"), ({"village": "Klakah"}, "Desa", "tidak dikenal"),
        ({"religion": "X"}, "Agama", "Islam"), ({"phone": "123"}, "Nomor HP", "08"),
    ],
)
def test_a_row_that_cannot_be_kept_is_one_line_that_says_what_to_do(
    different: dict[str, str], column: str, words: str
) -> None:
    line = refused(**different)
    assert (line.row, line.column) == (2, column) and words in line.sentence


def test_a_workbook_that_made_a_number_of_the_nik_says_so() -> None:
    report, lines = run(as_xlsx([3508175503900420, *row()[1:]]))
    assert report.refused == 1 and "Excel mengubah NIK" in lines[0].sentence


def test_a_report_masks_persons_and_disarms_formulas() -> None:
    report, lines = run(as_csv(row(1, rt="x"), row(1), row(1, name="Lain")))
    assert lines[1].value == "3508 17•• •••• 0001" and "baris 3" in lines[1].sentence
    assert refused_name("Suwarno" * 10) == "Suwa…"
    text = io.StringIO()
    importing.ReportFile(text).note(Line(2, "Nama lengkap", "=cm…", "-x"))
    assert text.getvalue().splitlines()[1] == "2,Nama lengkap,'=cm…,'-x"


def refused_name(name: str) -> str:
    return importing.shortened(name, "name")


def test_the_second_of_two_rows_with_one_nik_is_refused() -> None:
    report, lines = run(as_csv(row(1), row(1, name="Lain")))
    assert (report.created, report.refused, Resident.objects.get().name) == (1, 1, "Contoh Nama")
    assert (lines[0].row, lines[0].column) == (3, "NIK")


def test_a_row_with_more_cells_than_headings_is_refused() -> None:
    report, lines = run(as_csv([*row(1), "lebih"], row(2)))
    assert (report.created, report.refused) == (1, 1) and "tanda pemisah" in lines[0].sentence


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    _, lines = run(as_csv(row(1, address='Dusun "A"\nsebelah'), [], row(2, rt="x")))
    assert [line.row for line in lines] == [4]
    assert Resident.objects.get().address == 'Dusun "A" sebelah'


# -- again, and differently ------------------------------------------------------------------------


def test_a_second_run_changes_nothing() -> None:
    content = as_csv(row(1), row(2))
    run(content)
    before = (list(Resident.objects.values()), list(ResidentEntry.objects.values()), ResidentImport.objects.count())
    report, _ = run(content)
    again, _ = run(content, update=True)
    assert (report.unchanged, report.created, again.unchanged, again.updated) == (2, 0, 2, 0)
    assert before == (
        list(Resident.objects.values()), list(ResidentEntry.objects.values()), ResidentImport.objects.count()
    )


def test_a_dry_run_says_what_would_come_and_saves_nothing() -> None:
    run(as_csv(row(1), row(2)))
    report, _ = run(as_csv(row(1), row(2, rt="9"), row(3), row(4, rt="x")), dry_run=True, update=True)
    assert (report.created, report.updated, report.unchanged, report.refused) == (1, 1, 1, 1)
    assert Resident.objects.count() == 2 and ResidentImport.objects.count() == 1


def test_what_differs_from_the_register_is_refused_unless_asked_for(people: People) -> None:
    run(as_csv(row(1)))
    changed = as_csv(row(1, rt="9", religion="", phone="-"))
    report, lines = run(changed)
    assert (report.refused, report.updated) == (1, 0) and "Berbeda dengan register (RT)" in lines[0].sentence
    report, _ = run(changed, update=True, by=people["section_head"])
    resident = Resident.objects.get()
    assert (report.updated, resident.rt, resident.religion, resident.phone) == (1, "009", "1", "081234567890")
    entry = ResidentEntry.objects.get(resident=resident)
    assert (entry.verb, entry.facts, entry.by) == ("correct", {"fields": ["rt"]}, people["section_head"])
    assert ResidentImport.objects.latest("pk").updated == 1


def test_a_run_that_was_cut_off_keeps_whole_batches_and_the_next_completes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    content = as_csv(*[row(number) for number in range(1, 7)])
    table = Table(content)
    mapping = columns.guess(table.header, []).mapping

    def breaks(done: int, total: int) -> None:
        if total and done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.run(content, mapping, by=None, dry_run=False, update=False, progress=breaks)
    assert Resident.objects.count() == 4 and ResidentImport.objects.get().created == 4
    report, _ = run(content)
    assert (report.created, report.unchanged, Resident.objects.count()) == (2, 4, 6)
    assert list(verify(ResidentEntry)) == []


def test_a_nik_that_comes_in_at_the_same_moment_is_looked_at_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    run(as_csv(row(1)))
    look, blind = importing.Import.looked_up, iter([True, True])

    def looked_up(self: Any, batch: Any) -> dict[str, Resident]:
        return {} if next(blind, False) else look(self, batch)

    monkeypatch.setattr(importing.Import, "looked_up", looked_up)
    report, _ = run(as_csv(row(1), row(2)))
    assert (report.created, report.unchanged, Resident.objects.count()) == (1, 1, 2)


# -- files made to harm ----------------------------------------------------------------------------


def bomb() -> bytes:
    """A workbook whose sheet unpacks to 400 MB."""
    out = io.BytesIO(as_xlsx(row()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/media/a.bin", "w") as part:
        for _ in range(400):
            part.write(b"\0" * 1024 * 1024)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    old, out = zipfile.ZipFile(io.BytesIO(as_xlsx(row()))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for part in old.namelist():
            packed.writestr(part, content if part == name else old.read(part))
    return out.getvalue()


LAUGHS = b"<!DOCTYPE a [<!ENTITY b '" + b"ha" * 1000 + b"'>" + b"".join(
    b"<!ENTITY c%d '%s'>" % (n, (b"&b;" if n == 0 else b"&c%d;" % (n - 1)) * 50) for n in range(8)
) + b"]><worksheet>&c7;</worksheet>"
HARMFUL = {
    "empty": lambda: b"", "blank": lambda: b"\r\n\r\n", "zeros": lambda: b"\0" * 5000,
    "junk": lambda: bytes(range(256)) * 40,
    "picture": lambda: b"\xff\xd8\xff\xe0" + bytes(range(200)) * 9, "pdf": lambda: b"%PDF-1.7\n%\xe2\xe3\x00\x01" * 9,
    "zero bytes in text": lambda: as_csv(row(name="a\0b")), "wide": lambda: b"NIK," * 100_000,
    "huge cell": lambda: as_csv(row(name="x" * 2_000_000)), "open quote": lambda: as_csv() + b'"' + b"a\n" * 300_000,
    "zip": lambda: with_part("xl/workbook.xml", b"")[:900], "no workbook": lambda: plain_zip(), "bomb": bomb,
    "broken sheet": lambda: with_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"),
    "laughs": lambda: with_part("xl/worksheets/sheet1.xml", LAUGHS), "broken utf-16": lambda: b"\xff\xfea\x00\x00\xd8b",
}


def plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("daftar.txt", "x")
    return out.getvalue()


@pytest.mark.parametrize("kind", HARMFUL)
def test_a_file_made_to_harm_gets_a_sentence_and_nothing_is_saved(kind: str, client_of: Browser) -> None:
    content, began = HARMFUL[kind](), time.monotonic()
    with pytest.raises(NotATable, match=r"[a-z]{3,}.*\.$"):
        importing.run(content, dict(enumerate(columns.FIELDS)), by=None, dry_run=False, update=False)
    response = client_of("section_head").post(
        "/penduduk/impor/", {"langkah": "unggah", "file": SimpleUploadedFile("daftar.csv", content)}
    )
    assert response.status_code in (200, 302) and not Resident.objects.exists()
    assert response.status_code == 302 or "Berkas belum diterima" in text_of(response)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_zero_byte_in_a_text_is_told_with_its_row(place: int) -> None:
    lines = as_csv(row(1), row(2)).split(b"\r\n")
    for damaged in (b"\x00" + lines[place - 1], lines[place - 1] + b"\x00"):
        with pytest.raises(NotATable, match=rf"^Baris {place} berisi"):
            Table(b"\r\n".join([*lines[: place - 1], damaged, *lines[place:]]))


@pytest.mark.parametrize("kind", ["junk", "picture", "pdf"])
def test_what_is_no_text_is_still_refused_as_such(kind: str) -> None:
    with pytest.raises(NotATable, match="bukan CSV atau XLSX"):
        Table(HARMFUL[kind]())


def test_a_row_of_very_many_cells_is_refused_and_the_others_come_in() -> None:
    report, lines = run(as_csv(row(1), [*row(2), *["x"] * 100_000]))
    assert (report.created, report.refused, lines[0].row) == (1, 1, 3)


# -- the command -----------------------------------------------------------------------------------


def command(path: Path, *more: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_residents", str(path), *more, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_imports_and_writes_the_report(tmp_path: Path, people: People) -> None:
    path, report = tmp_path / "daftar.csv", tmp_path / "laporan.csv"
    path.write_bytes(as_csv(row(1), row(2, rt="x")))
    out, _ = command(path, "--dry-run")
    assert "1 akan ditambahkan" in out and not Resident.objects.exists()
    out, _ = command(path, "--report", str(report), "--by", "section_head")
    assert "1 ditambahkan" in out and "1 ditolak" in out
    assert ResidentImport.objects.get().by == people["section_head"]
    assert report.read_text("utf-8-sig").splitlines()[1].startswith("3,RT,x,")


def test_the_command_takes_a_mapping_by_heading_or_letter(tmp_path: Path) -> None:
    path = tmp_path / "daftar.csv"
    path.write_bytes(as_csv(row(1), header=["Kartu", "NIK"] + HEADER[2:]))
    with pytest.raises(CommandError, match="Nomor KK"):
        command(path)
    out, err = command(path, "--mapping", "NIK=kk_number", "A=nik")
    assert "1 ditambahkan" in out, err
    for bad in ("X=nik", "NIK=apa", "NIK"):
        with pytest.raises(CommandError, match="tidak dikenal"):
            command(path, "--mapping", bad)


def test_the_command_says_what_is_wrong_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "daftar.csv"
    for content, words in ((b"", "kosong"), (b"\x00\x01\x02\x03", "bukan CSV"), (None, "tidak dapat dibaca")):
        path.write_bytes(content) if content is not None else path.unlink()
        with pytest.raises(CommandError, match=words):
            command(path)


# -- the page --------------------------------------------------------------------------------------


def upload(client: Client, content: bytes) -> Any:
    return client.post("/penduduk/impor/", {"langkah": "unggah", "file": SimpleUploadedFile("x.bin", content)})


def chosen(step: str, **more: str) -> dict[str, str]:
    return {"langkah": step} | {f"kolom-{place}": name for place, name in enumerate(columns.FIELDS)} | more


def test_a_list_is_uploaded_tried_and_imported(people: People, client_of: Browser) -> None:
    client = client_of("section_head")
    assert upload(client, as_csv(row(1), row(2, rt="x"))).status_code == 302
    file = VaultFile.objects.get(purpose="import")
    assert b"Contoh" not in vault._path(file.name).read_bytes(), "it waits encrypted"
    page = text_of(client.get("/penduduk/impor/"))
    assert "Contoh Nama" in page and '<option value="nik" selected>' in page
    assert Read.objects.filter(what="import").count() == 1

    tried = client.post("/penduduk/impor/", chosen("coba"))
    job = Job.objects.latest("pk")
    assert tried["Location"] == f"/pekerjaan/{job.pk}/"
    jobs.run(job.pk)
    assert "Akan ditambahkan" in text_of(client.get(tried["Location"])) and not Resident.objects.exists()

    client.post("/penduduk/impor/", chosen("impor"))
    jobs.run(Job.objects.latest("pk").pk)
    assert Resident.objects.count() == 1 and not VaultFile.objects.filter(purpose="import").exists()
    page = text_of(client.get("/penduduk/impor/"))
    assert "1 baris ditolak" in page and "3 angka" in page
    assert b"3,RT,x," in client.get("/penduduk/impor/laporan.csv").content


def test_a_wrong_choice_of_columns_is_told_and_starts_nothing(client_of: Browser) -> None:
    client = client_of("section_head")
    upload(client, as_csv(row()))
    assert "lebih dari satu kolom" in text_of(client.post("/penduduk/impor/", chosen("coba", **{"kolom-1": "nik"})))
    assert "Pilih kolom untuk: RT" in text_of(client.post("/penduduk/impor/", chosen("coba", **{"kolom-8": ""})))
    assert "Tekan Coba dulu" in text_of(client.post("/penduduk/impor/", chosen("impor")))
    assert not Job.objects.exists()


def test_swapped_columns_are_warned_of_on_the_page(client_of: Browser) -> None:
    client = client_of("section_head")
    upload(client, as_csv(*[[each[1], each[0], *each[2:]] for each in map(row, range(3))]))
    assert "tertukar" in text_of(client.get("/penduduk/impor/"))


def test_a_first_row_that_is_data_is_warned_of_on_the_page(client_of: Browser) -> None:
    client = client_of("section_head")
    upload(client, as_csv(row(2), header=row(1)))
    words = "Baris pertama tampak seperti data, bukan judul kolom."
    assert words in text_of(client.get("/penduduk/impor/"))
    upload(client, as_csv(row(1), row(2)))
    assert words not in text_of(client.get("/penduduk/impor/"))


@pytest.mark.parametrize(("step", "would"), [("coba", "akan masuk"), ("impor", "masuk")])
def test_the_page_of_the_job_leads_to_the_refused_rows_and_says_when_nothing_came_in(
    step: str, would: str, client_of: Browser
) -> None:
    client = client_of("section_head")
    for rows, told in (([row(1), row(2, rt="x")], ""), ([row(1, rt="x"), row(2, rt="x")], f"tidak ada yang {would}")):
        upload(client, as_csv(*rows))
        client.post("/penduduk/impor/", chosen("coba"))
        if step == "impor":
            client.post("/penduduk/impor/", chosen("impor"))
        job = Job.objects.latest("pk")
        jobs.run(job.pk)
        page = text_of(client.get(f"/pekerjaan/{job.pk}/"))
        assert 'href="/penduduk/impor/#report"' in page and "baris yang ditolak" in page
        assert (f"Selesai: tidak ada yang {would}, 2 baris ditolak." in page) == bool(told)
    assert 'id="report"' in text_of(client.get("/penduduk/impor/"))


def test_a_file_that_waits_can_be_taken_away_or_replaced_and_does_not_stay_for_ever(
    people: People, client_of: Browser, at_time: Any
) -> None:
    client = client_of("section_head")
    upload(client, as_csv(row(1)))
    upload(client, as_csv(row(2)))
    assert VaultFile.objects.filter(purpose="import").count() == 1
    client.post("/penduduk/impor/", {"langkah": "hapus"})
    assert not VaultFile.objects.exists()
    upload(client, as_csv(row(3)))
    name = VaultFile.objects.get().name
    assert imports.discard_old() == 0
    with at_time("2030-01-01 08:00"):
        assert imports.discard_old() == 1
    assert not VaultFile.objects.exists() and not vault.exists(name)


def test_work_whose_file_is_gone_says_so(people: People, client_of: Browser) -> None:
    client = client_of("section_head")
    upload(client, as_csv(row()))
    client.post("/penduduk/impor/", chosen("coba"))
    client.post("/penduduk/impor/", {"langkah": "hapus"})
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and "Unggah sekali lagi" in job.message


def test_the_example_can_be_imported_as_it_is(client_of: Browser) -> None:
    content = client_of("section_head").get("/penduduk/impor/contoh.csv").content
    report, lines = run(content)
    assert (report.created, lines) == (1, [])


# -- sixty thousand --------------------------------------------------------------------------------


def test_sixty_thousand_rows_come_in_quickly_with_little_memory(record_property: Any) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for number in range(BIG):
        writer.writerow(["35081755" + f"{number:08d}", *row(name=f"Nama Rekaan {number}")[1:]])
    content = text.getvalue().encode()
    began = time.monotonic()
    report, _ = run(content)
    took = time.monotonic() - began
    tracemalloc.start()
    dry, _ = run(content[: len(content) // 12], dry_run=True)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    note(f"Import: {BIG} rows, {len(content) / 1e6:.1f} MB of CSV: {took:.1f} s; peak for a twelfth {peak:.1f} MB")
    assert report.created == BIG and took < 30 and dry.unchanged > BIG / 13
    assert peak < 12
    assert connection.vendor != "sqlite" or Resident.objects.filter(name_key="NAMA REKAAN 59999").exists()


def test_make_resident_is_unchanged_by_a_row_that_says_the_same() -> None:
    resident = make_resident(nik="3508175503900001", rt="003")
    report, lines = run(as_csv(row(1)))
    assert report.refused == 1 and resident.nik not in lines[0].value
