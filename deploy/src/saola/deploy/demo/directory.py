"""The demo's directory: areas, agencies, officials; what is there already is left as it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from saola.apis.identity.v1 import agencies_pb2 as agencies
from saola.apis.identity.v1 import areas_pb2 as areas
from saola.apis.identity.v1 import officials_pb2 as officials
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.identity.v1.areas_pb2_grpc import AreasServiceStub
from saola.apis.identity.v1.officials_pb2_grpc import OfficialsServiceStub
from saola.client.site import request_id
from saola.deploy.demo.province import AREA, PROVINCE, Province, Unit

Step = Callable[[str, int, int], None]  # what, done, total
ROLES = {"nhap": "reporter", "duyet": "approver"}


def pages(ask: Callable[[str], Any], of: str) -> Iterator[Any]:
    """Everything a List RPC has, page by page."""
    token = None
    while token != "":
        page = ask(token or "")
        yield from getattr(page, of)
        token = page.next_page_token


@dataclass
class Directory:
    """Enters it over one channel to identity."""

    channel: Any
    step: Step

    def enter(self, province: Province) -> dict[str, str]:
        """Gives the resource name of each agency by its code."""
        self._areas(province)
        stub = AgenciesServiceStub(self.channel)
        known = {one.code: one.name for one in self.agencies()}
        root = known[PROVINCE[0]] = known.get(PROVINCE[0]) or self._root(stub)
        wanted = [*province.units, *(commune.unit for commune in province.communes)]
        for number, unit in enumerate(wanted, 1):
            if unit.code not in known:
                asked = agencies.Agency(
                    code=unit.code,
                    display_name=unit.name,
                    short_name=unit.short_name,
                    kind=agencies.Agency.Kind.Value(f"KIND_{unit.kind.upper()}"),
                    parent=root,
                    area=self._area_names.get(unit.area, ""),
                    valid_from="2025-07-01",
                )
                request = agencies.CreateAgencyRequest(agency=asked, request_id=request_id())
                known[unit.code] = stub.CreateAgency(request).name
            self.step("agencies", number, len(wanted))
        return known

    def agencies(self) -> Iterator[agencies.Agency]:
        stub = AgenciesServiceStub(self.channel)

        def ask(token: str) -> Any:
            return stub.ListAgencies(agencies.ListAgenciesRequest(page_size=1000, page_token=token))

        return pages(ask, "agencies")

    def officials(self, accounts: list["Account"], password: str) -> None:
        """Adds those who are missing. Each is asked for a new password at the first sign-in."""
        stub = OfficialsServiceStub(self.channel)

        def ask(token: str) -> Any:
            return stub.ListOfficials(
                officials.ListOfficialsRequest(page_size=1000, page_token=token)
            )

        known = {one.user_name for one in pages(ask, "officials")}
        for number, account in enumerate(accounts, 1):
            if account.user_name not in known:
                asked = officials.Official(
                    user_name=account.user_name,
                    full_name=account.full_name,
                    positions=[_position(account)],
                    roles=account.roles,
                )
                request = officials.CreateOfficialRequest(
                    official=asked, initial_password=password, request_id=request_id()
                )
                stub.CreateOfficial(request)
            self.step("officials", number, len(accounts))

    def _root(self, stub: Any) -> str:
        """The province: made by `make up` already, or made now."""
        code, title, short_name = PROVINCE
        for one in self.agencies():
            if not one.parent:
                return one.name
        asked = agencies.Agency(
            code=code,
            display_name=title,
            short_name=short_name,
            kind=agencies.Agency.KIND_COMMITTEE,
            valid_from="2025-07-01",
        )
        request = agencies.CreateAgencyRequest(agency=asked, request_id=request_id())
        name: str = stub.CreateAgency(request).name
        return name

    def _areas(self, province: Province) -> None:
        stub = AreasServiceStub(self.channel)

        def ask(token: str) -> Any:
            return stub.ListAreas(areas.ListAreasRequest(page_size=1000, page_token=token))

        self._area_names = {one.code: one.name for one in pages(ask, "areas")}
        everything = [AREA] + [
            (one.code, one.name, one.latitude, one.longitude, one.square_kilometres)
            for one in province.communes
        ]
        for number, (code, name, latitude, longitude, size) in enumerate(everything, 1):
            if code not in self._area_names:
                asked = areas.Area(
                    code=code,
                    display_name=name,
                    parent="" if code == AREA[0] else self._area_names[AREA[0]],
                    latitude=latitude,
                    longitude=longitude,
                    square_kilometres=size,
                    valid_from="2025-07-01",
                )
                request = areas.CreateAreaRequest(area=asked, request_id=request_id())
                self._area_names[code] = stub.CreateArea(request).name
            self.step("areas", number, len(everything))


@dataclass(frozen=True)
class Account:
    """Somebody of the demo."""

    user_name: str
    full_name: str
    agency: str
    title: str
    roles: tuple[str, ...]


def accounts(province: Province, names: dict[str, str]) -> list[Account]:
    """A reporter and an approver in each agency; leaders and compilers of the province."""
    root = names[PROVINCE[0]]
    above = [
        Account("lanhdao", "Lãnh đạo UBND tỉnh", root, "Chủ tịch", ("leader",)),
        Account("dulieu", "Quản trị dữ liệu của tỉnh", root, "Chuyên viên", ("steward", "leader")),
        Account("tonghop.nhap", "Tổng hợp số liệu lịch sử", root, "Chuyên viên", ("reporter",)),
        Account("tonghop.duyet", "Trưởng phòng Tổng hợp", root, "Trưởng phòng", ("approver",)),
    ]
    units = [*province.units, *(commune.unit for commune in province.communes)]
    return above + [one for unit in units for one in _of(unit, names[unit.code])]


def _of(unit: Unit, agency: str) -> Iterator[Account]:
    titles = {"nhap": "Chuyên viên", "duyet": "Thủ trưởng"}
    for kind, role in ROLES.items():
        person = f"{titles[kind]} {unit.short_name}".replace("&", " và ")
        yield Account(f"{unit.code.lower()}.{kind}", person, agency, titles[kind], (role,))


def _position(account: Account) -> officials.Official.Position:
    return officials.Official.Position(agency=account.agency, title=account.title)
