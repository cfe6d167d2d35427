"""Templates and plans, as stewards keep them."""

from services.notices.tests import make
from services.notices.tests.make import CLERK, HEAD, app

from saola.apis.notices.v1 import plans_pb2
from saola.apis.notices.v1 import templates_pb2 as pb
from saola.testing.plugin import World, refused

WORDS = pb.Template.Words(
    title_vi="Nhắc: {form}", title_en="Mind: {form}", body_vi="Hạn {due}.", body_en="By {due}."
)


async def template(world: World, code: str = "before") -> pb.Template:
    listed = await make.templates(world).ListTemplates(pb.ListTemplatesRequest())
    return next(one for one in listed.templates if one.code == code)


def drafted(one: pb.Template, words: pb.Template.Words) -> pb.UpdateTemplateRequest:
    return pb.UpdateTemplateRequest(template=pb.Template(name=one.name, etag=one.etag, draft=words))


async def test_a_site_begins_with_words_for_everything_that_may_be_told(world: World) -> None:
    await world.run(app)
    listed = await make.templates(world).ListTemplates(pb.ListTemplatesRequest())
    codes = [one.code for one in listed.templates]
    assert codes == [
        *("approved", "before", "connector_failing", "connector_working", "due", "late", "overdue"),
        *("returned", "unlock_refused", "unlock_requested", "unlocked"),
    ]
    for one in listed.templates:  # what is in force passes its own check
        shown = await make.templates(world).PreviewTemplate(
            pb.PreviewTemplateRequest(name=one.name)
        )
        assert "{" not in shown.words.body_vi + shown.words.body_en


async def test_nobody_is_told_by_a_draft_until_it_is_published(world: World) -> None:
    await world.run(app)
    await make.province(world)
    stub, before = make.templates(world), await template(world)
    draft = await stub.UpdateTemplate(drafted(before, WORDS))
    assert draft.words == before.words
    await make.remind(world, "before", "2026-10")
    asked = pb.PublishTemplateRequest(name=draft.name, etag=draft.etag)
    published = await stub.PublishTemplate(asked)
    assert (published.words, published.HasField("draft")) == (WORDS, False)
    await make.remind(world, "before", "2026-11")
    told = {one.report.period: one.title for one in await make.mine(world, CLERK)}
    assert told["2026-10"].startswith("Sắp đến hạn")  # what was told stays as it was told
    assert told["2026-11"] == "Nhắc: Báo cáo dịch bệnh"


async def test_words_with_a_hole_are_refused_when_they_are_published(world: World) -> None:
    await world.run(app)
    stub, wrong = make.templates(world), pb.Template.Words()
    wrong.CopyFrom(WORDS)
    wrong.body_en = "Now."
    draft = await stub.UpdateTemplate(drafted(await template(world), wrong))
    with refused("UNEVEN_LANGUAGES", field="template.draft.body_en", fact="due"):
        await stub.PublishTemplate(pb.PublishTemplateRequest(name=draft.name, etag=draft.etag))
    with refused("UNEVEN_LANGUAGES", field="words.body_en"):
        await stub.PreviewTemplate(pb.PreviewTemplateRequest(name=draft.name, words=wrong))
    assert (await template(world)).words.body_en != "Now."


async def test_without_a_draft_there_is_nothing_to_publish(world: World) -> None:
    await world.run(app)
    one = await template(world)
    with refused("NO_DRAFT"):
        await make.templates(world).PublishTemplate(
            pb.PublishTemplateRequest(name=one.name, etag=one.etag)
        )
    with refused("STALE_WRITE"):
        await make.templates(world).PublishTemplate(
            pb.PublishTemplateRequest(name=one.name, etag='"9"')
        )


async def test_a_plan_is_data(world: World) -> None:
    await world.run(app)
    await make.province(world)
    [plan] = (await make.plans_of(world).ListPlans(plans_pb2.ListPlansRequest())).plans
    plan.steps[0].rungs.append(plans_pb2.Plan.RUNG_HEADS)
    asked = plans_pb2.UpdatePlanRequest(plan=plan)
    changed = await make.plans_of(world).UpdatePlan(asked)
    assert changed.steps == plan.steps
    await make.remind(world, "before")
    assert await make.steps(world) == {CLERK: ["before"], HEAD: ["before"]}
    with refused("STALE_WRITE"):
        await make.plans_of(world).UpdatePlan(asked)
    changed.steps[1].code = changed.steps[0].code
    with refused("INVALID_STEP", field="plan.steps[1].code"):
        await make.plans_of(world).UpdatePlan(plans_pb2.UpdatePlanRequest(plan=changed))
