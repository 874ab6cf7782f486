"""One form for each move that asks for something; the keys of `cleaned_data` are the arguments of its verb."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from applications import blank_serials, handing, lifecycle, rules
from applications.forms.wording import Worded, worded
from applications.lifecycle import CANCEL_REASONS, WITHDRAWAL_CAUSES, CardFault, Standing
from applications.models import Application, BlankFault, Handover, Reminder, StatusRule
from applications.moves import Move
from applications.states import Kind
from office import parameters

FIRST_YEAR = 2000  # no card of this kind is older; a slip of the finger is found
YES_NO = [("ya", "Ya"), ("tidak", "Tidak")]
WITHOUT_PAPERS = "Lihat surat kuasa dan KTP pengambil dan beri tanda pada keduanya, atau isi alasan ini."


class MoveForm(Worded, forms.Form):
    """Knows the application it is for; `arguments` are what the verb is called with."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        self.prepare()

    def prepare(self) -> None:
        """Build fields that depend on the application."""

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReasonForm(MoveForm):
    own_sentences = ("reason",)
    reason = forms.CharField(
        label="Alasan", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Isi alasannya; yang membaca berkas ini perlu tahu."},
    )


class PostponeForm(ReasonForm):
    reason = forms.CharField(
        label="Alasan", max_length=120, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Isi sebab berkas ini belum dapat dicetak."},
    )


class OutOfTurnForm(MoveForm):
    """The standing reasons for a card that goes before others, or own words."""

    own_sentences = ("usual",)
    USUAL = (
        "Lanjut usia atau sakit", "Hamil atau membawa bayi", "Penyandang disabilitas", "Keperluan mendesak",
    )
    OTHER = "lain"
    usual = forms.ChoiceField(
        label="Mengapa didahulukan", required=False, widget=forms.RadioSelect,
        choices=[*((text, text) for text in USUAL), (OTHER, "Lainnya")],
    )
    reason = forms.CharField(
        label="Keterangan", required=False, max_length=120, help_text="Wajib bila alasannya lain."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("usual") in (None, "", self.OTHER) and not cleaned.get("reason", "").strip():
            self.add_error("usual", "Pilih alasan, atau tulis keterangannya.")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        usual = self.cleaned_data["usual"]
        parts = ("" if usual == self.OTHER else usual, self.cleaned_data["reason"].strip())
        return {"reason": ": ".join(part for part in parts if part)}


class ReviewForm(MoveForm):
    own_sentences = ("verdict",)
    verdict = forms.ChoiceField(
        label="Pengecualian ini", widget=forms.RadioSelect, choices=[("ya", "Disetujui"), ("tidak", "Diragukan")],
        error_messages={"required": "Pilih disetujui atau diragukan."},
    )
    reason = forms.CharField(label="Keterangan", required=False, max_length=200, help_text="Wajib bila diragukan.")

    def arguments(self) -> dict[str, Any]:
        return {"confirmed": self.cleaned_data["verdict"] == "ya", "reason": self.cleaned_data["reason"]}


class RemindForm(MoveForm):
    own_sentences = ("means", "informed")
    means = forms.ChoiceField(
        label="Dengan cara", widget=forms.RadioSelect, choices=Reminder.Means.choices,
        error_messages={"required": "Pilih cara memberi tahu."},
    )
    informed = forms.ChoiceField(
        label="Hasil", widget=forms.RadioSelect, choices=[("ya", "Sudah diberi tahu"), ("tidak", "Belum berhasil")],
        error_messages={"required": "Pilih hasilnya."},
    )
    note = forms.CharField(label="Keterangan", required=False, max_length=120)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"informed": self.cleaned_data["informed"] == "ya"}


class WithdrawForm(ReasonForm):
    cause = forms.ChoiceField(label="Sebab", widget=forms.RadioSelect)
    field_order = ["cause", "reason"]

    def prepare(self) -> None:
        cause: Any = self.fields["cause"]
        allowed = lifecycle.withdrawal_causes(self.application, timezone.now())
        cause.choices = [(code, WITHDRAWAL_CAUSES[code]) for code in allowed]
        if "uncollected" not in allowed:
            days = parameters.number(lifecycle.DAYS_UNCOLLECTED)
            cause.help_text = f"“{WITHDRAWAL_CAUSES['uncollected']}” baru dapat dipilih setelah {days} hari."


class ReturnForm(MoveForm):
    """For every paper that fails a usual reason, own words, or both; a paper without either passes."""

    def prepare(self) -> None:
        self.papers = list(self.application.papers.all())
        usual = rules.reasons_of(paper.code for paper in self.papers)
        for paper in self.papers:
            self.fields[f"alasan-{paper.code}"] = forms.ChoiceField(
                label=paper.label, required=False,
                choices=[("", "Memenuhi"), *((text, text) for text in usual[paper.code])],
            )
            self.fields[f"kata-{paper.code}"] = forms.CharField(
                label=f"Kata-kata sendiri untuk {paper.label}", required=False, max_length=200
            )
            worded(self.fields[f"kata-{paper.code}"])

    def lines(self) -> list[dict[str, Any]]:
        """The fields paper by paper, for a table."""
        return [
            {"paper": paper, "usual": self[f"alasan-{paper.code}"], "own": self[f"kata-{paper.code}"]}
            for paper in self.papers
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.values()):
            raise forms.ValidationError("Pilih atau tulis alasan pada paling sedikit satu persyaratan.")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        said = {paper.code: self.said(paper.code) for paper in self.papers}
        return {"reasons": {code: text for code, text in said.items() if text}}

    def said(self, code: str) -> str:
        parts = (self.cleaned_data.get(f"{part}-{code}", "").strip() for part in ("alasan", "kata"))
        return " ".join(part for part in parts if part)


class WaiverForm(MoveForm):
    paper = forms.ChoiceField(label="Persyaratan", widget=forms.RadioSelect)
    granted = forms.ChoiceField(
        label="Keputusan", widget=forms.RadioSelect,
        choices=[("ya", "Diberi keringanan"), ("tidak", "Tidak diberi")],
    )

    def prepare(self) -> None:
        asked = [p for p in self.application.papers.all() if p.waiver_undecided]
        paper: Any = self.fields["paper"]
        paper.choices = [(p.code, f"{p.label}: “{p.waiver_reason}”") for p in asked]
        if len(asked) == 1:
            self.fields["paper"].initial = asked[0].code

    def arguments(self) -> dict[str, Any]:
        return {"paper": self.cleaned_data["paper"], "granted": self.cleaned_data["granted"] == "ya"}


class CancelForm(MoveForm):
    reason = forms.ChoiceField(label="Alasan", widget=forms.RadioSelect)

    def prepare(self) -> None:
        reason: Any = self.fields["reason"]
        allowed = lifecycle.cancel_reasons(self.application, timezone.now())
        reason.choices = [(code, CANCEL_REASONS[code]) for code in allowed]


class RejectCardForm(MoveForm):
    """What is wrong with the card, and so by whose cause; what the resident signed helps to choose."""

    own_sentences = ("fault", "reason")
    fault = forms.ChoiceField(
        label="Yang salah", widget=forms.RadioSelect,
        error_messages={"required": "Pilih apa yang salah: kartunya atau datanya."},
        choices=[
            ("Kartunya: dicetak lagi",
             [(code, label) for code, label in CardFault.LABELS.items() if code not in CardFault.DATA]),
            ("Datanya: kembali ke validasi",
             [(code, label) for code, label in CardFault.LABELS.items() if code in CardFault.DATA]),
        ],
    )
    reason = forms.CharField(
        label="Keterangan", max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Tulis apa yang salah pada kartu, misalnya: nama tercetak SITI, di KK SITTI."},
    )

    def prepare(self) -> None:
        self.fields["fault"].help_text = signed_data(self.application)


def signed_data(application: Application) -> str:
    """Whether and when the resident signed the data on the card; empty where nothing was signed."""
    signed = application.confirmations.first()
    if signed is None:
        return ""
    resident = application.resident
    said = (signed.name, signed.birth_place, signed.birth_date)
    same = said == (resident.name, resident.birth_place, resident.birth_date)
    when = date_format(timezone.localtime(signed.at), "DATETIME_FORMAT")
    what = f"{signed.name}, lahir di {signed.birth_place} {date_format(signed.birth_date)}"
    changed = "" if same else " Data di berkas ini berubah sesudahnya."
    return f"Pemohon menandatangani data ini pada {when}: {what}.{changed}"


class ConfirmPrintForm(MoveForm):
    blank_serial = forms.CharField(
        label="Nomor seri blangko", required=False, max_length=30, help_text="Bila tercetak pada blangko.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    serial_unreadable = forms.BooleanField(label="Nomor seri tidak terbaca", required=False)

    def prepare(self) -> None:
        """Where the numbers are known, the next one is named, not filled in: the blank in the hand is read."""
        if not blank_serials.ranges():
            del self.fields["serial_unreadable"]
            return
        following = blank_serials.following()
        order = f" Menurut urutan: {following}." if following else ""
        self.fields["blank_serial"].help_text = f"Seperti tercetak pada blangko.{order}"


class FailPrintForm(MoveForm):
    own_sentences = ("blank_used",)
    blank_used = forms.ChoiceField(
        label="Apakah blangko terpakai atau rusak?", widget=forms.RadioSelect, choices=YES_NO,
        error_messages={"required": "Jawab ya atau tidak: setiap blangko dipertanggungjawabkan."},
    )
    fault = forms.ChoiceField(
        label="Sebab rusaknya blangko", required=False, widget=forms.RadioSelect,
        choices=BlankFault.choices,
    )
    blank_serial = forms.CharField(
        label="Nomor seri blangko yang rusak", required=False, max_length=30, help_text="Bila tercetak pada blangko."
    )
    reason = forms.CharField(label="Keterangan", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("blank_used") == "ya" and not cleaned.get("fault"):
            self.add_error("fault", "Pilih sebab rusaknya blangko.")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        used = self.cleaned_data["blank_used"] == "ya"
        spoiled = {"fault": self.cleaned_data["fault"], "blank_serial": self.cleaned_data["blank_serial"]}
        return {"blank_used": used, "reason": self.cleaned_data["reason"]} | (spoiled if used else {})


class HandOverForm(MoveForm):
    """Who collects and with which papers; the old card; how the receiver signs."""

    own_sentences = ("signed",)
    collector = forms.ChoiceField(
        label="Yang mengambil", widget=forms.RadioSelect, choices=Handover.Collector.choices,
        initial=Handover.Collector.SELF,
    )
    collector_name = forms.CharField(
        label="Nama pengambil", required=False, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    relation = forms.CharField(
        label="Hubungan dengan pemohon", required=False, max_length=40, help_text="Misalnya: ibu, suami, saudara.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    authority_seen = forms.BooleanField(label="Surat kuasa sudah dilihat", required=False)
    id_seen = forms.BooleanField(label="KTP pengambil sudah dilihat", required=False)
    without_papers_reason = forms.CharField(
        label="Alasan diserahkan tanpa surat kuasa atau KTP", required=False, max_length=120,
        help_text="Hanya bila salah satunya tidak ada. Sekretaris melihat alasan ini.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    old_card_surrendered = forms.BooleanField(label="", required=False)
    signed = forms.ChoiceField(
        label="Tanda terima ditandatangani", widget=forms.RadioSelect,
        error_messages={"required": "Pilih cara penerima menandatangani."},
    )
    OLD_CARD = {
        Kind.DAMAGED: "KTP lama diserahkan dan sudutnya sudah dipotong",
        Kind.DATA_CHANGE: "KTP lama diserahkan dan sudutnya sudah dipotong",
        Kind.LOST: "KTP lama ditemukan: diserahkan dan sudutnya sudah dipotong",
    }
    WAYS = {
        Handover.Signed.PAD: "Di papan tanda tangan",
        Handover.Signed.PAPER: "Di lembar bukti",
        Handover.Signed.THUMB: "Cap jempol di lembar bukti",
    }

    # How the question before the handover says it.
    SAYS = {
        Handover.Signed.PAD.value: "Tanda tangan di papan.",
        Handover.Signed.PAPER.value: "Tanda tangan di lembar bukti.",
        Handover.Signed.THUMB.value: "Cap jempol di lembar bukti.",
    }

    def prepare(self) -> None:
        kind, signed = Kind(self.application.kind), cast(forms.ChoiceField, self.fields["signed"])
        if kind in self.OLD_CARD:
            self.fields["old_card_surrendered"].label = self.OLD_CARD[kind]
        else:
            del self.fields["old_card_surrendered"]
        pad = handing.pad_installed()
        signed.choices = [(way, label) for way, label in self.WAYS.items() if pad or way != Handover.Signed.PAD]
        signed.initial = signed.choices[0][0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("collector") == Handover.Collector.OTHER:
            self.check_other(cleaned)
        if self.application.kind in (Kind.DAMAGED, Kind.DATA_CHANGE) and not cleaned.get("old_card_surrendered"):
            sentence = "Minta KTP lama dan potong sudutnya, lalu beri tanda."
            self.add_error("old_card_surrendered", sentence)
        return cleaned

    def check_other(self, cleaned: dict[str, Any]) -> None:
        for name, sentence in {
            "collector_name": "Isi nama orang yang mengambil.",
            "relation": "Isi hubungannya dengan pemohon.",
        }.items():
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, sentence)
        seen = cleaned.get("authority_seen") and cleaned.get("id_seen")
        if not seen and "without_papers_reason" not in self.errors and not cleaned.get("without_papers_reason"):
            self.add_error("without_papers_reason", WITHOUT_PAPERS)


class KeepProofForm(MoveForm):
    own_sentences = ("scan",)
    scan = forms.FileField(
        label="Pindaian atau foto bukti yang sudah ditandatangani", help_text="Satu lembar, berkas JPG, PNG, atau PDF.",
        error_messages={"required": "Pilih berkas pindaiannya.", "empty": "Berkas kosong. Pindai ulang lembarnya."},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/tiff,application/pdf"}),
    )


class AnswerForm(MoveForm):
    own_sentences = ("continues",)
    number = forms.CharField(label="Nomor surat jawaban", max_length=60)
    answered_on = forms.DateField(
        label="Tanggal surat jawaban", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    continues = forms.ChoiceField(
        label="Menurut jawaban itu", widget=forms.RadioSelect,
        choices=[("ya", "Permohonan dilanjutkan"), ("tidak", "Permohonan tidak dapat dilanjutkan")],
        error_messages={"required": "Pilih kelanjutan permohonan."},
    )
    kk_updated = forms.BooleanField(label="KK baru yang memuat perubahan sudah dilihat", required=False)

    def prepare(self) -> None:
        if all(change.shown_on_kk for change in self.application.data_changes.all()):
            del self.fields["kk_updated"]

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"continues": self.cleaned_data["continues"] == "ya"}


class StatusForm(MoveForm):
    status = forms.ModelChoiceField(
        label="Status yang terlihat di SIAK", queryset=StatusRule.objects.all(), empty_label="Pilih status"
    )
    seen_at = forms.DateTimeField(
        label="Dilihat pada", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def prepare(self) -> None:
        self.fields["seen_at"].initial = timezone.localtime().replace(second=0, microsecond=0)

    def clean_seen_at(self) -> datetime:
        seen: datetime = self.cleaned_data["seen_at"]
        if seen.year < FIRST_YEAR:
            raise forms.ValidationError("Tahunnya tidak mungkin. Periksa tanggalnya.")
        return seen


FORMS: dict[str, type[MoveForm]] = {
    "return_to_applicant": ReturnForm,
    "decide_waiver": WaiverForm,
    "allow_rerecord": ReasonForm,
    "back_to_central": ReasonForm,
    "send_back": ReasonForm,
    "refer": ReasonForm,
    "withdraw_card": WithdrawForm,
    "postpone": PostponeForm,
    "review_exceptions": ReviewForm,
    "remind": RemindForm,
    "cancel": CancelForm,
    "reject_card": RejectCardForm,
    "confirm_print": ConfirmPrintForm,
    "fail_print": FailPrintForm,
    "hand_over": HandOverForm,
    "keep_proof": KeepProofForm,
    "answer_referral": AnswerForm,
    "note_status": StatusForm,
}


def form_class(move: Move, standing: Standing) -> type[MoveForm] | None:
    """The form of a move, or None when one press is enough. Checking one's own work asks for a reason."""
    if standing.needs_reason:
        return OutOfTurnForm if move.name == "start_print" else ReasonForm
    return FORMS.get(move.name)
