"""What goes to the audit without a change that it could go with: refusals, and looks at all."""

import structlog

from saola.kit.call import Call
from saola.kit.ending import trail
from saola.kit.errors import DomainError, PermissionDenied, Unauthenticated
from saola.kit.quotas import Quota

NOTED = (PermissionDenied, Unauthenticated)
log = structlog.get_logger()


class Journal:
    """A client that is refused over and over does not fill the audit: metrics count the rest."""

    def __init__(self) -> None:
        self._refusals, self._looks = Quota("10/minute"), Quota("1/minute")

    async def refused(self, call: Call, error: DomainError) -> None:
        if isinstance(error, NOTED) and self._refusals.take(call.caller.id):
            await self._note(call, "refused", error.reason)

    async def looked(self, call: Call) -> None:
        """A service that asks for itself sees every agency."""
        if self._looks.take(f"{call.caller.id} {call.rpc}"):
            await self._note(call, "looked", "")

    async def _note(self, call: Call, action: str, reason: str) -> None:
        """In a transaction of its own, which changes nothing for the caller if it fails."""
        try:
            async with Call.own(call.service).unit() as unit:
                facts = {"reason": reason} if reason else {}
                unit.ending.note(trail(call, action, facts=facts))
        except Exception:
            log.exception("not in the audit", rpc=call.rpc, action=action)
