"""Who owes what: obliged, ended, handed on, and listed."""

import asyncio
from typing import Any
from uuid import UUID

from services.warehouse.tests import make

from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.kit.status import Refused
from saola.testing.plugin import World, refused

from .test_expected import board


async def listed(world: World, of: UUID = make.ROOT, **asked: Any) -> pb.ListObligationsResponse:
    stub = make.obligations_of(make.leader(world, of))
    return await stub.ListObligations(pb.ListObligationsRequest(**asked))


async def test_who_owes_a_form_is_listed_by_agency_counted_and_found_by_words(
    world: World,
) -> None:
    await make.warehouse(world)
    form, other = await make.form(world), await make.form(world, code="YT-02")
    await make.oblige(world, form, make.HEALTH, until="2026-07-01")
    await make.oblige(world, form, make.HEALTH, since="2026-07-01")
    await make.oblige(world, form, make.ROOT, make.SCHOOLS, since="2026-03-01")
    await make.oblige(world, other)
    order = pb.ListObligationsRequest.ORDER_AGENCY

    first = await listed(world, form=form, order=order, page_size=3)
    rest = await listed(
        world, form=form, order=order, page_size=3, page_token=first.next_page_token
    )

    seen = [
        (one.agency_title, one.valid_from[5:7]) for one in (*first.obligations, *rest.obligations)
    ]
    health, schools = "Sở Y tế", "Sở Giáo dục và Đào tạo"
    assert seen == [(schools, "03"), (health, "01"), (health, "07"), ("UBND tỉnh", "03")]
    assert (first.total_size, rest.total_size, rest.next_page_token) == (4, 4, "")
    found = await listed(world, form=form, query="so y te", open=True)
    assert [one.valid_from for one in found.obligations] == ["2026-07-01"]
    assert found.total_size == 1
    assert (await listed(world, form=form, query="100%")).total_size == 0
    assert (await listed(world, make.SCHOOLS, form=form)).total_size == 1
    assert (await listed(world, form=other)).total_size == 1


async def test_two_obligations_for_one_form_do_not_overlap(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    first = await make.oblige(world, form, since="2026-01-01", until="2026-07-01")
    with refused("OVERLAPPING_OBLIGATION", obligation=first.name):
        await make.oblige(world, form, since="2026-06-30")
    after = await make.oblige(world, form, since="2026-07-01")
    stub = make.obligations_of(make.steward(world))
    longer = pb.EndObligationRequest(name=first.name, etag=first.etag, valid_to="2026-07-02")
    with refused("OVERLAPPING_OBLIGATION", obligation=after.name):
        await stub.EndObligation(longer)


async def test_of_twins_at_once_one_is_made(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    answers = await asyncio.gather(
        *(make.oblige(world, form) for _ in range(8)), return_exceptions=True
    )
    refusals = [one.reason for one in answers if isinstance(one, Refused)]
    assert refusals == ["OVERLAPPING_OBLIGATION"] * 7


async def test_what_has_ended_is_owed_no_more(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    made = await make.oblige(world, form)
    stub = make.obligations_of(make.steward(world))
    ended = await stub.EndObligation(pb.EndObligationRequest(name=made.name, etag=made.etag))
    assert ended.valid_to == make.TODAY
    same = pb.EndObligationRequest(name=made.name, etag=ended.etag, valid_to=make.TODAY)
    assert await stub.EndObligation(same) == ended
    assert not (await board(world)).cells
    with refused("NOT_OBLIGED"):
        await make.reporter(world).CreateSubmission(make.beginning(form))
    with refused("STALE_WRITE"):
        await stub.EndObligation(pb.EndObligationRequest(name=made.name, etag=made.etag))


async def test_a_retired_form_is_owed_no_more(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form)
    stub = make.forms_of(make.steward(world))
    found = await stub.GetForm(make.forms.GetFormRequest(name=form))
    await stub.RetireForm(make.forms.RetireFormRequest(name=form, etag=found.etag))
    assert not (await board(world)).cells
    assert len((await board(world, date="2026-11-19")).cells) == 1
    with refused("FORM_NOT_PUBLISHED"):
        await make.oblige(world, form, since="2027-01-01")


async def test_a_foreign_obligation_is_as_if_it_were_not_there(world: World) -> None:
    await make.warehouse(world)
    made = await make.oblige(world, await make.form(world))
    theirs = make.obligations_of(make.leader(world, make.SCHOOLS))
    with refused("NOT_FOUND", name=made.name):
        await theirs.GetObligation(pb.GetObligationRequest(name=made.name))
    assert not (await theirs.ListObligations(pb.ListObligationsRequest())).obligations
    asked = pb.ListObligationsRequest(agency=made.agency, form=made.form)
    assert not (await theirs.ListObligations(asked)).obligations


async def test_many_agencies_are_obliged_by_many_forms_at_once(world: World) -> None:
    await make.warehouse(world)
    names = [await make.form(world, code=f"B{number}") for number in range(3)]
    there = await make.oblige(world, names[0], make.SCHOOLS, since="2026-05-01")
    stub = make.obligations_of(make.steward(world))
    asked = pb.CreateObligationsRequest(
        agencies=[make.agency(make.HEALTH), make.agency(make.SCHOOLS)],
        forms=names,
        valid_from="2026-01-01",
    )
    answer = await stub.CreateObligations(asked)
    assert (len(answer.obligations), answer.kept) == (5, 1)
    again = await stub.CreateObligations(asked)
    assert (len(again.obligations), again.kept) == (0, 6)
    kept = await stub.GetObligation(pb.GetObligationRequest(name=there.name))
    assert kept.valid_from == "2026-05-01"
    with refused("NOT_FOUND"):
        asked.agencies.append(make.agency(UUID(int=99)))
        await stub.CreateObligations(asked)
    with refused("MISSING_FIELD", field="forms"):
        await stub.CreateObligations(pb.CreateObligationsRequest(agencies=asked.agencies))


async def test_two_who_oblige_the_same_at_once_make_it_once(world: World) -> None:
    await make.warehouse(world)
    names = [await make.form(world, code=f"B{number}") for number in range(3)]
    stub = make.obligations_of(make.steward(world))
    asked = [
        pb.CreateObligationsRequest(
            agencies=[make.agency(make.HEALTH), make.agency(make.SCHOOLS)],
            forms=forms,
            valid_from="2026-01-01",
        )
        for forms in (names, names[::-1], names)
    ]
    answers = await asyncio.gather(*map(stub.CreateObligations, asked))
    assert sorted(len(answer.obligations) for answer in answers) == [0, 0, 6]
