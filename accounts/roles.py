"""Who may do what: the one table, for a supervisor to read (design.md, section 2, Rights).

A permission is `applications.<move>` or `applications.view_<page>`. A role is given to a person for a time
(accounts.models.RoleTerm); several at once are possible. The administrator has no right on any application.
"""

from django.db.models import TextChoices


class Role(TextChoices):
    COUNTER = "counter", "Petugas Loket"
    OPERATOR = "operator", "Petugas Operator"
    SECTION_HEAD = "section_head", "Kepala Seksi"
    INFORMATION = "information", "Petugas Layanan Informasi"
    SECRETARY = "secretary", "Sekretaris Kecamatan"
    CAMAT = "camat", "Camat"
    ADMIN = "admin", "Administrator"


def applications(*names: str) -> frozenset[str]:
    return frozenset(f"applications.{name}" for name in names)


GRANTS: dict[Role, frozenset[str]] = {
    # Takes applications in, checks the papers, hands the card over.
    Role.COUNTER: applications(
        "view_intake", "view_handover", "view_application", "view_scans", "view_register",
        "view_residents", "correct_resident", "view_visits", "register_visit",
        "register_incomplete", "submit", "resubmit", "return_again", "left", "came_back",
        "reject_card", "hand_over", "keep_proof", "cancel", "remind", "send_to_village", "back_from_village",
        "view_uncollected", "view_custody", "take_in_card", "view_blanks", "sign_close",
    ),
    # Records once, watches the centre, prints.
    Role.OPERATOR: applications(
        "view_recording", "view_printing", "view_application", "view_captures", "view_register",
        "record", "note_status", "mark_print_ready", "left", "came_back",
        "back_to_central", "send_back", "start_print", "confirm_print", "fail_print", "answer_referral",
        "postpone", "resume", "view_blanks", "keep_blanks", "close_blanks", "sign_close",
        "view_custody", "take_in_card",
    ),
    # A section head; what concerns the KTP comes with the one section that serves it (KTP_SECTION_GRANTS).
    Role.SECTION_HEAD: frozenset(),
    Role.INFORMATION: frozenset(),
    # Watches: reads files and the register, moves none.
    Role.SECRETARY: applications(
        "view_application", "view_register", "view_blanks", "sign_close", "view_custody", "view_uncollected"
    ) | {
        "supervision.view_deviations", "accounts.appoint_deputy",
    },
    Role.CAMAT: applications("view_register"),
    # Keeps people, roles and the office's data; no right on any application.
    Role.ADMIN: frozenset({"accounts.manage_people", "office.manage_settings"}),
}

# The head of the section that `serves_ktp`: decides on files.
KTP_SECTION_GRANTS: frozenset[str] = applications(
    "view_validation", "view_application", "view_scans", "view_captures", "view_register",
    "view_residents", "correct_resident", "import_residents",
    "return_to_applicant", "validate", "decide_waiver", "allow_rerecord", "refer", "cancel", "withdraw_card",
    "review_exceptions", "view_blanks", "sign_close", "view_custody", "destroy_cards", "view_uncollected",
) | {"accounts.appoint_deputy"}


def grants(role: str, *, serves_ktp: bool) -> frozenset[str]:
    """The permissions of one role term."""
    known = GRANTS[Role(role)]
    return known | KTP_SECTION_GRANTS if role == Role.SECTION_HEAD and serves_ktp else known


def roles_granting(permission: str) -> tuple[list[Role], bool]:
    """The roles that always grant a permission, and whether the KTP section's head does."""
    return [role for role, known in GRANTS.items() if permission in known], permission in KTP_SECTION_GRANTS
