"""The log of reading: apart from the books, in its own short transaction."""

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from office.models import Read


def log_read(*, by: AbstractBaseUser, what: str, subject: str = "", count: int = 1) -> None:
    """Note that personal data was shown: a whole NIK, scans, captures, a search with its count."""
    Read.objects.create(at=timezone.now(), by_id=by.pk, what=what, subject=subject, count=count)
