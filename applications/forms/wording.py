"""Error sentences that say what to do, where Django's own only say that something is wrong."""

from typing import Any

from django import forms

from office.wording import worded

__all__ = ["Worded", "asking", "worded"]


class Worded:
    """Mixin of a form: a field left empty asks for what it wants by name, unless it has a sentence of its own.

    What is too long, unreadable or no date is said in our words as well.
    """

    own_sentences: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            worded(field)
            if name not in self.own_sentences:
                field.error_messages["required"] = asking(field)


def asking(field: forms.Field) -> str:
    label = str(field.label or "").rstrip("?")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return f"Pilih {label[:1].lower()}{label[1:]}."
    return f"Isi {label}."
