"""The face of a card on its way to the printer: shown once for each print, for it is all that a forger needs."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications.lifecycle.cards import card_in_work
from applications.lifecycle.writing import check_right
from applications.models import Application, Citizenship, Print
from applications.moves import MOVES
from applications.refusals import NotAllowed, WrongState
from applications.states import State
from office.models import Office, Station

SHOWN = "Muka kartu ini sudah dibuka sekali. Bila kartunya tidak jadi, catat “Cetak gagal” dahulu, lalu cetak lagi."
AT_SIAK = "Kartu dicetak di stasiun SIAK. Muka kartu tidak dibuka di sini."
OF_A_FOREIGNER = "Kartu WNA berbeda bentuknya dan dicetak di Disdukcapil. Muka kartu tidak dibuka di sini."


def check_face(application: Application, by: User) -> Print:
    """The card whose face this person may send to the printer now: once for each print, in the demo as often as wished.

    Raises NotAllowed where it was shown already or is not printed here, WrongState while nothing is in the printer.
    """
    check_right(MOVES["start_print"], by)
    if application.state != State.PRINTING:
        raise WrongState(f"{application.number} tidak sedang dicetak. Muka kartunya tidak dibuka.")
    if Office.objects.current().printing_at != Station.HERE:
        raise NotAllowed(AT_SIAK)
    if application.resident.citizenship == Citizenship.WNA:
        raise NotAllowed(OF_A_FOREIGNER)
    card = card_in_work(application)
    if card.face_shown_at and not settings.DEMO:
        raise NotAllowed(SHOWN)
    return card


def show_face(application: Application, *, card: Print, by: User, at: datetime | None = None) -> Print:
    """Note that the face of this very print is shown now. Raises as check_face, which is asked again under the lock."""
    with transaction.atomic():
        locked = Application.objects.select_for_update().get(pk=application.pk)
        found = check_face(locked, by)
        if found != card:
            raise WrongState(f"{locked.number} dicetak ulang sejak halaman ini dibuka. Buka muka kartunya sekali lagi.")
        found.face_shown_at, found.face_shown_by = at or timezone.now(), by
        found.save(update_fields=["face_shown_at", "face_shown_by"])
    return found
