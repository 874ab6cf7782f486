"""The far side of the simulated wire: answers bytes with bytes, as a device would, or fails on demand."""

import base64
import json
from collections import Counter
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from devices.backends.simulated_pictures import png
from devices.capture import Modality, Status
from devices.chain import link

LOW_SCORE = 5


class Fault(StrEnum):
    """What the device can be made to play."""

    NONE = ""
    UNPLUGGED = "unplugged"
    BUSY = "busy"
    TIMEOUT = "timeout"
    LOW_SCORE = "low_score"
    GARBAGE = "garbage"


REFUSALS = {Fault.UNPLUGGED: "gone", Fault.BUSY: "busy", Fault.TIMEOUT: "timeout"}
STATUSES = {Fault.UNPLUGGED: Status.GONE, Fault.BUSY: Status.BUSY}


class SimulatedDevice:
    """One device; `fault` may be changed at any time, also in the middle of a capture.

    `score`: 0 to 100, given to every sample; None draws 75 to 95 from the sample's seed.
    `delay_s`: how long a capture takes; longer than the request's time, and it times out.
    `low_first`: how often each position of a person comes out badly before it succeeds, to show how tries go.
    """

    def __init__(
        self, modality: Modality, *, fault: Fault, score: int | None, delay_s: float, low_first: int = 0
    ) -> None:
        self.modality = modality
        self.fault = fault
        self.score = score
        self.delay_s = delay_s
        self.low_first = low_first
        self._taken: Counter[bytes] = Counter()

    @property
    def id(self) -> str:
        return f"simulasi-{self.modality}"

    @property
    def status(self) -> Status:
        return STATUSES.get(self.fault, Status.READY)

    def answer(self, body: bytes) -> bytes:
        """The reply to a body that `SimulatedDriver.prepare` made, at once: the session waits."""
        asked = json.loads(body)
        if self.fault is Fault.GARBAGE:
            return b"HTTP/1.1 405 Method Not Allowed\r\n\r\n\xff\x00"
        late = Fault.TIMEOUT if self.delay_s > asked["timeout_s"] else Fault.NONE
        refusal = REFUSALS.get(self.fault) or REFUSALS.get(late)
        reply = {"ticket": asked["ticket"], "device": self.id, "error": refusal or "", "samples": []}
        if not refusal:
            reply["samples"] = self._samples(asked["seeds"], asked["previous_hash"])
        return json.dumps(reply).encode()

    def _samples(self, seeds: dict[str, str], previous: str) -> list[dict[str, object]]:
        samples = []
        for position, seed in seeds.items():
            picture = png(self.modality, bytes.fromhex(seed))
            previous = link(previous, picture)
            samples.append(
                {
                    "position": position,
                    "image": base64.b64encode(picture).decode(),
                    "sha256": sha256(picture).hexdigest(),
                    "hash": previous,
                    "score": self._score(bytes.fromhex(seed)),
                    "captured_at": datetime.now(UTC).isoformat(),
                }
            )
        return samples

    def _score(self, seed: bytes) -> int:
        self._taken[seed] += 1
        if self.fault is Fault.LOW_SCORE:
            return LOW_SCORE
        if self._taken[seed] <= self.low_first:
            return LOW_SCORE * self._taken[seed]
        return 75 + seed[0] % 21 if self.score is None else self.score
