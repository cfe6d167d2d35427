"""Nothing comes or goes but what is needed."""

import re

from tools import catalogue

from tests import access
from tests.architecture.tree import HERE
from tests.charts import site
from tests.charts.site import of

NAMES = sorted(catalogue.apps())
# Whether whoever keeps a copy of the directory also asks identity for it.
DIRECTORY_ASKS = any(
    "_pb2_grpc" in file.read_text() for file in HERE.glob("libs/directory/src/**/*.py")
)
SITE = {"app.kubernetes.io/part-of": "saola"}
PARTS = {"postgres", "nats", "objects", "keycloak"}


def asked() -> dict[str, set[str]]:
    """Which services call a service: who has its messages in its peers."""
    found: dict[str, set[str]] = {name: set() for name in NAMES}
    for file in HERE.glob("services/*/src/**/*.py"):
        caller, source = file.relative_to(HERE).parts[1], file.read_text()
        if {"peers.py", "peers"} & set(file.parts):
            for peer in re.findall(r"saola\.apis\.(\w+)\.v", source):
                found[peer].add(caller)
        if DIRECTORY_ASKS and "saola.directory" in source and caller != "identity":
            found["identity"].add(caller)
        if "saola.subsystem" in source:  # which declares and delivers for whoever uses it
            found["warehouse"].add(caller)
    return found


def each_may_call(name: str) -> bool:
    """Whether the protos of a service let each service of the site call it."""
    return any("*" in line.services for line in access.table().values() if line.service == name)


def named(rules: list[site.Object], side: str) -> set[str]:
    return {
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
        for rule in rules
        for peer in rule.get(side, [])
        if "app.kubernetes.io/name" in peer.get("podSelector", {}).get("matchLabels", {})
    }


def test_everything_is_denied_that_no_policy_allows() -> None:
    for example in site.EXAMPLES:
        policies = of(site.example(example), "NetworkPolicy")
        assert policies["default-deny"]["spec"] == {
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
        }
        for _, metadata, _ in site.pods(site.example(example)):
            assert metadata["labels"]["app.kubernetes.io/name"] in policies


def test_callers_are_those_who_have_it_among_their_peers() -> None:
    policies = of(site.example("values-small.yaml"), "NetworkPolicy")
    for name, callers in asked().items():
        if each_may_call(name):
            first = policies[name]["spec"]["ingress"][0]
            assert first["from"] == [{"podSelector": {"matchLabels": SITE}}]
            continue
        assert named(policies[name]["spec"]["ingress"], "from") - PARTS == callers, (
            f"charts/{name}/values.yaml: say callers: {sorted(callers)}, as the peers.py say."
        )


def test_a_service_reaches_its_peers_and_what_it_needs() -> None:
    policies = of(site.example("values-small.yaml"), "NetworkPolicy")
    callers = asked()
    for name in NAMES:
        peers = {peer for peer in NAMES if name in callers[peer]}
        reached = named(policies[name]["spec"]["egress"], "to")
        assert reached - PARTS == peers, (
            f"charts/{name}/values.yaml: say peers: {sorted(peers)}, as its peers.py says."
        )
        database = catalogue.apps()[name].tables is not None
        assert ("postgres" in reached) == database, f"charts/{name}/values.yaml: see its needs."


def test_a_part_lets_in_who_needs_it_and_nobody_else() -> None:
    policies = of(site.example("values-small.yaml"), "NetworkPolicy")
    for part in PARTS:
        first, *visitors = policies[part]["spec"]["ingress"]
        assert first["from"] == [{"podSelector": {"matchLabels": {f"saola/needs-{part}": "yes"}}}]
        assert bool(visitors) == (part == "keycloak")


def test_visitors_and_who_measures_come_from_where_the_site_says() -> None:
    shared = {"secrets": "existing", "issuer": "https://login.example/realms/saola"}
    closed = of(site.small(**{"global": shared | {"visitors": {}}}), "NetworkPolicy")
    for name in NAMES:
        spaces = [
            peer
            for rule in closed[name]["spec"]["ingress"]
            for peer in rule["from"]
            if "namespaceSelector" in peer
        ]
        assert spaces == []
    for policy in (of(site.example("values-ha.yaml"), "NetworkPolicy")[name] for name in NAMES):
        spaces = [
            peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            for rule in policy["spec"]["ingress"]
            for peer in rule["from"]
            if "namespaceSelector" in peer
        ]
        assert "monitoring" in spaces
