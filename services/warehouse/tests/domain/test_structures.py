"""Which structures of SDMX are asked for, and what comes along."""

from collections.abc import Collection

import pytest

from saola.kit.errors import DomainError, InvalidField, NotFound
from saola.services.warehouse.domain.structures import KINDS, Wanted, check_ours

LISTS = {"codelist", "conceptscheme"}


@pytest.mark.parametrize(
    ("kind", "references", "related"),
    [
        ("dataflow", "none", set()),
        ("dataflow", "children", {"datastructure"}),
        ("dataflow", "descendants", {"datastructure", *LISTS}),
        ("dataflow", "parents", set()),
        ("dataflow", "all", {"datastructure", *LISTS}),
        ("dataflow", "codelist", {"codelist"}),
        ("datastructure", "parents", {"dataflow"}),
        ("datastructure", "children", LISTS),
        ("datastructure", "all", {"dataflow", "datastructure", *LISTS}),
        ("codelist", "parents", {"datastructure"}),
        ("codelist", "parentsandsiblings", {"datastructure", *LISTS}),
        ("codelist", "ancestors", {"datastructure", "dataflow"}),
        ("codelist", "descendants", set()),
        ("codelist", "all", {*KINDS}),
    ],
)
def test_what_is_related_comes_along(kind: str, references: str, related: Collection[str]) -> None:
    assert Wanted.read(kind, "*", references, "full").related == related


def test_several_are_asked_for_by_name_and_any_by_a_star() -> None:
    two = Wanted.read("codelist", "CL_FREQ,CL_AREA", "none", "full")
    assert two.is_asked("codelist", "CL_AREA")
    assert not two.is_asked("codelist", "CL_FORM")
    assert not two.is_asked("dataflow", "CL_AREA")
    assert Wanted.read("*", "*", "none", "full").is_asked("dataflow", "ALL")


@pytest.mark.parametrize(
    ("detail", "stubs"),
    [("full", (False, False)), ("allstubs", (True, True)), ("referencestubs", (False, True))],
)
def test_stubs_are_of_all_or_of_what_comes_along(detail: str, stubs: tuple[bool, bool]) -> None:
    wanted = Wanted.read("dataflow", "*", "all", detail)
    assert (wanted.stubs, wanted.related_stubs) == stubs


@pytest.mark.parametrize(
    ("kind", "references", "detail", "refusal"),
    [
        ("categoryscheme", "none", "full", NotFound),
        ("dataflow", "cousins", "full", InvalidField),
        ("dataflow", "none", "some", InvalidField),
    ],
)
def test_what_is_unknown_is_refused(
    kind: str, references: str, detail: str, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        Wanted.read(kind, "*", references, detail)


@pytest.mark.parametrize(
    "version", ["1.0.0", "*", "all", "latest", "~", "+", "1.0.0+", "2.0,1.0.0"]
)
def test_ours_is_there_by_any_of_its_names(version: str) -> None:
    check_ours("SAOLA", version, "ALL")
    check_ours("ESTAT,SAOLA", version, "ALL")


@pytest.mark.parametrize(("agency", "version"), [("ESTAT", "1.0.0"), ("SAOLA", "2.0.0")])
def test_of_others_there_is_nothing(agency: str, version: str) -> None:
    with pytest.raises(NotFound):
        check_ours(agency, version, "ALL")
