"""What one can do with preferences: set one's own."""

from sqlalchemy import select

from saola.kit.call import Unit
from saola.kit.errors import PermissionDenied, StaleWrite
from saola.services.notices.domain.preferences import Wishes
from saola.services.notices.models.preferences import Preferences
from saola.services.notices.queries import notices

NEVER_SET = '"0"'


async def wish(unit: Unit, etag: str, wishes: Wishes) -> Preferences:
    official = notices.me(unit)
    if official is None:
        raise PermissionDenied
    own = select(Preferences).where(Preferences.id == official)
    found = (await unit.session.scalars(own)).first()
    if found is None:
        if etag != NEVER_SET:
            raise StaleWrite
        new = Preferences(id=official, created_at=unit.now)
        new.wish(wishes)
        return await unit.add(new)
    found.check_etag(etag)
    found.wish(wishes)
    return await unit.save(found)
