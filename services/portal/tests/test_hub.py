"""Live events: many browsers, one source."""

from saola.edges.portal.hub import KEPT, ROOM, Hub, Listener, topic_of, whom
from saola.kit.feed import News

TYPE = "saola.apis.warehouse.v1."
ERA = 1_764_000_000_000_000


def listener(*names: str) -> Listener:
    return Listener(frozenset(names))


async def heard(hub: Hub, after: str = "", count: int = 1) -> list[str]:
    """The kinds of the first `count` things that a listener hears."""
    stream = hub.listen(after, 0.01, listener())
    said = [(await anext(stream)).decode() for _ in range(count)]
    await stream.aclose()
    return [line.partition("event: ")[2].partition("\n")[0] for line in said]


def test_an_event_is_told_by_the_noun_it_is_about() -> None:
    assert topic_of(TYPE + "SubmissionSubmitted") == "submissions"
    assert topic_of(TYPE + "ObligationChanged") == "submissions"
    assert topic_of("saola.apis.identity.v1.OfficialChanged") == ""


async def test_a_listener_hears_what_changed_and_nothing_of_how() -> None:
    hub = Hub()
    stream = hub.listen("", 5, listener())
    await anext(stream)
    hub.tell("submissions", 7)
    assert await anext(stream) == (
        b'id: 0-7\nevent: changed\ndata: {"topic":"submissions","revision":7}\n\n'
    )
    await stream.aclose()
    assert hub.listeners == 0


async def test_silence_is_broken_by_a_beat() -> None:
    assert await heard(Hub(), count=3) == ["beat", "beat", "beat"]


async def test_who_comes_back_hears_what_was_missed() -> None:
    hub = Hub()
    hub.begin(4, ERA)
    for revision in (5, 6, 7):
        hub.tell("submissions", revision)
    assert await heard(hub, after=f"{ERA}-5", count=3) == ["beat", "changed", "changed"]
    assert await heard(hub, after=f"{ERA}-7", count=2) == ["beat", "beat"]


async def test_who_was_away_too_long_or_comes_from_elsewhere_looks_again() -> None:
    hub = Hub()
    hub.begin(4, ERA)
    hub.tell("submissions", 5)
    assert await heard(hub, after=f"{ERA}-3", count=2) == ["beat", "resync"]
    assert await heard(hub, after=f"{ERA}-99", count=2) == ["beat", "resync"]
    for revision in range(6, 6 + KEPT):
        hub.tell("submissions", revision)
    assert await heard(hub, after=f"{ERA}-4", count=2) == ["beat", "resync"]


async def test_who_is_slow_is_told_once_to_look_again() -> None:
    hub = Hub()
    stream = hub.listen("", 5, listener())
    await anext(stream)
    for revision in range(1, ROOM + 2):
        hub.tell("submissions", revision)
    assert (await anext(stream)).decode().splitlines()[1] == "event: resync"
    await stream.aclose()


async def test_the_same_event_twice_is_told_once() -> None:
    hub = Hub()
    stream = hub.listen("", 0.01, listener())
    await anext(stream)
    for _ in range(2):
        hub.tell("submissions", 1)
    assert b"changed" in await anext(stream)
    assert b"beat" in await anext(stream)
    await stream.aclose()


async def test_a_new_beginning_has_everybody_look_again() -> None:
    hub = Hub()
    stream = hub.listen("", 5, listener())
    await anext(stream)
    hub.begin(3, ERA)
    assert b"resync" in await anext(stream)
    await stream.aclose()


async def test_who_comes_from_a_stream_that_is_no_more_looks_again() -> None:
    """The broker has lost its data, and counts to where it was and beyond."""
    hub = Hub()
    hub.begin(0, ERA)
    for revision in (1, 2, 3):
        hub.tell("submissions", revision)
    heard_last = hub.place
    hub.begin(0, ERA + 1)
    for revision in (1, 2, 3, 4):
        hub.tell("submissions", revision)
    assert await heard(hub, after=heard_last, count=2) == ["beat", "resync"]
    assert await heard(hub, after=f"{ERA + 1}-2", count=3) == ["beat", "changed", "changed"]


async def test_who_says_what_is_no_place_looks_again() -> None:
    hub = Hub()
    hub.begin(4, ERA)
    for nonsense in ("7", "-", f"{ERA}-", f"{ERA}-x", "\u0663-\u0663", f"{ERA}--1"):
        assert await heard(hub, after=nonsense, count=2) == ["beat", "resync"]


async def test_what_concerns_some_is_told_to_no_others() -> None:
    hub, one, two = Hub(), listener("officials/1", "agencies/a"), listener("officials/2")
    hub.begin(4, ERA)
    mine, others = hub.listen("", 0.01, one), hub.listen("", 0.01, two)
    for stream in (mine, others):
        await anext(stream)
    hub.tell("notices", 5, frozenset({"officials/1"}))
    hub.tell("submissions", 6, frozenset({"agencies/a", "agencies/root"}))
    assert b'"topic":"notices"' in await anext(mine)
    assert b'"topic":"submissions"' in await anext(mine)
    assert b"event: beat" in await anext(others)
    assert (one.withheld, two.withheld) == (False, True)
    for stream in (mine, others):
        await stream.aclose()
    assert hub.missed(f"{ERA}-4", two) == []
    assert len(hub.missed(f"{ERA}-4", one)) == 2


async def test_what_is_said_of_nobody_is_told_to_all() -> None:
    hub, everybody = Hub(), frozenset[str]()
    hub.begin(4, ERA)
    hub.tell("submissions", 5, everybody)  # of a service that knows no lineage
    assert len(hub.missed(f"{ERA}-4", listener("officials/1", "agencies/a"))) == 1


def test_who_is_told_is_said_by_the_key_or_by_whose_it_is() -> None:
    above = frozenset({"agencies/a", "agencies/root"})
    news = News(7, TYPE + "SubmissionSubmitted", "submissions/1", above)
    assert whom("submissions", news) == above
    assert whom("agencies", news) == frozenset()  # what an agency is called, all may know
    assert whom("notices", News(8, "", "officials/1", above)) == {"officials/1"}
