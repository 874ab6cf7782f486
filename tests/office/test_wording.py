"""Sentences of form fields: what is too long, unreadable or no date, without taking the place of one's own."""

from django import forms

from office.wording import NO_DATE, UNSEEN, worded


def said(field: forms.Field, value: str) -> str:
    try:
        field.clean(value)
    except forms.ValidationError as error:
        return " ".join(error.messages)
    return ""


def test_a_text_that_is_too_long_or_unreadable_is_told_in_our_words() -> None:
    field = worded(forms.CharField(label="alasan (50%)", max_length=3))
    assert said(field, "abcd") == "Alasan (50%) paling banyak 3 huruf; yang diketik 4."
    assert said(field, "a\x00") == UNSEEN


def test_a_date_is_told_how_to_be_typed_unless_the_field_says_it_itself() -> None:
    assert said(worded(forms.DateField(label="Tanggal")), "31-2-1990") == NO_DATE
    own = worded(forms.DateField(label="Tanggal", error_messages={"invalid": "Isi tanggalnya."}))
    assert said(own, "besok") == "Isi tanggalnya."


def test_a_sentence_of_one_s_own_stays() -> None:
    own = worded(forms.CharField(label="Nama", max_length=3, error_messages={"max_length": "Singkatkan."}))
    assert said(own, "abcd") == "Singkatkan."
