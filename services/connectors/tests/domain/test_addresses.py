"""Addresses: who is asked, what a period makes of them, and what is inside."""

from datetime import date
from ipaddress import ip_address

import pytest

from saola.kit.errors import DomainError
from saola.periods.periods import Period
from saola.periods.windows import Bounds
from saola.services.connectors.domain.addresses import (
    HostNotAllowed,
    InvalidAddress,
    Origin,
    check_allowed,
    check_url,
    filled,
    may_be_reached,
)

NOVEMBER = Bounds(date(2026, 10, 15), date(2026, 11, 14))


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://a.vn/x?ky={period}", "https://a.vn/x?ky=2026-11"),
        ("https://a.vn/{from}/{to}", "https://a.vn/2026-10-15/2026-11-14"),
        ("https://a.vn/?tu={from:%d/%m/%Y}", "https://a.vn/?tu=15%2F10%2F2026"),
        ("https://a.vn/{period:%Y%m}.csv", "https://a.vn/202611.csv"),
    ],
)
def test_a_period_stands_in_the_path_and_the_query(url: str, asked: str) -> None:
    assert check_url(url).host == "a.vn"
    assert filled(url, Period.read("2026-11"), NOVEMBER) == asked


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.vn/x",
        "ftp://a.vn/x",
        "file:///etc/passwd",
        "https://{period}.vn/x",
        "https://a.vn:{from:%Y}/x",
        "https://ai:mat-khau@a.vn/x",
        "https://a.vn/{secret}",
        "https://a.vn/{from:%s}",
        "https://a.vn/a b",
        "https://a.vn/x#y",
        "https://a.vn\\@b.vn/",
        "https://a.vn/\r\nx: y",
        "https://a.vn:99999/",
        "https://[::1/",
        "https://đ.vn/",
        "https://a.vn/" + "x" * 2000,
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidAddress):
        check_url(url)


@pytest.mark.parametrize(
    ("url", "hosts", "outcome"),
    [
        ("https://api.a.vn/x", ["api.a.vn"], "allowed"),
        ("https://API.a.vn:443/x", ["https://api.a.vn"], "allowed"),
        ("https://api.a.vn./x", ["api.a.vn"], "allowed"),
        ("https://api.a.vn/x", ["*.a.vn"], "allowed"),
        ("https://a.vn/x", ["*.a.vn"], "refused"),
        ("https://evila.vn/x", ["*.a.vn"], "refused"),
        ("https://a.vn.evil.vn/x", ["a.vn", "*.a.vn"], "refused"),
        ("http://api.a.vn/x", ["api.a.vn"], "refused"),
        ("https://api.a.vn:8443/x", ["api.a.vn"], "refused"),
        ("http://10.1.2.3:8080/x", ["http://10.1.2.3:8080"], "allowed"),
        ("https://[::1]/x", ["https://[::1]"], "allowed"),
        ("https://api.a.vn/x", [], "refused"),
    ],
)
def test_a_host_is_allowed_by_scheme_name_and_port(
    url: str, hosts: list[str], outcome: str
) -> None:
    try:
        check_allowed(Origin.of(url), hosts)
    except HostNotAllowed:
        assert outcome == "refused"
    else:
        assert outcome == "allowed"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_what_is_inside_is_not_reached(address: str) -> None:
    assert not may_be_reached(ip_address(address), [])


def test_what_is_outside_is_and_what_is_inside_where_the_site_says_so() -> None:
    assert may_be_reached(ip_address("1.1.1.1"), [])
    assert may_be_reached(ip_address("2606:4700::1"), [])
    assert may_be_reached(ip_address("64:ff9b::101:101"), [])
    assert may_be_reached(ip_address("10.1.2.3"), ["10.1.2.0/24"])
    assert may_be_reached(ip_address("::ffff:10.1.2.3"), ["10.1.2.0/24"])
    assert not may_be_reached(ip_address("10.1.3.3"), ["10.1.2.0/24"])


def test_a_refusal_says_where_it_was() -> None:
    with pytest.raises(DomainError) as no:
        check_allowed(Origin.of("http://[::1]:8080/x"), ["a.vn"])
    assert "http://[::1]:8080" in no.value.text("vi")
