"""What runs beside the pages: the one subscription of a process to the events of all services."""

import asyncio

from saola.edges.portal.edge import Edge
from saola.kit.call import Call


async def follow(call: Call) -> None:
    """Tells the hub of every event, until the process ends; then closes what the portal opened."""
    edge = Edge.of(call.service)
    try:
        await asyncio.Event().wait()
    finally:
        await edge.close()
