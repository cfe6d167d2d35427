"""The sides of a comparison: items, decimals, `+ - * /` and parentheses; reckoned exactly.

Python's own parser says what belongs to what. It never sees a text of others: items and decimals
are taken out before, and nothing but the four operations is left to be found in the tree.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from saola.kit.errors import Code, DomainError

LONGEST, DEEPEST = 500, 50
PART: Final = re.compile(
    r"""\s*(?:
    \[(?P<code>[A-Za-z0-9][A-Za-z0-9._-]{0,39})\] | (?P<word>[A-Za-z][A-Za-z0-9_]{0,39})
    | (?P<number>[0-9]{1,18}(?:\.[0-9]{1,6})?) | (?P<sign>[-+*/()])
    )""",
    re.VERBOSE,
)
OPERATIONS: Final[Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
SIGNS: Final[Mapping[type[ast.unaryop], int]] = {ast.UAdd: 1, ast.USub: -1}
Operand = str | Fraction


class InvalidExpression(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Biểu thức “{expression}” không đọc được ({field})."
    en = "The expression “{expression}” cannot be read ({field})."


class Misread(Exception):
    """It is no expression."""


@dataclass(frozen=True)
class Expression:
    """One side. `items` are those that it names, each once, in their order."""

    items: tuple[str, ...]
    _operands: tuple[Operand, ...]
    _tree: ast.expr

    def value(self, values: Mapping[str, Decimal]) -> Fraction | None:
        """What it comes to, where an item that is not in `values` is 0. Nothing, divided by 0."""
        try:
            return self._reckon(self._tree, values)
        except ZeroDivisionError:
            return None

    def _reckon(self, node: ast.expr, values: Mapping[str, Decimal]) -> Fraction:
        match node:
            case ast.BinOp(left, operation, right):
                sides = self._reckon(left, values), self._reckon(right, values)
                return OPERATIONS[type(operation)](*sides)
            case ast.UnaryOp(sign, operand):
                return SIGNS[type(sign)] * self._reckon(operand, values)
            case ast.Name(place):
                found = self._operands[int(place[1:])]
                return Fraction(values.get(found, 0)) if isinstance(found, str) else found
        raise Misread


@lru_cache(4096)
def read(text: str) -> Expression:
    """The expression that is written so, or Misread."""
    operands, written = _split(text)
    try:
        tree = ast.parse(written, mode="eval").body
    except (SyntaxError, MemoryError, RecursionError) as error:
        raise Misread from error
    _check(tree, DEEPEST)
    items = dict.fromkeys(one for one in operands if isinstance(one, str))
    return Expression(tuple(items), tuple(operands), tree)


def check(text: str, field: str) -> Expression:
    """The same, as a refusal of what somebody has written."""
    try:
        return read(text)
    except Misread as error:
        raise InvalidExpression(field=field, expression=text[:80]) from error


def _split(text: str) -> tuple[list[Operand], str]:
    """Its operands, and the text with a name in the place of each."""
    operands, written, at = list[Operand](), list[str](), 0
    text = text.strip()
    if len(text) > LONGEST:
        raise Misread
    while at < len(text):
        part = PART.match(text, at)
        if part is None:
            raise Misread
        at = part.end()
        if sign := part["sign"]:
            written.append(sign)
            continue
        written.append(f"_{len(operands)} ")
        operands.append(
            Fraction(part["number"]) if part["number"] else part["code"] or part["word"]
        )
    return operands, "".join(written)


def _check(node: ast.expr, depth: int) -> None:
    if depth == 0:
        raise Misread
    match node:
        case ast.BinOp(left, operation, right) if type(operation) in OPERATIONS:
            _check(left, depth - 1)
            _check(right, depth - 1)
        case ast.UnaryOp(sign, operand) if type(sign) in SIGNS:
            _check(operand, depth - 1)
        case ast.Name():
            pass
        case _:
            raise Misread
