"""What was observed. Rows are only added; a later one supersedes an earlier one.

Many rows are written by one statement. Row security refuses COPY, and an array costs more to send
than to store: so a column travels as one text whose parts are ended by a mark that no value may
hold (`values.UNREADABLE`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Column, Date, Index, Integer, Numeric, Table, Text, TextClause, Uuid, text

from saola.kit.names import id_of
from saola.kit.tables import Instant
from saola.services.warehouse.domain.bulk import Rows
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.submissions import Channel
from saola.services.warehouse.models import Base

# By `version`, the version of the report that said so. No foreign keys: they would cost a bulk
# write four fifths of its speed; the code that writes has just locked the report.
observations = Table(
    "observations",
    Base.metadata,
    Column("agency", Uuid, primary_key=True, info={"secured": True}),
    Column("submission", Uuid, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    # What the value is a figure of; null for remarks.
    Column("indicator", Uuid),
    Column("period", Text, nullable=False),
    Column("begins", Date, nullable=False),
    Column("status", Text, nullable=False),
    # As systems write it, and as a number where it is one.
    Column("value", Text, nullable=False),
    Column("number", Numeric),
    Column("note", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorder", Text, nullable=False),
    Column("superseded_at", Instant),
    Index(
        "ix_observations_now",
        "agency",
        "indicator",
        "begins",
        postgresql_where=text("superseded_at is null and indicator is not null"),
    ),
)

MARK: Final = "\x1f"
BEGIN: Final = text("""
    insert into submissions (id, version, created_at, agency, form, period, begins, state, due_at,
        entered_at, submitter, return_reason, edition, levels)
    select uuidv7(), 1, :now, :agency, :form, p.period, p.begins, 'draft', p.due_at, :now, '', '',
        :edition, :levels
    from unnest(cast(:periods as text[]), cast(:begins as date[]), cast(:dues as timestamptz[]))
        as p(period, begins, due_at)
    on conflict do nothing returning id
""")
SENT: Final = """
    select r.id, r.begins, r.begun, r.version, i.*
    from unnest(
        trim_array(string_to_array(:periods, chr(31)), 1),
        trim_array(string_to_array(:items, chr(31)), 1),
        trim_array(string_to_array(:statuses, chr(31)), 1),
        trim_array(string_to_array(:values, chr(31)), 1),
        trim_array(string_to_array(:notes, chr(31)), 1)
    ) as i(period, item, status, value, note)
    join unnest(cast(:ids as uuid[]), cast(:named as text[]), cast(:begins as date[]),
        cast(:versions as integer[]), cast(:begun as boolean[]))
        as r(id, named, begins, version, begun) on r.named = i.period
"""
NEW: Final = """
    select i.*, null::integer as former from sent i where i.status <> 'withdrawn'
"""
# The planner knows little of what was sent: so the reports are named wherever they are looked up.
BEFORE: Final = """
    before as materialized (
        select submission, item, version, status, value, note from observations
        where agency = :agency and submission = any(cast(:ids as uuid[])) and superseded_at is null
    ),
"""
# What differs from before is new; a remark counts where one was sent.
DIFFERENT: Final = """
    select i.*, o.version as former from sent i
    left join before o on o.submission = i.id and o.item = i.item
    where case when o.version is null then i.status <> 'withdrawn'
        else (o.status, o.value, o.note) <> (i.status, i.value, coalesce(i.note, o.note)) end
"""
SUPERSEDE: Final = """
    superseded as (
        update observations o set superseded_at = :now from new n
        where o.agency = :agency and o.submission = any(cast(:ids as uuid[]))
            and o.submission = n.id and o.item = n.item and o.version = n.former
    ), renewed as (
        update submissions s set version = s.version + 1, entered_at = :now
        where s.agency = :agency and s.id = any(cast(:ids as uuid[]))
            and s.id in (select id from new where not begun)
    ),
"""
WRITE: Final = """
    with {before} sent as ({sent}), new as materialized ({new}), {supersede} written as (
        insert into observations (agency, submission, item, version, indicator, period, begins,
            status, value, number, note, recorded_at, recorder)
        select :agency, n.id, n.item, n.version, m.indicator, n.period, n.begins, n.status,
            n.value, case when m.number and n.value <> '' then n.value::numeric end,
            coalesce(n.note, ''), :now, :recorder
        from new n left join unnest(cast(:codes as text[]), cast(:indicators as uuid[]),
            cast(:numbers as boolean[])) as m(code, indicator, number) on m.code = n.item
    ), noted as (
        insert into changes (agency, submission, version, action, actor, at, channel, note,
            deputy_of, state)
        select distinct :agency, id, version, case when begun then 'created' else 'entered' end,
            :recorder, :now, :channel, '', :deputy_of, case when begun then 'draft' else '' end
        from new
    )
    select id, count(*) as rows from new group by id
"""
AFRESH: Final = text(WRITE.format(sent=SENT, before="", new=NEW, supersede=""))
AGAIN: Final = text(WRITE.format(sent=SENT, before=BEFORE, new=DIFFERENT, supersede=SUPERSEDE))
# A plan that is kept was made for as few rows as there once were.
PLAN_ANEW: Final = text("set local plan_cache_mode = force_custom_plan")


class Report(NamedTuple):
    """A report that is locked; `begun` if this very transaction has begun it."""

    id: UUID
    period: str
    begins: date
    version: int
    begun: bool


class Target(NamedTuple):
    """Where rows go, and by which way they came."""

    agency: UUID
    reports: Sequence[Report]
    items: Mapping[str, Item]
    channel: Channel
    # As whose deputy somebody sends them, if so.
    deputy_of: str = ""


def storing(
    target: Target, rows: Rows, *, by: str, at: datetime
) -> tuple[TextClause, Mapping[str, Any]]:
    """The statement that writes what is new among `rows`, with its values. It answers with the
    reports, by `id`, and how many `rows` of each it has written."""
    reports, items = target.reports, target.items.values()
    given = {
        "agency": target.agency,
        "now": at,
        "recorder": by,
        "channel": target.channel,
        "deputy_of": target.deputy_of,
        "periods": _column(rows.periods),
        "items": _column(rows.items),
        "statuses": _column(rows.statuses),
        "values": _column(rows.values),
        "notes": None if rows.notes is None else _column(rows.notes),
        "ids": [report.id for report in reports],
        "named": [report.period for report in reports],
        "begins": [report.begins for report in reports],
        "versions": [report.version + (not report.begun) for report in reports],
        "begun": [report.begun for report in reports],
        "codes": [item.code for item in items],
        "indicators": [
            id_of("indicators", item.indicator) if item.indicator else None for item in items
        ],
        "numbers": [item.is_number for item in items],
    }
    return AFRESH if all(report.begun for report in reports) else AGAIN, given


def _column(values: Iterable[str]) -> str:
    return MARK.join((*values, ""))
