"""A copy of what another service owns, rebuilt from the owner's list while its events go on."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from google.protobuf.message import Message

from saola.kit.call import Call, Unit

Q = TypeVar("Q", bound=Message)
PAGE = 500


async def resync(
    call: Call,
    ask: Callable[[Q], Awaitable[Message]],
    request: Q,
    keep: Callable[[Unit, Sequence[Any]], Awaitable[None]],
) -> int:
    """Asks for page after page and keeps each in a unit of its own; returns how many there were.

    `ask` is the List RPC of a stub, `keep` the function that the event's handler uses too. It must
    write what is newer than what is there and nothing else (by the revision in the etag): then it
    does not matter whether a page or an event comes first, or how often. Declare the caller with
    `@clock(once=True)`: it runs at the first start of a service and when `saola resync` asks.
    """
    asked: Any = type(request)()  # every list request has a size and a token: AIP-158
    asked.CopyFrom(request)
    asked.page_size, count = PAGE, 0
    while True:
        answer: Any = await ask(asked)
        items = getattr(answer, _listed(answer))
        if items:
            async with call.unit(system="rebuild a copy") as unit:
                await keep(unit, items)
        count += len(items)
        if not answer.next_page_token:
            return count
        asked.page_token = answer.next_page_token


def _listed(answer: Message) -> str:
    """The field of a list's answer that has the list: its first."""
    return str(answer.DESCRIPTOR.fields[0].name)
