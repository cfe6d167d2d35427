"""No address is kept, told or logged (ADR 0011)."""

from datetime import timedelta

import pytest
import structlog
from services.notices.tests import make, post
from services.notices.tests.make import later
from services.notices.tests.post import Mailbox

from saola.kit.tables import kit
from saola.services.notices import models
from saola.testing.plugin import World

PRIVATE = ("clerk@", "91234", "Lò Thị Mai")


async def test_no_row_no_event_and_no_log_of_a_whole_delivery_holds_an_address(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with post.mail_server(Mailbox()) as box:
        box.to_recipient = ["450 Greylisted <clerk@example.vn>"]
        monkeypatch.setenv("SAOLA_NOTICES_SMTP", box.address)
        monkeypatch.setenv("SAOLA_NOTICES_SMTP_SECURITY", "none")
        with structlog.testing.capture_logs() as logs:
            await make.whole(world)
            await make.remind(world, "before")
            for minutes in (6, 1):
                await later(world, timedelta(minutes=minutes))
        assert box.recipients == ["clerk@example.vn"]
    said = [str(one) for one in logs] + [str(one.body) for one in await world.told()]
    async with world.unit("notices") as unit:
        connection = await unit.connection()
        for table in (*models.Base.metadata.tables, *kit.tables):
            rows = await connection.exec_driver_sql(f"table {table}")
            said += [str(row) for row in rows]
    assert [word for word in PRIVATE if any(word in one for one in said)] == []
    assert any("officials/" in one or str(make.CLERK) in one for one in said)
