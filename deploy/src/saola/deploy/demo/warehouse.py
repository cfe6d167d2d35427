"""The demo's dictionary, forms, obligations and plans; what is there already is left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1 import plans_pb2 as plans
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.indicators_pb2_grpc import IndicatorsServiceStub
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.client.site import request_id
from saola.deploy.demo.directory import Step, pages
from saola.deploy.demo.history import History
from saola.deploy.demo.province import PROVINCE, Form, Indicator, Province

TOP: Final = PROVINCE[0]
BASES: Final = {
    "plan": indicators.LightRule.BASIS_PLAN,
    "year": indicators.LightRule.BASIS_YEAR_BEFORE,
    "value": indicators.LightRule.BASIS_VALUE,
}
Since: TypeAlias = Callable[[Form], date]  # the first day of which a form tells


@dataclass
class Dictionary:
    """Enters indicators, forms and obligations over the steward's channel."""

    channel: Any
    step: Step

    def enter(self, province: Province, agencies: dict[str, str], since: Since) -> dict[str, str]:
        """Gives the resource name of each form by its code."""
        measures = self._indicators(province)
        known = self._forms(province, measures)
        self._obligations(province, agencies, known, since)
        return known

    def plan(
        self, province: Province, agencies: dict[str, str], history: History, years: list[int]
    ) -> None:
        """What the province's people's council has decided for each year; what people have planned
        since stays."""
        measures, stub = self._indicators(province), PlansServiceStub(self.channel)

        def ask(token: str) -> Any:
            return stub.ListPlans(
                plans.ListPlansRequest(agency=agencies[TOP], page_size=1000, page_token=token)
            )

        there = {(one.indicator, one.period) for one in pages(ask, "plans")}
        forms = {form.code: form for form in province.forms}
        wanted = [
            plans.Plan(
                indicator=measures[one.code],
                agency=agencies[TOP],
                period=f"{year}",
                value=history.plan(
                    one, [unit.code for unit in province.reporters(forms[one.form])], year
                ),
                source=f"Nghị quyết HĐND tỉnh về kế hoạch năm {year}",
            )
            for one in province.indicators
            if one.plan
            for year in years
            if (measures[one.code], f"{year}") not in there
        ]
        if wanted:
            stub.SetPlans(plans.SetPlansRequest(plans=wanted, request_id=request_id()))
        self.step("plans", len(wanted), len(wanted))

    def _indicators(self, province: Province) -> dict[str, str]:
        stub = IndicatorsServiceStub(self.channel)

        def ask(token: str) -> Any:
            return stub.ListIndicators(
                indicators.ListIndicatorsRequest(page_size=1000, page_token=token)
            )

        known = {one.code: one.name for one in pages(ask, "indicators")}
        for number, one in enumerate(province.indicators, 1):
            if one.code not in known:
                asked = _indicator(one, known)
                request = indicators.CreateIndicatorRequest(
                    indicator=asked, request_id=request_id()
                )
                known[one.code] = stub.CreateIndicator(request).name
            self.step("indicators", number, len(province.indicators))
        return known

    def _forms(self, province: Province, measures: dict[str, str]) -> dict[str, str]:
        stub = FormsServiceStub(self.channel)

        def ask(token: str) -> Any:
            return stub.ListForms(forms.ListFormsRequest(page_size=1000, page_token=token))

        there = {one.code: one for one in pages(ask, "forms")}
        for number, one in enumerate(province.forms, 1):
            form = there.get(one.code)
            if form is None:
                asked = _form(one, province.items(one), measures)
                form = stub.CreateForm(forms.CreateFormRequest(form=asked, request_id=request_id()))
            if form.state == forms.Form.STATE_DRAFT:
                stub.PublishForm(
                    forms.PublishFormRequest(
                        name=form.name, etag=form.etag, request_id=request_id()
                    )
                )
            there[one.code] = form
            self.step("forms", number, len(province.forms))
        return {code: form.name for code, form in there.items()}

    def _obligations(
        self, province: Province, agencies: dict[str, str], known: dict[str, str], since: Since
    ) -> None:
        stub = ObligationsServiceStub(self.channel)

        def ask(token: str) -> Any:
            return stub.ListObligations(
                obligations.ListObligationsRequest(page_size=1000, page_token=token)
            )

        there = {(one.agency, one.form) for one in pages(ask, "obligations")}
        wanted = [
            (agencies[unit.code], known[form.code], since(form))
            for form in province.forms
            for unit in province.reporters(form)
        ]
        for number, (agency, form, first) in enumerate(wanted, 1):
            if (agency, form) not in there:
                asked = obligations.Obligation(
                    agency=agency, form=form, valid_from=first.isoformat()
                )
                stub.CreateObligation(
                    obligations.CreateObligationRequest(obligation=asked, request_id=request_id())
                )
            self.step("obligations", number, len(wanted))


def _indicator(one: Indicator, known: dict[str, str]) -> indicators.Indicator:
    """`known` holds its parts, which stand before it."""
    made = indicators.Indicator(
        code=one.code,
        title_vi=one.title_vi,
        title_en=one.title_en,
        field=one.field,
        unit=one.unit,
        aggregation=indicators.Indicator.Aggregation.Value(
            f"AGGREGATION_{one.aggregation.upper()}"
        ),
        direction=indicators.Indicator.Direction.Value(f"DIRECTION_{one.direction.upper()}"),
        definition=one.definition,
        decimals=0 if one.type == "integer" else 1,
        factor=one.factor,
        numerator=known.get(one.numerator, ""),
        denominator=known.get(one.denominator, ""),
    )
    if one.light:
        basis, green, yellow = one.light.split(":")
        made.light.basis = BASES[basis]
        made.light.green, made.light.yellow = green, yellow
        made.light.pro_rata = basis == "plan" and one.aggregation == "sum"
    return made


def _form(one: Form, items: list[Indicator], measures: dict[str, str]) -> forms.Form:
    return forms.Form(
        code=one.code,
        title_vi=one.title_vi,
        title_en=one.title_en,
        field=one.field,
        period_type=forms.Form.PeriodType.Value(f"PERIOD_TYPE_{one.period.upper()}"),
        due_rule=forms.Form.DueRule(days=one.due_days, working_days=one.working_days, time="17:00"),
        items=[
            forms.Form.Item(
                code=item.code,
                label_vi=item.title_vi,
                label_en=item.title_en,
                value_type=forms.Form.ValueType.Value(f"VALUE_TYPE_{item.type.upper()}"),
                indicator=measures[item.code],
                unit=item.unit,
                required=True,
                minimum="0",
                decimals=1 if item.type == "decimal" else 0,
            )
            for item in items
        ],
    )
