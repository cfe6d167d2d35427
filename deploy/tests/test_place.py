"""A service that is installed is served, reached and known, without a line about it anywhere."""

import json
from pathlib import Path

from saola.client.site import Site
from saola.deploy.place import Place
from saola.deploy.rows import Process
from saola.deploy.settings import Settings
from saola.deploy.table import table


class Wider(Place):
    """As if two more services were installed."""

    @property
    def services(self) -> list[str]:
        return ["budget", "connectors", "identity", "notices", "warehouse"]


def wider(data: Path) -> Wider:
    place = Wider(Settings(port_base=30000, data=data))
    place.secrets.generate(place.services)
    return place


def test_what_is_no_core_is_served_by_a_third_process(tmp_path: Path) -> None:
    place = wider(tmp_path)
    rows = {row.name: row for row in table(place, print)}
    processes = [name for name, row in rows.items() if isinstance(row, Process)]
    assert processes[-3:] == ["core", "portal", "domain"]
    domain = rows["domain"].make()
    assert domain.command[1:] == ("serve", "budget", "connectors", "notices")
    assert set(domain.ports) == {"budget", "connectors", "notices", "http"}
    assert rows["core"].make().command[1:] == ("serve", "identity", "warehouse")


def test_without_a_domain_service_there_are_two(tmp_path: Path) -> None:
    class Plain(Wider):
        services = ("identity", "warehouse")

    place = Plain(Settings(port_base=30000, data=tmp_path))
    assert "domain" not in [row.name for row in table(place, print)]


def test_it_has_a_port_secrets_and_a_client_and_all_know_where_it_is(tmp_path: Path) -> None:
    place = wider(tmp_path)
    assert len({place.ports[name] for name in place.services}) == 5
    assert {"client-notices", "database-notices", "owner-notices"} <= {
        file.name for file in place.secrets.folder.iterdir()
    }
    assert "notices" in place.realm()["SAOLA_CLIENTS"].split(",")
    told = place.environment("portal")
    assert json.loads(told["SAOLA_PORTS"])["notices"] == place.ports["notices"]
    place.write()
    site = Site.load(tmp_path / "site.json")
    assert site.grpc["notices"] == place.at("notices")
    assert site.files_of("notices") == f"http://{place.at('domain')}/notices/files"
    assert site.files_of("warehouse") == f"http://{place.at('core')}/warehouse/files"
    assert json.loads(told["SAOLA_PORTAL_FILES_OF"]) == site.files
