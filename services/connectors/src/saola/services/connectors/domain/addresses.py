"""Where to fetch: addresses with periods in them, the hosts of the site, and what is inside."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Final, Self
from urllib.parse import quote, urljoin, urlsplit

from saola.kit.errors import Code, DomainError
from saola.periods.periods import Period
from saola.periods.windows import Bounds

LONGEST: Final = 2000
PLACE: Final = re.compile(r"\{(period|from|to)(?::((?:%[dmyY]|[-/._])+))?\}")
HOST: Final = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]{0,250}[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")
PORTS: Final = {"https": 443, "http": 80}
NAT64: Final = ip_network("64:ff9b::/96")
SAMPLE: Final = Bounds(date(2026, 11, 1), date(2026, 11, 30))


class InvalidAddress(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{value}” không phải địa chỉ http(s) hợp lệ (trường {field})."
    en = "“{value}” is no valid address of HTTP (field {field})."


class HostNotAllowed(DomainError):
    code = Code.PERMISSION_DENIED
    vi = "Trung tâm chưa cho phép lấy dữ liệu từ {host} (trường {field})."
    en = "The site does not let anybody fetch from {host} (field {field})."


class AddressNotAllowed(DomainError):
    code = Code.PERMISSION_DENIED
    vi = "Tên {host} trỏ tới một địa chỉ mạng nội bộ không được phép."
    en = "The name {host} leads to an inside address that is not allowed."


@dataclass(frozen=True)
class Origin:
    """Who answers at an address: the scheme, the host and the port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """InvalidAddress where there is none."""
        wrong = InvalidAddress(field="connector.url", value=url[:80])
        try:
            parts = urlsplit(url)
            port, host = parts.port, (parts.hostname or "").rstrip(".")
        except ValueError as error:
            raise wrong from error
        if parts.scheme not in PORTS or not HOST.fullmatch(host) or parts.username is not None:
            raise wrong
        return cls(parts.scheme, host, port or PORTS[parts.scheme])

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == PORTS[self.scheme]
        return f"{self.scheme}://{host}" + ("" if usual else f":{self.port}")

    def covers(self, other: "Origin") -> bool:
        """`*.example.vn` stands for every host below it, and not for itself."""
        if (self.scheme, self.port) != (other.scheme, other.port):
            return False
        if self.host.startswith("*."):
            return other.host.endswith(self.host[1:]) and not other.host.startswith("*")
        return self.host == other.host


def check_allowed(origin: Origin, hosts: Collection[str]) -> None:
    """`hosts` are the site's: `https://api.example.vn`, `http://10.1.2.3:8080`; a bare name is one
    of HTTPS."""
    known = (Origin.of(one if "://" in one else f"https://{one}") for one in hosts)
    if not any(one.covers(origin) for one in known):
        raise HostNotAllowed(field="connector.url", host=origin)


def may_be_reached(address: IPv4Address | IPv6Address, networks: Collection[str]) -> bool:
    """Whatever is on the open Internet, and what is inside where the site says so."""
    return all(
        (one.is_global and not one.is_multicast)
        or any(one in ip_network(network) for network in networks)
        for one in _meant(address)
    )


def _meant(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """It, or what it stands for: an address of the old kind may be wrapped in one of the new."""
    if isinstance(address, IPv4Address):
        yield address
        return
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    wrapped = [one for one in inner if one is not None]
    yield from wrapped or [address]


def check_url(url: str) -> Origin:
    """Placeholders stand in the path and the query only, and there is no other brace."""
    wrong = InvalidAddress(field="connector.url", value=url[:80])
    if len(url) > LONGEST or not url.isprintable() or " " in url or "#" in url:
        raise wrong
    if not url.isascii() or set(PLACE.sub("", url)) & set("{}\\"):
        raise wrong
    asked = filled(url, Period.read("2026-11"), SAMPLE)
    if str(Origin.of(url)) != str(Origin.of(asked)):
        raise wrong
    return Origin.of(asked)


def filled(url: str, period: Period, bounds: Bounds) -> str:
    """The address for one period."""

    def say(found: re.Match[str]) -> str:
        what, pattern = found.groups()
        day = {"period": period.begin, "from": bounds.first, "to": bounds.last}[what]
        if pattern:
            return quote(day.strftime(pattern), safe="")
        return quote(str(period) if what == "period" else day.isoformat(), safe="")

    return PLACE.sub(say, url)


def redirected(url: str, location: str) -> str:
    """Where an answer leads on to."""
    return urljoin(url, location)
