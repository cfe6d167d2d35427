"""The dictionary as SDMX structures in SDMX-JSON 2.0: `sdmx1` does not write it, and `pysdmx`, by
which it is tested, writes names in one language only."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from saola.services.warehouse.domain.series import DIMENSIONS, TIME
from saola.services.warehouse.domain.structures import AGENCY, STRUCTURE, VERSION
from saola.services.warehouse.formats.observations import ATTRIBUTES

# How those of a kind are called together, and their items; and what they are in the model.
COLLECTIONS: Final = {
    "codelist": ("codelists", "codes"),
    "conceptscheme": ("conceptSchemes", "concepts"),
    "datastructure": ("dataStructures", ""),
    "dataflow": ("dataflows", ""),
}
SCHEMA: Final = "https://json.sdmx.org/2.0.0/sdmx-json-structure-schema.json"
MODEL: Final = "urn:sdmx:org.sdmx.infomodel"
CONCEPT: Final = f"{MODEL}.conceptscheme.Concept={AGENCY}:CONCEPTS({VERSION})"
CODELIST: Final = f"{MODEL}.codelist.Codelist={AGENCY}"
DATA_STRUCTURE: Final = f"{MODEL}.datastructure.DataStructure={AGENCY}:{STRUCTURE}({VERSION})"


def structures_in_json(
    artefacts: Iterable[tuple[str, Any]], codelists: Mapping[str, str], prepared: datetime
) -> bytes:
    """A structure message. Artefacts are those of sdmx1, with the kind of each; `codelists` are
    called by the components that they are for."""
    data: dict[str, list[dict[str, Any]]] = {}
    for kind, one in artefacts:
        said = _named(one) | {"agencyID": AGENCY, "version": VERSION}
        name, items = COLLECTIONS[kind]
        if items and one.items:
            said[items] = [_named(item) for item in one.items.values()]
        elif kind == "dataflow" and one.structure:
            said["structure"] = DATA_STRUCTURE
        elif kind == "datastructure" and one.dimensions.components:
            said["dataStructureComponents"] = _components(codelists)
        data.setdefault(name, []).append(said)
    meta = {
        "schema": SCHEMA,
        "id": f"{prepared:%Y%m%d%H%M%S%f}",
        "test": False,
        "prepared": prepared.isoformat(),
        "sender": {"id": AGENCY, "name": "Saola"},
    }
    return orjson.dumps({"meta": meta, "data": data})


def _named(one: Any) -> dict[str, Any]:  # an artefact of sdmx1, which is not typed
    names = dict(one.name.localizations)
    return {"id": one.id, "name": names["vi"], "names": names}


def _components(codelists: Mapping[str, str]) -> dict[str, Any]:
    def said(name: str, **more: Any) -> dict[str, Any]:
        known: Any = {"format": {"dataType": "String"}}
        if name in codelists:
            known = {"enumeration": f"{CODELIST}:{codelists[name]}({VERSION})"}
        concept = {"id": name, "conceptIdentity": f"{CONCEPT}.{name}"}
        return concept | {"localRepresentation": known} | more

    time = {"format": {"dataType": "ObservationalTimePeriod"}}
    attributes = [
        said(
            name,
            usage="mandatory" if name == "OBS_STATUS" else "optional",
            attributeRelationship={"observation": {}},
        )
        for name in ATTRIBUTES
    ]
    dimensions = [said(name, position=at) for at, name in enumerate(DIMENSIONS)]
    return {
        "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            "timeDimension": said(TIME, localRepresentation=time),
        },
        "measureList": {"id": "MeasureDescriptor", "measures": [said("OBS_VALUE")]},
    }
