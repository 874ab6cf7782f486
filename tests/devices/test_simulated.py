"""The simulated backend: the contract for each modality, its faults, and replies altered on the way."""

import base64
import json
import threading
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from devices.backends.simulated import SimulatedDriver
from devices.backends.simulated_device import Fault
from devices.capture import (
    FINGERS,
    IRISES,
    CaptureRequest,
    CaptureResult,
    Position,
    Status,
)
from devices.chain import link
from devices.errors import (
    CaptureCancelled,
    CaptureTimeout,
    DeviceBusy,
    DeviceError,
    DeviceGone,
    LowQuality,
    ProtocolError,
)
from tests.devices.contract import DriverContract, SeveralPositionsContract, ask


class Simulated:
    @pytest.fixture
    def exchange(self, driver_under_test):
        return lambda wire: driver_under_test.far_side.answer(wire.body)


class TestCamera(Simulated, DriverContract):
    @pytest.fixture(params=[Position.FACE, Position.EXCEPTION_PHOTO])
    def positions(self, request):
        return (request.param,)

    @pytest.fixture
    def driver_under_test(self):
        return SimulatedDriver("face")


class TestSignaturePad(Simulated, DriverContract):
    positions = pytest.fixture(lambda self: (Position.SIGNATURE,))
    driver_under_test = pytest.fixture(lambda self: SimulatedDriver("signature"))


class TestFingerprintReader(Simulated, SeveralPositionsContract):
    positions = pytest.fixture(lambda self: FINGERS)
    driver_under_test = pytest.fixture(lambda self: SimulatedDriver("finger"))


class TestIrisScanner(Simulated, SeveralPositionsContract):
    positions = pytest.fixture(lambda self: IRISES)
    driver_under_test = pytest.fixture(lambda self: SimulatedDriver("iris"))


def capture(driver: SimulatedDriver, request: CaptureRequest) -> CaptureResult:
    with driver.open(driver.discover()[0]) as session:
        return session.capture(request)


def pictures(subject: str, positions=IRISES) -> dict[Position, bytes]:
    driver = SimulatedDriver("iris" if positions == IRISES else "finger")
    result = capture(driver, ask(positions, subject=subject))
    return {s.position: s.image_bytes for s in result.samples}


# -- pictures


@pytest.mark.parametrize(
    ("modality", "position", "size", "mode", "ppi"),
    [
        ("face", Position.FACE, (480, 640), "RGB", None),
        ("finger", Position.LEFT_INDEX, (400, 500), "L", 500),
        ("iris", Position.LEFT_IRIS, (640, 480), "L", None),
        ("signature", Position.SIGNATURE, (600, 200), "L", None),
    ],
)
def test_a_picture_has_the_form_of_its_modality_and_says_that_it_is_simulated(
    modality, position, size, mode, ppi
):
    sample = capture(SimulatedDriver(modality), ask((position,))).samples[0]
    picture = Image.open(BytesIO(sample.image_bytes))

    assert (picture.format, picture.size, picture.mode, sample.ppi) == ("PNG", size, mode, ppi)
    assert picture.info["Comment"] == "SIMULASI"
    assert sample.device.simulated is True


def test_the_mark_is_drawn_in_the_same_place_of_every_picture():
    corner = (8, 8, 130, 40)
    corners = {
        Image.open(BytesIO(picture)).crop(corner).tobytes()
        for subject in ("warga-1", "warga-2")
        for picture in pictures(subject).values()
    }

    assert len(corners) == 1
    assert min(corners.pop()) == 0


def test_the_same_person_repeats_and_another_differs():
    assert pictures("warga-1") == pictures("warga-1")
    assert len({*pictures("warga-1").values(), *pictures("warga-2").values()}) == 4


def test_ten_fingers_of_one_person_are_ten_pictures():
    assert len(set(pictures("warga-1", FINGERS).values())) == 10


# -- faults


def test_an_unplugged_device_is_not_found_and_cannot_be_opened():
    driver = SimulatedDriver("iris")
    device = driver.discover()[0]

    driver.far_side.fault = Fault.UNPLUGGED

    assert driver.discover() == []
    assert driver.status(device).status is Status.GONE
    with pytest.raises(DeviceGone):
        driver.open(device)


def test_a_device_unplugged_during_the_session_ends_the_capture():
    driver = SimulatedDriver("iris")

    with driver.open(driver.discover()[0]) as session:
        driver.far_side.fault = Fault.UNPLUGGED
        with pytest.raises(DeviceGone):
            session.capture(ask(IRISES))
        driver.far_side.fault = Fault.NONE
        assert session.capture(ask(IRISES)).samples


def test_a_busy_device_is_found_but_not_opened():
    driver = SimulatedDriver("iris", fault="busy")

    assert driver.discover()[0].status is Status.BUSY
    with pytest.raises(DeviceBusy):
        driver.open(driver.discover()[0])


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("unplugged", DeviceGone),
        ("busy", DeviceBusy),
        ("timeout", CaptureTimeout),
        ("low_score", LowQuality),
        ("garbage", ProtocolError),
    ],
)
def test_each_fault_in_a_reply_has_its_own_error(fault, error):
    device = SimulatedDriver("iris").discover()[0]
    driver = SimulatedDriver("iris", fault=fault)
    request = ask(IRISES, min_score=40)

    raw = driver.far_side.answer(driver.prepare(device, request).body)

    with pytest.raises(DeviceError) as raised:
        driver.accept(device, request, raw)
    assert type(raised.value) is error


def test_an_unknown_fault_in_a_reply_is_a_plain_device_error_with_its_code():
    driver = SimulatedDriver("iris")
    device = driver.discover()[0]
    reply = {"ticket": ask(IRISES).ticket, "device": device.id, "error": "overheated", "samples": []}

    with pytest.raises(DeviceError) as raised:
        driver.accept(device, ask(IRISES), json.dumps(reply).encode())
    assert type(raised.value) is DeviceError
    assert raised.value.code == "overheated"


def test_the_score_can_be_set():
    result = capture(SimulatedDriver("iris", score=63), ask(IRISES))

    assert [s.quality.score for s in result.samples] == [63, 63]


def test_a_device_can_be_made_to_succeed_only_after_some_tries_of_a_position():
    driver = SimulatedDriver("iris", low_first=2)
    scores = [[s.quality.score for s in capture(driver, ask(IRISES)).samples] for _ in range(3)]

    assert scores[0] == [5, 5] and scores[1] == [10, 10]
    assert all(score >= 75 for score in scores[2])


def test_a_capture_longer_than_the_request_allows_times_out():
    with pytest.raises(CaptureTimeout):
        capture(SimulatedDriver("iris", delay_s=30), ask(IRISES, timeout_s=0.01))


def test_a_capture_under_way_can_be_cancelled_from_another_thread():
    driver = SimulatedDriver("iris", delay_s=10)
    raised: list[BaseException] = []

    def run(session):
        try:
            session.capture(ask(IRISES))
        except DeviceError as error:
            raised.append(error)

    with driver.open(driver.discover()[0]) as session:
        thread = threading.Thread(target=run, args=(session,))
        thread.start()
        while thread.is_alive():
            session.cancel()
            thread.join(0.01)

    assert [type(e) for e in raised] == [CaptureCancelled]


# -- replies altered on the way

DRIVER = SimulatedDriver("iris", score=80)
DEVICE = DRIVER.discover()[0]
REQUEST = ask(IRISES, min_score=40)
REPLY = DRIVER.far_side.answer(DRIVER.prepare(DEVICE, REQUEST).body)
TRUE_PICTURES = [s.image_bytes for s in DRIVER.accept(DEVICE, REQUEST, REPLY).samples]


def png(size: tuple[int, int] = (640, 480), mode: str = "L") -> bytes:
    buffer = BytesIO()
    Image.new(mode, size).save(buffer, "PNG")
    return buffer.getvalue()


def reply_with(picture: bytes) -> bytes:
    """The reply with another first picture, all hashes made anew: only the picture itself is wrong."""
    reply = json.loads(REPLY)
    last = ""
    for entry, raw in zip(reply["samples"], [picture, TRUE_PICTURES[1]], strict=True):
        last = link(last, raw)
        entry |= {"image": base64.b64encode(raw).decode(), "sha256": sha256(raw).hexdigest(), "hash": last}
    return json.dumps(reply).encode()


def test_a_reply_rebuilt_with_a_good_picture_is_taken():
    result = DRIVER.accept(DEVICE, REQUEST, reply_with(png()))

    assert result.samples[0].image_bytes == png()


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(png((480, 640)), id="another size"),
        pytest.param(png(mode="RGB"), id="another mode"),
        pytest.param(png()[:-30], id="cut off"),
        pytest.param(b"GIF89a", id="not a PNG"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_picture_of_another_form_is_refused(picture):
    with pytest.raises(ProtocolError):
        DRIVER.accept(DEVICE, REQUEST, reply_with(picture))


def test_a_picture_that_claims_to_be_huge_is_refused_before_it_is_decoded(monkeypatch):
    claims = png((6000, 5000))
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", lambda self: pytest.fail("was decoded"))

    with pytest.raises(ProtocolError, match="6000 x 5000"):
        DRIVER.accept(DEVICE, REQUEST, reply_with(claims))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("position", "left_thumb"),
        ("position", "third_eye"),
        ("position", "right_iris"),
        ("position", ["left_iris"]),
        ("image", ""),
        ("image", "bukan base64!"),
        ("sha256", "0" * 64),
        ("hash", "0" * 64),
        ("hash", None),
        ("score", 101),
        ("score", -1),
        ("score", True),
        ("score", "80"),
        ("captured_at", "2026-11-24T08:00:00"),
        ("captured_at", "kemarin"),
    ],
)
def test_a_sample_with_one_wrong_member_is_refused(name, value):
    reply = json.loads(REPLY)
    reply["samples"][0][name] = value

    with pytest.raises(ProtocolError):
        DRIVER.accept(DEVICE, REQUEST, json.dumps(reply).encode())


def test_hashes_in_small_letters_are_taken():
    reply = json.loads(REPLY)
    for entry in reply["samples"]:
        entry["hash"] = entry["hash"].lower()

    assert DRIVER.accept(DEVICE, REQUEST, json.dumps(reply).encode()).last_hash.isupper()


def test_base64_is_read_strictly():
    reply = json.loads(REPLY)
    reply["samples"][0]["image"] += "\n"

    with pytest.raises(ProtocolError, match="base64"):
        DRIVER.accept(DEVICE, REQUEST, json.dumps(reply).encode())


def test_samples_that_change_places_break_the_chain():
    reply = json.loads(REPLY)
    reply["samples"].reverse()

    with pytest.raises(ProtocolError, match="chain"):
        DRIVER.accept(DEVICE, REQUEST, json.dumps(reply).encode())


def test_the_picture_of_another_person_is_refused_where_the_first_hash_is_kept():
    reply = json.loads(REPLY)
    other = replace(REQUEST, subject="warga-8")
    foreign = json.loads(DRIVER.far_side.answer(DRIVER.prepare(DEVICE, other).body))["samples"][1]
    reply["samples"][1] |= {"image": foreign["image"], "sha256": foreign["sha256"]}

    with pytest.raises(ProtocolError):
        DRIVER.accept(DEVICE, REQUEST, json.dumps(reply).encode())


def accept_or_named_error(raw: bytes) -> None:
    """Either a named error, or the true pictures: an altered reply never brings in another picture."""
    try:
        result = DRIVER.accept(DEVICE, REQUEST, raw)
    except DeviceError:
        return
    assert [s.image_bytes for s in result.samples] == TRUE_PICTURES


@given(st.data())
def test_altered_bytes_give_a_named_error_or_the_true_pictures(data):
    start = data.draw(st.integers(0, len(REPLY)))
    stop = data.draw(st.integers(start, min(len(REPLY), start + 40)) | st.just(len(REPLY)))
    accept_or_named_error(REPLY[:start] + data.draw(st.binary(max_size=40)) + REPLY[stop:])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(json.loads(REPLY))) | st.integers(0, 1), st.data())
def test_altered_members_give_a_named_error_or_the_true_pictures(where, data):
    reply = json.loads(REPLY)
    target = reply["samples"][where] if isinstance(where, int) else reply
    name = data.draw(st.sampled_from(sorted(target))) if isinstance(where, int) else where
    target[name] = data.draw(VALUES)
    accept_or_named_error(json.dumps(reply).encode())


@given(VALUES)
def test_any_json_at_all_gives_a_named_error(value):
    with pytest.raises(DeviceError):
        DRIVER.accept(DEVICE, REQUEST, json.dumps(value).encode())


@given(st.integers(0, len(TRUE_PICTURES[0]) - 1), st.integers(1, 255))
def test_a_damaged_picture_with_right_hashes_gives_a_named_error_or_a_picture_of_the_right_form(at, flip):
    damaged = bytearray(TRUE_PICTURES[0])
    damaged[at] ^= flip

    try:
        result = DRIVER.accept(DEVICE, REQUEST, reply_with(bytes(damaged)))
    except DeviceError:
        return
    assert (result.samples[0].width, result.samples[0].height) == (640, 480)
