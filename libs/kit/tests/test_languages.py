"""A refusal is said in the language of whoever asks, and names every field that is wrong."""

import pickle

import pytest
from google.rpc.error_details_pb2 import ErrorInfo

from saola.kit import errors
from saola.kit.errors import DomainError, InvalidField, MissingField
from saola.kit.status import Refused, Violation, to_status
from saola.options.v1 import reasons_pb2
from saola.testing.plugin import World

from . import make
from .make import pb

KIT = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, DomainError) and kind is not DomainError
]


@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", "Thiếu trường note.text."), ("en", "The field note.text is missing.")],
)
async def test_a_missing_field_is_named_in_both_languages(
    world: World, language: str, said: str
) -> None:
    await make.run(world)
    with pytest.raises(Refused) as no:
        await make.reporter(world, language=language).WriteNote(make.writing(text=""))
    assert str(no.value) == said


async def test_all_that_is_missing_is_named_at_once(world: World) -> None:
    await make.run(world)
    asked = pb.WriteNoteRequest(note=pb.Note(), others=[pb.Note(text="x"), pb.Note(agency="y")])
    with pytest.raises(Refused) as no:
        await make.reporter(world, language="en").WriteNote(asked)
    assert no.value.reason == "MISSING_FIELD"
    assert [(one.field, one.reason) for one in no.value.violations] == [
        ("note.agency", "MISSING_FIELD"),
        ("note.text", "MISSING_FIELD"),
        ("others[0].agency", "MISSING_FIELD"),
        ("others[1].text", "MISSING_FIELD"),
    ]


def test_a_refusal_carries_several_of_different_reasons() -> None:
    flaw = DomainError.of([InvalidField(field="a"), MissingField(field="b")])
    info = reasons_of(flaw)
    assert info.violations == (
        Violation("a", "INVALID_FIELD", "Trường a không hợp lệ."),
        Violation("b", "MISSING_FIELD", "Thiếu trường b."),
    )


def test_a_refusal_comes_whole_from_a_worker_process() -> None:
    flaw = DomainError.of([InvalidField(field="a"), MissingField(field="b")])
    again = pickle.loads(pickle.dumps(flaw))  # noqa: S301  # our own
    assert reasons_of(again).violations == reasons_of(flaw).violations


def reasons_of(flaw: DomainError) -> Refused:
    status, info = to_status(flaw, "vi"), ErrorInfo()
    assert any(detail.Unpack(info) for detail in status.details)
    return Refused(status, info)


@pytest.mark.parametrize("kind", KIT, ids=lambda kind: kind.__name__)
def test_every_refusal_of_the_kit_is_in_the_proto_and_speaks_both_languages(
    kind: type[DomainError],
) -> None:
    names = ("name", "field", "value", "retry_after", "most", "file", "state")
    flaw = kind(**dict.fromkeys(names, "X"))
    assert f"REASON_{flaw.reason}" in reasons_pb2.Reason.keys()  # noqa: SIM118  # not a dict
    assert flaw.text("vi") != flaw.text("en")


async def test_a_refusal_of_nul_is_no_error_of_ours(world: World) -> None:
    await make.run(world)
    with pytest.raises(Refused) as no:
        await make.reporter(world).WriteNote(make.writing(text="a\0b"))
    assert no.value.reason == "MALFORMED_REQUEST"
