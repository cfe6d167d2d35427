"""Which structures are asked for, as SDMX writes it: kinds, names, and what comes along. Pure.

SDMX REST API v2.1 (SDMX 3.0), structure queries. All are of one agency, and of one version.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Self

from saola.kit.errors import InvalidField, NotFound

AGENCY, STRUCTURE, VERSION = "SAOLA", "OBSERVATIONS", "1.0.0"
KINDS: Final = ("codelist", "conceptscheme", "datastructure", "dataflow")
# To which kinds those of a kind refer.
REFERS: Final[Mapping[str, Collection[str]]] = {
    "dataflow": {"datastructure"},
    "datastructure": {"codelist", "conceptscheme"},
}
ANY: Final = {"*", "all"}
LATEST: Final = ANY | {"+", "~", "latest"}
# Which are told by their names only: those asked for, and those that come along.
DETAILS: Final = {
    "full": (False, False),
    "raw": (False, False),
    "referencepartial": (False, False),
    "allstubs": (True, True),
    "allcompletestubs": (True, True),
    "referencestubs": (False, True),
    "referencecompletestubs": (False, True),
}


@dataclass(frozen=True)
class Wanted:
    """Structures of `kinds` that are called so, any if none is named; and all of `related`."""

    kinds: Collection[str]
    ids: Collection[str]
    related: Collection[str] = frozenset()
    stubs: bool = False
    related_stubs: bool = False

    @classmethod
    def read(cls, kind: str, ids: str, references: str, detail: str) -> Self:
        if kind not in {*KINDS, "*"}:
            raise NotFound(name=kind)
        if detail not in DETAILS:
            raise InvalidField(field="detail")
        kinds = {*KINDS} if kind == "*" else {kind}
        named = frozenset[str]() if ids in ANY else frozenset(ids.split(","))
        return cls(kinds, named, _related(kinds, references), *DETAILS[detail])

    def is_asked(self, kind: str, id: str) -> bool:
        return kind in self.kinds and (not self.ids or id in self.ids)


def check_ours(agency: str, version: str, name: str) -> None:
    """Of another agency, and in another version, there is nothing."""
    agencies, versions = {*agency.split(",")}, {*version.split(",")}
    plain = {one.replace("+", "").replace("~", "") for one in versions}
    if not agencies & (ANY | {AGENCY}) or not (versions & LATEST or VERSION in plain):
        raise NotFound(name=f"{agency}:{name}({version})")


def _related(kinds: Collection[str], references: str) -> Collection[str]:
    above, below = _above(kinds), _below(kinds)
    higher = above | _above(above)
    whole = _below(higher | {*kinds})
    named = {
        "none": set[str](),
        "children": below,
        "descendants": below | _below(below),
        "parents": above,
        "parentsandsiblings": above | _below(above),
        "ancestors": higher,
        "all": higher | whole | _below(whole),
        **{kind: {kind} for kind in KINDS},
    }
    if references not in named:
        raise InvalidField(field="references")
    return named[references]


def _above(kinds: Collection[str]) -> set[str]:
    return {kind for kind, of in REFERS.items() if {*of} & {*kinds}}


def _below(kinds: Collection[str]) -> set[str]:
    return {one for kind in kinds for one in REFERS.get(kind, ())}
