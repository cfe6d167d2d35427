"""A province as its leader sees it: nine fields with plans and lights, two years, and communes."""

from dataclasses import dataclass
from uuid import UUID

from services.identity.tests import make as identity
from services.portal.tests.browser.province import Province, province
from services.warehouse.tests import make

from saola.apis.identity.v1.agencies_pb2 import CreateAgencyRequest
from saola.apis.identity.v1.areas_pb2 import Area, CreateAreaRequest
from saola.apis.identity.v1.areas_pb2_grpc import AreasServiceStub
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1 import plans_pb2 as plans
from saola.apis.warehouse.v1.obligations_pb2 import CreateObligationRequest, Obligation
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.deploy.demo.province import Province as Demo
from saola.periods.periods import Period, before
from saola.testing.plugin import World

Indicator, Rule = indicators.Indicator, indicators.LightRule
BY_PLAN = Rule(basis=Rule.BASIS_PLAN, green="98", yellow="90", pro_rata=True)
BY_YEAR = Rule(basis=Rule.BASIS_YEAR_BEFORE, green="0", yellow="-5")
REVENUE = "NS.THU"
# Code, field, title, unit, plan of the year, rule, first value and what a month adds to it.
FIGURES = (
    ("KT.BANLE", "economy", "Tổng mức bán lẻ hàng hóa", "tỷ đồng", "50000", BY_PLAN, 4100, 12),
    ("NS.DTC", "budget", "Giải ngân vốn đầu tư công", "tỷ đồng", "5400", BY_PLAN, 250, 6),
    ("HCC.HS", "procedures", "Hồ sơ giải quyết đúng hạn", "hồ sơ", "", BY_YEAR, 31000, 410),
    ("PA.XL", "feedback", "Phản ánh đã xử lý", "phản ánh", "", BY_YEAR, 940, -9),
    ("VB.KS", "documents", "Văn bản điện tử được ký số", "văn bản", "150000", BY_PLAN, 9100, 130),
    ("GD.PC", "education", "Học sinh chuyên cần", "em", "", BY_YEAR, 310400, 620),
    ("YT.SXH", "health", "Ca sốt xuất huyết", "ca", "", None, 48, 1),
    ("DL.KHACH", "tourism", "Khách du lịch", "lượt", "5200000", BY_PLAN, 330000, 6100),
)  # fmt: skip


@dataclass(frozen=True)
class Leading:
    """`agencies`: of the communes, in the order of their areas."""

    site: Province
    areas: list[str]
    agencies: list[UUID]


async def leading(world: World, communes: int = 8, months: int = 14) -> Leading:
    site = await province(world)
    lines = []
    for code, field, title, unit, plan, rule, *_ in FIGURES:
        lines.append(await _line(world, code, field, title, unit, rule=rule))
        if plan:
            await _plan(world, site.top, lines[-1].indicator, site.unit, plan)
    lines.append(
        await _line(world, "AN.CAM", "security", "Camera trực tuyến", "camera", rule=BY_YEAR)
    )
    form = await make.published(world, _monthly("KT-01", "Báo cáo tháng của tỉnh", *lines))
    await _oblige(world, site.top, form, site.unit)
    last = list(before(Period.read("2026-10"), months))
    for at, period in enumerate(last):
        wave = (at * 7 + 3) % 5
        values = {
            code: str(first + at * more + wave * first // 60) for code, *_, first, more in FIGURES
        }
        await make.sent(world, form, values, str(period), site.unit)
    found = await _communes(world, site, communes)
    await world.settle()
    return found


async def _communes(world: World, site: Province, count: int) -> Leading:
    areas = world.person("mai", "administrator", of=site.top).asks(AreasServiceStub)
    root = await areas.CreateArea(
        CreateAreaRequest(area=Area(code="14", display_name="Tỉnh Sơn La", valid_from="2020-01-01"))
    )
    line = await _line(
        world, REVENUE, "budget", "Thu ngân sách trên địa bàn", "tỷ đồng", rule=BY_PLAN
    )
    form = await make.published(world, _monthly("NS-01", "Báo cáo tháng của xã", line))
    directory, found = identity.directory(world), Leading(site, [], [])
    for at, one in enumerate(Demo.load().communes[:count]):
        area = Area(
            code=one.code,
            display_name=one.name,
            parent=root.name,
            latitude=one.latitude,
            longitude=one.longitude,
            square_kilometres=one.square_kilometres,
            valid_from="2020-01-01",
        )
        made = await areas.CreateArea(CreateAreaRequest(area=area))
        asked = identity.agency(f"XA{one.code}", f"agencies/{site.top}", one.unit.name)
        asked.area = made.name
        agency = identity.id_in(
            (await directory.CreateAgency(CreateAgencyRequest(agency=asked))).name
        )
        await world.settle()
        found.areas.append(made.name)
        found.agencies.append(agency)
        await _oblige(world, site.top, form, agency)
        await _plan(world, site.top, line.indicator, agency, str(120 + at * 10))
        if at % 8 != 5:  # one in eight has not reported
            for period, more in (("2025-10", 0), ("2026-09", 20), ("2026-10", 60 + (at * 37) % 50)):
                await make.sent(world, form, {REVENUE: str(30 + at * 6 + more)}, period, agency)
    return found


async def _line(world: World, code: str, *about: str, rule: Rule | None) -> make.Item:
    field, title, unit = about
    asked = Indicator(
        code=code,
        title_vi=title,
        title_en=f"Indicator {code}",
        field=field,
        unit=unit,
        aggregation=Indicator.AGGREGATION_SUM,
        direction=Indicator.DIRECTION_UP,
        light=rule,
    )
    stub = make.indicators_of(make.steward(world))
    made = await stub.CreateIndicator(indicators.CreateIndicatorRequest(indicator=asked))
    return make.Item(
        code=code,
        label_vi=title,
        unit=unit,
        value_type=make.forms.Form.VALUE_TYPE_DECIMAL,
        decimals=1,
        indicator=made.name,
    )


def _monthly(code: str, title: str, *lines: make.Item) -> make.forms.Form:
    form = make.draft(*lines, code=code, monthly=True)
    form.title_vi, form.title_en = title, f"Monthly report {code}"
    return form


async def _plan(world: World, top: UUID, indicator: str, agency: UUID, value: str) -> None:
    plan = plans.Plan(
        indicator=indicator,
        agency=make.agency(agency),
        period="2026",
        value=value,
        source="Nghị quyết số 25/NQ-HĐND",
    )
    stub = world.person("steward", "steward", of=top).asks(PlansServiceStub)
    await stub.SetPlans(plans.SetPlansRequest(plans=[plan]))


async def _oblige(world: World, top: UUID, form: str, agency: UUID) -> None:
    owed = Obligation(agency=make.agency(agency), form=form, valid_from="2024-01-01")
    stub = make.obligations_of(world.person("steward", "steward", of=top))
    await stub.CreateObligation(CreateObligationRequest(obligation=owed))
