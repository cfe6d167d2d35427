"""Workbooks that LibreOffice Calc has opened and saved say the same as before, or it ends with 1.

LibreOffice comes from npm, compiled to WebAssembly: some ten seconds of CPU and 1.6 GB a file.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
from services.warehouse.tests.formats.test_lists import listed, reading, rows
from services.warehouse.tests.formats.test_workbooks import SAID, drawn, filled, judged

from saola.parts import office
from saola.parts.office import Work
from saola.services.warehouse.formats.submissions import mark, read

CACHE = Path(sys.prefix).resolve().parent / "build/parts"
WRONG = {"D8": "nhiều", "D9": "1,204.5", "D12": "30/02/2026", "D14": "=1+1"}
LINES = [["19/11/2026", "2.1", 1204.5], ["18/11/2026", "1", "x"], ["17/11/2026", "1", 7]]


def checked() -> Iterator[tuple[str, bool]]:
    """What shall hold, and whether it does."""
    full, wrong = listed(LINES, drawn(SAID)), mark(filled(drawn(), WRONG), [("D8", "Sai.")])
    work = [Work(full, "xlsx", "xlsx"), Work(wrong, "xlsx", "xlsx")]
    again, red = office.save_again(office.install(CACHE), work)
    with ZipFile(BytesIO(again)) as archive:
        yield "LibreOffice has written it", b"LibreOffice" in archive.read("docProps/app.xml")
    yield "for whom it was drawn up", read(again)[0] == read(full)[0]
    yield "what the report says", judged(again) == judged(full) == (SAID, [])
    yield "what the list says", rows(reading(again)) == rows(reading(full))
    yield "what is wrong in the list", reading(again).told == reading(full).told
    reasons = [
        [(flaw.place, flaw.refusal.reason) for flaw in judged(file)[1]] for file in (wrong, red)
    ]
    yield "what is wrong in the report", reasons[0] == reasons[1]
    comment = load_workbook(BytesIO(red)).worksheets[0]["D8"].comment
    yield "why a cell is red", comment is not None and comment.text.endswith("Sai.")


def main() -> None:
    held = True
    for what, holds in checked():
        print("the same" if holds else "NOT THE SAME", what, sep=": ")
        held = held and holds
    sys.exit(not held)


if __name__ == "__main__":
    main()
