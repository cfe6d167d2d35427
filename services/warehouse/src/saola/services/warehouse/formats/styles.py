"""How the sheets that people fill in look, and how a text is put into a cell."""

from typing import Final

from openpyxl.cell import Cell
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

HEAD, INPUT = PatternFill("solid", "DDE6F0"), PatternFill("solid", "FFF9E0")
WRONG: Final = PatternFill("solid", "FFC7CE")
THIN: Final = Side("thin", "C9D0DA")
EDGE: Final = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def put(sheet: Worksheet, place: str, text: str) -> Cell:
    """A text, whatever it begins with: `=1+1` that somebody has typed must not be computed."""
    cell: Cell = sheet[place]
    cell.value = text
    cell.data_type = "s"
    return cell
