"""The RPCs of templates, for stewards."""

from typing import Any

from sqlalchemy import Row

from saola.apis.notices.v1 import templates_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import MissingField
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.notices.domain import templates as domain
from saola.services.notices.domain.templates import KNOWN, SHOWN, Words
from saola.services.notices.models.templates import Template
from saola.services.notices.queries import templates as queries
from saola.services.notices.usecases import templates as usecases

templates = Api(pb.DESCRIPTOR.services_by_name["TemplatesService"])


@templates
async def GetTemplate(unit: ReadUnit, request: pb.GetTemplateRequest) -> pb.Template:
    return to_pb(await queries.template(unit, request.name))


@templates
async def ListTemplates(
    unit: ReadUnit, request: pb.ListTemplatesRequest
) -> pb.ListTemplatesResponse:
    rows, token = await queries.by_code(unit, request.page_size, request.page_token)
    return pb.ListTemplatesResponse(templates=map(to_pb, rows), next_page_token=token)


@templates
async def UpdateTemplate(unit: Unit, request: pb.UpdateTemplateRequest) -> pb.Template:
    asked = request.template
    for field in ("name", "etag"):
        if not getattr(asked, field):
            raise MissingField(field=f"template.{field}")
    return to_pb(await usecases.write(unit, asked.name, asked.etag, _words(asked.draft)))


@templates
async def PublishTemplate(unit: Unit, request: pb.PublishTemplateRequest) -> pb.Template:
    return to_pb(await usecases.publish(unit, request.name, request.etag))


@templates
async def PreviewTemplate(
    unit: ReadUnit, request: pb.PreviewTemplateRequest
) -> pb.PreviewTemplateResponse:
    row = await queries.template(unit, request.name)
    words = (
        _words(request.words) if request.HasField("words") else Words(**(row.draft or row.words))
    )
    domain.check(words, row.code, "words")
    title, body = domain.fill(words, {fact: SHOWN[fact] for fact in KNOWN[row.code]})
    return pb.PreviewTemplateResponse(
        words=pb.Template.Words(
            title_vi=title.vi, title_en=title.en, body_vi=body.vi, body_en=body.en
        )
    )


def to_pb(row: Template | Row[Any]) -> pb.Template:
    return pb.Template(
        name=name_of("templates", row.id),
        code=row.code,
        words=pb.Template.Words(**row.words),
        draft=pb.Template.Words(**row.draft) if row.draft else None,
        facts=KNOWN.get(row.code, ()),
        publish_time=stamp(row.published_at),
        etag=etag_of(row.version),
    )


def _words(asked: pb.Template.Words) -> Words:
    return Words(asked.title_vi, asked.title_en, asked.body_vi, asked.body_en)
