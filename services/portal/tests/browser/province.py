"""A province whose officials use the portal: many units, a form of every kind of line."""

import csv
from dataclasses import dataclass
from importlib.resources import files
from uuid import UUID

from services.identity.tests import make as identity
from services.portal.tests import realm
from services.warehouse.tests import make

from saola.apis.identity.v1.agencies_pb2 import CreateAgencyRequest
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.obligations_pb2 import CreateObligationRequest, Obligation
from saola.edges.portal.edge import Edge
from saola.kit.broker import STREAM
from saola.testing.plugin import World

Form, Item = forms.Form, forms.Form.Item
LINES = (
    Item(code="visits", label_vi="Lượt khám bệnh", label_en="Outpatient visits", unit="lượt",
         value_type=Form.VALUE_TYPE_INTEGER, required=True, minimum="0"),
    Item(code="beds", label_vi="Công suất giường bệnh", label_en="Bed occupancy", unit="%",
         value_type=Form.VALUE_TYPE_DECIMAL, decimals=1, minimum="0", maximum="150"),
    Item(code="dengue", label_vi="Sốt xuất huyết: ca mới", label_en="Dengue: new cases",
         unit="ca", value_type=Form.VALUE_TYPE_INTEGER, required=True, minimum="0"),
    Item(code="alert", label_vi="Mức cảnh báo", label_en="Alert level",
         value_type=Form.VALUE_TYPE_CHOICE, choices=["Xanh", "Vàng", "Đỏ"]),
    Item(code="duty", label_vi="Trực đủ", label_en="Fully staffed",
         value_type=Form.VALUE_TYPE_BOOLEAN),
    Item(code="checked", label_vi="Ngày kiểm tra gần nhất", label_en="Last inspection",
         value_type=Form.VALUE_TYPE_DATE),
    Item(code="remark", label_vi="Nhận xét", label_en="Remark", value_type=Form.VALUE_TYPE_TEXT),
)  # fmt: skip


@dataclass(frozen=True)
class Province:
    """`form`: by which every unit reports each day. `unit`: the one of the reporter.

    `top`: the one above all.
    """

    world: World
    address: str
    form: str
    units: list[UUID]
    unit: UUID
    top: UUID

    @property
    def entry(self) -> str:
        form = self.form.removeprefix("forms/")
        return f"{self.address}/reports/{self.unit}/{form}/{make.TODAY}"

    async def enter(self, unit: UUID, **values: str) -> pb.Submission:
        request = make.beginning(self.form, values, of=unit)
        return await make.reporter(self.world, unit).CreateSubmission(request)

    async def send(self, begun: pb.Submission) -> pb.Submission:
        unit = UUID(begun.agency.removeprefix("agencies/"))
        return await make.reporter(self.world, unit).SubmitSubmission(make.submitting(begun))

    async def submit(self, unit: UUID) -> pb.Submission:
        return await self.send(await self.enter(unit, visits="3182", dengue="6", beds="92.4"))

    async def news(self) -> str:
        """The place of the portal, once it has heard of all that has happened."""
        await self.world.settle()
        service = self.world.running["portal"].service
        stream = await service.broker.stream()
        last = (await stream.stream_info(STREAM)).state.last_seq
        hub = Edge.of(service).hub
        await self.world.until(lambda: hub.last >= last)
        return hub.place


async def province(world: World, units: int = 8) -> Province:
    """A core and a portal; `lan` reports, approves and reads in one unit, `chair` reads all."""
    world.now = make.NOON
    await world.run(identity.app, make.app)
    table = (files("saola.deploy") / "demo/units.csv").read_text(encoding="utf-8").splitlines()
    titles = [row["name"] for row in csv.DictReader(table)][:units]
    agencies = identity.directory(world)
    founding = CreateAgencyRequest(agency=identity.agency("T", title="UBND tỉnh"))
    root = await agencies.CreateAgency(founding)
    ids = []
    for at, title in enumerate(titles):
        request = CreateAgencyRequest(agency=identity.agency(f"U{at}", root.name, title))
        ids.append(identity.id_in((await agencies.CreateAgency(request)).name))
    await world.settle()
    top = identity.id_in(root.name)
    lines = [Item.FromString(line.SerializeToString()) for line in LINES]
    lines[0].indicator = await make.indicator(world, "HEALTH.VISITS")
    form = await make.form(world, *lines)
    for id in ids:
        owed = Obligation(agency=make.agency(id), form=form, valid_from="2026-01-01")
        stub = make.obligations_of(world.person("steward", "steward", of=top))
        await stub.CreateObligation(CreateObligationRequest(obligation=owed))
    people = world.site.issuer.realm.people
    people["lan"] = {
        "name": "Lò Thị Lan",
        "roles": ["reporter", "approver", "leader"],
        "positions": [f"{ids[0]}|official"],
    }
    people["chair"] = {
        "name": "Nguyễn Thị Chung",
        "roles": ["approver", "leader"],
        "positions": [f"{top}|chairman"],
    }
    address = await realm.portal(world)
    await world.settle()
    return Province(world, address, form, ids, ids[0], top)


async def stewarded(world: World, units: int) -> Province:
    """A province with a steward, `thu`."""
    found = await province(world, units)
    world.site.issuer.realm.people["thu"] = {
        "name": "Vàng A Thu",
        "roles": ["steward"],
        "positions": [f"{found.top}|official"],
    }
    return found
