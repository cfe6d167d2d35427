"""What systems send, on paper: each value is taken by itself; what is refused waits."""

from collections import Counter
from datetime import datetime

from services.warehouse.tests.model.paper import Sheet, Values


def take(sheet: Sheet, name: str, said: Values, at: datetime) -> Counter[str]:
    """Each that may stand does. What became of how many; the others wait."""
    counts, refused = _take(sheet, said, at)
    if refused:
        sheet.waiting[name] = at, refused
    return counts


def retry(sheet: Sheet, name: str, at: datetime) -> Counter[str]:
    """Once more; but where something new was said since, that holds."""
    came, waiting = sheet.waiting.pop(name)
    older = {
        key: {item: one for item, one in of.items() if sheet.told.get((key, item), came) <= came}
        for key, of in waiting.items()
    }
    counts, refused = _take(sheet, older, at)
    left = {
        key: {
            item: one
            for item, one in of.items()
            if item not in older[key] or item in refused.get(key, {})
        }
        for key, of in waiting.items()
    }
    left = {key: of for key, of in left.items() if of}
    if left:
        sheet.waiting[name] = came, left
    counts["refused"] = sum(map(len, left.values()))
    return counts


def _take(sheet: Sheet, said: Values, at: datetime) -> tuple[Counter[str], Values]:
    counts, refused = Counter[str](), dict(said)
    for key, values in said.items():
        right = {item: one for item, one in values.items() if one.value != "?"}
        report = sheet.reports.get(key)
        before = dict(report.says) if report else {}
        if not (right and sheet.may_begin(key, at) and sheet.write(key, right, at)):
            right = {}
        refused[key] = {item: one for item, one in values.items() if item not in right}
        stored = sum(before.get(item) != one for item, one in right.items())
        counts += Counter(stored=stored, unchanged=len(right) - stored, refused=len(refused[key]))
    return counts, {key: of for key, of in refused.items() if of}
