"""What is fetched over HTTP, and what is not: by a source that does as it is told."""

import base64
import gzip
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from services.connectors.tests.source import CSV, HTML, Reply, Source, certificate, source, zipped

from saola.kit.errors import DomainError
from saola.services.connectors.domain.connectors import Field, Format, Method, Secret, Spec
from saola.services.connectors.peers.sources import Question, fetch
from saola.services.connectors.settings import Settings

LOOPBACK = ["127.0.0.0/8"]
SECRET = Secret("mật khẩu: của nguồn")
KEY = Secret("khoa-cua-nguon")


@pytest.fixture
def peer() -> Iterator[Source]:
    with source() as one:
        yield one


def spec(url: str, **more: Any) -> Spec:
    fields = (Field("kham", "kham"),)
    usual: dict[str, Any] = {"title": "x", "url": url, "fields": fields, "schedule": "0 6 * * *"}
    return Spec(**(usual | {"size_limit": 10_000} | more))


def question(url: str, secret: Secret | None = None, **more: Any) -> Question:
    return Question(url, spec(url, **more), secret, 5)


def settings(*sources: Source | str, **more: Any) -> Settings:
    hosts = [one if isinstance(one, str) else one.url for one in sources]
    given: dict[str, Any] = {"hosts": hosts, "networks": LOOPBACK} | more
    return Settings(**given)


async def refusal(given: Settings, asked: Question) -> tuple[str, dict[str, object]]:
    with pytest.raises(DomainError) as no:
        await fetch(given, asked)
    assert "khoa-cua-nguon" not in f"{no.value} {no.value.facts} {no.value.text('vi')}"
    return no.value.reason, no.value.facts


async def test_what_is_answered_comes_as_it_is(peer: Source) -> None:
    peer.say('{"kham": 1}')
    answer = await fetch(settings(peer), question(f"{peer.url}/a?b=c"))
    assert (answer.body, answer.status) == (b'{"kham": 1}', 200)
    assert peer.asked == ["/a?b=c"]


async def test_what_is_packed_is_unpacked(peer: Source) -> None:
    peer.reply = zipped(b'{"kham": 2}')
    assert (await fetch(settings(peer), question(peer.url))).body == b'{"kham": 2}'


@pytest.mark.parametrize(
    ("method", "secret", "header", "said"),
    [
        (Method.NONE, None, "authorization", None),
        (
            Method.BASIC,
            SECRET,
            "authorization",
            "Basic " + base64.b64encode(f"ioc:{SECRET.value}".encode()).decode(),
        ),
        (Method.BEARER, KEY, "authorization", "Bearer khoa-cua-nguon"),
        (Method.API_KEY, KEY, "x-api-key", "khoa-cua-nguon"),
    ],
)
async def test_the_source_is_told_who_asks(
    peer: Source, method: Method, secret: Secret | None, header: str, said: str | None
) -> None:
    asked = question(peer.url, secret, method=method, user="ioc", header="X-Api-Key")
    await fetch(settings(peer), asked)
    assert peer.headers[0].get(header) == said


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"<html>login</html>", HTML), "UNEXPECTED_TYPE"),
        (Reply(b"", "application/pdf"), "UNEXPECTED_TYPE"),
        (Reply(b"{}", headers={"content-encoding": "br"}), "UNEXPECTED_TYPE"),
        (Reply(status=404), "SOURCE_REFUSES"),
        (Reply(status=401), "SOURCE_REFUSES"),
        (Reply(status=204, body=b""), "SOURCE_REFUSES"),
        (Reply(status=503), "SOURCE_BUSY"),
        (Reply(b'{"kham": 12345}', missing=5), "ANSWER_CUT_SHORT"),
        (replace(zipped(b"{}" * 500), missing=12), "ANSWER_CUT_SHORT"),
        (
            Reply(gzip.compress(b"{}")[:-4], headers={"content-encoding": "gzip"}),
            "ANSWER_CUT_SHORT",
        ),
        (Reply(b"not gzip", headers={"content-encoding": "gzip"}), "ANSWER_CUT_SHORT"),
        (Reply(b"1" * 10_001), "ANSWER_TOO_LARGE"),
        (zipped(b" " * (20 << 20)), "ANSWER_TOO_LARGE"),
        (
            Reply(status=302, headers={"location": "https://elsewhere.example.vn/"}),
            "HOST_NOT_ALLOWED",
        ),
        (Reply(status=302, headers={"location": "file:///etc/passwd"}), "INVALID_ADDRESS"),
        (Reply(status=302, headers={"location": "http://169.254.169.254/"}), "HOST_NOT_ALLOWED"),
    ],
)
async def test_a_wrong_answer_is_refused_for_what_it_is(
    peer: Source, reply: Reply, reason: str
) -> None:
    peer.reply = reply
    said, _ = await refusal(settings(peer), question(peer.url, KEY, method=Method.BEARER))
    assert said == reason


async def test_a_source_that_is_silent_is_not_waited_for_for_ever(peer: Source) -> None:
    never = threading.Event()
    peer.reply = Reply(until=never)
    asked = question(peer.url)
    said, facts = await refusal(settings(peer), replace(asked, seconds=0.2))
    never.set()
    assert (said, facts["host"]) == ("SOURCE_SILENT", "127.0.0.1")


async def test_nobody_listens_there(peer: Source) -> None:
    with source() as gone:
        pass
    assert (await refusal(settings(gone), question(gone.url)))[0] == "SOURCE_SILENT"


async def test_a_name_that_leads_nowhere(peer: Source) -> None:
    url = "http://no-such-host.invalid:8080"
    assert (await refusal(settings(url), question(url)))[0] == "SOURCE_SILENT"


async def test_a_name_that_leads_inside_is_not_followed(peer: Source) -> None:
    """It is looked up when it is connected to: what it was before says nothing."""
    url = peer.url.replace("127.0.0.1", "localhost")
    said, facts = await refusal(settings(url, networks=[]), question(url))
    assert (said, facts["host"]) == ("ADDRESS_NOT_ALLOWED", "localhost")
    assert peer.asked == []
    peer.say("{}")
    assert (await fetch(settings(url, networks=[*LOOPBACK, "::1/128"]), question(url))).body


async def test_a_redirect_is_followed_where_the_site_allows_and_without_the_secret(
    peer: Source,
) -> None:
    with source() as other:
        other.say('{"kham": 3}')
        peer.next = [
            Reply(status=307, headers={"location": "/moi"}),
            Reply(status=302, headers={"location": f"{other.url}/khac"}),
        ]
        asked = question(peer.url, KEY, method=Method.BEARER)
        answer = await fetch(settings(peer, other), asked)
    assert (answer.body, answer.url) == (b'{"kham": 3}', f"{other.url}/khac")
    assert [one.get("authorization") for one in peer.headers] == ["Bearer khoa-cua-nguon"] * 2
    assert "authorization" not in other.headers[0]


async def test_a_redirect_leads_not_inside_either(peer: Source) -> None:
    inside = peer.url.replace("127.0.0.1", "localhost")
    peer.next = [Reply(status=302, headers={"location": inside})]
    given = settings(peer, inside, networks=["127.0.0.1/32"])
    peer.say("{}")
    assert (await fetch(given, question(peer.url))).body == b"{}"
    peer.next = [Reply(status=302, headers={"location": "http://127.0.0.2:1/"})]
    given = settings(peer, "http://127.0.0.2:1", networks=["127.0.0.1/32"])
    assert (await refusal(given, question(peer.url)))[0] == "ADDRESS_NOT_ALLOWED"


async def test_redirects_end(peer: Source) -> None:
    peer.reply = Reply(status=302, headers={"location": "/again"})
    assert (await refusal(settings(peer), question(peer.url)))[0] == "TOO_MANY_REDIRECTS"
    assert len(peer.asked) == 4


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    shown, tls = certificate(tmp_path)
    with source(tls) as peer:
        asked = question(peer.url, KEY, method=Method.BEARER)
        assert (await refusal(settings(peer), asked))[0] == "SOURCE_NOT_TRUSTED"
        assert peer.asked == []
        peer.say('{"kham": 4}')
        trusted = settings(peer, certificates=str(shown))
        assert (await fetch(trusted, asked)).body == b'{"kham": 4}'
        elsewhere = peer.url.replace("127.0.0.1", "localhost")
        given = settings(elsewhere, certificates=str(shown), networks=[*LOOPBACK, "::1/128"])
        assert (await refusal(given, question(elsewhere)))[0] == "SOURCE_NOT_TRUSTED"


async def test_csv_is_known_by_its_types_and_json_by_its_own(peer: Source) -> None:
    peer.reply = Reply(b"a,b\n", CSV)
    assert (await fetch(settings(peer), question(peer.url, format=Format.CSV))).body == b"a,b\n"
    assert (await refusal(settings(peer), question(peer.url)))[0] == "UNEXPECTED_TYPE"
    peer.reply = Reply(b"{}", "application/problem+json")
    assert (await fetch(settings(peer), question(peer.url))).body == b"{}"
