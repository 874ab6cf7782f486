"""Cards that nobody collects: reminders, and the way to the village and back. None of it changes the state."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from applications.lifecycle.cards import bundled, check_in_the_box
from applications.lifecycle.writing import AT_ONCE, Outcome, change
from applications.models import Application, Bundle, BundleCard, Reminder
from applications.refusals import Refused


def remind(
    application: Application, *, by: User, means: str, informed: bool, note: str = "",
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """One try to tell the resident that the card lies ready, and whether it reached them."""

    def work(app: Application, at: datetime) -> Outcome:
        if means not in Reminder.Means.values:
            raise Refused("Pilih cara memberi tahu.")
        last = app.reminders.first()
        if last and (last.means, last.informed) == (means, informed) and at - last.at < AT_ONCE:
            raise Refused("Pengingat ini baru saja dicatat. Tidak ada yang dicatat dua kali.")
        made = Reminder.objects.create(application=app, at=at, by=by, means=means, informed=informed, note=note)
        facts = {"reminder": made.pk, "means": means, "informed": informed}
        return Outcome(facts=facts, words={"note": note} if note else {})

    return change("remind", application, by=by, at=at, version=version, work=work)


def send_to_village(
    application: Application, *, by: User, bundle: Bundle, at: datetime | None = None, version: int | None = None
) -> Application:
    """The card leaves the box with the list of its village."""

    def work(app: Application, at: datetime) -> Outcome:
        check_in_the_box(app)
        if app.resident.village_id != bundle.village_id:
            raise Refused(f"{app.number} bukan untuk Desa {bundle.village.name}.")
        if bundle.back_at:
            raise Refused(f"Daftar {bundle.number} sudah kembali.")
        try:
            with transaction.atomic():
                BundleCard.objects.create(bundle=bundle, application=app)
        except IntegrityError as error:
            raise Refused("Kartu ini sudah ada pada sebuah daftar desa.") from error
        return Outcome(facts={"bundle": bundle.pk})

    return change("send_to_village", application, by=by, at=at, version=version, work=work)


def back_from_village(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """The card came back undelivered and lies in the box again."""

    def work(app: Application, at: datetime) -> Outcome:
        out = taken_out(app)
        out.outcome = BundleCard.Outcome.RETURNED
        out.save(update_fields=["outcome"])
        return Outcome(facts={"bundle": out.bundle_id})

    return change("back_from_village", application, by=by, at=at, version=version, work=work)


def taken_out(application: Application) -> BundleCard:
    """The list that the card is out with. Raises Refused where it lies in the box."""
    out = bundled(application)
    if out is None:
        raise Refused("Kartu ini tidak sedang dibawa desa.")
    return out


def with_a_village_rule(application: Application, user: User) -> str:
    """Raises Refused where the card lies in the box."""
    taken_out(application)
    return ""
