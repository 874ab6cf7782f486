"""Positions, their labels, and requests that contradict themselves."""

import pytest

from devices.capture import (
    FINGERS,
    IRISES,
    LABELS,
    RECORDING_ORDER,
    CaptureRequest,
    Modality,
    Position,
    modality_of,
)
from devices.errors import BadRequest


def test_the_order_is_photo_signature_fingers_irises():
    modalities = [modality_of(p) for p in RECORDING_ORDER]

    assert modalities == ["face", "signature"] + ["finger"] * 10 + ["iris"] * 2
    assert set(Position) - set(RECORDING_ORDER) == {Position.EXCEPTION_PHOTO}


def test_fingers_stand_in_the_order_of_their_iso_codes():
    assert [FINGERS.index(p) + 1 for p in ("right_thumb", "right_little", "left_thumb", "left_little")] == [
        1,
        5,
        6,
        10,
    ]


def test_every_position_has_a_label_of_its_own():
    assert set(LABELS) == set(Position)
    assert len(set(LABELS.values())) == len(Position)
    assert LABELS[Position.RIGHT_THUMB] == "Ibu jari kanan"
    assert LABELS[Position.LEFT_IRIS] == "Iris kiri"


def test_labels_name_the_side_of_the_position():
    sides = {"right": "kanan", "left": "kiri"}

    for position in (*FINGERS, *IRISES):
        assert LABELS[position].endswith(sides[position.split("_")[0]])


def test_an_exception_photo_is_a_face_and_may_name_fingers_that_are_not_asked_for():
    request = ask(
        modality=Modality.FACE, positions=(Position.EXCEPTION_PHOTO,), exceptions=(Position.LEFT_THUMB,)
    )

    assert request.expected == (Position.EXCEPTION_PHOTO,)
    assert request.excused == ()


def test_exceptions_are_excused_and_the_rest_is_expected():
    request = ask(positions=FINGERS, exceptions=FINGERS[3:5])

    assert request.excused == FINGERS[3:5]
    assert request.expected == FINGERS[:3] + FINGERS[5:]


def test_the_subject_is_not_in_the_repr():
    assert "warga-7" not in repr(ask())


def ask(**changes: object) -> CaptureRequest:
    plain = {
        "ticket": "KTP-1",
        "subject": "warga-7",
        "modality": Modality.FINGER,
        "positions": FINGERS[:4],
    }
    return CaptureRequest(**plain | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"ticket": "KTP"},
        {"ticket": "K" * 51},
        {"ticket": "KTP/2026/1"},
        {"ticket": "KTP-1\n"},
        {"subject": ""},
        {"positions": ()},
        {"positions": FINGERS[:1] * 2},
        {"positions": (FINGERS[0], IRISES[0])},
        {"modality": Modality.IRIS},
        {"exceptions": FINGERS[4:5]},
        {"exceptions": IRISES[:1]},
        {"exceptions": FINGERS[:4]},
        {"min_score": -1},
        {"min_score": 101},
        {"timeout_s": 0.0},
        {"timeout_s": float("nan")},
        {"timeout_s": float("inf")},
        {"previous_hash": "ab"},
        {"previous_hash": "g" * 64},
    ],
    ids=str,
)
def test_a_request_that_contradicts_itself_cannot_be_made(changes):
    with pytest.raises(BadRequest):
        ask(**changes)


@pytest.mark.parametrize("changes", [{"ticket": "K" * 50}, {"min_score": 100}, {"previous_hash": "aF" * 32}])
def test_a_request_at_the_limits_can_be_made(changes):
    name, value = next(iter(changes.items()))

    assert getattr(ask(**changes), name) == value
