from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Joins the rooms: navigation, the commands that call each app's own filler, start-up checks."""

    name = "jatiroto_ktp"
    verbose_name = "Loket KTP Jatiroto"

    def ready(self) -> None:
        from jatiroto_ktp import checks  # noqa: F401
