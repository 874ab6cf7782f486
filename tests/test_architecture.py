"""What the code promises about itself: one writer of states, rights in one table, templates without rules."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from itertools import combinations
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.template import Engine
from django.template.loader import get_template

from accounts.roles import GRANTS, KTP_SECTION_GRANTS, Role
from applications.desks import DESKS
from applications.moves import MOVES, TABLE, from_state
from applications.states import State
from applications.story import PAST
from applications.views.desk import MAIN

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("office", "accounts", "devices", "applications", "complaints", "supervision", "jatiroto_ktp")
TEMPLATES = ROOT / "templates"
# Keys that every desk has for itself: next and previous row, search, the list of keys.
RESERVED_KEYS = {"J", "L", "/", "?"}
# Granted, but the page is still to be built. The list only gets shorter.
AWAITING_A_PAGE = {"applications.view_register"}
# Django finds these by name; no line of ours mentions them.
FOUND_BY_DJANGO = {"400.html", "403.html", "404.html", "500.html"}


def sources(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def views() -> Iterator[tuple[Path, ast.Module]]:
    for path, tree in sources():
        if path.stem == "views" or "views" in path.parts:
            yield path, tree


def assigned(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            yield node.target


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def named(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def texts(tree: ast.AST) -> set[str]:
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def templates() -> list[Path]:
    return sorted(path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html"))


def markup(path: Path) -> str:
    return (TEMPLATES / path).read_text()


# -- one writer ----------------------------------------------------------------------------------


def test_only_the_lifecycle_assigns_a_state() -> None:
    found = {
        str(path)
        for path, tree in sources()
        for target in assigned(tree)
        if isinstance(target, ast.Attribute) and target.attr == "state"
    }
    assert found == {"applications/lifecycle/writing.py", "applications/lifecycle/beginning.py"}


def test_only_office_jobs_changes_the_state_of_a_job() -> None:
    """In another room than applications: what it may call so is no state of a file."""
    found = {
        str(path)
        for path, tree in sources()
        for call in calls(tree)
        if named(call) in ("update", "create") and any(word.arg == "state" for word in call.keywords)
    }
    assert found == {"office/jobs.py"}


def test_nobody_sets_a_state_by_another_way() -> None:
    """Not by `update(state=…)`, `create(state=…)` or `setattr(…, "state", …)` either."""
    ways = {"update", "create", "bulk_create", "get_or_create", "update_or_create", "Application"}
    found = [
        f"{path}:{call.lineno}"
        for path, tree in sources()
        if str(path) != "office/jobs.py"
        for call in calls(tree)
        if (named(call) in ways and any(word.arg == "state" for word in call.keywords))
        or (named(call) == "setattr" and "state" in texts(call))
    ]
    assert found == []


def test_the_book_is_written_by_verbs_only() -> None:
    writers = {
        str(path)
        for path, tree in sources()
        for call in calls(tree)
        if ast.unparse(call.func) == "ledger.append"
    }
    assert writers <= {"applications/lifecycle/writing.py", "applications/residents.py", "applications/importing.py",
                       "accounts/terms.py", "accounts/people.py", "accounts/pins.py", "complaints/lifecycle.py",
                       "office/settings_book.py", "applications/blanks.py", "applications/custody.py"}


# -- views ---------------------------------------------------------------------------------------


def test_views_fetch_with_a_404_never_with_objects_get() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in views()
        for call in calls(tree)
        if re.search(r"\b[A-Z]\w*\.objects\.(get|get_or_create)$", ast.unparse(call.func))
    ]
    assert found == []


def test_views_leave_writing_to_verbs() -> None:
    """A view saves nothing itself; `save` is left to the form of a person who is not in the register yet."""
    writes = {"create", "bulk_create", "update", "delete", "bulk_update"}
    found = [(str(path), named(call)) for path, tree in views() for call in calls(tree)]
    assert [each for each in found if each[1] in writes] == []


def test_nothing_is_marked_safe() -> None:
    bad = {"mark_safe", "SafeString", "safestring", "csrf_exempt"}
    found = [f"{path}: {name}" for path, tree in sources() for name in bad & names_in(tree)]
    assert found == []


def names_in(tree: ast.AST) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        for part in alias.name.split(".")
    }


# -- templates -----------------------------------------------------------------------------------


INLINE = r"\sstyle\s*=|\son[a-z]+\s*=|<style|javascript:|<script(?![^>]*\ssrc=)"
TRUSTED = r"\|\s*(safe|safeseq)\b|autoescape\s+off"
FOREIGN = r"""(src|href|action)\s*=\s*["']?(https?:)?//"""
RULES = r"\bperms\b|has_perm|\.role\b|\.terms\b|is_superuser|is_staff"


def holding(pattern: str) -> list[str]:
    return [str(path) for path in templates() if re.search(pattern, markup(path))]


def test_no_template_holds_an_inline_style_script_or_handler() -> None:
    assert holding(INLINE) == []


def test_no_template_trusts_a_text() -> None:
    assert holding(TRUSTED) == []


def test_no_template_fetches_anything_from_elsewhere() -> None:
    assert holding(FOREIGN) == []


def test_no_template_knows_a_role_or_a_permission() -> None:
    roles = "|".join(Role)
    found = [
        f"{path}: {code}"
        for path in templates()
        for code in re.findall(r"\{[%{].*?[%}]\}", markup(path), re.S)
        if re.search(RULES, code) or re.search(rf"""["']({roles})["']""", code)
    ]
    assert found == []


def test_every_form_that_posts_carries_the_token() -> None:
    forms = [
        (str(path), form)
        for path in templates()
        for form in re.findall(r"<form\b.*?</form>", markup(path), re.S)
        if 'method="post"' in form
    ]
    assert forms
    assert [path for path, form in forms if "{% csrf_token %}" not in form] == []


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        (INLINE, '<p style="x">'), (INLINE, '<a onclick="x">'), (INLINE, "<script>x</script>"),
        (TRUSTED, "{{ x|safe }}"), (FOREIGN, '<img src="https://x">'), (RULES, "{% if perms.x %}"),
    ],
)
def test_the_patterns_find_what_they_look_for(pattern: str, bad: str) -> None:
    assert re.search(pattern, bad)


def test_every_template_compiles() -> None:
    assert all(get_template(str(path)) for path in templates())


def mentioned() -> set[str]:
    """Names of templates that another template or a line of code speaks of."""
    name = r"[\w/.-]+\.html"
    inside = {found for path in templates() for found in re.findall(rf"""["']({name})["']""", markup(path))}
    return inside | {text for _, tree in sources() for text in texts(tree) if re.fullmatch(name, text)}


def test_every_template_that_is_mentioned_exists() -> None:
    engine = Engine.get_default()
    for name in sorted(mentioned()):
        assert engine.get_template(name)


def test_every_template_file_is_used() -> None:
    own = {str(path) for path in templates() if path.parts[0] != "bootstrap5"}
    assert own - mentioned() - FOUND_BY_DJANGO == set()


def test_a_template_of_the_form_package_that_we_replace_is_one_that_it_has() -> None:
    theirs = Path(str(resources.files("crispy_bootstrap5"))) / "templates"
    ours = [path for path in templates() if path.parts[0] == "bootstrap5"]
    assert ours and [str(path) for path in ours if not (theirs / path).exists()] == []


# -- moves ---------------------------------------------------------------------------------------


def test_every_move_has_a_label_and_a_past_for_the_timeline() -> None:
    assert all(move.label.strip() for move in TABLE)
    assert set(PAST) == set(MOVES)


def test_no_two_moves_have_the_same_name() -> None:
    assert len(MOVES) == len(TABLE)


def test_labels_of_moves_in_one_state_differ() -> None:
    for state in State:
        labels = [move.label for move in from_state(state)]
        assert len(labels) == len(set(labels)), state


def keys_of_desk_page(state: State) -> list[tuple[str, str]]:
    """(key, what it does) that may stand on one page for somebody who holds every role at once."""
    desk = next((desk for desk in DESKS if state in desk.states), None)
    found = [(move.key, move.name) for move in from_state(state) if move.key]
    working = desk and state == desk.states[0]  # a desk's own work is offered where its files begin
    return found + (own_keys(desk.code) if desk and working else [])


def own_keys(desk: str) -> list[tuple[str, str]]:
    """Keys that the desk's view or templates set beside the table of moves."""
    folder = TEMPLATES / "applications" / desk
    found = [
        (key, str(path.relative_to(TEMPLATES)))
        for path in folder.glob("*.html")
        if path.name != "draft.html"  # a page of its own, with no file and so no moves beside it
        for key in re.findall(r'data-key="(\w)"', path.read_text())
    ]
    tree = ast.parse((ROOT / "applications" / "views" / f"{desk}.py").read_text())
    found += [
        (word.value.value, f"views/{desk}.py")
        for call in calls(tree)
        for word in call.keywords
        if word.arg == "key" and isinstance(word.value, ast.Constant)
    ]
    return found


@pytest.mark.parametrize("state", State)
def test_keys_of_one_page_do_not_clash_even_for_a_person_with_every_role(state: State) -> None:
    found = keys_of_desk_page(state)
    clashes = [(a, b) for a, b in combinations(found, 2) if a[0].upper() == b[0].upper() and a[1] != b[1]]
    assert clashes == []


def test_no_move_takes_a_key_of_the_queue_or_the_search() -> None:
    keys = {key for state in State for key in keys_of_desk_page(state)}
    assert [(key, what) for key, what in keys if key.upper() in RESERVED_KEYS] == []


def test_keys_are_single_capital_letters() -> None:
    assert all(re.fullmatch(r"[A-Z]?", move.key) for move in TABLE)


def test_the_keys_of_the_intake_form_differ() -> None:
    keys = re.findall(r'data-key="(\w)"', markup(Path("applications/intake/draft.html")))
    assert len(keys) == len(set(keys)) and not set(keys) & RESERVED_KEYS


def test_the_main_move_of_a_state_starts_there() -> None:
    assert all(state in MOVES[name].sources for state, name in MAIN.items())


# -- rights --------------------------------------------------------------------------------------


def granted() -> set[str]:
    return set().union(*GRANTS.values(), KTP_SECTION_GRANTS)


def asked_by_views() -> set[str]:
    """Permissions that a view, the navigation or a desk asks for."""
    found = {desk.permission for desk in DESKS}
    for _, tree in sources():
        for call in calls(tree):
            if named(call) in ("permitted", "has_perm"):
                found |= texts(call)
    return found


def test_every_permission_that_is_asked_for_is_granted_to_somebody() -> None:
    moves = {move.permission for move in TABLE if not move.system}
    assert (asked_by_views() | moves) - granted() == set()


def test_every_permission_that_is_granted_is_asked_for() -> None:
    assert granted() - asked_by_views() - {move.permission for move in TABLE} == AWAITING_A_PAGE


def test_a_move_of_the_calendar_is_granted_to_nobody() -> None:
    assert {move.permission for move in TABLE if move.system} & granted() == set()


def addressed_views() -> Iterator[tuple[str, str]]:
    """(module, function) of every address of the counter's URL table."""
    urls = (ROOT / "applications" / "urls.py").read_text()
    yield from re.findall(r"path\([^,]+, (\w+)\.(\w+),", urls)


def outermost_decorator(module: str, name: str) -> str:
    tree = ast.parse((ROOT / "applications" / "views" / f"{module}.py").read_text())
    view = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return ast.unparse(view.decorator_list[0]) if view.decorator_list else ""


def test_every_view_of_the_counter_says_first_who_may_come_in() -> None:
    bare = [each for each in addressed_views() if not outermost_decorator(*each).startswith("permitted(")]
    # The phone proves itself by its link; nobody is signed in on it.
    assert list(addressed_views()) and bare == [("scans", "from_phone")]


# -- the rest of the house -----------------------------------------------------------------------


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def run_alone(code: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter in the project, without settings: Django cannot be set up there."""
    known = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, timeout=60)


def test_drivers_import_no_model_and_no_other_app() -> None:
    others = [package for package in PACKAGES if package != "devices"]
    code = f"""
import sys, devices.registry, devices.backends.simulated
bad = [m for m in sys.modules if m == 'django.db.models' or m.split('.')[0] in {others!r}]
print(bad)
sys.exit(bool(bad))
"""
    ran = run_alone(code)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_importing_the_devices_touches_no_database() -> None:
    assert not any("models" in names_in(tree) for path, tree in sources("devices") if path.stem != "apps")


DOCUMENTED = [
    *(f"applications/lifecycle/{name}.py" for name in (
        "beginning", "cards", "counter", "deciding", "following", "offers", "pickup", "recording", "writing",
    )),
    "office/clock.py", "office/ledger.py", "office/vault.py",
    "devices/driver.py", "devices/capture.py", "devices/registry.py", "devices/errors.py",
]
# One line of code whose name and type say all; everything else public is explained.
CLEAR_BY_NAME = {"office/ledger.py": {"canonical", "digest", "moment", "detail_model", "entry_models"}}


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize("name", DOCUMENTED)
def test_public_names_of_the_core_are_explained(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text())
    bare = {node.name for node in public(tree) if not ast.get_docstring(node)}
    assert ast.get_docstring(tree)
    assert bare - CLEAR_BY_NAME.get(name, set()) == set()


def test_apps_import_downwards_only() -> None:
    """`jatiroto_ktp` > supervision > applications | complaints > accounts > office; devices stands apart."""
    allowed = {
        "office": set(),
        "devices": set(),
        "accounts": {"office"},
        "applications": {"accounts", "office", "devices"},
        "complaints": {"accounts", "office"},
        "supervision": {"applications", "complaints", "accounts", "office"},
        "jatiroto_ktp": {"supervision", "applications", "complaints", "accounts", "office"},
    }
    found = [
        f"{path}: {other}"
        for path, tree in sources()
        for other in imported(tree)
        if other != path.parts[0] and other not in allowed[path.parts[0]]
    ]
    # Settings are loaded before everything; they read the keys of the vault.
    assert found == []


def imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
    return found & set(PACKAGES)


def test_our_apps_are_the_rooms_of_the_design() -> None:
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    assert ours == set(PACKAGES)


def test_every_static_file_that_a_template_names_is_there() -> None:
    from django.contrib.staticfiles import finders

    found = {name for path in templates() for name in re.findall(r"\{% static '([^']+)'", markup(path))}
    assert found and all(finders.find(name) for name in found)


def icon_names() -> set[str]:
    return {
        name
        for path in templates()
        for name in re.findall(r'components/icon.html" with name="([\w-]+)"', markup(path))
    }


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (ROOT / "static" / "jatiroto" / "icons.svg").read_text()
    assert icon_names() and all(f'id="{name}"' in sprite for name in icon_names())


