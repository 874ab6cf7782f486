"""The short form of an office that records at the SIAK station: an outcome for each position."""

from collections.abc import Iterator
from typing import Any

from django import forms

from applications.models import Capture, Outcome
from applications.outcomes import PHOTO_ALWAYS, Noted
from applications.recording import Step
from devices.capture import Position

WHY = "Isi alasannya."


class OutcomesForm(forms.Form):
    """`steps` are the positions without a picture of this office; all are recorded unless something else is said."""

    def __init__(self, data: Any = None, *, steps: list[Step]) -> None:
        super().__init__(data)
        self.steps = [step for step in steps if step.capture is None or step.capture.file_id is None]
        for step in self.steps:
            self.add(step, step.capture)

    def add(self, step: Step, made: Capture | None) -> None:
        self.fields[f"hasil-{step.position}"] = forms.ChoiceField(
            label=step.label, choices=Outcome.choices, widget=forms.RadioSelect,
            initial=made.outcome if made else Outcome.CAPTURED,
            error_messages={"required": "Pilih hasilnya.", "invalid_choice": "Pilih hasilnya."},
        )
        self.fields[f"alasan-{step.position}"] = forms.CharField(
            label=f"Alasan {step.label}", required=False, max_length=120, initial=made.reason if made else "",
            error_messages={"max_length": "Paling banyak 120 huruf."},
        )

    def lines(self) -> Iterator[dict[str, Any]]:
        """The fields position by position, for a table."""
        for step in self.steps:
            yield {
                "step": step, "outcome": self[f"hasil-{step.position}"], "reason": self[f"alasan-{step.position}"],
                "choices": [(v, label) for v, label in Outcome.choices if may_be(step.position, v)],
            }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for step in self.steps:
            outcome, why = cleaned.get(f"hasil-{step.position}", ""), f"alasan-{step.position}"
            if outcome and not may_be(step.position, outcome):
                self.add_error(f"hasil-{step.position}", PHOTO_ALWAYS)
            elif outcome not in ("", Outcome.CAPTURED) and cleaned.get(why) == "":
                self.add_error(why, WHY)
        return cleaned

    def noted(self) -> dict[Position, Noted]:
        """What was chosen; a reason typed beside *recorded* is left out."""
        found = {}
        for step in self.steps:
            outcome = self.cleaned_data[f"hasil-{step.position}"]
            whole = outcome == Outcome.CAPTURED
            found[step.position] = Noted(outcome, "" if whole else self.cleaned_data[f"alasan-{step.position}"])
        return found


def may_be(position: Position, outcome: str) -> bool:
    return outcome != Outcome.EXCEPTION or position is not Position.FACE
