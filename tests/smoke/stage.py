"""What a story needs before it begins: an agency, forms and obligations, all with new codes."""

import secrets
from dataclasses import dataclass
from typing import Any

from saola.apis.identity.v1 import agencies_pb2 as agencies
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.indicators_pb2_grpc import IndicatorsServiceStub
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.client.site import Refusal, request_id
from tests.smoke.invent import Invented, invent
from tests.smoke.people import Person, official, until


@dataclass(frozen=True)
class Duty:
    """A published form that the agency must report by, and values that fit it."""

    form: forms.Form
    invented: Invented


@dataclass(frozen=True)
class Stage:
    """A new agency with a reporter and an approver, and a duty for each way in."""

    agency: str
    reporter: Person
    approver: Person
    duties: list[Duty]
    today: str


def build(admin: Person, duties: int = 4, since: str = "") -> Stage:
    """`admin` is administrator and steward at the root; duties hold from today or `since` on."""
    agency = _agency(admin)
    with admin.asks("warehouse") as channel:
        board = ObligationsServiceStub(channel).GetBoard(obligations.GetBoardRequest())
        measure = IndicatorsServiceStub(channel).CreateIndicator(_indicator())
        made = [_form(channel, invent(secrets.randbits(32), measure.name)) for _ in range(duties)]
        for duty in made:
            _oblige(channel, agency, duty.form.name, since or board.date)
    reporter, approver = (official(admin, agency, role) for role in ("reporter", "approver"))
    return Stage(agency, reporter, approver, made, board.date)


def _agency(admin: Person) -> str:
    code = f"T{secrets.token_hex(4).upper()}"
    with admin.asks("identity") as channel:
        stub = AgenciesServiceStub(channel)
        known = stub.ListAgencies(agencies.ListAgenciesRequest(page_size=1000)).agencies
        root = next(one for one in known if not one.parent)
        asked = agencies.Agency(
            code=code,
            display_name=f"Đơn vị thử {code}",
            kind=agencies.Agency.KIND_DEPARTMENT,
            parent=root.name,
        )
        request = agencies.CreateAgencyRequest(agency=asked, request_id=request_id())
        name: str = stub.CreateAgency(request).name
        assert stub.CreateAgency(request).name == name, "the same request made two agencies"
        return name


def _indicator() -> indicators.CreateIndicatorRequest:
    asked = indicators.Indicator(
        code=f"T.{secrets.token_hex(4).upper()}",
        title_vi="Chỉ tiêu thử",
        field="economy",
        aggregation=indicators.Indicator.AGGREGATION_SUM,
    )
    return indicators.CreateIndicatorRequest(indicator=asked, request_id=request_id())


def _form(channel: Any, invented: Invented) -> Duty:
    stub = FormsServiceStub(channel)
    draft = stub.CreateForm(forms.CreateFormRequest(form=invented.form, request_id=request_id()))
    published = stub.PublishForm(
        forms.PublishFormRequest(name=draft.name, etag=draft.etag, request_id=request_id())
    )
    return Duty(published, invented)


def _oblige(channel: Any, agency: str, form: str, since: str) -> None:
    """The warehouse hears of a new agency by an event, so it may not know it yet."""
    stub = ObligationsServiceStub(channel)
    asked = obligations.Obligation(agency=agency, form=form, valid_from=since)
    request = obligations.CreateObligationRequest(obligation=asked, request_id=request_id())

    def made() -> bool:
        try:
            stub.CreateObligation(request)
        except Refusal as no:
            if no.reason not in {"NOT_FOUND", "PERMISSION_DENIED"}:
                raise
            return False
        return True

    until(made)
