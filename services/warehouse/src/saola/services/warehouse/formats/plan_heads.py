"""What the heads of files of plans are called."""

from typing import Final

from saola.services.warehouse.formats.heads import Words

NAMES: Final = (
    *("indicator", "indicator_title", "unit", "agency", "agency_title", "period"),
    *("value", "source", "version"),
)
HEADS: Final = {
    "vi": (
        *("Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị tính", "Mã đơn vị", "Đơn vị", "Kỳ"),
        *("Kế hoạch", "Văn bản giao", "Phiên bản"),
    ),
    "en": (
        *("Indicator code", "Indicator", "Unit of measure", "Agency code", "Agency", "Period"),
        *("Plan", "Document", "Version"),
    ),
}
NEEDED: Final = ("indicator", "agency", "period", "value")
WORDS: Final = Words(
    {
        head.casefold(): name
        for heads in HEADS.values()
        for head, name in zip(heads, NAMES, strict=True)
    },
    NEEDED,
    {name: f"{HEADS['vi'][at]} ({HEADS['en'][at]})" for at, name in enumerate(NAMES)},
    {head.casefold() for head in HEADS["en"]},
)
