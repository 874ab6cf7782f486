"""What the handover needs from outside the database: the signature on the pad, the scan of the signed proof.

The device, the pictures and the encryption come before the transaction; a move that is refused afterwards leaves no
file behind (design.md, section 3, Vault and transactions).
"""

import io
import secrets
from collections.abc import Callable
from typing import Any

from PIL import Image

from accounts.models import User
from applications import capturing, lifecycle, scans
from applications.models import Application, Handover
from applications.refusals import NotAllowed, Refused
from devices import registry
from devices.capture import CaptureRequest, Modality, Position
from devices.errors import DeviceError, DeviceGone
from office import vault
from office.models import VaultFile
from office.transactions import outside_transaction

TIMEOUT_S = 30.0  # seconds that a person gets to write their name
INSTEAD = "Kartu belum diserahkan. Coba lagi, atau pilih tanda tangan di lembar bukti."
ONE_PAGE = "Bukti penyerahan hanya satu lembar. Pindai lembar yang sudah ditandatangani saja, lalu pilih lagi."


def pad_installed() -> bool:
    """Whether the office has a signature pad in its settings, connected at this moment or not."""
    try:
        registry.driver_for(Modality.SIGNATURE)
    except registry.UnknownDevice:
        return False
    return True


def hand_over(application: Application, *, by: User, signed: str, **arguments: Any) -> Application:
    """`lifecycle.hand_over`, after the signature was taken on the pad where that is the way chosen.

    Raises what the verb raises, and Refused when the pad or the vault fails: then nothing is handed over.
    """
    if signed != Handover.Signed.PAD:
        return lifecycle.hand_over(application, by=by, signed=signed, **arguments)
    signature = capturing.sealed(on_the_pad(application), INSTEAD)
    return or_without_file(
        signature, lambda: lifecycle.hand_over(application, by=by, signed=signed, signature=signature, **arguments)
    )


def keep_proof(application: Application, content: bytes, *, by: User, version: int | None = None) -> Application:
    """Keep an uploaded scan of the signed proof. Raises Refused with a sentence for what is no picture of one page."""
    pages = scans.pages(content)
    if len(pages) > 1:
        raise Refused(ONE_PAGE)
    scan = capturing.sealed(pages[0], "Pindaian belum disimpan.")
    return or_without_file(scan, lambda: lifecycle.keep_proof(application, by=by, scan=scan, version=version))


@outside_transaction
def on_the_pad(application: Application) -> bytes:
    """The signature as a plain grey PNG. Raises Refused with what to do when the pad gives none."""
    request = CaptureRequest(
        ticket=secrets.token_hex(12), subject=capturing.subject(application), modality=Modality.SIGNATURE,
        positions=(Position.SIGNATURE,), timeout_s=TIMEOUT_S,
    )
    try:
        driver = registry.driver_for(Modality.SIGNATURE)
        found = driver.discover()
        if not found:
            raise DeviceGone("no signature pad answers")
        with driver.open(found[0]) as session:
            return plain(session.capture(request).samples[0].image_bytes)
    except DeviceError as error:
        raise Refused(f"Papan tanda tangan: {error.sentence} {INSTEAD}") from error
    except registry.UnknownDevice as error:
        raise Refused(f"Papan tanda tangan belum dipasang. {INSTEAD}") from error


def plain(picture: bytes) -> bytes:
    """The picture written anew, so that nothing but the strokes is kept."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("L").save(out, "PNG", optimize=True)
    return out.getvalue()


def or_without_file(file: vault.Sealed, verb: Callable[[], Application]) -> Application:
    """What the verb returns; where it refuses, the file that it did not take is removed."""
    try:
        return verb()
    except (Refused, NotAllowed):
        vault.remove(file.name)
        raise


@outside_transaction
def signature_of(handover: Handover) -> bytes | None:
    """The signature from the pad, a PNG; None where there is none. Raises a VaultError with its sentence."""
    return vault.read(handover.signature.name) if handover.signature else None


@outside_transaction
def scan_of(file: VaultFile) -> bytes:
    """The scanned proof, a JPEG. Raises a VaultError with its sentence."""
    return vault.read(file.name)
