"""What reads all books: dashboards, and the public pages that join apps."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "Pengawasan"
