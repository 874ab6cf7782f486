from django.urls import path, register_converter
from django.urls.converters import StringConverter

from applications.models import Application, Bundle, Destruction, Visit
from applications.views import (
    blanks,
    bundles,
    closing,
    confirming,
    custody,
    documents,
    dossier,
    drafts,
    exceptions,
    handover,
    importing,
    intake,
    printing,
    recording,
    residents,
    scans,
    search,
    settings,
    uncollected,
    validation,
    visits,
)


class NumberConverter:
    """`KTP-2026-000123` in an address is the register number KTP/2026/000123; other series below likewise."""

    series = Application.SERIES
    regex = rf"{series}-\d{{4}}-\d{{6}}"

    def to_python(self, value: str) -> tuple[int, int]:
        _, year, serial = value.split("-")
        return int(year), int(serial)

    def to_url(self, value: str | tuple[int, int]) -> str:
        return value if isinstance(value, str) else f"{self.series}-{value[0]}-{value[1]:06d}"


class VisitConverter(NumberConverter):
    series = Visit.SERIES
    regex = rf"{series}-\d{{4}}-\d{{6}}"


class BundleConverter(NumberConverter):
    series = Bundle.SERIES
    regex = rf"{series}-\d{{4}}-\d{{6}}"


class DestructionConverter(NumberConverter):
    series = Destruction.SERIES
    regex = rf"{series}-\d{{4}}-\d{{6}}"


class VillageConverter(StringConverter):
    """The code of a village: digits and dots. Nothing else is looked up."""

    regex = r"[0-9.]{1,13}"


register_converter(NumberConverter, "number")
register_converter(VillageConverter, "village")
register_converter(VisitConverter, "visit")
register_converter(BundleConverter, "bundle")
register_converter(DestructionConverter, "destruction")

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
    path("validasi/pengecualian/", exceptions.index, name="exceptions"),
    path("validasi/<number:number>/", validation.review, name="validation-review"),
    path("perekaman/", recording.queue, name="recording-queue"),
    path("perekaman/<number:number>/", recording.station, name="recording-station"),
    path("perekaman/<number:number>/ambil/<slug:position>/", recording.take, name="recording-take"),
    path("perekaman/<number:number>/pengecualian/", recording.exempt, name="recording-exempt"),
    path("perekaman/<number:number>/pengecualian/batal/", recording.reopen, name="recording-reopen"),
    path("perekaman/<number:number>/sebagian/", recording.partial, name="recording-partial"),
    path("perekaman/<number:number>/hasil/", recording.note, name="recording-note"),
    path("perekaman/<number:number>/cocokkan/", confirming.confirm, name="recording-confirm"),
    path("perekaman/<number:number>/lembar.pdf", confirming.sheet, name="recording-sheet"),
    path("perekaman/<number:number>/tangkapan/<slug:position>/", recording.picture, name="recording-picture"),
    path("pencetakan/", printing.queue, name="printing-queue"),
    path("pencetakan/kalibrasi.pdf", printing.calibration, name="printing-calibration"),
    path("pencetakan/<number:number>/", printing.job, name="printing-job"),
    path("pencetakan/<number:number>/kartu.pdf", printing.face, name="printing-face"),
    path("blanko/", blanks.index, name="blanks"),
    path("blanko/terima/", blanks.receive, name="blanks-receive"),
    path("blanko/rusak/", blanks.spoil, name="blanks-spoil"),
    path("blanko/kembali/", blanks.give_back, name="blanks-return"),
    path("blanko/hilang/", blanks.lose, name="blanks-lose"),
    path("blanko/<int:pk>/koreksi/", blanks.correct, name="blanks-correct"),
    path("blanko/buku/<int:year>-<int:month>.pdf", blanks.book, name="blanks-book"),
    path("blanko/tutup/", closing.count, name="blanks-count"),
    path("blanko/tutup/penjelasan/", closing.explain, name="blanks-explain"),
    path("blanko/penutupan/", closing.index, name="blanks-closes"),
    path("blanko/penutupan/<int:pk>/", closing.show, name="blanks-close"),
    path("blanko/penutupan/<int:pk>/tanda-tangan/", closing.sign, name="blanks-sign"),
    path("blanko/penutupan/<int:pk>/berita-acara.pdf", closing.record, name="blanks-record"),
    path("penyerahan/", handover.queue, name="handover-queue"),
    path("penyerahan/bukti/", handover.proofs, name="handover-proofs"),
    path("penyerahan/<number:number>/", handover.card, name="handover-card"),
    path("penyerahan/<number:number>/bukti/", handover.proof, name="handover-proof"),
    path("penyerahan/<number:number>/bukti/gambar/", handover.picture, name="handover-scan"),
    path("belum-diambil/", uncollected.index, name="uncollected"),
    path("belum-diambil/lembar.pdf", uncollected.sheets, name="uncollected-sheets"),
    path("belum-diambil/lembar/<village:code>.pdf", uncollected.sheet, name="uncollected-sheet"),
    path("belum-diambil/<number:number>/", uncollected.card, name="uncollected-card"),
    path("belum-diambil/<number:number>/pengingat/", uncollected.remind, name="uncollected-remind"),
    path("titipan-desa/", bundles.index, name="bundles"),
    path("titipan-desa/baru/<village:code>/", bundles.new, name="bundles-new"),
    path("titipan-desa/<bundle:number>/", bundles.show, name="bundles-show"),
    path("titipan-desa/<bundle:number>/kembali/", bundles.back, name="bundles-back"),
    path("titipan-desa/<bundle:number>/daftar.pdf", bundles.paper, name="bundles-paper"),
    path("kunjungan/", visits.index, name="visits"),
    path("kunjungan/baru/", visits.new, name="visits-new"),
    path("kunjungan/<visit:number>/", visits.show, name="visits-show"),
    path("kunjungan/<visit:number>/surat.pdf", visits.slip, name="visits-slip"),
    path("kartu-ditarik/", custody.index, name="custody-index"),
    path("kartu-ditarik/keluar/", custody.gone, name="custody-gone"),
    path("kartu-ditarik/temuan/", custody.found, name="custody-found"),
    path("kartu-ditarik/<int:pk>/sudut/", custody.cut_corner, name="custody-cut-corner"),
    path("kartu-ditarik/pemusnahan/", custody.destroy, name="custody-destroy"),
    path("kartu-ditarik/pengembalian/", custody.send_back, name="custody-send-back"),
    path("kartu-ditarik/berita-acara/", custody.records, name="custody-records"),
    path("kartu-ditarik/berita-acara/<destruction:number>/", custody.record, name="custody-record"),
    path("kartu-ditarik/berita-acara/<destruction:number>/cetak.pdf", custody.record_pdf, name="custody-record-pdf"),
    path("kartu-ditarik/laporan/", custody.report, name="custody-report"),
    path("kartu-ditarik/laporan/laporan.pdf", custody.report_pdf, name="custody-report-pdf"),
    path("kartu-ditarik/laporan/laporan.xlsx", custody.report_xlsx, name="custody-report-xlsx"),
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
