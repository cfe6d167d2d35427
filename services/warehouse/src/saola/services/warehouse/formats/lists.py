"""The second sheet of a template: an empty list for values of many periods, told on the sheet."""

from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from saola.services.warehouse.formats.styles import EDGE, HEAD, INPUT, put

LIST_HEADS: Final = {
    "vi": ("Kỳ", "Mã", "Giá trị", "Trạng thái", "Ghi chú"),
    "en": ("Period", "Code", "Value", "Status", "Note"),
}
LIST_TITLES: Final = {"vi": "Danh sách", "en": "List"}
LIST_HELP: Final = {
    "vi": (
        "Dành cho số liệu của nhiều kỳ: mỗi dòng một giá trị, tối đa 100.000 dòng.",
        "Kỳ viết như 20/11/2026, 11/2026 hoặc Quý IV/2026; mã như ở trang đầu. "
        "Danh sách chỉ lưu số liệu, không gửi báo cáo. Không chèn công thức.",
    ),
    "en": (
        "For values of many periods: one value a line, 100,000 lines at most.",
        "Write periods like 20/11/2026, 11/2026 or Q4 2026, codes as in the first sheet. "
        "A list only stores values, it submits no report. Enter no formulas.",
    ),
}
LIST_FIRST: Final = 4  # the row of the heads
WIDTHS: Final = (16, 14, 22, 18, 36)
READY: Final = 200  # lines that are drawn; more may be added below


def draw_list(book: Workbook, language: str, statuses: str) -> None:
    """`statuses` is where what can be chosen stands."""
    sheet = book.create_sheet(LIST_TITLES[language], 1)
    for row, sentence in enumerate(LIST_HELP[language], 1):
        put(sheet, f"A{row}", sentence).font = Font(italic=True)
    for column, (name, width) in enumerate(zip(LIST_HEADS[language], WIDTHS, strict=True), 1):
        letter = get_column_letter(column)
        cell = put(sheet, f"{letter}{LIST_FIRST}", name)
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD, EDGE
        sheet.column_dimensions[letter].width = width
        for row in range(LIST_FIRST + 1, LIST_FIRST + 1 + READY):
            one = sheet[f"{letter}{row}"]
            one.fill, one.border, one.protection = INPUT, EDGE, Protection(locked=False)
            if column <= 2:  # so that Excel makes no day of a month, and no 7 of 07
                one.number_format = "@"
    offered = DataValidation("list", formula1=statuses, allow_blank=True)
    offered.errorStyle = "warning"
    sheet.add_data_validation(offered)
    offered.add(f"D{LIST_FIRST + 1}:D1048576")
    sheet.freeze_panes = f"A{LIST_FIRST + 1}"
