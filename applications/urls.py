from django.urls import path, register_converter

from applications.views import (
    documents,
    dossier,
    drafts,
    handover,
    importing,
    intake,
    printing,
    recording,
    residents,
    scans,
    search,
    settings,
    validation,
    visits,
)


class NumberConverter:
    """`KTP-2026-000123` in an address is the register number KTP/2026/000123."""

    regex = r"KTP-\d{4}-\d{6}"

    def to_python(self, value: str) -> tuple[int, int]:
        _, year, serial = value.split("-")
        return int(year), int(serial)

    def to_url(self, value: str | tuple[int, int]) -> str:
        return value if isinstance(value, str) else f"KTP-{value[0]}-{value[1]:06d}"


class VisitConverter(NumberConverter):
    """`KJG-2026-000012` in an address is the number KJG/2026/000012 of a visit."""

    regex = r"KJG-\d{4}-\d{6}"

    def to_url(self, value: str | tuple[int, int]) -> str:
        return value if isinstance(value, str) else f"KJG-{value[0]}-{value[1]:06d}"


register_converter(NumberConverter, "number")
register_converter(VisitConverter, "visit")

app_name = "applications"
urlpatterns = [
    path("loket/", intake.queue, name="intake-queue"),
    path("loket/baru/", intake.start, name="intake-start"),
    path("loket/konsep/<int:pk>/", drafts.draft, name="intake-draft"),
    path("loket/konsep/<int:pk>/ponsel/<slug:code>/", scans.phone, name="scans-phone"),
    path("foto/<str:token>/", scans.from_phone, name="scans-from-phone"),
    path("pindaian/<int:pk>/", scans.image, name="scans-image"),
    path("loket/<number:number>/", intake.returned, name="intake-returned"),
    path("validasi/", validation.queue, name="validation-queue"),
    path("validasi/<number:number>/", validation.review, name="validation-review"),
    path("perekaman/", recording.queue, name="recording-queue"),
    path("perekaman/<number:number>/", recording.station, name="recording-station"),
    path("perekaman/<number:number>/ambil/<slug:position>/", recording.take, name="recording-take"),
    path("perekaman/<number:number>/pengecualian/", recording.exempt, name="recording-exempt"),
    path("perekaman/<number:number>/tangkapan/<slug:position>/", recording.picture, name="recording-picture"),
    path("pencetakan/", printing.queue, name="printing-queue"),
    path("pencetakan/<number:number>/", printing.job, name="printing-job"),
    path("penyerahan/", handover.queue, name="handover-queue"),
    path("penyerahan/<number:number>/", handover.card, name="handover-card"),
    path("kunjungan/", visits.index, name="visits"),
    path("kunjungan/baru/", visits.new, name="visits-new"),
    path("kunjungan/<visit:number>/", visits.show, name="visits-show"),
    path("kunjungan/<visit:number>/surat.pdf", visits.slip, name="visits-slip"),
    path("penduduk/", residents.index, name="residents-index"),
    path("penduduk/cari/", residents.search, name="residents-search"),
    path("penduduk/impor/", importing.page, name="importing-page"),
    path("penduduk/impor/laporan.csv", importing.report, name="importing-report"),
    path("penduduk/impor/contoh.csv", importing.example, name="importing-example"),
    path("penduduk/<int:pk>/", residents.show, name="residents-show"),
    path("penduduk/<int:pk>/perbaiki/", residents.correct, name="residents-correct"),
    path("penduduk/<int:pk>/bedakan/", residents.apart, name="residents-apart"),
    path("cari/", search.search, name="search"),
    path("pengaturan/", settings.overview, name="settings-overview"),
    path("pengaturan/riwayat/", settings.history, name="settings-history"),
    path("pengaturan/<slug:slug>/", settings.section, name="settings-section"),
    path("pengaturan/<slug:slug>/tambah/<slug:key>/", settings.add, name="settings-add"),
    path("pengaturan/<slug:slug>/<slug:pk>/ubah/", settings.change, name="settings-change"),
    path("pengaturan/<slug:slug>/<slug:pk>/pindah/", settings.move, name="settings-move"),
    path("pengaturan/<slug:slug>/<slug:pk>/hapus/", settings.remove, name="settings-remove"),
    path("permohonan/<number:number>/", dossier.show, name="dossier-show"),
    path("permohonan/<number:number>/tanda-terima.pdf", documents.receipt, name="documents-receipt"),
    path("permohonan/<number:number>/surat-kekurangan.pdf", documents.slip, name="documents-slip"),
    path("permohonan/<number:number>/bukti-penyerahan.pdf", documents.proof, name="documents-proof"),
    path("permohonan/<number:number>/<slug:name>/", dossier.move, name="dossier-move"),
]
