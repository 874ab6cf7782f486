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
from applications.models.blanks import BlankClose, BlankDetail, BlankEntry, BlankReceipt, BlankStock, StockOut
from applications.models.cards import BlankFault, Bundle, BundleCard, Handover, Print, Referral, Reminder
from applications.models.custody import CustodyDetail, CustodyEntry, Destruction, HeldCard
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
from applications.models.recording import (
    Capture,
    CentralStatus,
    DataConfirmation,
    Outcome,
    Recording,
    StatusRule,
)
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
    "CHOICES", "NEVER_WAIVED", "Application", "ApplicationQuerySet", "BlankClose", "BlankDetail", "BlankEntry",
    "BlankFault", "BlankReceipt", "BlankStock", "BloodType", "Bringer", "Bundle", "BundleCard", "Capture",
    "CentralStatus", "Citizenship", "CustodyDetail", "CustodyEntry", "DataChange", "DataConfirmation", "Destruction",
    "Disability", "Draft", "Entry", "EntryDetail", "Handover", "HeldCard", "KindLabel", "Marital", "Outcome", "Paper",
    "PaperRule", "Print", "Recording", "Referral", "Religion", "Reminder", "Resident", "ResidentDetail",
    "ResidentEntry", "ResidentImport", "ReturnReason", "Scan", "ScanLink", "Sex", "StatusRule", "StockOut",
    "Village", "Visit", "VisitReason",
]
