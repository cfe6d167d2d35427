"""The dictionary as SDMX structures: codelists, concepts, one data structure, and dataflows.

Written by `sdmx1` as SDMX-ML 2.1, which every SDMX client reads, or as SDMX-JSON. It is imported
where it is used, in a worker process: it is large.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Final

from saola.services.warehouse.domain.series import DIMENSIONS, FREQUENCIES, TIME, identifier
from saola.services.warehouse.domain.structures import AGENCY, STRUCTURE, VERSION, Wanted
from saola.services.warehouse.formats.observations import ATTRIBUTES, OBS_STATUS
from saola.services.warehouse.formats.structures import structures_in_json

CODELISTS: Final = {
    "FREQ": ("CL_FREQ", "Tần suất", "Frequency"),
    "REPORTER": ("CL_REPORTER", "Đơn vị báo cáo", "Reporting agency"),
    "INDICATOR": ("CL_INDICATOR", "Chỉ tiêu", "Indicator"),
    "FORM": ("CL_FORM", "Biểu", "Form"),
    "REF_AREA": ("CL_AREA", "Địa bàn", "Reference area"),
    "OBS_STATUS": ("CL_OBS_STATUS", "Tình trạng số liệu", "Observation status"),
    "STATEMENT": ("CL_STATEMENT", "Điều được báo cáo", "Kind of statement"),
}
CONCEPTS: Final = {
    **{name: titles[1:] for name, titles in CODELISTS.items()},
    TIME: ("Kỳ", "Time period"),
    "OBS_VALUE": ("Giá trị", "Observation value"),
    "ITEM": ("Dòng của biểu", "Item of the form"),
    "UNIT_MEASURE": ("Đơn vị tính", "Unit of measure"),
    "COMMENT": ("Ghi chú", "Comment"),
    "LAST_UPDATE": ("Thời điểm ghi nhận", "Recorded at"),
}
STATUS_WORDS: Final = {
    "A": ("Bình thường", "Normal value"),
    "M": ("Chưa có", "Missing value"),
    "E": ("Ước tính", "Estimated value"),
    "P": ("Sơ bộ", "Provisional value"),
}


@dataclass(frozen=True)
class Code:
    """A code with its names, as the warehouse writes it."""

    code: str
    vi: str
    en: str = ""


@dataclass(frozen=True)
class Dictionary:
    """All that structures speak of. `fields` are those of the indicators."""

    fields: Sequence[str]
    reporters: Sequence[Code]
    indicators: Sequence[Code]
    forms: Sequence[Code]
    areas: Sequence[Code]


def structures(
    dictionary: Dictionary, wanted: Wanted, prepared: datetime, *, in_json: bool
) -> bytes:
    """A structure message in SDMX-ML 2.1 or SDMX-JSON 2.0; empty bytes where there is none of that
    name."""
    model, message = import_module("sdmx.model.v21"), import_module("sdmx.message")
    maker = _Maker(model)
    all = list(maker.all(dictionary))
    asked = [(kind, one) for kind, one in all if wanted.is_asked(kind, one.id)]
    if not asked:
        return b""
    more = [pair for pair in all if pair not in asked and pair[0] in wanted.related]
    chosen = [(kind, _stub(one) if wanted.stubs else one) for kind, one in asked]
    chosen += [(kind, _stub(one) if wanted.related_stubs else one) for kind, one in more]
    if in_json:
        names = {name: id for name, (id, *_) in CODELISTS.items()}
        return structures_in_json(chosen, names, prepared)
    sender = model.Agency(id=AGENCY, name={"vi": "Saola", "en": "Saola"})
    header = message.Header(
        id=f"{prepared:%Y%m%d%H%M%S}", test=False, prepared=prepared, sender=sender
    )
    whole = message.StructureMessage(header=header)
    for _, one in chosen:
        whole.add(one)
    written: bytes = import_module("sdmx").to_xml(whole, xml_declaration=True, encoding="utf-8")
    return written


def _stub(one: Any) -> Any:  # a maintainable artefact of sdmx1
    return type(one)(id=one.id, name=one.name, version=one.version, maintainer=one.maintainer)


class _Maker:
    """Makes artefacts of the model `v21` of sdmx1, which is not typed."""

    def __init__(self, v21: Any) -> None:
        self._model = v21
        self._said = {
            "version": VERSION,
            "maintainer": v21.Agency(id=AGENCY),
            "is_final": False,
            "is_external_reference": False,
        }

    def all(self, dictionary: Dictionary) -> Iterator[tuple[str, Any]]:
        codes = {
            "FREQ": [Code(written, type.vi, type.en) for type, written in FREQUENCIES.items()],
            "REPORTER": dictionary.reporters,
            "INDICATOR": dictionary.indicators,
            "FORM": dictionary.forms,
            "REF_AREA": dictionary.areas,
            "OBS_STATUS": [Code(one, *STATUS_WORDS[one]) for one in dict.fromkeys(_statuses())],
            "STATEMENT": [Code(one.upper(), one.vi, one) for one in OBS_STATUS],
        }
        lists = {name: self._codelist(name, of) for name, of in codes.items()}
        concepts = self._scheme("ConceptScheme", "CONCEPTS", ("Khái niệm", "Concepts"))
        for name, titles in CONCEPTS.items():
            concepts.append(self._model.Concept(id=name, name=_names(*titles)))
        structure = self._structure(concepts, lists)
        yield from (("codelist", one) for one in lists.values())
        yield "conceptscheme", concepts
        yield "datastructure", structure
        flows = {"ALL": ("Mọi lĩnh vực", "All fields")}
        flows |= {one.upper(): (f"Lĩnh vực {one}", f"Field {one}") for one in dictionary.fields}
        for id, titles in flows.items():
            flow = self._scheme("DataflowDefinition", id, titles)
            flow.structure = structure
            yield "dataflow", flow

    def _scheme(self, kind: str, id: str, titles: tuple[str, str]) -> Any:
        made = getattr(self._model, kind)
        return made(id=id, name=_names(*titles), **self._said)

    def _codelist(self, name: str, codes: Sequence[Code]) -> Any:
        id, *titles = CODELISTS[name]
        made = self._scheme("Codelist", id, (titles[0], titles[1]))
        for one in codes:
            if (written := identifier(one.code)) not in made.items:
                made.append(self._model.Code(id=written, name=_names(one.vi, one.en)))
        return made

    def _structure(self, concepts: Any, lists: Mapping[str, Any]) -> Any:
        model = self._model
        made = self._scheme("DataStructureDefinition", STRUCTURE, ("Quan sát", "Observations"))

        def said(name: str) -> dict[str, Any]:
            known = {"id": name, "concept_identity": concepts[name]}
            if name in lists:
                known["local_representation"] = model.Representation(enumerated=lists[name])
            return known

        for order, name in enumerate(DIMENSIONS, 1):
            made.dimensions.append(model.Dimension(order=order, **said(name)))
        made.dimensions.append(model.TimeDimension(order=len(DIMENSIONS) + 1, **said(TIME)))
        made.measures.append(model.PrimaryMeasure(**said("OBS_VALUE")))
        for name in ATTRIBUTES:
            usage = model.UsageStatus["mandatory" if name == "OBS_STATUS" else "conditional"]
            to = model.PrimaryMeasureRelationship()
            made.attributes.append(
                model.DataAttribute(related_to=to, usage_status=usage, **said(name))
            )
        return made


def _names(vi: str, en: str = "") -> dict[str, str]:
    return {"vi": vi, "en": en} if en else {"vi": vi}


def _statuses() -> list[str]:
    return list(OBS_STATUS.values())
