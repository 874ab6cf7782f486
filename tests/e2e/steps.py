"""What people do at their desks, in the words of the screen; journeys are made of these steps."""

import re
from contextlib import suppress
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, TimeoutError, expect

from accounts.demo import PASSWORD
from applications.models import Application, Entry
from devices.capture import RECORDING_ORDER
from office.verification import verify

NIK = "3508175503900421"  # a woman born on 15-3-1990; nobody of the demo office has it
NAME = "Wahyuni Setyowati"
SERIAL = "BLK-0042"


def sign_in(page: Page, username: str) -> None:
    """As a person does it, typing."""
    page.goto("/masuk/")
    page.get_by_label("Nama pengguna", exact=True).fill(username)
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    button(page, "Masuk").click()
    expect(page).not_to_have_url(re.compile("/masuk/"))


def let_in(context: BrowserContext, username: str) -> None:
    """Sign in by the same form without drawing it, for journeys about something else: half a second a person."""
    form = context.request.get("/masuk/").text()
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    fields = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    answer = context.request.post("/masuk/", form=fields, max_redirects=0)
    assert answer.status == 302, f"{username} cannot sign in"


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def saved(name: str = NAME) -> Application:
    """The application of a resident as the database has it now."""
    return Application.objects.select_related("resident").get(resident__name=name)


def entries(verb: str, application: Application | None = None) -> int:
    """How often the book of applications holds a move, of one application or of all."""
    written = Entry.objects.filter(verb=verb)
    return (written.filter(application=application) if application else written).count()


def go_to(page: Page, path: str) -> None:
    """Unless the page is there already, as a person's first page of the day is."""
    if urlsplit(page.url).path != path:
        page.goto(path)


# -- counter ----------------------------------------------------------------------------------------


def given_a_nik_at_the_counter(page: Page, nik: str = NIK) -> None:
    go_to(page, "/loket/")
    page.get_by_label("NIK, nomor KK, atau nama", exact=True).fill(nik)
    button(page, "Lanjutkan").click()
    expect(page).to_have_url(re.compile("/loket/konsep/"))
    expect(page.get_by_role("heading", name="Permohonan baru")).to_be_visible()


def given_a_new_resident_at_the_counter(page: Page, nik: str = NIK, name: str = NAME) -> None:
    """The register does not know the NIK, so the person is typed; birth date and sex are offered from it."""
    given_a_nik_at_the_counter(page, nik)
    page.get_by_label("Nomor KK", exact=True).fill("3508170101120042")
    page.get_by_label("Nama lengkap", exact=True).fill(name)
    page.get_by_label("Tempat lahir", exact=True).fill("Lumajang")
    page.get_by_label("Alamat", exact=True).fill("Dusun Krajan")
    page.get_by_label("RT", exact=True).fill("003")
    page.get_by_label("RW", exact=True).fill("001")
    page.get_by_label("Jatiroto", exact=True).check()
    page.get_by_label("Kawin", exact=True).check()
    page.get_by_label("Agama", exact=True).select_option(label="Islam")
    page.get_by_label("Pekerjaan", exact=True).fill("Wiraswasta")
    expect(page.get_by_label("Tanggal lahir", exact=True)).to_have_value("15-03-1990")
    expect(page.get_by_label("Perempuan", exact=True)).to_be_checked()


def given_papers(page: Page, *labels: str) -> None:
    """Original seen and copy kept."""
    for label in labels or ("Fotokopi Kartu Keluarga", "Fotokopi Akta Kelahiran"):
        page.get_by_label(f"Asli dilihat: {label}", exact=True).check()
        page.get_by_label(f"Salinan disimpan: {label}", exact=True).check()


def when_taken_in(page: Page) -> None:
    given_a_new_resident_at_the_counter(page)
    given_papers(page)
    button(page, "Ajukan").click()
    then_the_page_says(page, "sudah diajukan. Berikan tanda terima kepada pemohon.", NAME)


def when_the_card_is_found(page: Page, text: str = "", name: str = NAME) -> None:
    """At the handover desk, by its number unless `text` says otherwise; one card opens at once."""
    go_to(page, "/penyerahan/")
    field = page.get_by_label("Nomor, kode, atau nama", exact=True)
    field.fill(text or saved(name).number)
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def when_the_card_is_handed_over(page: Page, name: str = NAME) -> None:
    """To the owner, who signs on the pad: the page asks once, saying so; *no* leaves everything as it was."""
    button(page, "Serahkan").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Kartu {name} diserahkan kepada {name} sendiri. Tanda tangan di papan.")
    expect(dialog).to_contain_text("Ini tidak dapat dibatalkan.")
    button(dialog, "Batal").click()
    expect(dialog).to_be_hidden()
    button(page, "Serahkan").click()
    button(dialog, "Serahkan").click()


# -- operator ---------------------------------------------------------------------------------------


def when_all_positions_are_recorded(page: Page) -> None:
    """Each device takes all its positions with one press: camera, signature pad, fingerprint and iris reader."""
    for what, so_far in (("foto", 1), ("tanda tangan", 2), ("sidik jari", 12), ("iris", 14)):
        button(page, f"Rekam {what}").click()
        expect(page.locator(".capture .tone-go")).to_have_count(so_far)
    assert so_far == len(RECORDING_ORDER)


def when_blanks_are_delivered(page: Page, count: int, document: str = "470/118/BA") -> None:
    """A delivery is written into the book of blanks, from the page of the box."""
    page.goto("/blanko/")
    page.get_by_role("link", name="Terima blangko", exact=True).click()
    page.get_by_label("Nomor berita acara", exact=True).fill(document)
    page.get_by_label("Asal", exact=True).fill("Disdukcapil Kabupaten Lumajang")
    page.get_by_label("Jumlah lembar", exact=True).fill(str(count))
    button(page, "Catat penerimaan").click()
    then_the_page_says(page, f"{count} blangko diterima dan dicatat.")


def when_the_centre_is_seen_to_answer(page: Page, status: str) -> None:
    page.get_by_role("link", name="Catat status", exact=True).click()
    page.get_by_label("Status yang terlihat di SIAK", exact=True).select_option(status)
    button(page, "Catat status").click()


def when_the_recording_is_finished(page: Page) -> None:
    """The resident reads the data, signs on the pad, and the operator ends the recording."""
    page.get_by_role("link", name="Cocokkan data", exact=True).click()
    button(page, "Benar, tanda tangan di papan").click()
    then_the_page_says(page, "Rekaman siap diselesaikan.")
    button(page, "Selesai merekam").click()


# -- anybody ----------------------------------------------------------------------------------------


def then_the_page_says(page: Page, *words: str) -> None:
    main = page.locator("main")
    # `expect` looks after 0.1, then 0.35, then 0.85 s; this looks sooner, and leaves it to `expect` to complain.
    with suppress(TimeoutError):
        main.filter(has_text=words[0]).wait_for(timeout=1000)
    for text in words:
        expect(main).to_contain_text(text)


def then_the_state_is(state: str, name: str = NAME) -> None:
    assert saved(name).state == state


def then_the_book_is_whole() -> None:
    assert list(verify(Entry)) == []
