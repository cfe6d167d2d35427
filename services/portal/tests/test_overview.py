"""What the overview makes of the figures: the sentence, the tiles, the lines, the ranking."""

from decimal import Decimal

import pytest

from saola.apis.warehouse.v1.figures_pb2 import (
    Comparison,
    Cumulative,
    Difference,
    Light,
    ListBreakdownRequest,
    ListBreakdownResponse,
    Part,
    PlanShare,
)
from saola.apis.warehouse.v1.indicators_pb2 import Indicator, LightRule
from saola.apis.warehouse.v1.observations_pb2 import Figure
from saola.edges.portal import formats, i18n, maps, rankings
from saola.edges.portal.glances import glance
from saola.edges.portal.lights import rule, shine
from saola.edges.portal.pages.indicators.view import facts
from saola.edges.portal.pages.overview import view

VI, EN = i18n.words("vi"), i18n.words("en")
UP, DOWN = Indicator.DIRECTION_UP, Indicator.DIRECTION_DOWN
GREEN, YELLOW, RED = Light.COLOUR_GREEN, Light.COLOUR_YELLOW, Light.COLOUR_RED
PLAN = LightRule(basis=LightRule.BASIS_PLAN, green="100", yellow="90", pro_rata=True)


def figure(code: str, field: str = "budget", colour: int = 0, share: str = "") -> Figure:
    found = Figure(code=code, title_vi=code, field=field, value="5", expected=1, reporters=1)
    if colour:
        found.light.MergeFrom(Light(colour=Light.Colour.ValueType(colour), rule=PLAN))
    if share:
        found.plan.MergeFrom(PlanShare(share=share, elapsed="88.5"))
    return found


def test_the_sentence_says_how_many_fields_are_on_track_and_what_is_furthest_behind() -> None:
    figures = [
        figure("A", "economy", GREEN, "101.4"),
        figure("B", "budget", RED, "61.8"),
        figure("C", "health", YELLOW, "80"),
        Figure(code="D", field="security"),
        figure("E", "tourism"),
    ]
    said = view.sentence(view.lines(figures, [], VI), figures, VI)
    assert str(said) == (
        "<b>1 trong 5 lĩnh vực</b> đạt tiến độ, 1 cần theo dõi, 1 chậm, 1 mất số liệu, "
        '1 chưa xếp loại. Chậm nhất: <a href="/indicators/B">B</a>, đạt <b>61,8 %</b> kế hoạch '
        "khi thời gian đã qua <b>88,5 %</b>."
    )
    assert str(view.sentence([], [], VI)) == ""


def test_nothing_is_behind_where_nothing_is_yellow_or_red() -> None:
    assert view.slowest([figure("A", colour=GREEN, share="60"), figure("B")]) is None


def test_a_field_is_told_by_the_figure_that_tells_the_most_unless_one_is_pinned() -> None:
    figures = [figure("A"), figure("B", colour=GREEN), figure("C", colour=RED, share="50")]
    [line] = view.lines(figures, [], VI)
    assert (line.headline.code, line.behind) == ("C", 0)
    [line] = view.lines(figures, ["A"], VI)
    assert (line.headline.code, line.behind) == ("A", 1)


def test_fields_stand_in_their_order_and_an_unknown_field_is_shown_too() -> None:
    figures = [figure("A", "x"), figure("B", "health"), figure("C", "budget")]
    assert [line.title for line in view.lines(figures, [], EN)] == ["Budget", "Health", "x"]


def test_the_tiles_are_the_pinned_ones_then_one_of_each_field_and_no_more_than_six() -> None:
    figures = [figure(f"A{n}", "budget", GREEN, "90") for n in range(5)]
    figures += [figure("B", "health", GREEN), figure("C", "tourism"), figure("D", "education")]
    assert [one.code for one in view.chosen(figures, ["C"])] == ["C", "A0", "B", "D", "A1", "A2"]


def test_a_gap_is_no_zero() -> None:
    gap, zero = glance(Figure(value=""), VI), glance(Figure(value="0"), VI)
    assert (gap.value, gap.shine.word) == ("", "mất số liệu")
    assert (zero.value, zero.shine.word) == ("0", "chưa xếp loại")
    assert glance(Figure(series=["1", "", "3"]), VI).series == [Decimal(1), None, Decimal(3)]


def test_per_cent_and_points_are_told_apart_and_good_is_not_the_same_as_up() -> None:
    said = Figure(value="5")
    change = Difference(
        value="-4.35",
        unit=Difference.UNIT_PERCENTAGE_POINTS,
        sense=Difference.SENSE_BETTER,
        uneven=True,
    )
    said.year_before.MergeFrom(Comparison(change=change))
    delta = glance(said, VI).delta
    assert delta is not None
    assert (delta.text, delta.kind, delta.uneven) == ("−4,35 điểm %", "good", True)
    assert (delta.arrow, delta.against) == ("arrow-down-right", "so cùng kỳ")
    said.year_before.change.unit = Difference.UNIT_PERCENT
    assert "4.4 %" in str(glance(said, EN).delta)


def test_money_is_told_in_the_largest_unit_that_keeps_it_readable() -> None:
    assert formats.spoken("13640527000", "đồng", "vi") == ("13,64", "tỷ đồng")
    assert formats.spoken("10000000", "đồng", "vi") == ("10", "triệu đồng")
    assert formats.spoken("-9999999", "đồng", "vi") == ("−9.999.999", "đồng")
    assert formats.spoken("4135000000000", "đồng", "en") == ("4,135", "tỷ đồng")
    assert formats.spoken("41800", "triệu đồng", "vi") == ("41,8", "tỷ đồng")
    assert formats.spoken("4986.3", "tỷ đồng", "vi") == ("4.986", "tỷ đồng")
    assert formats.spoken("12500000", "triệu đồng", "vi") == ("12,5", "nghìn tỷ đồng")
    assert formats.spoken("431300", "lượt", "en") == ("431,300", "lượt")
    assert formats.spoken("", "lượt", "en") == ("", "lượt")


def test_the_rule_of_a_light_is_told_as_a_sentence() -> None:
    light = Light(colour=RED, rule=PLAN, measured="61.8", green="88.5", yellow="79.65")
    assert rule(light, UP, VI) == (
        "Tỷ lệ so với kế hoạch (%): xanh từ 88,5 trở lên, vàng từ 79,65 trở lên, đỏ khi thấp hơn. "
        "Ngưỡng tăng dần theo phần thời gian của năm đã qua. Hiện nay: 61,8."
    )
    falling = Light(rule=LightRule(basis=LightRule.BASIS_VALUE, green="3", yellow="5"))
    assert "green up to 3, yellow up to 5, red above" in rule(falling, DOWN, EN)
    assert shine(light, "5", UP, VI).word == "chậm"
    assert shine(falling, "5", UP, VI).word == "chưa xếp loại"


def breakdown(*shares: str) -> ListBreakdownResponse:
    parts = [
        Part(
            area=f"areas/{at}",
            title=f"Xã {at}",
            value="1" if share else "",
            rank=at if share else 0,
        )
        for at, share in enumerate(shares, 1)
    ]
    for part, share in zip(parts, shares, strict=True):
        part.plan.MergeFrom(PlanShare(share=share, elapsed="80"))
    return ListBreakdownResponse(parts=parts)


def test_the_first_and_the_last_five_never_overlap() -> None:
    by = ListBreakdownRequest.RANK_BY_PLAN
    few = rankings.ranking(breakdown("9", "8", "7", ""), figure("A"), by, VI)
    assert ([row.rank for row in few.first], list(few.last)) == ([1, 2, 3], [])
    many = rankings.ranking(breakdown(*(str(n) for n in range(13))), figure("A"), by, VI)
    assert [row.rank for row in many.first] == [1, 2, 3, 4, 5]
    assert [row.rank for row in many.last] == [9, 10, 11, 12, 13]
    assert many.rows[0].said == "0 %"


def test_what_is_missing_is_hatched_and_told() -> None:
    by = ListBreakdownRequest.RANK_BY_PLAN
    found = rankings.ranking(
        breakdown("116", "97", "83", "74", "61", "55", ""), figure("A"), by, VI
    )
    tints = found.tints()
    assert tints["areas/7"].band == 0
    assert tints["areas/7"].said == "Xã 7: chưa báo cáo"
    assert (tints["areas/1"].band, tints["areas/6"].band) == (5, 1)
    assert found.legend(VI)[-1] == (0, "chưa báo cáo")


def test_how_many_have_reported_is_told_of_those_who_owe_it() -> None:
    answer = breakdown("7", "", "")
    answer.parts[0].reporters = answer.parts[1].expected = 1
    found = rankings.ranking(answer, figure("A"), ListBreakdownRequest.RANK_BY_VALUE, VI)
    assert (found.reported, found.asked, len(found.rows)) == (1, 2, 3)


@pytest.mark.parametrize(
    ("of", "by", "mapped"),
    [
        (Figure(plan=PlanShare(share="1")), ListBreakdownRequest.RANK_BY_PLAN, True),
        (Figure(unit="%"), ListBreakdownRequest.RANK_BY_VALUE, True),
        (
            Figure(year_before=Comparison(change=Difference(value="1"))),
            ListBreakdownRequest.RANK_BY_YEAR_BEFORE,
            True,
        ),
        (Figure(unit="người"), ListBreakdownRequest.RANK_BY_VALUE, False),
    ],
)
def test_ratios_go_on_a_map_and_counts_do_not(of: Figure, by: int, mapped: object) -> None:
    assert rankings.measured_by(of) == by
    assert rankings.may_be_mapped(of, rankings.measured_by(of)) is mapped


def test_classes_hold_about_as_many_and_begin_at_numbers_one_can_say() -> None:
    values = [Decimal(value) for value in range(40, 140)]
    limits = maps.breaks(values)
    assert limits == [60, 80, 100, 120]
    assert [maps.band(Decimal(value), limits) for value in (40, 60, 99, 130)] == [1, 2, 3, 5]
    assert maps.band(None, limits) == 0
    assert maps.breaks([Decimal(5)]) == []
    assert maps.band(Decimal(5), []) == 3


def compared(value: str, reporters: int, *, uneven: bool = False) -> Comparison:
    change = Difference(value=value, unit=Difference.UNIT_PERCENT, uneven=uneven)
    return Comparison(period="2025-11", value="1", reporters=reporters, change=change)


def test_no_percentage_is_told_of_a_time_in_which_hardly_anybody_had_reported() -> None:
    of = Figure(code="A", title_vi="A", value="596", unit="tỷ đồng", expected=75, reporters=75)
    of.year_before.MergeFrom(compared("496", 12, uneven=True))
    of.previous.MergeFrom(compared("3.2", 74, uneven=True))
    shown = glance(of, VI).delta
    assert shown is not None
    assert (shown.text, shown.against, shown.uneven) == ("+3,2 %", "so kỳ trước", True)
    of.previous.reporters = 3
    assert glance(of, VI).delta is None


def test_what_has_added_up_is_compared_with_as_many_reports_only() -> None:
    of = Figure(code="A", title_vi="A", value="5", decimals=1, reporters=1)
    change = Difference(value="496", unit=Difference.UNIT_PERCENT, uneven=True)
    so_far = Cumulative(value="59.6", reports=820, former_value="10", former_reports=131)
    so_far.change.MergeFrom(change)
    of.cumulative.MergeFrom(so_far)
    [fact] = facts(of, VI)
    assert (fact.text, fact.delta) == ("59,6", None)
    assert fact.more == "cùng kỳ có 131 báo cáo, năm nay 820 · chưa so sánh được"
    of.cumulative.former_reports = 819
    [fact] = facts(of, VI)
    assert fact.delta is not None
    assert (fact.delta.text, fact.delta.uneven, fact.more) == ("+496 %", True, "")
