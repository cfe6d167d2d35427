"""What a service declares and computes, as the warehouse is told it."""

import hashlib
from collections.abc import Collection, Mapping
from uuid import UUID, uuid5

from google.protobuf.message import Message

from saola.apis.warehouse.v1 import forms_pb2, indicators_pb2, reports_pb2, submissions_pb2
from saola.kit.names import name_of
from saola.periods.periods import Period
from saola.subsystem.declarations import Indicator, Measure, Report

INTEGER = forms_pb2.Form.VALUE_TYPE_INTEGER
DECIMAL = forms_pb2.Form.VALUE_TYPE_DECIMAL


def declaration(
    report: Report, agencies: Collection[UUID], before: int
) -> reports_pb2.DeclareReportRequest:
    return reports_pb2.DeclareReportRequest(
        indicators=[_indicator(report, one) for one in report.indicators],
        form=forms_pb2.Form(
            code=report.form,
            title_vi=report.title_vi,
            title_en=report.title_en,
            field=report.field,
            period_type=forms_pb2.Form.PeriodType.Value(f"PERIOD_TYPE_{report.period_type.name}"),
            due_rule=forms_pb2.Form.DueRule(
                days=report.due.days,
                working_days=report.due.working_days,
                time=f"{report.due.time:%H:%M}",
            ),
            window=forms_pb2.Form.Window(first_day=report.window.first_day),
            items=map(_item, report.measures),
        ),
        agencies=sorted(name_of("agencies", one) for one in agencies),
        periods_before=before,
    )


def delivery(
    agency: UUID, form: UUID, period: Period, values: Mapping[str, str], once: str
) -> reports_pb2.DeliverReportRequest:
    """`once` says which delivery of that report it is: a repeat of it gets the same answer."""
    request = reports_pb2.DeliverReportRequest(
        agency=name_of("agencies", agency),
        form=name_of("forms", form),
        period=str(period),
        values=[submissions_pb2.Value(item=item, value=said) for item, said in values.items()],
    )
    request.request_id = str(uuid5(form, f"{agency} {period} {once} {digest(request)}"))
    return request


def digest(message: Message) -> str:
    return hashlib.sha256(message.SerializeToString(deterministic=True)).hexdigest()


def _indicator(report: Report, said: Indicator) -> indicators_pb2.Indicator:
    aggregation = f"AGGREGATION_{said.aggregation.name}"
    return indicators_pb2.Indicator(
        code=said.code,
        title_vi=said.title_vi,
        title_en=said.title_en,
        field=report.field,
        unit=said.unit,
        aggregation=indicators_pb2.Indicator.Aggregation.Value(aggregation),
        direction=indicators_pb2.Indicator.Direction.Value(f"DIRECTION_{said.direction.name}"),
        definition=said.definition,
        decimals=said.decimals,
        numerator=said.numerator,
        denominator=said.denominator,
    )


def _item(measure: Measure) -> forms_pb2.Form.Item:
    said = measure.indicator
    return forms_pb2.Form.Item(
        code=measure.item,
        label_vi=said.title_vi,
        label_en=said.title_en,
        value_type=DECIMAL if said.decimals else INTEGER,
        indicator=said.code,
        unit=said.unit,
        decimals=said.decimals,
    )
