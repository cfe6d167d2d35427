"""What happens on the site, for an edge: every event's place, kind and key as it comes."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import nats.errors
import structlog
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamState
from nats.js.errors import APIError

from saola.kit.broker import STREAM, SUBJECTS, Envelope, Gap, era_of, seen_by, still
from saola.kit.call import Call

KEEP = 1000  # of the latest, told to whoever begins, so that their readers may come from elsewhere
IDLE = 2.0  # seconds after which it is asked whether the broker still knows us
PAUSE = 0.5
BATCH = 200
log = structlog.get_logger()


@dataclass(frozen=True)
class News:
    """That something has happened; who wants to know what, asks with their own rights."""

    # Where it stands in the stream: the same in all processes, and fit for `Last-Event-ID`.
    sequence: int
    # The full name of the event's message, and what it is about.
    type: str
    key: str
    # The agencies whose people may see that; none where all may, or nobody knows.
    seen_by: frozenset[str]


async def listen(
    call: Call,
    *,
    begin: Callable[[int, int], None],
    tell: Callable[[News], None],
    subjects: Sequence[str] = (SUBJECTS,),
) -> None:
    """Tells of every event in order, each once, without end: it outlives the broker's restarts.

    `begin` says after which sequence everything is told from now on, and in which era: a stream
    that the broker has lost and that was made anew counts from 1 again. It comes first, and again
    when something was missed for good (the stream keeps 30 days): whoever has heard only what is
    older looks at everything anew. Leaves nothing behind in the broker.
    """
    last, era = -1, 0
    while True:
        try:
            stream = await call.service.broker.stream()
            info = await stream.stream_info(STREAM)
            state, now = info.state, era_of(info)
            if era != now or _lost(last, state):
                last, era = max(state.last_seq - KEEP, state.first_seq - 1, 0), now
                begin(last, era)
            events = await _consumer(stream, subjects, last + 1)
            await still(stream, era)
            expected = 1
            while True:
                for message in await _batch(events):
                    if message.metadata.sequence.consumer != expected:
                        raise Gap
                    expected, last = expected + 1, message.metadata.sequence.stream
                    tell(News(last, message.subject, Envelope.of(message).key, seen_by(message)))
        except (Gap, nats.errors.Error, APIError, OSError, TimeoutError) as error:
            log.warning("the feed begins again", error=type(error).__name__)
            await asyncio.sleep(PAUSE)


def _lost(last: int, state: StreamState) -> bool:
    """Whether what comes after `last` is gone, or has not come yet: it was set back."""
    return last + 1 < state.first_seq or last > state.last_seq


async def _consumer(
    stream: JetStreamContext, subjects: Sequence[str], start: int
) -> JetStreamContext.PullSubscription:
    config = ConsumerConfig(
        filter_subjects=list(subjects),
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=start,
        ack_policy=AckPolicy.NONE,
        headers_only=True,
        mem_storage=True,
        inactive_threshold=30,
    )
    info = await stream.add_consumer(STREAM, config)
    return await stream.pull_subscribe_bind(info.name, STREAM)


async def _batch(events: JetStreamContext.PullSubscription) -> Sequence[Msg]:
    batch: list[Msg] = []
    try:
        batch += await events.fetch(1, timeout=IDLE)
    except TimeoutError:
        await events.consumer_info()  # or it is gone with the broker's memory
        return batch
    with suppress(TimeoutError):
        batch += await events.fetch(BATCH, timeout=0.005)
    return batch
