"""The records of the counter: residents, applications with their papers, recordings, cards, visits, and the books.

Nothing here writes `Application.state`: that is applications.lifecycle alone.
"""

from applications.models.applications import (
    Application,
    ApplicationQuerySet,
    Bringer,
    Entry,
    EntryDetail,
)
from applications.models.cards import Handover, Print, Referral
from applications.models.papers import (
    CHOICES,
    NEVER_WAIVED,
    DataChange,
    Draft,
    KindLabel,
    Paper,
    PaperRule,
    ReturnReason,
    Scan,
    ScanLink,
)
from applications.models.recording import Capture, CentralStatus, Recording, StatusRule
from applications.models.residents import (
    BloodType,
    Citizenship,
    Disability,
    Marital,
    Religion,
    Resident,
    ResidentDetail,
    ResidentEntry,
    ResidentImport,
    Sex,
    Village,
)
from applications.models.visits import Visit, VisitReason

__all__ = [
    "CHOICES", "NEVER_WAIVED", "Application", "ApplicationQuerySet", "BloodType", "Bringer", "Capture", "CentralStatus",
    "Citizenship", "DataChange", "Disability", "Draft", "Entry", "EntryDetail", "Handover", "KindLabel", "Marital",
    "Paper", "PaperRule", "Print", "Recording", "Referral", "Religion", "Resident", "ResidentDetail",
    "ResidentEntry", "ResidentImport", "ReturnReason", "Scan", "ScanLink", "Sex", "StatusRule", "Village", "Visit",
    "VisitReason",
]
