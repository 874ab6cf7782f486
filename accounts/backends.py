"""Django's own permission API, answered from accounts.roles."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class RoleBackend(ModelBackend):
    """Signs in like Django's own backend; rights come from the role terms in force, never from groups."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set() if user_obj.is_anonymous else set(user_obj.get_all_permissions())

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.is_active) and perm in self.get_all_permissions(user_obj)

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()
