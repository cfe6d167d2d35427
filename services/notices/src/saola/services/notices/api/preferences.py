"""The RPCs of preferences: each sets their own."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from saola.apis.notices.v1 import deliveries_pb2
from saola.apis.notices.v1 import preferences_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField, MissingField
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.notices.api.deliveries import to_channel
from saola.services.notices.domain import preferences as domain
from saola.services.notices.domain.preferences import Digest, Wishes
from saola.services.notices.models.preferences import Preferences, wishes_of
from saola.services.notices.queries import notices
from saola.services.notices.queries import preferences as queries
from saola.services.notices.usecases import preferences as usecases

preferences = Api(pb.DESCRIPTOR.services_by_name["PreferencesService"])


@preferences
async def GetPreferences(unit: ReadUnit, request: pb.GetPreferencesRequest) -> pb.Preferences:
    official = notices.me(unit)
    row = await queries.of(unit, official) if official else None
    return to_pb(official, row)


@preferences
async def UpdatePreferences(unit: Unit, request: pb.UpdatePreferencesRequest) -> pb.Preferences:
    asked = request.preferences
    if not asked.etag:
        raise MissingField(field="preferences.etag")
    wishes = Wishes(
        channels=tuple(
            dict.fromkeys(
                to_channel(one, f"preferences.channels[{n}]")
                for n, one in enumerate(asked.channels)
            )
        ),
        language=domain.check_language(asked.language),
        quiet=domain.read_quiet(asked.quiet_from, asked.quiet_to),
        digest=_digest(asked.digest),
    )
    row = await usecases.wish(unit, asked.etag, wishes)
    return to_pb(row.id, row)


def to_pb(official: UUID | None, row: Preferences | Row[Any] | None) -> pb.Preferences:
    wishes = wishes_of(row) if row else Wishes()
    quiet = wishes.quiet
    return pb.Preferences(
        name=f"preferences/{official or ''}",
        channels=[deliveries_pb2.Channel.Value(f"CHANNEL_{one.name}") for one in wishes.channels],
        language=wishes.language,
        quiet_from=f"{quiet.begin:%H:%M}" if quiet else "",
        quiet_to=f"{quiet.end:%H:%M}" if quiet else "",
        digest=pb.Preferences.Digest.Value(f"DIGEST_{wishes.digest.name}"),
        etag=etag_of(row.version) if row else usecases.NEVER_SET,
    )


def _digest(number: pb.Preferences.Digest.ValueType) -> Digest:
    known = {pb.Preferences.Digest.Value(f"DIGEST_{one.name}"): one for one in Digest}
    if number not in known:
        raise InvalidField(field="preferences.digest")
    return known[number]
