"""The rules of a connector: who asks the source how, what its answer holds, and where it goes."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, Self

import jmespath
from jmespath.exceptions import JMESPathError

from saola.kit.errors import Code, DomainError, InvalidField, MissingField, Word
from saola.services.connectors.domain import addresses, schedules

LONGEST_TITLE: Final = 200
LONGEST_SOURCE: Final = 500
LONGEST_SECRET: Final = 4000
MOST_FIELDS: Final = 500
MOST_LAG: Final = 12
MOST_RETRIES: Final = 8
SECONDS: Final = (1, 300)
USUAL_SECONDS: Final = 30
MOST_BYTES: Final = 50 << 20
USUAL_BYTES: Final = 10 << 20
ENCODINGS: Final = ("utf-8", "utf-16", "windows-1258", "windows-1252", "iso-8859-1")
HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
# What the connection itself says, and what only one of the other methods says.
TAKEN: Final = {
    *("host", "connection", "accept", "accept-encoding", "cookie", "user-agent", "te"),
    *("content-length", "transfer-encoding", "authorization", "upgrade", "proxy-authorization"),
}


class Method(Word):
    NONE = "none", "không xác thực"
    BASIC = "basic", "tên và mật khẩu (Basic)"
    BEARER = "bearer", "mã truy cập (Bearer)"
    API_KEY = "api_key", "khóa trong tiêu đề (API key)"


class Format(Word):
    JSON = "json", "JSON"
    CSV = "csv", "CSV"


class Numbers(Word):
    PLAIN = "plain", "1234.5"
    COMMA = "comma", "1.234,5"
    POINT = "point", "1,234.5"


class Health(Word):
    NEW = "new", "chưa chạy"
    GOOD = "good", "tốt"
    PARTLY = "partly", "một phần"
    FAILED = "failed", "lỗi"


class InvalidExpression(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{value}” không phải biểu thức JMESPath hợp lệ (trường {field})."
    en = "“{value}” is no valid JMESPath (field {field})."


class UnknownItem(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Biểu không có chỉ tiêu “{item}” (trường {field})."
    en = "The form has no item “{item}” (field {field})."


class ItemTwice(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Chỉ tiêu “{item}” có hai nguồn (trường {field})."
    en = "The item “{item}” has two sources (field {field})."


class FormNotInUse(DomainError):
    vi = "Biểu này không dùng để báo cáo (trường {field})."
    en = "Nothing is reported by that form (field {field})."


class SecretNeeded(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Cần nhập mật khẩu hoặc khóa cho nguồn này (trường {field})."
    en = "This source needs a secret (field {field})."


@dataclass(frozen=True)
class Field:
    """Where the value of an item comes from, and what a number of it is multiplied by."""

    item: str
    source: str
    scale: str = ""
    required: bool = False


@dataclass(frozen=True)
class Spec:
    """All that people say of a connector, but whose report it is and by which form."""

    title: str
    url: str
    fields: tuple[Field, ...]
    schedule: str
    format: Format = Format.JSON
    method: Method = Method.NONE
    user: str = ""
    header: str = ""
    rows: str = ""
    period_source: str = ""
    numbers: Numbers = Numbers.PLAIN
    delimiter: str = ""
    encoding: str = ""
    lag: int = 0
    seconds: int = USUAL_SECONDS
    size_limit: int = USUAL_BYTES
    retries: int = 3

    @property
    def origin(self) -> str:
        return str(addresses.check_url(self.url))


@dataclass(frozen=True)
class Item:
    """A line of the form: its code, and what it holds, as the warehouse calls it."""

    code: str
    holds: str


@dataclass(frozen=True)
class Secret:
    """What is told to a source, and to nobody else: it stands in no text of this."""

    value: str = field(repr=False)

    @classmethod
    def given(cls, value: str) -> Self:
        """As it is sent in a header, or InvalidField."""
        if len(value) > LONGEST_SECRET or not value.isprintable():
            raise InvalidField(field="secret")
        return cls(value)


def check(spec: Spec, items: Collection[str], hosts: Collection[str]) -> Spec:
    """The same, put in order; or all that is wrong with it."""
    flaws = list[DomainError]()
    try:
        addresses.check_allowed(addresses.check_url(spec.url), hosts)
    except DomainError as flaw:
        flaws.append(flaw)
    schedule = spec.schedule
    try:
        schedule = schedules.check(spec.schedule)
    except DomainError as flaw:
        flaws.append(flaw)
    title = " ".join(spec.title.split())
    flaws += _said(spec, title)
    flaws += _layout(spec)
    flaws += _fields(spec, items)
    if flaws:
        raise DomainError.of(flaws)
    return Spec(**{**vars(spec), "title": title, "schedule": schedule})


def check_secret(spec: Spec, *, there: bool) -> None:
    if spec.method is not Method.NONE and not there:
        raise SecretNeeded(field="secret")


def headers(spec: Spec, secret: Secret | None) -> Mapping[str, str]:
    """By what the source is told who asks; of HTTP Basic the pair, which is not yet encoded."""
    if secret is None:
        return {}
    match spec.method:
        case Method.NONE:
            return {}
        case Method.BASIC:
            return {"basic": f"{spec.user}:{secret.value}"}
        case Method.BEARER:
            return {"authorization": f"Bearer {secret.value}"}
        case Method.API_KEY:
            return {spec.header.lower(): secret.value}


def field_of(kept: Mapping[str, object]) -> Field:
    return Field(
        item=str(kept["item"]),
        source=str(kept["source"]),
        scale=str(kept["scale"]),
        required=bool(kept["required"]),
    )


def kept(fields: Sequence[Field]) -> list[dict[str, object]]:
    return [asdict(one) for one in fields]


def _said(spec: Spec, title: str) -> list[DomainError]:
    """What is wrong with what is said beside the mapping."""
    basic, key = spec.method is Method.BASIC, spec.method is Method.API_KEY
    user, header = spec.user, spec.header
    right = {
        "title": 0 < len(title) <= LONGEST_TITLE and title.isprintable(),
        "user": not basic or (user.isprintable() and 0 < len(user) <= 200 and ":" not in user),
        "header": not key or bool(HEADER.fullmatch(header) and header.lower() not in TAKEN),
        "lag": 0 <= spec.lag <= MOST_LAG,
        "timeout": SECONDS[0] <= spec.seconds <= SECONDS[1],
        "size_limit": 0 < spec.size_limit <= MOST_BYTES,
        "retries": 0 <= spec.retries <= MOST_RETRIES,
    }
    return [InvalidField(field=f"connector.{name}") for name, fine in right.items() if not fine]


def _layout(spec: Spec) -> list[DomainError]:
    """What is wrong with how an answer is to be read."""
    if spec.format is Format.JSON:
        said = {"rows": spec.rows, "period_source": spec.period_source}
        given = ((f"connector.{name}", text) for name, text in said.items() if text)
        return [flaw for field, text in given for flaw in _expression(text, field)]
    right = {
        "rows": not spec.rows,
        "delimiter": spec.delimiter in {"", ",", ";", "\t", "|"},
        "encoding": spec.encoding in {"", *ENCODINGS},
        "period_source": len(spec.period_source) <= LONGEST_SOURCE,
    }
    return [InvalidField(field=f"connector.{name}") for name, fine in right.items() if not fine]


def _fields(spec: Spec, items: Collection[str]) -> list[DomainError]:
    if not spec.fields:
        return [MissingField(field="connector.fields")]
    if len(spec.fields) > MOST_FIELDS:
        return [InvalidField(field="connector.fields")]
    flaws, seen = list[DomainError](), set[str]()
    for row, one in enumerate(spec.fields):
        at = f"connector.fields[{row}]"
        if one.item not in items:
            flaws.append(UnknownItem(field=f"{at}.item", item=one.item[:64]))
        elif one.item in seen:
            flaws.append(ItemTwice(field=f"{at}.item", item=one.item))
        seen.add(one.item)
        if not 0 < len(one.source.strip()) <= LONGEST_SOURCE:
            flaws.append(InvalidField(field=f"{at}.source"))
        elif spec.format is Format.JSON:
            flaws += _expression(one.source, f"{at}.source")
        if one.scale and not _is_scale(one.scale):
            flaws.append(InvalidField(field=f"{at}.scale"))
    return flaws


def _expression(text: str, field: str) -> list[DomainError]:
    try:
        if len(text) <= LONGEST_SOURCE:
            jmespath.compile(text)
            return []
    except (JMESPathError, RecursionError):
        pass
    return [InvalidExpression(field=field, value=text[:80])]


def _is_scale(text: str) -> bool:
    try:
        scale = Decimal(text)
    except InvalidOperation:
        return False
    return scale.is_finite() and scale > 0 and abs(scale.adjusted()) <= 12 and len(text) <= 20
