"""Preferences, as officials set them."""

import pytest
from services.notices.tests import make
from services.notices.tests.make import CLERK, HEAD, app

from saola.apis.notices.v1 import deliveries_pb2 as deliveries
from saola.apis.notices.v1 import preferences_pb2 as pb
from saola.testing.plugin import World, refused

ASKED = pb.Preferences(
    channels=[deliveries.CHANNEL_SMS, deliveries.CHANNEL_EMAIL, deliveries.CHANNEL_SMS],
    language="en",
    quiet_from="12:00",
    quiet_to="13:00",
    digest=pb.Preferences.DIGEST_DAILY,
    etag='"0"',
)


async def test_the_usual_holds_until_another_is_set_and_that_is_ones_own(world: World) -> None:
    await world.run(app)
    usual = await make.preferences_of(world, CLERK).GetPreferences(pb.GetPreferencesRequest())
    assert (list(usual.channels), usual.language) == ([deliveries.CHANNEL_EMAIL], "vi")
    assert (usual.quiet_from, usual.quiet_to) == ("22:00", "06:00")
    asked = pb.UpdatePreferencesRequest(preferences=ASKED)
    kept = await make.preferences_of(world, CLERK).UpdatePreferences(asked)
    assert list(kept.channels) == [deliveries.CHANNEL_SMS, deliveries.CHANNEL_EMAIL]
    stub = make.preferences_of(world, CLERK)
    assert await stub.GetPreferences(pb.GetPreferencesRequest()) == kept
    other = await make.preferences_of(world, HEAD).GetPreferences(pb.GetPreferencesRequest())
    assert other.etag == '"0"'


async def test_of_two_who_set_them_at_once_the_second_is_told(world: World) -> None:
    await world.run(app)
    stub = make.preferences_of(world, CLERK)
    await stub.UpdatePreferences(pb.UpdatePreferencesRequest(preferences=ASKED))
    with refused("STALE_WRITE"):
        await stub.UpdatePreferences(pb.UpdatePreferencesRequest(preferences=ASKED))
    changed = pb.Preferences()
    changed.CopyFrom(ASKED)
    changed.etag, changed.quiet_from, changed.quiet_to = '"1"', "", ""
    kept = await stub.UpdatePreferences(pb.UpdatePreferencesRequest(preferences=changed))
    assert (kept.quiet_from, kept.etag) == ("", '"2"')


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("language", "fr", "preferences.language"),
        ("quiet_to", "12:00", "preferences.quiet_to"),
        ("quiet_from", "noon", "preferences.quiet_from"),
        ("digest", 9, "preferences.digest"),
        ("channels", [9], "preferences.channels[0]"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    world: World, field: str, value: object, wrong: str
) -> None:
    await world.run(app)
    asked = pb.Preferences()
    asked.CopyFrom(ASKED)
    if isinstance(value, list):
        del asked.channels[:]
        asked.channels.extend(value)
    else:
        setattr(asked, field, value)
    with refused("INVALID_FIELD", field=wrong):
        await make.preferences_of(world, CLERK).UpdatePreferences(
            pb.UpdatePreferencesRequest(preferences=asked)
        )
