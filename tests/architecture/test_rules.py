"""The rules of the house hold, and each of them would notice."""

from pathlib import PurePath

import pytest

from tests.architecture import rules, tree

IN = "services/x/src/saola/services/x/"
BROKEN = {
    "one-transaction": ("usecases.py", "async def f(unit):\n    await unit.session.commit()"),
    "emit-in-usecases": ("api/forms.py", "async def f(unit):\n    unit.emit(Made())"),
    "unit-or-call": ("api.py", "@forms\nasync def GetForm(request, unit): ..."),
    "no-float": ("domain/forms.py", "def price(of: float) -> int: ..."),
    "time-comes-in": ("models.py", "made = datetime.now()"),
}


def test_no_line_breaks_a_rule() -> None:
    tree.complain(
        problem
        for name in tree.sources()
        for problem in rules.broken(name, (tree.HERE / name).read_text())
    )


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_each_rule_notices_and_can_be_excused(rule: rules.Rule) -> None:
    file, source = BROKEN[rule.name]
    problem, *more = rules.broken(PurePath(IN + file), source)
    assert f"`{rule.name}`" in problem
    assert not more
    number = int(problem.partition(":")[2].split()[0]) - 1
    written = source.splitlines()
    written[number] += f"  # unless {rule.name}: a law asks for it"
    assert not list(rules.broken(PurePath(IN + file), "\n".join(written)))


def test_the_kit_may_do_what_it_is_there_for() -> None:
    kit = PurePath("libs/kit/src/saola/kit/call.py")
    assert not list(rules.broken(kit, "await session.commit()\nunit.emit(1)\nnow = datetime.now()"))
