"""Units with an official each, and forms by which all of them report today."""

import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.smoke.people import Person, official, sign_in, until

from benchmarks.world import DATA
from saola.apis.identity.v1 import agencies_pb2 as agencies
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.indicators_pb2_grpc import IndicatorsServiceStub
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.client.site import Refusal, Site, request_id

ITEMS, AT_ONCE = 10, 6
UNKNOWN = {"NOT_FOUND", "PERMISSION_DENIED"}  # the warehouse has not yet heard of an agency


@dataclass(frozen=True)
class Unit:
    agency: str
    reporter: Person


@dataclass(frozen=True)
class Evening:
    """Who reports what on which day, and who decides about it."""

    site: Site
    admin: Person
    root: str
    approver: Person
    forms: Sequence[str]
    measures: Mapping[str, str]  # the indicator of each item, of the last form
    units: Sequence[Unit]
    today: str


def evening(count: int, forms: int = 1) -> Evening:
    """So many new units below the root; it takes a while: each official signs in."""
    site = Site.load(DATA / "site.json")
    admin = sign_in(site, "admin", (DATA / "secrets/account-admin").read_text().strip())
    root, names = _agencies(admin, count)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        reporters = list(pool.map(partial(official, admin, role="reporter"), names))
    made = [_form(admin) for _ in range(forms)]
    by = [form for form, _ in made]
    today = _oblige(admin, names, by)
    units = [Unit(name, who) for name, who in zip(names, reporters, strict=True)]
    approver, measures = official(admin, root, "approver"), made[-1][1]
    return Evening(site, admin, root, approver, by, measures, units, today)


def _agencies(admin: Person, count: int) -> tuple[str, list[str]]:
    run, names = secrets.token_hex(3).upper(), list[str]()
    with admin.asks("identity") as channel:
        stub = AgenciesServiceStub(channel)
        known = stub.ListAgencies(agencies.ListAgenciesRequest(page_size=1000)).agencies
        root: str = next(one for one in known if not one.parent).name
        for number in range(count):
            asked = agencies.Agency(
                code=f"S{run}{number}",
                display_name=f"Đơn vị {run} {number}",
                kind=agencies.Agency.KIND_DEPARTMENT,
                parent=root,
            )
            request = agencies.CreateAgencyRequest(agency=asked, request_id=request_id())
            names.append(stub.CreateAgency(request).name)
    return root, names


def _form(admin: Person) -> tuple[str, Mapping[str, str]]:
    run = secrets.token_hex(3).upper()
    with admin.asks("warehouse") as channel:
        measures = {
            f"{number}": _indicator(channel, f"S.{run}.{number}") for number in range(ITEMS)
        }
        asked = forms.Form(
            code=f"S{run}",
            title_vi=f"Báo cáo cuối ngày {run}",
            field="economy",
            period_type=forms.Form.PERIOD_TYPE_DAY,
            due_rule=forms.Form.DueRule(time="17:00"),
            items=[
                forms.Form.Item(
                    code=code,
                    label_vi=f"Chỉ tiêu {code}",
                    value_type=forms.Form.VALUE_TYPE_INTEGER,
                    required=True,
                    indicator=indicator,
                )
                for code, indicator in measures.items()
            ],
        )
        stub = FormsServiceStub(channel)
        draft = stub.CreateForm(forms.CreateFormRequest(form=asked, request_id=request_id()))
        request = forms.PublishFormRequest(
            name=draft.name, etag=draft.etag, request_id=request_id()
        )
        return stub.PublishForm(request).name, measures


def _indicator(channel: Any, code: str) -> str:  # a channel of this person
    asked = indicators.Indicator(
        code=code,
        title_vi=f"Chỉ tiêu {code}",
        field="economy",
        aggregation=indicators.Indicator.AGGREGATION_SUM,
    )
    request = indicators.CreateIndicatorRequest(indicator=asked, request_id=request_id())
    name: str = IndicatorsServiceStub(channel).CreateIndicator(request).name
    return name


def _oblige(admin: Person, names: Sequence[str], by: Sequence[str]) -> str:
    """From today on, which it gives, once the warehouse has heard of all of them."""
    with admin.asks("warehouse") as channel:
        stub = ObligationsServiceStub(channel)
        today: str = stub.GetBoard(obligations.GetBoardRequest()).date
        request = obligations.CreateObligationsRequest(
            agencies=names, forms=by, valid_from=today, request_id=request_id()
        )

        def made() -> bool:
            try:
                stub.CreateObligations(request)
            except Refusal as no:
                if no.reason not in UNKNOWN:
                    raise
                return False
            return True

        until(made)
    return today
