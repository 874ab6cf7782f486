"""Rights come from role terms alone: who holds what, by every way to ask, and by no other source."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.management import call_command
from django.utils import timezone

from accounts.models import RoleTerm, User
from accounts.roles import GRANTS, KTP_SECTION_GRANTS, Role, grants, roles_granting
from office.models import Section
from tests import factories

EVERY = sorted(frozenset().union(KTP_SECTION_GRANTS, *GRANTS.values()))


def section(*, serves_ktp: bool) -> Section:
    return Section.objects.filter(serves_ktp=serves_ktp).first()


def held(user: User) -> set[str]:
    """What a person may do, asked one by one, as on a new request."""
    return {permission for permission in EVERY if User.objects.get(pk=user.pk).has_perm(permission)}


def also(user: User, role: Role, **more) -> None:
    RoleTerm.objects.create(user=user, role=role, valid_from=timezone.now(), **more)


# -- what each role may --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECTION_HEAD])
def test_a_person_holds_what_the_role_grants_and_nothing_else(role):
    assert held(factories.make_person("orang", role)) == GRANTS[role]


@pytest.mark.django_db
def test_the_head_of_the_section_that_serves_the_ktp_decides_on_files(people):
    assert held(people["section_head"]) == KTP_SECTION_GRANTS
    assert "applications.validate" in KTP_SECTION_GRANTS


@pytest.mark.django_db
def test_the_head_of_another_section_has_no_right_on_any_application(people):
    assert not any(permission.startswith("applications.") for permission in held(people["other_head"]))
    assert not people["other_head"].has_module_perms("applications")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["information", "admin"])
def test_information_and_administrator_have_no_right_on_any_application(people, who):
    assert not any(permission.startswith("applications.") for permission in held(people[who]))


@pytest.mark.django_db
def test_the_right_follows_the_section_when_another_one_serves_the_ktp(people):
    old, new = section(serves_ktp=True), people["other_head"].terms.get().section
    Section.objects.filter(pk=old.pk).update(serves_ktp=False)
    Section.objects.filter(pk=new.pk).update(serves_ktp=True)
    assert held(people["other_head"]) == KTP_SECTION_GRANTS
    assert held(people["section_head"]) == set()


@pytest.mark.django_db
def test_several_roles_at_once_grant_all_that_each_grants(people):
    also(people["counter"], Role.OPERATOR)
    also(people["counter"], Role.SECTION_HEAD, section=section(serves_ktp=True))
    expected = GRANTS[Role.COUNTER] | GRANTS[Role.OPERATOR] | KTP_SECTION_GRANTS
    assert held(people["counter"]) == expected


@pytest.mark.django_db
def test_the_same_role_twice_is_held_until_both_end(people):
    also(people["counter"], Role.COUNTER)
    people["counter"].terms.order_by("pk").first().delete()
    assert held(people["counter"]) == GRANTS[Role.COUNTER]


@pytest.mark.django_db
def test_a_person_without_a_role_holds_nothing():
    person = factories.make_person("tamu")
    assert held(person) == set()
    assert not person.has_perms(["applications.submit"])
    assert not person.has_module_perms("applications")


@pytest.mark.django_db
def test_a_person_who_is_not_active_holds_nothing(people):
    User.objects.filter(pk=people["counter"].pk).update(is_active=False)
    assert held(people["counter"]) == set()
    assert User.objects.get(pk=people["counter"].pk).get_all_permissions() == frozenset()


def test_a_stranger_holds_nothing():
    assert not any(AnonymousUser().has_perm(permission) for permission in EVERY)
    assert AnonymousUser().get_all_permissions() == set()


# -- the same answer by every way to ask ---------------------------------------------------------


def crowd() -> list[User]:
    """A person for each role, several roles, ended, revoked, future and limited terms, and the inactive."""
    people = factories.make_people()
    now, hour = timezone.now(), timedelta(hours=1)
    ktp = section(serves_ktp=True)
    terms = {
        "ended": {"valid_from": now - 2 * hour, "valid_until": now - hour},
        "for_a_time": {"valid_from": now - hour, "valid_until": now + hour},
        "future": {"valid_from": now + hour},
        "revoked": {"valid_from": now - 2 * hour, "revoked_at": now - hour},
        "revoked_later": {"valid_from": now - hour, "revoked_at": now + hour},
    }
    for name, term in terms.items():
        people[name] = factories.make_person(name)
        RoleTerm.objects.create(user=people[name], role=Role.COUNTER, **term)
        RoleTerm.objects.create(user=people[name], role=Role.SECTION_HEAD, section=ktp, **term)
    also(people["operator"], Role.COUNTER)
    also(people["other_head"], Role.SECTION_HEAD, section=ktp)
    people["inactive"] = factories.make_person("inactive", Role.OPERATOR)
    User.objects.update(is_active=True)
    User.objects.filter(username="inactive").update(is_active=False)
    people["nobody"] = factories.make_person("nobody")
    return list(User.objects.all())


@pytest.mark.django_db
def test_holding_agrees_with_has_perm_for_every_permission_and_person():
    everybody = crowd()
    both = 0
    for permission in [*EVERY, "applications.unknown", ""]:
        holders = set(User.objects.holding(permission))
        allowed = {person for person in everybody if person.has_perm(permission)}
        assert holders == allowed, permission
        both += len(holders)
    assert both > len(EVERY)  # the comparison was not one of empty sets


@pytest.mark.django_db
def test_all_ways_to_ask_agree_for_every_person():
    for person in crowd():
        asked = {permission for permission in EVERY if person.has_perm(permission)}
        assert person.get_all_permissions() == asked
        assert person.has_perms(asked)
        assert person.has_module_perms("applications") == any(p.startswith("applications.") for p in asked)
        assert not person.has_perms([*asked, "applications.unknown"])


@pytest.mark.django_db
def test_a_person_with_two_roles_that_grant_the_same_is_counted_once(people):
    also(people["counter"], Role.OPERATOR)
    assert User.objects.holding("applications.left").filter(pk=people["counter"].pk).count() == 1


@pytest.mark.parametrize("permission", [*EVERY, "applications.unknown"])
def test_the_roles_that_grant_a_permission_are_those_whose_grants_hold_it(permission):
    always, with_section = roles_granting(permission)
    assert set(always) == {role for role in Role if permission in grants(role, serves_ktp=False)}
    assert with_section == (permission in grants(Role.SECTION_HEAD, serves_ktp=True))


def test_only_a_section_head_gains_by_the_section():
    for role in Role:
        gained = grants(role, serves_ktp=True) - grants(role, serves_ktp=False)
        assert gained == (KTP_SECTION_GRANTS if role == Role.SECTION_HEAD else frozenset())


def test_an_unknown_role_grants_nothing_but_an_error():
    with pytest.raises(ValueError, match="mayor"):
        grants("mayor", serves_ktp=True)


@pytest.mark.django_db
def test_all_rights_of_a_person_cost_one_query(people, django_assert_num_queries):
    person = User.objects.get(pk=people["counter"].pk)
    with django_assert_num_queries(1):
        assert [person.has_perm(permission) for permission in EVERY].count(True) == len(GRANTS[Role.COUNTER])


# -- no other source of rights -------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_is_a_superuser(people):
    assert not any(person.is_superuser or person.is_staff for person in User.objects.all())
    assert "is_superuser" not in {field.name for field in User._meta.get_fields()}
    with pytest.raises(TypeError):
        User(username="akar", is_superuser=True)


@pytest.mark.django_db
def test_the_mark_of_a_superuser_would_grant_nothing():
    person = factories.make_person("akar")
    person.is_superuser = person.is_staff = True
    assert not any(person.has_perm(permission) for permission in EVERY)
    assert person.get_all_permissions() == frozenset()


@pytest.mark.django_db
def test_no_superuser_can_be_made():
    with pytest.raises(AttributeError, match="create_superuser"):
        call_command("createsuperuser", interactive=False, username="akar", name="Akar", post="-", verbosity=0)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_groups_and_their_permissions_grant_nothing():
    group = Group.objects.create(name="semua")
    group.permissions.set(Permission.objects.all())
    person = factories.make_person("tamu")
    person.groups = Group.objects.all()
    person.user_permissions = Permission.objects.all()
    assert group.permissions.exists()
    for permission in Permission.objects.select_related("content_type"):
        assert not person.has_perm(f"{permission.content_type.app_label}.{permission.codename}")
    assert not {"groups", "user_permissions"} & {field.name for field in User._meta.get_fields()}


def test_the_admin_of_django_is_not_installed():
    assert not apps.is_installed("django.contrib.admin")
