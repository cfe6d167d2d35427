"""What the heads of tables are called, in a workbook and in plain text, in both languages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from saola.services.warehouse.domain import tables
from saola.services.warehouse.formats.forms import HEADS
from saola.services.warehouse.formats.lists import LIST_HEADS

NAMES: Final = ("code", "", "", "value", "status", "note")
COLUMNS: Final = (
    {"kỳ báo cáo": "period", "mã chỉ tiêu": "code"}
    | {
        word.casefold(): name
        for heads in HEADS.values()
        for word, name in zip(heads, NAMES, strict=True)
        if name
    }
    | {heads[0].casefold(): "period" for heads in LIST_HEADS.values()}
    | dict.fromkeys(("ngày đến", "thời điểm đến", "came"), "came")
)


class Words(NamedTuple):
    """Of a kind of table: whose each head is, which must be there and what a refusal calls those,
    and which are English."""

    columns: Mapping[str, str]
    needed: Sequence[str]
    called: Mapping[str, str]
    english: Collection[str]


REPORT: Final = Words(
    COLUMNS, ("code", "value"), tables.HEADS, {head.casefold() for head in LIST_HEADS["en"]}
)
