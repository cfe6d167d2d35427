"""Days and types to try things with."""

from datetime import date

from hypothesis import strategies as st

from saola.periods.periods import PeriodType

days = st.dates(date(1980, 1, 1), date(2190, 12, 31))
types = st.sampled_from(PeriodType)
