"""One form for each move that asks for something; the keys of `cleaned_data` are the arguments of its verb."""

from typing import Any

from django import forms
from django.utils import timezone

from applications import lifecycle, rules
from applications.forms.wording import Worded, worded
from applications.lifecycle import CANCEL_REASONS, CardFault, Standing
from applications.models import Application, Handover, StatusRule
from applications.moves import Move

YES_NO = [("ya", "Ya"), ("tidak", "Tidak")]


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
    own_sentences = ("fault",)
    fault = forms.ChoiceField(label="Yang salah", widget=forms.RadioSelect, choices=list(CardFault.LABELS.items()),
                              error_messages={"required": "Pilih letak kesalahannya."})
    reason = forms.CharField(label="Keterangan", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ConfirmPrintForm(MoveForm):
    blank_serial = forms.CharField(
        label="Nomor seri blangko", required=False, max_length=30, help_text="Bila tercetak pada blangko."
    )


class FailPrintForm(MoveForm):
    own_sentences = ("blank_used",)
    blank_used = forms.ChoiceField(
        label="Apakah blangko terpakai atau rusak?", widget=forms.RadioSelect, choices=YES_NO,
        error_messages={"required": "Jawab ya atau tidak: setiap blangko dipertanggungjawabkan."},
    )
    reason = forms.CharField(label="Keterangan", required=False, max_length=200)

    def arguments(self) -> dict[str, Any]:
        return {"blank_used": self.cleaned_data["blank_used"] == "ya", "reason": self.cleaned_data["reason"]}


class HandOverForm(MoveForm):
    collector = forms.ChoiceField(
        label="Yang mengambil", widget=forms.RadioSelect, choices=Handover.Collector.choices,
        initial=Handover.Collector.SELF,
    )
    collector_name = forms.CharField(label="Nama pengambil", required=False, max_length=60)
    relation = forms.CharField(
        label="Hubungan dengan pemohon", required=False, max_length=40, help_text="Misalnya: ibu, suami, saudara."
    )
    authority_seen = forms.BooleanField(label="Surat kuasa dan KTP pengambil sudah dilihat", required=False)
    old_card_surrendered = forms.BooleanField(
        label="KTP lama diserahkan dan sudutnya sudah dipotong", required=False
    )

    def prepare(self) -> None:
        if self.application.kind == "new":
            del self.fields["old_card_surrendered"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("collector") == Handover.Collector.OTHER:
            for name, sentence in {
                "collector_name": "Isi nama orang yang mengambil.",
                "relation": "Isi hubungannya dengan pemohon.",
                "authority_seen": "Lihat surat kuasa dan KTP pengambil, lalu beri tanda.",
            }.items():
                if not cleaned.get(name):
                    self.add_error(name, sentence)
        return cleaned


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


FORMS: dict[str, type[MoveForm]] = {
    "return_to_applicant": ReturnForm,
    "decide_waiver": WaiverForm,
    "allow_rerecord": ReasonForm,
    "back_to_central": ReasonForm,
    "send_back": ReasonForm,
    "refer": ReasonForm,
    "withdraw_card": ReasonForm,
    "cancel": CancelForm,
    "reject_card": RejectCardForm,
    "confirm_print": ConfirmPrintForm,
    "fail_print": FailPrintForm,
    "hand_over": HandOverForm,
    "answer_referral": AnswerForm,
    "note_status": StatusForm,
}


def form_class(move: Move, standing: Standing) -> type[MoveForm] | None:
    """The form of a move, or None when one press is enough. Checking one's own work asks for a reason."""
    return ReasonForm if standing.needs_reason else FORMS.get(move.name)
