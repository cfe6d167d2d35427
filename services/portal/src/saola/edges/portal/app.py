"""The portal, put together."""

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException

from saola.edges.portal import live, statics, troubles
from saola.edges.portal.follow import follow
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.account import routes as account
from saola.edges.portal.pages.board import routes as board
from saola.edges.portal.pages.budget import routes as budget
from saola.edges.portal.pages.connectors import routes as connectors
from saola.edges.portal.pages.exemptions import granting, revoking
from saola.edges.portal.pages.exemptions import routes as exemptions
from saola.edges.portal.pages.exports import budget as budget_files
from saola.edges.portal.pages.exports import lists
from saola.edges.portal.pages.exports import routes as exports
from saola.edges.portal.pages.fields import routes as fields
from saola.edges.portal.pages.forms import empty, ending, loading, obligations, obliging
from saola.edges.portal.pages.forms import routes as forms
from saola.edges.portal.pages.inbox import routes as inbox
from saola.edges.portal.pages.indicators import dictionary, planning, plans
from saola.edges.portal.pages.indicators import routes as indicators
from saola.edges.portal.pages.notices import routes as notices
from saola.edges.portal.pages.overview import routes as overview
from saola.edges.portal.pages.plans import importing as plan_importing
from saola.edges.portal.pages.plans import routes as plan_files
from saola.edges.portal.pages.present import routes as present
from saola.edges.portal.pages.rates import routes as rates
from saola.edges.portal.pages.reports import excel
from saola.edges.portal.pages.reports import routes as reports
from saola.edges.portal.pages.search import routes as search
from saola.edges.portal.pages.submissions import routes as submissions
from saola.edges.portal.pages.views import routes as saved
from saola.edges.portal.settings import Settings
from saola.kit.app import App

router = APIRouter(route_class=Page)
for part in (
    statics,
    live,
    account,
    overview,
    fields,
    dictionary,
    planning,
    plans,
    plan_files,
    plan_importing,
    indicators,
    exports,
    budget_files,
    lists,
    empty,
    loading,
    forms,
    obligations,
    obliging,
    ending,
    granting,
    revoking,
    exemptions,
    connectors,
    present,
    saved,
    board,
    budget,
    rates,
    excel,
    reports,
    inbox,
    notices,
    submissions,
    search,
):
    router.routes.extend(part.router.routes)  # one list, see kit/web.py


@router.get("/{path:path}")
async def nowhere(request: Request, path: str) -> Response:  # any path
    return troubles.told(request, HTTPException(404))


app = App(
    "portal",
    settings=Settings,
    web=router,
    workers=(follow,),
    package="saola.edges.portal",
)
