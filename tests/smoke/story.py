"""From an official's keyboard to the leader's screen, by the public faces of a running site."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client import oidc
from saola.client.site import Site, request_id
from tests.smoke import ways
from tests.smoke.people import Person, sign_in
from tests.smoke.stage import Duty, Stage, build

Say = Callable[[str], None]


@dataclass(frozen=True)
class Account:
    """The administrator and steward that `make up` made."""

    user_name: str
    password: str


def tell(site: Site, account: Account, say: Say) -> None:
    """Raises AssertionError, Refusal or TimeoutError where the site does not do what it must."""
    admin = sign_in(site, account.user_name, account.password)
    say(f"{account.user_name} has signed in")
    stage = build(admin)
    say("an agency, four forms and four obligations with random codes, two officials")
    by_grpc, by_excel, by_csv, by_web = stage.duties
    names = [ways.by_grpc(stage, by_grpc)]
    say("submitted over gRPC")
    names.append(ways.by_excel(stage, by_excel))
    say("submitted by Excel")
    names.append(ways.by_csv(stage, by_csv))
    say("submitted by CSV")
    with httpx.Client(timeout=60) as http:
        enter_portal(http, site.portal, stage.reporter)
        ways.by_web(http, site.portal, stage, by_web)
    names.append(report_of(stage, by_web))
    say("submitted by web form")
    for name, duty in zip(names, stage.duties, strict=True):
        says_what_was_sent(stage, name, duty)
    for name in names:
        approve(stage, name)
    say("approved")
    is_on_the_board(admin, stage, len(names))
    say("on the board")


def enter_portal(http: httpx.Client, portal: str, person: Person) -> None:
    """Signs in as a browser would: the portal leads to the issuer, and the issuer back."""
    page = http.get(f"{portal}/account/sign-in", params={"back": "/account"})
    page = oidc.follow(http, page)
    page = oidc.follow(http, oidc.send_form(http, page, _login(person)))
    assert page.status_code == 200, f"the portal let nobody in: HTTP {page.status_code}"
    assert str(page.url).startswith(portal), f"signed in, but landed at {page.url}"


def _login(person: Person) -> dict[str, str]:
    return {"username": person.user_name, "password": person.password}


def report_of(stage: Stage, duty: Duty) -> str:
    with stage.reporter.asks("warehouse") as channel:
        asked = pb.ListSubmissionsRequest(agency=stage.agency, form=duty.form.name)
        [only] = SubmissionsServiceStub(channel).ListSubmissions(asked).submissions
    name: str = only.name
    return name


def says_what_was_sent(stage: Stage, name: str, duty: Duty) -> None:
    with stage.approver.asks("warehouse") as channel:
        found = SubmissionsServiceStub(channel).GetSubmission(pb.GetSubmissionRequest(name=name))
    assert found.state == pb.Submission.STATE_SUBMITTED, found.state
    kept = {value.item: value.value for value in found.values if value.value}
    assert kept == duty.invented.values, f"{name}: {kept} instead of {duty.invented.values}"


def approve(stage: Stage, name: str) -> None:
    with stage.approver.asks("warehouse") as channel:
        stub = SubmissionsServiceStub(channel)
        found = stub.GetSubmission(pb.GetSubmissionRequest(name=name))
        stub.ApproveSubmission(
            pb.ApproveSubmissionRequest(name=name, etag=found.etag, request_id=request_id())
        )


def is_on_the_board(admin: Person, stage: Stage, count: int) -> None:
    with admin.asks("warehouse") as channel:
        board = ObligationsServiceStub(channel).GetBoard(obligations.GetBoardRequest())
    [cell] = [cell for cell in board.cells if cell.agency == stage.agency]
    assert (cell.expected, cell.submitted) == (count, count), cell
