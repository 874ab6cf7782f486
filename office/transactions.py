"""Keep slow and outside work out of database transactions (design section 3, "Vault and transactions").

Between BEGIN and COMMIT the office's rows are locked, and a rollback takes back no file, no printed page and
no capture. So the vault, PDF rendering and devices run before or after, never inside.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def in_transaction() -> bool:
    """Whether a transaction is open, not counting those that Django's test cases wrap around a test."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def outside_transaction(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make a function or method raise RuntimeError, before any work, when called inside `atomic`."""

    @wraps(function)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if in_transaction():
            name = f"{function.__module__}.{function.__qualname__}"
            raise RuntimeError(f"{name} must not run inside a database transaction: call it before or after.")
        return function(*args, **kwargs)

    return guarded
