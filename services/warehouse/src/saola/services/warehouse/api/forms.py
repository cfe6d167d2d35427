"""The gRPC face of forms: a message in, a use case or a query, a message out."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Row

from saola.apis.warehouse.v1 import forms_pb2 as pb
from saola.apis.warehouse.v1.tables_pb2 import RenderTableRequest
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.options.v1 import files_pb2
from saola.periods.periods import PeriodType
from saola.services.warehouse.api import findings as rules
from saola.services.warehouse.domain.editions import Edition
from saola.services.warehouse.domain.forms import DueRule, Item, State, ValueType
from saola.services.warehouse.domain.periods import read_period
from saola.services.warehouse.formats import forms as formats
from saola.services.warehouse.formats.forms import HEADS, Template
from saola.services.warehouse.models.editions import levels_said, rules_of
from saola.services.warehouse.models.forms import Form, items_of
from saola.services.warehouse.queries import forms as queries
from saola.services.warehouse.queries import submissions
from saola.services.warehouse.usecases import forms as usecases

forms = Api(pb.DESCRIPTOR.services_by_name["FormsService"])


class Blank(NamedTuple):
    """A form to be filled, as a file of some kind."""

    media_type: str
    ending: str
    draw: Callable[[Template], bytes]


WORKBOOK = Blank(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", formats.render
)


@forms
async def GetForm(unit: ReadUnit, request: pb.GetFormRequest) -> pb.Form:
    if request.edition:
        return to_pb(await queries.edition(unit, request.name, request.edition))
    if request.period:
        period = read_period(request.period)
        return to_pb(await queries.for_period(unit, request.name, period))
    return to_pb(await queries.form(unit, request.name))


@forms
async def ListForms(unit: ReadUnit, request: pb.ListFormsRequest) -> pb.ListFormsResponse:
    state = state_of(request.state) if request.state else None
    rows, token = await queries.by_code(
        unit, request.page_size, request.page_token, request.query, state
    )
    return pb.ListFormsResponse(forms=map(to_pb, rows), next_page_token=token)


@forms
async def CreateForm(unit: Unit, request: pb.CreateFormRequest) -> pb.Form:
    return to_pb(await usecases.draft(unit, request.form.code, draft(request.form)))


@forms
async def UpdateForm(unit: Unit, request: pb.UpdateFormRequest) -> pb.Form:
    asked = request.form
    form = await usecases.redraft(unit, asked.name, asked.etag, draft(asked))
    if form.draft_edition:
        return to_pb(await queries.edition(unit, form.name, form.draft_edition))
    return to_pb(form)


@forms
async def PublishForm(unit: Unit, request: pb.PublishFormRequest) -> pb.Form:
    return to_pb(await usecases.publish(unit, request.name, request.etag))


@forms
async def RetireForm(unit: Unit, request: pb.RetireFormRequest) -> pb.Form:
    return to_pb(await usecases.retire(unit, request.name, request.etag))


@forms
async def RenderTemplate(unit: Unit, request: pb.RenderTemplateRequest) -> files_pb2.File:
    return await drawn(unit, request, WORKBOOK)


async def drawn(
    unit: Unit, request: pb.RenderTemplateRequest | RenderTableRequest, blank: Blank
) -> files_pb2.File:
    """What is read, drawn up and kept is read, drawn up and kept one after the other, so that no
    connection waits for a worker."""
    call = unit.call
    language = request.language or unit.language
    if language not in HEADS:
        raise InvalidField(field="language")
    async with call.read() as reading:
        template = await submissions.template(
            reading, request.form, request.agency, request.period, language
        )
    data = await call.work(blank.draw, template)
    name = f"{template.code}_{template.origin.period}.{blank.ending}".replace("/", "-")
    owner = id_of("agencies", request.agency)
    return await call.files.put(data, agency=owner, media_type=blank.media_type, file_name=name)


def draft(asked: pb.Form) -> Edition:
    """What is asked for, in the words of the domain."""
    rule = asked.due_rule
    return Edition(
        asked.title_vi.strip(),
        asked.title_en.strip(),
        asked.field,
        _period_type(asked.period_type),
        DueRule.read(
            rule.days,
            working_days=rule.working_days,
            at=rule.time,
            first_day=asked.window.first_day,
        ),
        tuple(_item(row, item) for row, item in enumerate(asked.items)),
        rules.rules(asked.rules),
        rules.levels(asked.levels),
        asked.in_force_from,
    )


def state_of(state: pb.Form.State.ValueType) -> State:
    try:
        return State[pb.Form.State.Name(state).removeprefix("STATE_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field="state") from error


def _period_type(type: pb.Form.PeriodType.ValueType) -> PeriodType:
    try:
        return PeriodType[pb.Form.PeriodType.Name(type).removeprefix("PERIOD_TYPE_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field="form.period_type") from error


def _item(row: int, item: pb.Form.Item) -> Item:
    try:
        type = ValueType[pb.Form.ValueType.Name(item.value_type).removeprefix("VALUE_TYPE_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field=f"form.items[{row}].value_type") from error
    return Item(
        code=item.code,
        label_vi=item.label_vi,
        label_en=item.label_en,
        value_type=type,
        indicator=item.indicator,
        unit=item.unit,
        required=item.required,
        minimum=item.minimum,
        maximum=item.maximum,
        decimals=item.decimals,
        longest=item.longest,
        choices=tuple(item.choices),
    )


def to_pb(row: Form | Row[Any]) -> pb.Form:
    return pb.Form(
        name=name_of("forms", row.id),
        code=row.code,
        title_vi=row.title_vi,
        title_en=row.title_en,
        field=row.field,
        period_type=pb.Form.PeriodType.Value(f"PERIOD_TYPE_{row.period_type.name}"),
        due_rule=pb.Form.DueRule(
            days=row.due_days,
            working_days=row.due_on_working_days,
            time=f"{row.due_time:%H:%M}",
        ),
        window=pb.Form.Window(first_day=row.window_first_day),
        items=map(_item_to_pb, items_of(row.items)),
        state=pb.Form.State.Value(f"STATE_{_state(row).name}"),
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
        rules=map(rules.rule_to_pb, rules_of(row.rules)),
        levels=map(rules.level_to_pb, levels_said(row.levels)),
        edition=row.edition,
        in_force_from=row.in_force_from,
        in_force_until=getattr(row, "until", ""),
        draft_edition=row.draft_edition,
    )


def _state(row: Form | Row[Any]) -> State:
    """An edition that is being drafted is a draft, whatever its form is."""
    return State.DRAFT if row.edition == row.draft_edition else row.state


def _item_to_pb(item: Item) -> pb.Form.Item:
    return pb.Form.Item(
        code=item.code,
        label_vi=item.label_vi,
        label_en=item.label_en,
        value_type=pb.Form.ValueType.Value(f"VALUE_TYPE_{item.value_type.name}"),
        indicator=item.indicator,
        unit=item.unit,
        required=item.required,
        minimum=item.minimum,
        maximum=item.maximum,
        decimals=item.decimals,
        longest=item.longest,
        choices=item.choices,
    )
