"""What one can do with templates: draft and publish."""

from saola.kit.call import Unit
from saola.services.notices.domain.templates import Words
from saola.services.notices.models.templates import Template


async def write(unit: Unit, name: str, etag: str, words: Words) -> Template:
    template = await unit.get(Template, name)
    template.check_etag(etag)
    template.write(words)
    return await unit.save(template)


async def publish(unit: Unit, name: str, etag: str) -> Template:
    template = await unit.get(Template, name)
    template.check_etag(etag)
    template.publish(unit.now)
    unit.audit("publish", subject=template.name, code=template.code)
    return await unit.save(template)
