"""The words of notices: what they may name, how they are checked, and how they are filled in.

A fact stands in braces. Words are not Python's format strings: those would reach into objects.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from saola.kit.errors import Code, DomainError, InvalidField, MissingField
from saola.services.notices.domain.notices import Both, Facts

NAMED: Final = re.compile(r"\{([a-z_]+)\}")
LONGEST_TITLE: Final = 200
LONGEST_BODY: Final = 2000
OF_A_REPORT: Final = ("agency", "code", "form", "period")
OF_A_CONNECTOR: Final = ("agency", "connector", "count")
# What each template may name. A template is for one thing that may be told; so they are not made.
KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "before": (*OF_A_REPORT, "due"),
    "due": (*OF_A_REPORT, "due"),
    "late": (*OF_A_REPORT, "due"),
    "overdue": (*OF_A_REPORT, "due"),
    "returned": OF_A_REPORT,
    "approved": OF_A_REPORT,
    "unlock_requested": OF_A_REPORT,
    "unlocked": (*OF_A_REPORT, "until"),
    "unlock_refused": OF_A_REPORT,
    "connector_failing": OF_A_CONNECTOR,
    "connector_working": OF_A_CONNECTOR,
}
SHOWN: Final[Facts] = {
    "agency": Both("Sở Y tế", "Sở Y tế"),
    "code": Both("YT-01", "YT-01"),
    "form": Both("Báo cáo tình hình dịch bệnh", "Report on epidemics"),
    "period": Both("tháng 11/2026", "November 2026"),
    "due": Both("17:00 ngày 05/12/2026", "17:00 on 5 December 2026"),
    "connector": Both("Phần mềm quản lý bệnh viện", "Phần mềm quản lý bệnh viện"),
    "count": Both("3", "3"),
    "until": Both("11:30 ngày 08/12/2026", "11:30 on 8 December 2026"),
}


class UnknownFact(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Không có dữ kiện “{fact}” ({field}); chỉ có: {known}."
    en = "There is no fact “{fact}” ({field}); there are: {known}."


class UnevenLanguages(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dữ kiện “{fact}” chỉ có trong một ngôn ngữ ({field})."
    en = "The fact “{fact}” is named in one language only ({field})."


class StrayBrace(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Có dấu ngoặc nhọn không bao quanh tên dữ kiện ({field})."
    en = "There is a brace that is not around the name of a fact ({field})."


class WordsTooLong(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Nội dung dài quá {most} ký tự ({field})."
    en = "The words have more than {most} letters ({field})."


class NoDraft(DomainError):
    vi = "Không có bản nháp để ban hành."
    en = "There is no draft to publish."


@dataclass(frozen=True)
class Words:
    """Title and text in both languages."""

    title_vi: str
    title_en: str
    body_vi: str
    body_en: str


def check(words: Words, code: str, at: str = "template.draft") -> None:
    """Whether nobody will ever read a hole in these words."""
    for field in fields(words):
        _check_text(getattr(words, field.name), code, f"{at}.{field.name}")
    for part in ("title", "body"):
        vi, en = (set(_named(words, f"{part}_{language}")) for language in ("vi", "en"))
        for fact in sorted(vi ^ en):
            raise UnevenLanguages(field=f"{at}.{part}_{'vi' if fact in en else 'en'}", fact=fact)


def check_length(words: Words, at: str = "template.draft") -> None:
    """A draft may be wrong, but not without end."""
    for field in fields(words):
        most = LONGEST_TITLE if field.name.startswith("title") else LONGEST_BODY
        if len(getattr(words, field.name)) > most:
            raise WordsTooLong(field=f"{at}.{field.name}", most=most)


def fill(words: Words, facts: Facts) -> tuple[Both, Both]:
    """Title and text with the facts in them. A fact that is not known is left out."""
    title = Both(_fill(words.title_vi, facts, "vi"), _fill(words.title_en, facts, "en"))
    return title, Both(_fill(words.body_vi, facts, "vi"), _fill(words.body_en, facts, "en"))


def _check_text(text: str, code: str, field: str) -> None:
    if not text.strip():
        raise MissingField(field=field)
    title = field.rpartition(".")[2].startswith("title")
    if len(text) > (most := LONGEST_TITLE if title else LONGEST_BODY):
        raise WordsTooLong(field=field, most=most)
    if not (text if title else text.replace("\n", "")).isprintable():
        raise InvalidField(field=field)  # a title with a line break would be a header of its own
    if set(NAMED.sub("", text)) & set("{}"):
        raise StrayBrace(field=field)
    for fact in NAMED.findall(text):
        if fact not in KNOWN[code]:
            raise UnknownFact(field=field, fact=fact, known=", ".join(KNOWN[code]))


def _named(words: Words, field: str) -> Iterator[str]:
    yield from NAMED.findall(getattr(words, field))


def _fill(text: str, facts: Facts, language: str) -> str:
    """In one pass, so that a fact which looks like the name of another stays what it is."""
    nothing = Both("", "")
    return NAMED.sub(lambda found: facts.get(found[1], nothing).of(language), text)
