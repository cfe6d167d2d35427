"""What figures are made of: for each agency, indicator and period what was reported, added up."""

from sqlalchemy import Boolean, Column, Date, Integer, Numeric, Table, Text, Uuid

from saola.kit.tables import Instant
from saola.services.warehouse.models import Base

# As `domain.rollups.Cell`. Kept true by `usecases.figures` with each move that makes a report count
# or not. The key is the one index, for reading many agencies at once and for writing alike: no
# other is kept up, and no column of it ever changes, so that a change stays on its page.
cells = Table(
    "cells",
    Base.metadata,
    Column("indicator", Uuid, primary_key=True),
    Column("period_type", Text, primary_key=True),
    Column("begins", Date, primary_key=True),
    Column("agency", Uuid, primary_key=True, info={"secured": True}),
    Column("reports", Integer, nullable=False),
    Column("numbers", Integer, nullable=False),
    Column("total", Numeric),
    Column("last", Numeric),
    Column("occurred", Boolean, nullable=False),
    Column("nothing", Boolean, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("preliminary", Boolean, nullable=False),
    Column("revised", Boolean, nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("fresh_at", Instant, nullable=False),
    postgresql_with={"fillfactor": 80},
)
