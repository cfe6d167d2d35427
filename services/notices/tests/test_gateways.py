"""Short messages and webhooks: signed as Standard Webhooks asks, and read by its own library."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from services.notices.tests import make, post
from services.notices.tests.make import CLERK, NOON, later
from services.notices.tests.post import Calls
from standardwebhooks import Webhook

from saola.apis.notices.v1 import deliveries_pb2 as pb
from saola.apis.notices.v1 import preferences_pb2 as preferences
from saola.services.notices.domain.preferences import Channel
from saola.services.notices.formats import deliveries as formats
from saola.services.notices.formats.deliveries import Line, Parcel
from saola.testing.plugin import World

SECRET = "whsec_" + base64.b64encode(b"a secret of the gateways").decode()
SIX = timedelta(minutes=6)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    with post.gateway() as taken:
        monkeypatch.setenv("SAOLA_NOTICES_SMS", taken.url)
        monkeypatch.setenv("SAOLA_NOTICES_WEBHOOK", taken.url)
        yield taken


async def province(world: World, *channels: pb.Channel.ValueType) -> None:
    """The clerk wants to be told by these."""
    for name in ("notices-sms", "notices-webhook"):
        world.site.secret(name, SECRET)
    await make.whole(world)
    asked = preferences.Preferences(
        channels=channels, language="vi", digest=preferences.Preferences.DIGEST_SOON, etag='"0"'
    )
    stub = make.preferences_of(world, CLERK)
    await stub.UpdatePreferences(preferences.UpdatePreferencesRequest(preferences=asked))


async def test_a_short_message_goes_to_the_number_that_identity_knows(
    world: World, calls: Calls
) -> None:
    await province(world, pb.CHANNEL_SMS)
    await make.remind(world, "before")
    await make.remind(world, "before", "2026-10")
    await later(world, SIX)
    [said] = calls.said
    assert said["type"] == "sms.requested"
    assert said["data"]["to"] == "+84912345678"
    assert said["data"]["text"].endswith(" (và 1 thông báo khác)")


async def test_a_webhook_names_nobody_and_leads_to_the_notice(world: World, calls: Calls) -> None:
    await province(world, pb.CHANNEL_WEBHOOK)
    await make.remind(world, "before")
    await later(world, SIX)
    [said], [told] = calls.said, await make.mine(world, CLERK)
    assert said["data"]["official"] == f"officials/{CLERK}"
    [notice] = said["data"]["notices"]
    assert (notice["name"], notice["title"]) == (told.name, told.title)
    assert "example.vn" not in str(said)


def test_the_signature_is_as_the_library_of_standard_webhooks_expects_it() -> None:
    line = Line("notices/1", "reminder", "Đến hạn", "Báo cáo", urgent=False, path="/notices/1")
    parcel = Parcel(
        CLERK, CLERK, Channel.WEBHOOK, "vi", 1, [line], datetime(2026, 12, 4, tzinfo=UTC)
    )
    body = formats.webhook(parcel, "")
    headers = formats.signed(parcel.message, body, SECRET, NOON)
    expected = Webhook(SECRET).sign(headers["webhook-id"], NOON, body.decode())
    assert headers["webhook-signature"] == expected
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))


async def test_a_gateway_that_is_busy_is_asked_when_it_said(world: World, calls: Calls) -> None:
    await province(world, pb.CHANNEL_WEBHOOK)
    calls.answers = [(429, {"retry-after": "300"}), (503, {})]
    await make.remind(world, "before")
    await later(world, SIX)
    [one] = await make.delivered(world)
    assert (one.state, one.code) == (pb.Delivery.STATE_SENDING, "429")
    await later(world, timedelta(minutes=4))
    assert len(calls.bodies) == 1
    await later(world, timedelta(minutes=1))
    await later(world, timedelta(minutes=2))
    [sent] = await make.delivered(world)
    assert (sent.state, sent.attempts, len(calls.bodies)) == (pb.Delivery.STATE_SENT, 3, 3)
    assert len({headers["webhook-id"] for headers in calls.headers}) == 1


async def test_a_gateway_that_will_never_take_it_is_not_asked_again(
    world: World, calls: Calls
) -> None:
    await province(world, pb.CHANNEL_SMS, pb.CHANNEL_WEBHOOK)
    calls.answers = [(422, {}), (422, {})]
    await make.remind(world, "before")
    await later(world, SIX)
    await later(world, timedelta(days=1))
    found = {(one.channel, one.state, one.code) for one in await make.delivered(world)}
    failed = pb.Delivery.STATE_FAILED
    assert found == {(pb.CHANNEL_SMS, failed, "422"), (pb.CHANNEL_WEBHOOK, failed, "422")}
    assert len(calls.bodies) == 2


async def test_a_redirect_is_not_followed(world: World, calls: Calls) -> None:
    await province(world, pb.CHANNEL_WEBHOOK)
    calls.answers = [(307, {"location": calls.url})]
    await make.remind(world, "before")
    await later(world, SIX)
    [one] = await make.delivered(world)
    assert (one.state, one.code, len(calls.bodies)) == (pb.Delivery.STATE_SENDING, "307", 1)
