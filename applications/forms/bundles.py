"""The pages of a bundle: which cards go out and who carries them; what the list says of each card that comes back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from applications import bundles
from applications.bundles import Answer
from applications.forms.wording import Worded
from applications.models import Application, BundleCard, Handover
from applications.states import Kind


class SendForm(Worded, forms.Form):
    """Which of the cards in the box go out (all, unless some are left out), and with whom."""

    own_sentences = ("cards",)
    cards = forms.MultipleChoiceField(
        label="Kartu", error_messages={
            "required": "Pilih paling sedikit satu kartu.",
            "invalid_choice": "Ada kartu yang tidak lagi di kantor. Periksa daftarnya, lalu kirim lagi.",
        },
    )
    carrier = forms.CharField(
        label="Nama yang membawa", max_length=60, help_text="Perangkat desa yang menandatangani daftar.",
        widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    carrier_post = forms.CharField(
        label="Jabatan", max_length=60, help_text="Misalnya: Kepala Dusun Krajan.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, cards: Sequence[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ready = cards
        field: Any = self.fields["cards"]
        field.choices = [(str(each.pk), each.number) for each in cards]

    def chosen(self) -> list[int]:
        """The ticked cards; all of them on a page that was not sent yet."""
        known = {str(each.pk): each.pk for each in self.ready}
        if not self.is_bound:
            return sorted(known.values())
        ticked = self.data.getlist("cards") if hasattr(self.data, "getlist") else self.data.get("cards", [])
        return sorted(known[each] for each in set(ticked) if each in known)


class AnswerForm(Worded, forms.Form):
    """One card of a list: not answered for yet, received by the resident or another, or back in the box."""

    SELF, OTHER, RETURNED = "self", "other", "returned"
    OUTCOMES = [("", "Belum"), (SELF, "Diterima pemohon"), (OTHER, "Diterima orang lain"), (RETURNED, "Kembali")]
    own_sentences = ("outcome", "on")
    on = forms.DateField(
        label="Diserahkan pada", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Tulis tanggalnya lengkap."},
    )
    outcome = forms.ChoiceField(
        label="Hasil", required=False, choices=OUTCOMES, error_messages={"invalid_choice": "Pilih hasilnya."}
    )
    collector_name = forms.CharField(label="Nama penerima", required=False, max_length=60)
    relation = forms.CharField(label="Hubungan dengan pemohon", required=False, max_length=40)
    authority_seen = forms.BooleanField(label="Surat kuasa dilihat perangkat desa", required=False)
    id_seen = forms.BooleanField(label="KTP penerima dilihat perangkat desa", required=False)
    without_papers_reason = forms.CharField(
        label="Alasan bila tanpa keduanya", required=False, max_length=120
    )
    old_card_surrendered = forms.BooleanField(label="KTP lama ikut kembali, sudutnya sudah dipotong", required=False)

    def __init__(self, *args: Any, card: BundleCard, first: str = "", **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"kartu-{card.pk}", **kwargs)
        self.card, self.application = card, card.application
        self.fields["outcome"].initial = first
        today = timezone.localdate()
        self.fields["on"].initial = today
        self.fields["on"].widget.attrs |= {
            "min": timezone.localdate(card.bundle.out_at).isoformat(), "max": today.isoformat()
        }
        if self.application.kind == Kind.NEW:
            del self.fields["old_card_surrendered"]

    @property
    def must_surrender(self) -> bool:
        """Without the old card the new one is not given out."""
        return self.application.kind in (Kind.DAMAGED, Kind.DATA_CHANGE)

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """The choices of the outcome with the one that is chosen, for the template."""
        chosen = self["outcome"].value() or ""
        return [{"value": value, "label": label, "chosen": value == chosen} for value, label in self.OUTCOMES]

    @property
    def answered(self) -> bool:
        return bool(self.cleaned_data["outcome"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome in (self.SELF, self.OTHER) and "on" not in self.errors:
            self.check_day(cleaned.get("on"))
        if outcome == self.OTHER:
            self.check_other(cleaned)
        if outcome in (self.SELF, self.OTHER) and self.must_surrender and not cleaned.get("old_card_surrendered"):
            self.add_error("old_card_surrendered", "Kartu baru hanya diserahkan bila KTP lama ikut kembali.")
        return cleaned

    def check_day(self, day: date | None) -> None:
        sentence = bundles.doubt_about(day, self.card.bundle, timezone.now()) if day else "Isi tanggal penyerahannya."
        if sentence:
            self.add_error("on", sentence)

    def check_other(self, cleaned: dict[str, Any]) -> None:
        for name, sentence in {
            "collector_name": "Isi nama yang menerima kartu.", "relation": "Isi hubungannya dengan pemohon.",
        }.items():
            if not cleaned.get(name):
                self.add_error(name, sentence)
        seen = cleaned.get("authority_seen") and cleaned.get("id_seen")
        if not seen and not cleaned.get("without_papers_reason", "").strip():
            self.add_error("authority_seen", "Tandai surat kuasa dan KTP yang dilihat desa, atau isi alasannya.")

    def answer(self) -> Answer:
        """What the verb is told of this card."""
        said = self.cleaned_data
        if said["outcome"] == self.RETURNED:
            return Answer(self.card.pk, BundleCard.Outcome.RETURNED)
        other = said["outcome"] == self.OTHER
        handed = {
            "collector": Handover.Collector.OTHER if other else Handover.Collector.SELF,
            "old_card_surrendered": said.get("old_card_surrendered", False),
        }
        named = ("collector_name", "relation", "authority_seen", "id_seen", "without_papers_reason")
        more = {name: said[name] for name in named} if other else {}
        return Answer(self.card.pk, BundleCard.Outcome.DELIVERED, handed | more, on=said["on"])
