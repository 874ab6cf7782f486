"""Static files: our own folder, and the few files that we use of installed packages.

Listing packages in INSTALLED_APPS would collect every map, variant and unused script they carry.
"""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

FROM_PACKAGES = {
    "js-lib-bootstrap5/css/bootstrap.min.css": "js_lib_bootstrap5",
    "django_htmx/htmx-2.min.js": "django_htmx",
}


class NamedPackageFilesFinder(BaseFinder):
    """Finds exactly the files of FROM_PACKAGES, in the `static` folder of their package."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        package = FROM_PACKAGES.get(path)
        found = str(static_folder(package) / path) if package else ""
        return ([found] if found else []) if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for path, package in FROM_PACKAGES.items():
            yield path, FileSystemStorage(location=static_folder(package))

    def check(self, **kwargs: Any) -> Any:
        return []


def static_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed; ./dev installs what requirements.txt names")
    return Path(spec.origin).parent / "static"


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Names with a digest of the content, compressed once; a missing file is named at once.

    The pattern for source maps is left out: Bootstrap's CSS names a map that is not collected.
    """

    patterns = tuple(
        (glob, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for glob, rules in CompressedManifestStaticFilesStorage.patterns
    )
