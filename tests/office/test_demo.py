"""The demo office: only in demo mode, only in an empty database; the mark and the mode belong together."""

import io

import pytest
from django.core import checks
from django.core.management import CommandError, call_command

from accounts.demo import PASSWORD, PEOPLE
from accounts.models import RoleEntry, User
from applications.models import Application, Resident
from applications.models import Entry as ApplicationEntry
from applications.states import State
from office.models import Office
from tests import factories
from tests.office.books import found


def demo(*options: str) -> str:
    out = io.StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (User, Resident, Application, ApplicationEntry, RoleEntry))


def mark(demo: bool) -> None:
    Office.objects.filter(pk=1).update(demo=demo)


def errors() -> list[str]:
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    return [error.msg for error in found if error.id == "jatiroto_ktp.E001"]


@pytest.fixture(autouse=True)
def vault(settings, tmp_path):
    settings.VAULT_DIR = tmp_path / "vault"


# -- the command ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_empty_database_is_filled_with_the_demo_office_and_its_books_are_whole():
    assert "Kantor contoh siap" in demo()
    assert counts()[:3] == (7, 30, 10)
    assert Office.objects.current().demo
    assert {u.username for u in User.objects.all() if u.check_password(PASSWORD)} == {p[0] for p in PEOPLE}
    assert found(ApplicationEntry) == found(RoleEntry) == []
    assert set(Application.objects.values_list("state", flat=True)) >= {
        State.SUBMITTED, State.RETURNED, State.AWAITING_RECORDING, State.AWAITING_CENTRAL, State.AWAITING_AGE,
        State.READY_TO_PRINT, State.PRINTING, State.READY_FOR_PICKUP, State.HANDED_OVER,
    }


@pytest.mark.django_db
def test_a_demo_office_whose_filling_broke_off_is_not_taken_for_whole():
    mark(True)
    factories.make_person("loket")

    with pytest.raises(CommandError, match="terputus"):
        demo()


@pytest.mark.django_db
@pytest.mark.parametrize("options", [(), ("--if-empty",)], ids=str)
def test_a_filled_demo_office_is_left_as_it_is(options):
    demo()
    before = counts()
    assert "sudah ada" in demo(*options)
    assert counts() == before


@pytest.mark.django_db
@pytest.mark.parametrize("options", [(), ("--if-empty",)], ids=str)
def test_a_database_with_real_work_is_refused(options):
    factories.make_person("rina")
    before = counts()
    with pytest.raises(CommandError, match="pekerjaan nyata"):
        demo(*options)
    assert counts() == before
    assert not Office.objects.current().demo


@pytest.mark.django_db
def test_without_demo_mode_nothing_is_filled(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        demo()
    assert counts() == (0, 0, 0, 0, 0)
    assert not Office.objects.current().demo


# -- mark and mode -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "marked", "people", "said"), [
    (True, True, True, None),
    (True, True, False, None),
    (True, False, False, None),  # a new database, which the command will fill
    (True, False, True, "The database holds real work, but DEMO is on."),
    (False, False, True, None),
    (False, False, False, None),
    (False, True, True, "The database holds demo data, but DEMO is off."),
    (False, True, False, "The database holds demo data, but DEMO is off."),
])
def test_a_start_is_refused_where_mark_and_mode_differ(settings, mode, marked, people, said):
    settings.DEMO = mode
    mark(marked)
    if people:
        factories.make_person("rina")
    assert errors() == ([said] if said else [])


@pytest.mark.django_db
def test_the_mark_is_not_asked_where_no_database_is_checked(settings):
    settings.DEMO = False
    mark(True)
    assert checks.run_checks(tags=[checks.Tags.database], databases=None) == []
