"""The workbook of a form, drawn up for an agency and a period, with what is known so far."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from saola.periods.periods import Period
from saola.periods.titles import title
from saola.services.warehouse.domain.forms import Item, ValueType
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.domain.workbooks import ENGLISH, Origin, status_word
from saola.services.warehouse.formats.lists import draw_list
from saola.services.warehouse.formats.styles import EDGE, HEAD, INPUT, put

HIDDEN, LISTS = "_saola", "_lists"
EXACT: Final = 15  # digits that Excel keeps of a number
FIRST_DAY: Final = "1900-03-01"  # from which on Excel and the calendar agree
HEADS: Final = {
    "vi": ("Mã", "Chỉ tiêu", "Đơn vị tính", "Giá trị", "Trạng thái", "Ghi chú"),
    "en": ("Code", "Item", "Unit", "Value", "Status", "Note"),
}
WIDTHS: Final = (12, 52, 16, 22, 18, 36)
ANSWERS: Final = {"vi": ("có", "không"), "en": ("yes", "no")}
WORDS: Final = {
    "vi": {
        "agency": "Đơn vị",
        "period": "Kỳ báo cáo",
        "due": "Hạn gửi",
        "help": "Nhập vào các ô màu vàng. Dòng có dấu * là bắt buộc. Không chèn công thức.",
    },
    "en": {
        "agency": "Agency",
        "period": "Period",
        "due": "Due",
        "help": "Fill in the yellow cells. Lines with * are required. Enter no formulas.",
    },
}
FIRST: Final = 7  # the row of the heads
FORMATS: Final = {
    ValueType.INTEGER: "#,##0",
    ValueType.DATE: "dd/mm/yyyy",
    ValueType.TEXT: "@",
    ValueType.CHOICE: "@",
    ValueType.BOOLEAN: "@",
}


@dataclass(frozen=True)
class Template:
    """What a workbook is drawn up from."""

    origin: Origin
    code: str
    title: str
    agency: str
    due: str
    items: tuple[Item, ...]
    said: Mapping[str, Judged]


def render(template: Template) -> bytes:
    """The workbook as a file (xlsx)."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Báo cáo" if template.origin.language == "vi" else "Report"
    _head(sheet, template)
    for row, item in enumerate(template.items, FIRST + 1):
        _line(sheet, row, item, template)
    _lists(book, sheet, template)
    _origin(book, template.origin)
    sheet.freeze_panes = f"A{FIRST + 1}"
    sheet.protection.sheet = True  # against slips, not against people: there is no password
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def checksum(origin: Origin) -> str:
    """It tells slips in the hidden sheet, not forgers: who may write what is asked elsewhere."""
    return hashlib.sha256(repr(origin).encode()).hexdigest()[:16]


def _head(sheet: Worksheet, template: Template) -> None:
    language = template.origin.language
    words = WORDS[language]
    put(sheet, "A1", f"{template.code} – {template.title}").font = Font(bold=True, size=14)
    facts = (
        (words["agency"], template.agency),
        (words["period"], title(Period.read(template.origin.period), language)),
        (words["due"], template.due),
    )
    for row, (name, fact) in enumerate(facts, 2):
        put(sheet, f"A{row}", name).font = Font(bold=True)
        put(sheet, f"B{row}", fact)
    put(sheet, "A5", words["help"]).font = Font(italic=True)
    for column, (name, width) in enumerate(zip(HEADS[language], WIDTHS, strict=True), 1):
        cell = put(sheet, f"{get_column_letter(column)}{FIRST}", name)
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD, EDGE
        sheet.column_dimensions[get_column_letter(column)].width = width


def _line(sheet: Worksheet, row: int, item: Item, template: Template) -> None:
    language = template.origin.language
    label = item.label(language) + (" *" if item.required else "")
    for column, text in zip("ABC", (item.code, label, item.unit), strict=True):
        cell = put(sheet, f"{column}{row}", text)
        cell.border, cell.alignment = EDGE, Alignment(wrap_text=True, vertical="top")
    for column in "DEF":
        cell = sheet[f"{column}{row}"]
        cell.fill, cell.border, cell.protection = INPUT, EDGE, Protection(locked=False)
        cell.alignment = Alignment(wrap_text=column != "D", vertical="top")
    sheet[f"D{row}"].number_format = _format(item)
    if said := template.said.get(item.code):
        _fill_in(sheet, row, item, said, language)


def _fill_in(sheet: Worksheet, row: int, item: Item, said: Judged, language: str) -> None:
    place = f"D{row}"
    if item.is_number and said.number is not None and _exact(said.number):
        sheet[place].value = said.number
    elif item.value_type is ValueType.DATE and said.value >= FIRST_DAY:
        sheet[place].value = date.fromisoformat(said.value)
    elif item.value_type is ValueType.BOOLEAN and said.value:
        put(sheet, place, ANSWERS[language][said.value != "true"])
    elif said.value:
        put(sheet, place, said.value.replace(".", ",") if _typed(item, language) else said.value)
    if said.status is not Status.VALUE:
        put(sheet, f"E{row}", status_word(said.status, language))
    if said.note:
        put(sheet, f"F{row}", said.note)


def _exact(number: Decimal) -> bool:
    return len(number.as_tuple().digits) <= EXACT


def _typed(item: Item, language: str) -> bool:
    """A number that Excel would round stands there as text, so as people type it."""
    return item.is_number and language == "vi"


def _format(item: Item) -> str:
    if item.value_type is ValueType.DECIMAL:
        return "#,##0." + "0" * item.decimals if item.decimals else "#,##0"
    return FORMATS[item.value_type]


def _lists(book: Workbook, sheet: Worksheet, template: Template) -> None:
    """What can be chosen stands in a hidden sheet: Excel takes 255 characters in place, no more."""
    language, lists = template.origin.language, book.create_sheet(LISTS)
    lists.sheet_state = "veryHidden"
    known: dict[tuple[str, ...], str] = {}
    last = FIRST + len(template.items)

    def offer(choices: tuple[str, ...], places: str) -> None:
        if choices not in known:
            column = get_column_letter(len(known) + 1)
            for row, choice in enumerate(choices, 1):
                put(lists, f"{column}{row}", choice)
            known[choices] = f"{LISTS}!${column}$1:${column}${len(choices)}"
        offered = DataValidation("list", formula1=known[choices], allow_blank=True)
        offered.errorStyle = "warning"  # the answer says what is wrong; Excel only hints
        sheet.add_data_validation(offered)
        offered.add(places)

    offer(tuple(status_word(word, language) for word in ENGLISH), f"E{FIRST + 1}:E{last}")
    draw_list(book, language, known[tuple(status_word(word, language) for word in ENGLISH)])
    for row, item in enumerate(template.items, FIRST + 1):
        if item.value_type is ValueType.CHOICE:
            offer(item.choices, f"D{row}")
        elif item.value_type is ValueType.BOOLEAN:
            offer(ANSWERS[language], f"D{row}")


def _origin(book: Workbook, origin: Origin) -> None:
    sheet = book.create_sheet(HIDDEN)
    sheet.sheet_state = "veryHidden"
    facts = vars(origin) | {"checksum": checksum(origin)}
    for row, (name, fact) in enumerate(facts.items(), 1):
        put(sheet, f"A{row}", name)
        put(sheet, f"B{row}", str(fact))
