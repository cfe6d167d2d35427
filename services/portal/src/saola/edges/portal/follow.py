"""What runs beside the pages: the one subscription of a process to the events of all services."""

from saola.edges.portal.edge import Edge
from saola.edges.portal.hub import topic_of, whom
from saola.kit import feed
from saola.kit.call import Call


async def follow(call: Call) -> None:
    """Tells the hub of every event, until the process ends; then closes what the portal opened."""
    edge = Edge.of(call.service)

    def begin(sequence: int, era: int) -> None:
        edge.looks.forget()
        edge.hub.begin(sequence, era)

    def tell(news: feed.News) -> None:
        topic = topic_of(news.type)
        edge.hub.tell(topic, news.sequence, whom(topic, news))

    try:
        await feed.listen(call, begin=begin, tell=tell)
    finally:
        await edge.close()
