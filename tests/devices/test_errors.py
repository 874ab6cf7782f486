"""The tree of device errors: what the operator reads, what the log keeps."""

import pickle

import pytest

from devices import errors
from devices.capture import CaptureResult, Position
from devices.errors import DeviceError, LowQuality, NoSample

RETRYABLE = {
    "DeviceError": True,
    "DeviceGone": True,
    "DeviceBusy": True,
    "DeviceNotReady": True,
    "DeviceNotTrusted": False,
    "CaptureTimeout": True,
    "CaptureCancelled": True,
    "NoSample": True,
    "LowQuality": True,
    "BadRequest": False,
    "ProtocolError": True,
}
CLASSES = [getattr(errors, name) for name in RETRYABLE]


def test_the_tree_holds_these_classes_and_no_other():
    named = {v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, Exception)}

    assert named == set(CLASSES)
    assert all(issubclass(c, DeviceError) for c in CLASSES)


@pytest.mark.parametrize("error", CLASSES)
def test_each_error_says_what_happened_and_what_to_do(error):
    assert error.retryable is RETRYABLE[error.__name__]
    assert error.sentence.endswith(".") and error.hint.endswith(".")


def test_no_two_errors_say_the_same():
    assert len({c.sentence for c in CLASSES}) == len(CLASSES)


def test_the_text_of_a_device_is_for_the_log_and_not_in_the_sentence():
    error = DeviceError("<b>sensor</b> fault", code="999")

    assert str(error) == "[999] <b>sensor</b> fault"
    assert "sensor" not in error.sentence + error.hint


def test_an_error_without_detail_has_an_empty_text():
    assert str(DeviceError()) == ""
    assert str(DeviceError(code="111")) == "[111]"


def test_an_error_comes_whole_out_of_another_process():
    result = CaptureResult((), (), "")

    low = pickle.loads(pickle.dumps(LowQuality(result, "below 40", code="44")))
    absent = pickle.loads(pickle.dumps(NoSample(positions=(Position.LEFT_THUMB,))))

    assert (low.result, low.detail, low.code) == (result, "below 40", "44")
    assert absent.positions == (Position.LEFT_THUMB,)
