"""Words are checked before anybody is told by them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from saola.kit.errors import InvalidField, MissingField
from saola.services.notices.domain import templates
from saola.services.notices.domain.notices import Both
from saola.services.notices.domain.templates import KNOWN, SHOWN, Words

GOOD = Words("Sắp đến hạn: {form}", "Due soon: {form}", "Trước {due}.", "Before {due}.")


def test_good_words_pass_and_their_facts_are_filled_in() -> None:
    templates.check(GOOD, "before")
    title, body = templates.fill(GOOD, SHOWN)
    assert title == ("Sắp đến hạn: Báo cáo tình hình dịch bệnh", "Due soon: Report on epidemics")
    assert body.en == "Before 17:00 on 5 December 2026."


def test_a_fact_in_one_language_only_is_refused() -> None:
    with pytest.raises(templates.UnevenLanguages) as no:
        templates.check(replace(GOOD, title_en="Due soon"), "before")
    assert no.value.facts == {"field": "template.draft.title_en", "fact": "form"}


def test_a_fact_that_there_is_not_is_refused_and_those_that_there_are_are_said() -> None:
    with pytest.raises(templates.UnknownFact) as no:
        templates.check(replace(GOOD, body_vi="{due}", body_en="{due}"), "returned")
    assert no.value.facts["known"] == "agency, code, form, period"


@pytest.mark.parametrize(
    "wrong", ["{", "}", "{}", "{form", "{form.x}", "{form!r}", "{{form}}", "{0}"]
)
def test_a_brace_that_belongs_to_no_fact_is_refused(wrong: str) -> None:
    with pytest.raises(templates.StrayBrace):
        templates.check(replace(GOOD, body_vi=wrong), "before")


def test_no_text_is_empty_and_no_title_has_a_second_line() -> None:
    with pytest.raises(MissingField):
        templates.check(replace(GOOD, body_en=" \n"), "before")
    with pytest.raises(InvalidField):
        templates.check(replace(GOOD, title_vi="{form}\nBcc: ai@do"), "before")
    templates.check(replace(GOOD, body_vi="Một\nhai {due}"), "before")


def test_a_draft_may_be_wrong_but_not_without_end() -> None:
    templates.check_length(replace(GOOD, body_vi="{{"))
    with pytest.raises(templates.WordsTooLong):
        templates.check_length(replace(GOOD, title_vi="a" * 201))
    with pytest.raises(templates.WordsTooLong):
        templates.check(replace(GOOD, title_vi="a" * 201), "before")


def test_a_fact_that_looks_like_another_stays_what_it_is() -> None:
    facts = {"form": Both("{due}", "{due.__class__}"), "due": Both("x", "x")}
    assert templates.fill(GOOD, facts)[0] == ("Sắp đến hạn: {due}", "Due soon: {due.__class__}")


def test_every_template_can_be_shown() -> None:
    assert {fact for known in KNOWN.values() for fact in known} == SHOWN.keys()


@given(any_.text(alphabet="{}abform_. "))
def test_what_passes_has_no_brace_once_it_is_filled_in(text: str) -> None:
    words = replace(GOOD, body_vi=text, body_en=text)
    try:
        templates.check(words, "before")
    except (templates.StrayBrace, templates.UnknownFact, MissingField):
        return
    assert not set("{}") & set(templates.fill(words, SHOWN)[1].vi)
