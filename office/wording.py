"""Error sentences of form fields that say what to do, where Django's own only say that something is wrong."""

from django import forms

UNSEEN = "Ada tanda yang tidak terbaca. Hapus lalu ketik ulang."
NO_DATE = "Tanggal tidak dikenali. Ketik seperti 15-3-1990."


def worded(field: forms.Field) -> forms.Field:
    """Give a field our sentences where it has none of its own; for fields that a form adds later, too."""
    if isinstance(field, forms.CharField):
        # Sentences are filled in with %, which a label may hold as well.
        label = label_of(field).replace("%", "%%")
        field.error_messages.setdefault(
            "max_length", f"{label} paling banyak %(limit_value)d huruf; yang diketik %(show_value)d."
        )
        field.error_messages.setdefault("null_characters_not_allowed", UNSEEN)
    if isinstance(field, forms.DateField) and not has_own(field, "invalid"):
        field.error_messages["invalid"] = NO_DATE
    return field


def has_own(field: forms.Field, code: str) -> bool:
    return field.error_messages.get(code) != type(field).default_error_messages.get(code)


def label_of(field: forms.Field) -> str:
    label = str(field.label or "Isian ini").rstrip("?")
    return label[:1].upper() + label[1:]


class WordedLimits:
    """Mixin of a form whose fields ask for themselves already: only what is too long or unreadable is worded."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            worded(field)
