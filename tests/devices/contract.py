"""What every driver must keep. A backend's test file subclasses a suite and provides three fixtures:

`driver_under_test`  a driver with one device that is ready
`exchange`           a function that carries a WireRequest to that device and returns the bytes of its reply
`positions`          the positions of one capture; two or more for `SeveralPositionsContract`
"""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import islice

import pytest
from PIL import Image

from devices.capture import (
    RECORDING_ORDER,
    CaptureRequest,
    CaptureResult,
    DeviceInfo,
    Position,
    Status,
    WireRequest,
    modality_of,
)
from devices.chain import link
from devices.driver import Driver, Transport
from devices.errors import BadRequest, LowQuality, NoSample, ProtocolError
from devices.verify import MAX_REPLY_BYTES

Exchange = Callable[[WireRequest], bytes]

NOT_REPLIES = [b"", b"\xff\xfe", b"null", b"7", b"[1]", b'{"ticket":', b"[" * 100_000, b"9" * 5_000]


def ask(positions: tuple[Position, ...], **changes: object) -> CaptureRequest:
    """A request for these positions, with anything else changed by name."""
    plain = CaptureRequest("KTP-0001-a", "warga-7", modality_of(positions[0]), positions)
    return replace(plain, **changes)


def another(position: Position) -> Position:
    """A position that a device for `position` does not capture."""
    return next(p for p in RECORDING_ORDER if modality_of(p) is not modality_of(position))


class DriverContract:
    @pytest.fixture
    def device(self, driver_under_test: Driver) -> DeviceInfo:
        return driver_under_test.discover()[0]

    @pytest.fixture
    def request_(self, positions: tuple[Position, ...]) -> CaptureRequest:
        return ask(positions)

    @pytest.fixture
    def raw(self, driver_under_test: Driver, exchange: Exchange, device, request_) -> bytes:
        return exchange(driver_under_test.prepare(device, request_))

    @pytest.fixture
    def result(self, driver_under_test: Driver, device, request_, raw) -> CaptureResult:
        return driver_under_test.accept(device, request_, raw)

    def test_it_has_the_form_of_a_driver(self, driver_under_test):
        assert isinstance(driver_under_test, Driver)
        assert driver_under_test.name and driver_under_test.modalities
        assert driver_under_test.transports and driver_under_test.transports <= set(Transport)

    def test_discover_describes_a_ready_device(self, driver_under_test, device):
        assert device.driver == driver_under_test.name
        assert device.modality in driver_under_test.modalities
        assert device.simulated is driver_under_test.simulated
        assert device.id and device.serial
        assert device.status is Status.READY

    def test_status_is_about_the_same_device(self, driver_under_test, device):
        assert driver_under_test.status(device) == device

    def test_status_of_an_unknown_device_is_gone(self, driver_under_test, device):
        stranger = replace(device, id="tidak-ada")

        assert driver_under_test.status(stranger) == replace(stranger, status=Status.GONE)

    def test_prepare_is_pure(self, driver_under_test, device, request_):
        assert driver_under_test.prepare(device, request_) == driver_under_test.prepare(device, request_)

    def test_prepare_waits_longer_than_the_device_does(self, driver_under_test, device, request_):
        assert driver_under_test.prepare(device, request_).timeout_s > request_.timeout_s

    def test_prepare_sends_the_ticket_and_keeps_the_subject(self, driver_under_test, device, request_):
        wire = driver_under_test.prepare(device, request_)

        assert request_.ticket.encode() in wire.body
        assert request_.subject.encode() not in wire.body

    def test_prepare_and_accept_refuse_another_modality(self, driver_under_test, device, positions, raw):
        foreign = ask((another(positions[0]),))

        with pytest.raises(BadRequest):
            driver_under_test.prepare(device, foreign)
        with pytest.raises(BadRequest):
            driver_under_test.accept(device, foreign, raw)

    def test_prepare_refuses_the_device_of_another_driver(self, driver_under_test, device, request_):
        with pytest.raises(BadRequest):
            driver_under_test.prepare(replace(device, driver="lain"), request_)

    def test_accept_gives_each_position_once(self, result, positions):
        assert sorted(s.position for s in result.samples) == sorted(positions)
        assert result.missing == ()

    def test_accept_describes_each_picture_truly(self, result, device):
        for sample in result.samples:
            picture = Image.open(BytesIO(sample.image_bytes))
            assert (sample.width, sample.height) == picture.size
            assert sample.mime == Image.MIME[picture.format]
            assert 0 <= sample.quality.score <= 100
            assert sample.quality.algorithm and sample.quality.version
            assert sample.captured_at.utcoffset() is not None
            assert sample.device == device

    def test_accept_chains_the_samples(self, result):
        last = ""
        for sample in result.samples:
            last = link(last, sample.raw)

        assert result.last_hash == last

    def test_accept_is_pure(self, driver_under_test, device, request_, raw, result):
        assert driver_under_test.accept(device, request_, raw) == result

    def test_a_capture_follows_the_one_before(self, driver_under_test, exchange, device, request_, result):
        following = replace(request_, ticket="KTP-0001-b", previous_hash=result.last_hash)

        reply = exchange(driver_under_test.prepare(device, following))

        last = driver_under_test.accept(device, following, reply).last_hash
        assert last != result.last_hash

    def test_accept_takes_the_previous_hash_in_small_letters(
        self, driver_under_test, exchange, device, request_, result
    ):
        following = replace(request_, previous_hash=result.last_hash.lower())

        reply = exchange(driver_under_test.prepare(device, following))

        assert len(driver_under_test.accept(device, following, reply).last_hash) == 64

    def test_accept_refuses_a_reply_from_another_place_in_the_chain(
        self, driver_under_test, device, request_, raw, result
    ):
        following = replace(request_, previous_hash=result.last_hash)

        with pytest.raises(ProtocolError):
            driver_under_test.accept(device, following, raw)

    def test_accept_refuses_the_reply_to_another_ticket(self, driver_under_test, device, request_, raw):
        with pytest.raises(ProtocolError):
            driver_under_test.accept(device, replace(request_, ticket="KTP-0002-a"), raw)

    def test_accept_refuses_the_reply_of_another_device(self, driver_under_test, device, request_, raw):
        with pytest.raises(ProtocolError):
            driver_under_test.accept(replace(device, id="lain", serial="lain"), request_, raw)

    @pytest.mark.parametrize("junk", NOT_REPLIES, ids=lambda junk: repr(junk[:10]))
    def test_accept_refuses_what_is_no_reply(self, driver_under_test, device, request_, junk):
        with pytest.raises(ProtocolError):
            driver_under_test.accept(device, request_, junk)

    def test_accept_refuses_half_a_reply(self, driver_under_test, device, request_, raw):
        with pytest.raises(ProtocolError):
            driver_under_test.accept(device, request_, raw[: len(raw) // 2])

    def test_accept_refuses_a_reply_beyond_the_size_limit(self, driver_under_test, device, request_, raw):
        padded = raw + b" " * MAX_REPLY_BYTES

        with pytest.raises(ProtocolError):
            driver_under_test.accept(device, request_, padded)

    def test_accept_keeps_the_result_of_a_low_score(self, driver_under_test, device, request_, raw, result):
        lowest = min(s.quality.score for s in result.samples)

        with pytest.raises(LowQuality) as low:
            driver_under_test.accept(device, replace(request_, min_score=lowest + 1), raw)

        assert low.value.result == result
        assert low.value.samples == result.samples

    def test_accept_takes_a_score_that_just_reaches_the_limit(
        self, driver_under_test, device, request_, raw, result
    ):
        lowest = min(s.quality.score for s in result.samples)

        assert driver_under_test.accept(device, replace(request_, min_score=lowest), raw) == result

    def test_no_picture_is_in_the_repr_of_a_result(self, result, raw):
        assert len(repr(result)) < 1_000 * len(result.samples)
        assert "image_bytes" not in repr(result)

    def test_a_session_captures_and_takes_the_time(self, driver_under_test, device, request_):
        with driver_under_test.open(device) as session:
            result = session.capture(request_)

        assert sorted(s.position for s in result.samples) == sorted(request_.positions)
        assert result.duration_s > 0

    def test_a_session_previews_in_jpeg_until_cancelled(self, driver_under_test, device):
        with driver_under_test.open(device) as session:
            frames = session.preview()
            first, second = islice(frames, 2)
            session.cancel()

            assert first.startswith(b"\xff\xd8") and second.startswith(b"\xff\xd8")
            assert next(frames, None) is None

    def test_a_capture_ends_the_preview(self, driver_under_test, device, request_):
        with driver_under_test.open(device) as session:
            frames = session.preview()
            next(frames)

            assert session.capture(request_).samples
            assert next(frames, None) is None

    def test_cancelling_nothing_does_not_spoil_the_next_capture(self, driver_under_test, device, request_):
        with driver_under_test.open(device) as session:
            session.cancel()

            assert session.capture(request_).samples

    def test_a_session_closes_twice_and_works_no_more(self, driver_under_test, device, request_):
        with driver_under_test.open(device) as session:
            session.close()
            session.close()
            session.cancel()
        with pytest.raises(BadRequest):
            session.capture(request_)
        with pytest.raises(BadRequest):
            session.preview()

    def test_a_device_can_be_opened_again_after_an_error_inside(self, driver_under_test, device, request_):
        with pytest.raises(ZeroDivisionError), driver_under_test.open(device):
            raise ZeroDivisionError

        with driver_under_test.open(device) as session:
            assert session.capture(request_).samples


class SeveralPositionsContract(DriverContract):
    def test_an_exception_is_left_out_and_reported(self, driver_under_test, exchange, device, positions):
        request = ask(positions, exceptions=positions[:1])

        result = driver_under_test.accept(
            device, request, exchange(driver_under_test.prepare(device, request))
        )

        assert sorted(s.position for s in result.samples) == sorted(positions[1:])
        assert result.missing == positions[:1]

    def test_a_position_that_is_absent_without_being_excused_is_named(
        self, driver_under_test, exchange, device, positions
    ):
        fewer = exchange(driver_under_test.prepare(device, ask(positions, exceptions=positions[-1:])))

        with pytest.raises(NoSample) as absent:
            driver_under_test.accept(device, ask(positions), fewer)

        assert absent.value.positions == positions[-1:]

    def test_a_position_that_was_excused_must_not_come(self, driver_under_test, device, positions, raw):
        with pytest.raises(ProtocolError):
            driver_under_test.accept(device, ask(positions, exceptions=positions[:1]), raw)

    def test_a_position_that_was_not_asked_for_must_not_come(self, driver_under_test, device, positions, raw):
        with pytest.raises(ProtocolError):
            driver_under_test.accept(device, ask(positions[1:]), raw)
