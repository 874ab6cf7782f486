"""The PIN with which a colleague takes over the shared computer: chosen by its owner, counted when it is wrong."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import RoleEntry, User
from accounts.refusals import Refused
from office import ledger, parameters

LENGTH = 6
LIMIT = "salah-pin"
LOCKED = "PIN {name} dikunci karena terlalu sering salah. {name} perlu masuk satu kali dengan kata sandi."
WRONG = "PIN tidak cocok. Periksa nama yang dipilih, lalu ketik PIN sekali lagi."


def flaw(pin: str) -> str:
    """What is wrong with a PIN that somebody chose, as a sentence; empty when nothing is."""
    if len(pin) != LENGTH or not (pin.isascii() and pin.isdigit()):
        return f"PIN terdiri atas {LENGTH} angka."
    if any(pin == pin[:period] * (LENGTH // period) for period in (1, 2, 3)):
        return "PIN ini berulang, mudah ditebak. Pilih angka lain."
    steps = {int(b) - int(a) for a, b in zip(pin, pin[1:], strict=False)}
    if steps in ({1}, {-1}):
        return "PIN ini berurutan, mudah ditebak. Pilih angka lain."
    return ""


def choose_pin(user: User, pin: str) -> None:
    """Set one's own PIN; whoever calls has asked for the password, so failures so far are forgotten."""
    if sentence := flaw(pin):
        raise Refused(sentence)
    encoded = make_password(pin)
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        person.pin, person.pin_failures = encoded, 0
        person.save(update_fields=["pin", "pin_failures"])
        ledger.append(RoleEntry, subject=person, verb="choose_pin", by=person, occurred_at=timezone.now())


def check_take_over(person: User, pin: str, *, by: User) -> User:
    """Whether `pin` opens the computer for a colleague; returns the person read anew, else raises Refused.

    The slow comparison runs before the lock. What it counts for is decided under the lock: the guess after the last
    allowed one is refused even when it is right, also when two processes guess at the same instant.
    """
    seen = person.pin
    right = bool(seen) and check_password(pin, seen)
    with transaction.atomic():  # a refusal must not undo the count, so it is raised after the transaction
        person = User.objects.select_for_update().get(pk=person.pk)
        sentence = _judged(person, right and person.pin == seen, by)
    if sentence:
        raise Refused(sentence)
    return person


def _judged(person: User, right: bool, by: User) -> str:
    limit = parameters.number(LIMIT)
    if not person.is_active or not person.pin:
        return f"{person.name} tidak dapat mengambil alih dengan PIN. Masuk dengan kata sandi."
    if person.pin_failures >= limit:
        return LOCKED.format(name=person.name)
    person.pin_failures = 0 if right else person.pin_failures + 1
    person.save(update_fields=["pin_failures"])
    if right:
        return ""
    if person.pin_failures < limit:
        return WRONG
    ledger.append(
        RoleEntry, subject=person, verb="lock_pin", by=by, occurred_at=timezone.now(),
        facts={"failures": person.pin_failures},
    )
    return LOCKED.format(name=person.name)


def password_given(user: User) -> None:
    """A sign-in with the password opens a locked PIN again."""
    User.objects.filter(pk=user.pk, pin_failures__gt=0).update(pin_failures=0)


def is_locked(person: User, limit: int) -> bool:
    return person.pin_failures >= limit
