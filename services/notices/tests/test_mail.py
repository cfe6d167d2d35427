"""Notices leave by mail: once, together, and again where it may pass."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from services.notices.tests import make, post
from services.notices.tests.make import CLERK, HEAD, NOON, later
from services.notices.tests.post import Mailbox

from saola.apis.notices.v1 import deliveries_pb2 as pb
from saola.apis.notices.v1 import notices_pb2
from saola.kit.call import Call
from saola.services.notices import peers
from saola.services.notices.domain.preferences import Channel
from saola.services.notices.usecases import deliveries
from saola.services.notices.usecases import notices as usecases
from saola.testing.plugin import World, refused

SIX = timedelta(minutes=6)
EMAIL = pb.CHANNEL_EMAIL


@pytest.fixture
async def mailbox(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mailbox]:
    """A mail server, and the province whose mail it takes."""
    async with post.mail_server(Mailbox()) as box:
        monkeypatch.setenv("SAOLA_NOTICES_SMTP", box.address)
        monkeypatch.setenv("SAOLA_NOTICES_SMTP_SECURITY", "none")
        monkeypatch.setenv("SAOLA_NOTICES_SENDER", "ioc@example.vn")
        monkeypatch.setenv("SAOLA_NOTICES_SENDER_NAME", "Trung tâm điều hành")
        monkeypatch.setenv("SAOLA_NOTICES_PORTAL", "https://ioc.example.vn")
        await make.whole(world)
        yield box


async def test_a_notice_leaves_after_a_little_patience_as_text_and_html(
    world: World, mailbox: Mailbox
) -> None:
    await make.remind(world, "before")
    await later(world, timedelta(minutes=4))
    assert mailbox.mails == []
    await later(world, timedelta(minutes=1))
    [mail], [told] = mailbox.mails, await make.mine(world, CLERK)
    assert mailbox.recipients == ["clerk@example.vn"]
    assert mail["Subject"] == "Sắp đến hạn báo cáo: Báo cáo dịch bệnh, tháng 11/2026"
    assert mail["From"].addresses[0].display_name == "Trung tâm điều hành"
    assert mail["Content-Language"] == "vi"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for text in (plain, html):
        assert "Trạm Y tế xã Hòa Bình" in text
        assert f"https://ioc.example.vn/{told.name}" in text
    assert told.sendings == [
        notices_pb2.Notice.Sending(channel=EMAIL, state=pb.Delivery.STATE_SENT)
    ]


async def test_forty_notices_are_one_mail(world: World, mailbox: Mailbox) -> None:
    for number in range(40):
        await make.remind(world, "before", f"{1980 + number}-11")
    await later(world, SIX)
    [mail] = mailbox.mails
    assert mail["Subject"] == "40 thông báo mới"
    [plain, _] = (part.get_content() for part in mail.iter_parts())
    assert all(f"tháng 11/{1980 + number}, của" in plain for number in range(40))
    sent = await make.delivered(world)
    assert {one.state for one in sent} == {pb.Delivery.STATE_SENT}
    assert len({one.message_id for one in sent}) == 1
    await later(world, timedelta(days=1))
    assert len(mailbox.mails) == 1


async def test_what_may_pass_is_tried_again_with_the_same_message_id(
    world: World, mailbox: Mailbox
) -> None:
    mailbox.to_recipient = ["450 4.2.0 Greylisted <clerk@example.vn>"]
    mailbox.to_mail = ["451 4.3.0 Try again"]
    await make.remind(world, "before")
    await later(world, SIX)
    [one] = await make.delivered(world)
    assert (one.state, one.code, one.attempts) == (pb.Delivery.STATE_SENDING, "450", 1)
    await later(world, timedelta(minutes=1))
    [one] = await make.delivered(world)
    assert (one.code, one.attempts) == ("451", 2)
    await later(world, timedelta(minutes=2))
    [sent], [mail] = await make.delivered(world), mailbox.mails
    assert (sent.state, sent.attempts) == (pb.Delivery.STATE_SENT, 3)
    assert sent.message_id == one.message_id
    assert mail["Message-ID"] == f"<{one.message_id}@example.vn>"


async def test_what_will_not_pass_has_failed_and_is_sent_when_a_steward_says_so(
    world: World, mailbox: Mailbox
) -> None:
    mailbox.to_recipient = ["550 5.1.1 No such user <clerk@example.vn>"]
    await make.remind(world, "before")
    await later(world, SIX)
    await later(world, timedelta(days=1))
    [failed] = await make.delivered(world)
    assert (failed.state, failed.code, failed.attempts) == (pb.Delivery.STATE_FAILED, "550", 1)
    assert mailbox.mails == []
    asked = pb.RetryDeliveryRequest(name=failed.name, etag=failed.etag)
    await make.deliveries(world).RetryDelivery(asked)
    await later(world, timedelta())
    [sent] = await make.delivered(world)
    assert (sent.state, len(mailbox.mails)) == (pb.Delivery.STATE_SENT, 1)
    with refused("NOT_FAILED"):
        again = pb.RetryDeliveryRequest(name=sent.name, etag=sent.etag)
        await make.deliveries(world).RetryDelivery(again)


async def test_who_is_killed_between_sending_and_noting_sends_the_same_again(
    world: World, mailbox: Mailbox
) -> None:
    await make.remind(world, "before")
    call = Call.own(world.running["notices"].service)
    world.now += SIX
    async with call.unit(system="a test") as unit:
        parcel = await deliveries._claim(unit, CLERK, Channel.EMAIL)
    assert parcel
    assert (await peers.send(call, parcel)).how.value == "sent"  # and here it was killed
    await make.remind(world, "due")  # what came since leaves by itself
    await later(world, timedelta(minutes=1))
    [first, second, *_] = [mail for mail in mailbox.mails if "Sắp" in mail["Subject"]]
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()
    sent = {one.state for one in await make.delivered(world)}
    assert sent == {pb.Delivery.STATE_SENT}


async def test_two_processes_send_it_once(world: World, mailbox: Mailbox) -> None:
    async with world.serving(make.app, at="-other"):
        for number in range(5):
            await make.remind(world, "due", f"2026-0{number + 1}")
        await later(world, SIX)
        assert sorted(mailbox.recipients) == ["clerk@example.vn", "head@example.vn"]


async def test_in_quiet_hours_only_what_is_urgent_leaves(world: World, mailbox: Mailbox) -> None:
    world.now = NOON + timedelta(hours=11)  # 23:00
    await make.remind(world, "before")
    await make.remind(world, "due", "2026-10")
    await later(world, SIX)
    assert {mail["Subject"].partition(":")[0] for mail in mailbox.mails} == {"Đến hạn báo cáo"}
    assert all(mail["Importance"] == "high" for mail in mailbox.mails)
    before = len(mailbox.mails)
    await later(world, timedelta(hours=6, minutes=53))  # 05:59
    assert len(mailbox.mails) == before
    await later(world, timedelta(minutes=1))
    assert mailbox.mails[-1]["Subject"].startswith("Sắp đến hạn")


async def test_what_was_read_or_done_meanwhile_is_not_sent(world: World, mailbox: Mailbox) -> None:
    await make.remind(world, "before", "2026-10")
    await make.remind(world, "before", "2026-11")
    first, _ = sorted(await make.mine(world, CLERK), key=lambda one: one.report.period)
    await make.notices_of(world, CLERK).MarkRead(notices_pb2.MarkReadRequest(name=first.name))
    async with world.unit("notices") as unit:
        await usecases.spare(unit, make.report("2026-11"))
    await later(world, timedelta(days=1))
    assert mailbox.mails == []
    states = {one.state for one in await make.delivered(world)}
    assert states == {pb.Delivery.STATE_NEEDLESS}
    assert len(await make.mine(world, CLERK)) == 2


async def test_without_an_address_or_an_account_nothing_is_tried(
    world: World, mailbox: Mailbox
) -> None:
    await make.change(world, CLERK, email="")
    await make.change(world, HEAD, disabled=True)
    await make.remind(world, "due")
    await later(world, SIX)
    found = {(one.official, one.code) for one in await make.delivered(world)}
    assert found == {(f"officials/{CLERK}", "no_address"), (f"officials/{HEAD}", "closed")}
    assert mailbox.mails == []


async def test_deliveries_are_seen_by_stewards_and_by_nobody_else(
    world: World, mailbox: Mailbox
) -> None:
    await make.remind(world, "before")
    queued = pb.ListDeliveriesRequest(state=pb.Delivery.STATE_QUEUED, channel=EMAIL)
    assert len((await make.deliveries(world).ListDeliveries(queued)).deliveries) == 1
    sms = pb.ListDeliveriesRequest(channel=pb.CHANNEL_SMS)
    assert not (await make.deliveries(world).ListDeliveries(sms)).deliveries
    with refused("PERMISSION_DENIED"):
        await make.official(world, HEAD).asks(make.DeliveriesServiceStub).ListDeliveries(queued)
    assert mailbox.mails == []


async def test_a_channel_does_not_send_faster_than_it_may(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = world.running["notices"].service.settings
    monkeypatch.setattr(settings, "email_rate", 1)
    await make.remind(world, "due")
    await later(world, SIX)
    sent = len(mailbox.mails)
    assert sent >= 1
    while len(mailbox.mails) < 2:
        await later(world, timedelta(seconds=61))
    assert sorted(mailbox.recipients) == ["clerk@example.vn", "head@example.vn"]


async def test_while_the_server_is_away_it_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Mailbox()
    async with post.mail_server(box):
        pass  # its port is free again
    monkeypatch.setenv("SAOLA_NOTICES_SMTP", box.address)
    monkeypatch.setenv("SAOLA_NOTICES_SMTP_SECURITY", "none")
    await make.whole(world)
    await make.remind(world, "before")
    await later(world, SIX)
    [one] = await make.delivered(world)
    assert (one.state, one.code) == (pb.Delivery.STATE_SENDING, "no_connection")
    async with post.mail_server(box):
        await later(world, timedelta(minutes=1))
    assert box.recipients == ["clerk@example.vn"]


async def test_who_asks_for_tls_and_a_password_gets_both(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trusted, context = post.certificate(tmp_path)
    async with post.mail_server(Mailbox(), context, ("ioc", "a secret")) as box:
        monkeypatch.setenv("SAOLA_NOTICES_SMTP", box.address)
        monkeypatch.setenv("SAOLA_NOTICES_SMTP_CERTIFICATES", str(trusted))
        monkeypatch.setenv("SAOLA_NOTICES_SMTP_USER", "ioc")
        world.site.secret("notices-smtp", "another")
        await make.whole(world)
        await make.remind(world, "before")
        await later(world, SIX)
        [one] = await make.delivered(world)
        assert (one.state, one.code) == (pb.Delivery.STATE_SENDING, "535")
        world.site.secret("notices-smtp", "a secret")  # without a restart
        await later(world, timedelta(minutes=1))
        assert box.recipients == ["clerk@example.vn"]


async def test_nothing_is_said_to_a_server_that_offers_no_tls(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with post.mail_server(Mailbox()) as box:
        monkeypatch.setenv("SAOLA_NOTICES_SMTP", box.address)
        await make.whole(world)
        await make.remind(world, "before")
        await later(world, SIX)
        [one] = await make.delivered(world)
        assert (one.state, one.code, box.mails) == (pb.Delivery.STATE_SENDING, "unsupported", [])


async def test_while_identity_is_away_it_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with post.mail_server(Mailbox()) as box:
        monkeypatch.setenv("SAOLA_NOTICES_SMTP", box.address)
        await world.run(make.app)
        await make.province(world)
        await make.remind(world, "before")
        await later(world, SIX)
        [one] = await make.delivered(world)
        assert (one.state, one.code, box.mails) == (pb.Delivery.STATE_SENDING, "identity", [])
