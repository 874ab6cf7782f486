from django.urls import path, register_converter

from applications.views import (
    documents,
    dossier,
    handover,
    intake,
    printing,
    recording,
    search,
    validation,
)


class NumberConverter:
    """`KTP-2026-000123` in an address is the register number KTP/2026/000123."""

    regex = r"KTP-\d{4}-\d{6}"

    def to_python(self, value: str) -> tuple[int, int]:
        _, year, serial = value.split("-")
        return int(year), int(serial)

    def to_url(self, value: str | tuple[int, int]) -> str:
        return value if isinstance(value, str) else f"KTP-{value[0]}-{value[1]:06d}"


register_converter(NumberConverter, "number")

app_name = "applications"
urlpatterns = [
    path("loket/", intake.queue, name="intake-queue"),
    path("loket/baru/", intake.new, name="intake-new"),
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
    path("cari/", search.search, name="search"),
    path("permohonan/<number:number>/", dossier.show, name="dossier-show"),
    path("permohonan/<number:number>/tanda-terima.pdf", documents.receipt, name="documents-receipt"),
    path("permohonan/<number:number>/surat-kekurangan.pdf", documents.slip, name="documents-slip"),
    path("permohonan/<number:number>/bukti-penyerahan.pdf", documents.proof, name="documents-proof"),
    path("permohonan/<number:number>/<slug:name>/", dossier.move, name="dossier-move"),
]
