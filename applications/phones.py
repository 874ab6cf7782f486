"""A phone as the camera of the counter: a link for one paper of one draft, for some minutes."""

import hashlib
import secrets
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import drafts
from applications.models import Draft, Paper, PaperRule, ScanLink
from office import parameters

PARAMETER = "menit-tautan-ponsel"


def make(draft: Draft, code: str, *, by: User) -> str:
    """A new link; the one before of the same paper ends. Returns its token; only its maker's session holds it too.

    WrongState when the draft was sent or given up meanwhile.
    """
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        locked = drafts.lock(draft, "Konsep ini sudah diajukan atau dihapus. Tautan tidak dibuat.")
        ScanLink.objects.filter(draft=locked, code=code).delete()
        ScanLink.objects.create(
            draft=locked, code=code, digest=digest(token), made_by=by,
            expires_at=timezone.now() + parameters.minutes(PARAMETER),
        )
    return token


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_link(token: str) -> ScanLink | None:
    """The link if it has not ended, and if its maker may still take applications in."""
    link = ScanLink.objects.select_related("draft", "made_by").filter(
        digest=digest(token), expires_at__gt=timezone.now()
    ).first()
    return link if link and link.made_by.has_perm("applications.submit") else None


def found(token: str, draft: Draft, code: str) -> bool:
    """Whether the token is that of the open link for this paper of this draft."""
    link = open_link(token)
    return link is not None and (link.draft_id, link.code) == (draft.pk, code)


def label(code: str) -> str:
    """What the paper is called now."""
    rules = PaperRule.objects.filter(code=code).values_list("label", flat=True)
    return rules.first() or Paper.objects.filter(code=code).values_list("label", flat=True).first() or code


def minutes() -> int:
    return parameters.number(PARAMETER)


def address(token: str, root: str) -> str:
    """The page for the phone: under the public address of the office, or under the one that the counter uses."""
    return (settings.PUBLIC_URL or root.rstrip("/")) + reverse("applications:scans-from-phone", args=[token])


def only_here(at: str) -> bool:
    """The address leads to this computer alone, so that no phone can open it."""
    return urlsplit(at).hostname in ("127.0.0.1", "localhost", "::1")


def qr(at: str) -> str:
    """The address as a QR, as a data address."""
    return segno.make(at, error="m").png_data_uri(scale=6, border=2)
