"""What the counter asks for and says, as the administrator keeps it: paper lists, reasons, names of kinds, visits.

Each change is an entry in the book of settings (office.settings_book). An application keeps the papers and the name of
its kind of the day it was taken in, so a change here touches new applications only (design.md, section 2).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from applications.defaults import PAPERS as STANDARD
from applications.models import NEVER_WAIVED, KindLabel, PaperRule, ReturnReason, Visit, VisitReason
from applications.refusals import Refused
from applications.states import Kind
from office import settings_book as book
from office.settings_book import Table

PAPERS = Table(
    code="paper_rule", title="Persyaratan", model=PaperRule, within="kind",
    fields=("label", "needs_original", "needs_copy", "required", "waivable"),
    key=lambda row: f"{row.kind}/{row.code}", name=lambda row: f"{Kind(row.kind).label}: {row.label}",
)
REASONS = Table(
    code="return_reason", title="Alasan pengembalian", model=ReturnReason, within="paper_code", says="text",
    fields=("paper_code", "text"), key=lambda row: str(row.pk), name=lambda row: row.text,
)
KINDS = Table(
    code="kind_label", title="Nama jenis permohonan", model=KindLabel, fields=("label", "hint"),
    key=lambda row: row.kind, name=lambda row: row.label,
)
VISITS = Table(
    code="visit_reason", title="Keperluan tamu", model=VisitReason, fields=("label", "destination", "advice"),
    key=lambda row: row.code, name=lambda row: row.label,
)
# The pages of the counter choose these by their code, so they stay.
KEPT_VISITS = frozenset({Visit.UNDERAGE, "bertanya", "lainnya"})


# -- read by the counter and the section head --------------------------------------------------------


def papers_version() -> str:
    """A digest of all paper lists and names of kinds: a page opened before a change has another one."""
    rows: list[Any] = [
        list(PaperRule.objects.order_by("kind", "position", "pk").values_list("kind", "code", *PAPERS.fields)),
        list(KindLabel.objects.order_by("kind").values_list("kind", *KINDS.fields)),
    ]
    return book.shortened(rows)


def kind_labels() -> list[KindLabel]:
    """The four kinds as the office calls them, in order."""
    return list(KindLabel.objects.order_by("position"))


def reasons_of(paper_codes: Iterable[str]) -> dict[str, list[str]]:
    """The usual reasons why each paper fails: its own first, then those for every paper."""
    codes = list(paper_codes)
    found = ReturnReason.objects.filter(paper_code__in=[*codes, ""]).order_by("-paper_code", "position", "pk")
    rows = list(found.values_list("paper_code", "text"))
    return {code: [text for of, text in rows if of in (code, "")] for code in codes}


def reasons_for(paper_code: str) -> list[str]:
    return reasons_of([paper_code])[paper_code]


def known_papers() -> dict[str, str]:
    """Code and name of each paper that some kind asks for, and of those in the service standard, by name."""
    standard = {paper[0]: paper[1] for papers in STANDARD.values() for paper in papers}
    used = dict(PaperRule.objects.order_by("kind", "position").values_list("code", "label"))
    return dict(sorted((standard | used).items(), key=lambda each: each[1].casefold()))


# -- paper lists -------------------------------------------------------------------------------------


def add_paper(
    kind: str, values: Mapping[str, Any], *, code: str = "", version: str, by: Any, at: datetime | None = None
) -> PaperRule:
    """A paper more for a kind, at the end of its list; without a code of a known paper it gets one of its label.

    Raises Refused where the office's rules say no, Stale when the list is no longer the one that was shown.
    """
    rule = PaperRule(kind=kind, code=code or code_of(values["label"]), **values)
    return book.add(PAPERS, rule, version=version, by=by, at=at, check=new_paper_allowed)


def change_paper(
    rule: PaperRule, values: Mapping[str, Any], *, version: str, by: Any, at: datetime | None = None
) -> bool:
    """Raises Refused, Stale."""
    return book.change(PAPERS, rule, values, version=version, by=by, at=at, check=paper_allowed)


def remove_paper(rule: PaperRule, *, version: str, by: Any, at: datetime | None = None) -> None:
    """Raises Refused for the last required paper of a kind, Stale."""
    book.remove(PAPERS, rule, version=version, by=by, at=at, check=one_required_is_left)


def new_paper_allowed(rule: PaperRule) -> None:
    if PaperRule.objects.filter(kind=rule.kind, code=rule.code).exists():
        raise Refused("Persyaratan ini sudah ada dalam daftar jenis ini. Ubah barisnya.")
    paper_allowed(rule)


def paper_allowed(rule: PaperRule) -> None:
    """What a row of a paper list may say (design.md, section 2)."""
    beside = PaperRule.objects.filter(kind=rule.kind).exclude(pk=rule.pk)
    if same_words(rule.label, beside.values_list("label", flat=True)):
        raise Refused("Nama persyaratan ini sudah dipakai dalam daftar jenis ini. Tulis nama lain.")
    if not (rule.needs_original or rule.needs_copy):
        raise Refused("Beri tanda pada asli dilihat, salinan disimpan, atau keduanya.")
    if rule.waivable and rule.code in NEVER_WAIVED:
        raise Refused(f"{rule.label} tidak pernah dapat diberi keringanan. Hapus tanda keringanannya.")
    if not rule.required:
        one_required_is_left(rule)


def one_required_is_left(rule: PaperRule) -> None:
    """Without this rule the kind still has a paper that everybody has to bring."""
    if not PaperRule.objects.filter(kind=rule.kind, required=True).exclude(pk=rule.pk).exists():
        raise Refused("Setiap jenis permohonan perlu paling sedikit satu persyaratan yang wajib.")


# -- reasons, names, visits --------------------------------------------------------------------------


def add_reason(
    paper_code: str, text: str, *, version: str, by: Any, at: datetime | None = None
) -> ReturnReason:
    """A usual reason for one paper, or with an empty code for every paper. Raises Refused, Stale."""
    reason = ReturnReason(paper_code=paper_code, text=text)
    return book.add(REASONS, reason, version=version, by=by, at=at, check=new_reason_allowed)


def change_reason(reason: ReturnReason, text: str, *, version: str, by: Any, at: datetime | None = None) -> bool:
    """Raises Refused, Stale."""
    return book.change(REASONS, reason, {"text": text}, version=version, by=by, at=at, check=reason_allowed)


def remove_reason(reason: ReturnReason, *, version: str, by: Any, at: datetime | None = None) -> None:
    """Raises Stale. Files that were returned for this reason keep it."""
    book.remove(REASONS, reason, version=version, by=by, at=at, check=lambda row: None)


def new_reason_allowed(reason: ReturnReason) -> None:
    if reason.paper_code and reason.paper_code not in known_papers():
        raise Refused("Pilih persyaratan dari daftar.")
    reason_allowed(reason)


def reason_allowed(reason: ReturnReason) -> None:
    beside = ReturnReason.objects.filter(paper_code=reason.paper_code).exclude(pk=reason.pk)
    if same_words(reason.text, beside.values_list("text", flat=True)):
        raise Refused("Alasan ini sudah ada dalam daftar yang sama. Tulis alasan lain.")


def change_kind(
    kind: KindLabel, values: Mapping[str, Any], *, version: str, by: Any, at: datetime | None = None
) -> bool:
    """The name of a kind and the line beside it. Raises Refused, Stale."""
    return book.change(KINDS, kind, values, version=version, by=by, at=at, check=kind_allowed)


def kind_allowed(kind: KindLabel) -> None:
    if same_words(kind.label, KindLabel.objects.exclude(pk=kind.pk).values_list("label", flat=True)):
        raise Refused("Nama ini sudah dipakai jenis lain. Tulis nama lain.")


def add_visit(values: Mapping[str, Any], *, version: str, by: Any, at: datetime | None = None) -> VisitReason:
    """A reason why a visitor is sent on. Raises Refused, Stale."""
    reason = VisitReason(code=code_of(values["label"]), **values)
    return book.add(VISITS, reason, version=version, by=by, at=at, check=new_visit_allowed)


def change_visit(
    reason: VisitReason, values: Mapping[str, Any], *, version: str, by: Any, at: datetime | None = None
) -> bool:
    """Raises Refused, Stale."""
    return book.change(VISITS, reason, values, version=version, by=by, at=at, check=visit_allowed)


def remove_visit(reason: VisitReason, *, version: str, by: Any, at: datetime | None = None) -> None:
    """Raises Refused for those that the counter's pages need, Stale. Visits that were noted keep their words."""
    book.remove(VISITS, reason, version=version, by=by, at=at, check=visit_not_needed)


def new_visit_allowed(reason: VisitReason) -> None:
    if VisitReason.objects.filter(code=reason.code).exists():
        raise Refused("Keperluan ini sudah ada dalam daftar. Tulis nama lain atau ubah barisnya.")
    visit_allowed(reason)


def visit_allowed(reason: VisitReason) -> None:
    if same_words(reason.label, VisitReason.objects.exclude(pk=reason.pk).values_list("label", flat=True)):
        raise Refused("Keperluan ini sudah ada dalam daftar. Tulis nama lain.")
    if reason.code not in KEPT_VISITS and not (reason.destination or reason.advice):
        raise Refused("Isi tempat tujuan atau yang perlu dilakukan; surat rujukan menyebutkannya.")


def visit_not_needed(reason: VisitReason) -> None:
    if reason.code in KEPT_VISITS:
        raise Refused(f"“{reason.label}” dipakai halaman loket, jadi tidak dapat dihapus. Namanya boleh diubah.")


# The tables of the administrator by their code in the book of settings.
TABLES = {table.code: table for table in (PAPERS, REASONS, KINDS, VISITS, book.PARAMETERS, book.OFFICE, book.OFFICIALS)}


# -- words -------------------------------------------------------------------------------------------


def code_of(label: str) -> str:
    """The code of a new row, made once of its name. Refused for a name without letters or digits."""
    code = slugify(label)[:30].strip("-")
    if not code:
        raise Refused("Tulis nama yang memuat huruf.")
    return code


def same_words(text: str, others: Iterable[str]) -> bool:
    """Whether a text stands there already, in capitals or not."""
    return text.casefold() in {other.casefold() for other in others}
