"""What a site consists of: valid, called by its own names, and safe without being asked."""

import kubernetes_validate
import pytest
from tools import catalogue, render

from tests.charts import site
from tests.charts.site import EXAMPLES, containers, of, pods

NAMES = sorted(catalogue.apps())
every_example = pytest.mark.parametrize("example", EXAMPLES)


@pytest.mark.parametrize("version", ["1.33", "1.36"])
@every_example
def test_kubernetes_takes_every_object(example: str, version: str) -> None:
    for it in site.example(example):
        kubernetes_validate.validate(it, version, strict=True)


@every_example
def test_every_pod_keeps_to_the_restricted_profile(example: str) -> None:
    for name, _, spec in pods(site.example(example)):
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] > 0, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), name
        allowed = {"emptyDir", "secret", "projected", "configMap", "persistentVolumeClaim"}
        for volume in spec.get("volumes", []):
            assert volume.keys() - {"name"} <= allowed, name
        for container in containers(spec):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, f"{name}/{container['name']}"
            assert {"requests", "limits"} <= container["resources"].keys(), name


@every_example
def test_no_object_has_rights_in_the_cluster(example: str) -> None:
    kinds = {it["kind"] for it in site.example(example)}
    assert not {kind for kind in kinds if "Role" in kind or "Cluster" in kind}
    for account in of(site.example(example), "ServiceAccount").values():
        assert account["automountServiceAccountToken"] is False


def test_a_service_is_called_by_its_own_name_whatever_the_release() -> None:
    assert set(NAMES) <= of(site.example("values-small.yaml"), "Service").keys()
    for name in ("Deployment", "PodDisruptionBudget"):
        assert sorted(of(site.example("values-small.yaml"), name)) == NAMES


def test_a_service_that_is_not_enabled_is_left_to_a_release_of_its_own() -> None:
    objects = site.small(warehouse={"enabled": False})
    assert "warehouse" not in {it["metadata"]["name"] for it in objects}
    assert "identity" in of(objects, "Deployment")


def test_who_serves_does_not_hold_the_secret_of_who_migrates() -> None:
    for name, _, spec in pods(site.example("values-small.yaml")):
        mounted = {
            container["name"]: {mount["name"] for mount in container["volumeMounts"]}
            for container in containers(spec)
        }
        if name in NAMES:
            assert mounted.pop("serve") == {"serve", "tmp"}
            assert mounted in ({}, {"migrate": {"migrate", "tmp"}})


def test_no_secret_is_in_the_environment() -> None:
    for example in EXAMPLES:
        for name, _, spec in pods(site.example(example)):
            for container in containers(spec):
                assert "envFrom" not in container, name
                assert all("valueFrom" not in one for one in container.get("env", [])), name


def test_no_image_names_a_registry_unless_the_site_does() -> None:
    def images(registry: str) -> set[str]:
        values = {"secrets": "existing", "issuer": "https://login.example/realms/saola"}
        objects = site.small(**{"global": values | {"registry": registry}})
        return {one["image"] for _, _, spec in pods(objects) for one in containers(spec)}

    assert not [image for image in images("") if "." in image.partition("/")[0].partition(":")[0]]
    assert all(image.startswith("images.example/") for image in images("images.example"))


def test_an_autoscaler_comes_with_a_most_and_then_rules_the_replicas() -> None:
    objects = site.example("values-ha.yaml")
    scaled = of(objects, "HorizontalPodAutoscaler")
    fixed = {name for name, it in of(objects, "Deployment").items() if "replicas" in it["spec"]}
    assert {"identity", "portal", "warehouse"} <= scaled.keys()
    assert fixed == set(NAMES) - scaled.keys()
    assert not of(site.example("values-small.yaml"), "HorizontalPodAutoscaler")


def test_a_job_of_the_site_changes_its_name_with_what_it_does() -> None:
    def job(name: str, objects: list[site.Object]) -> str:
        [found] = [it for it in of(objects, "Job") if it.startswith(f"{name}-")]
        return found

    before, after = site.small(), site.small(databases={"also": ["permits"]})
    assert job("databases", before) == job("databases", site.small())
    assert job("databases", before) != job("databases", after)
    assert job("realm", before) != job("realm", after)


@pytest.mark.parametrize("chart", render.charts(), ids=lambda chart: chart.name)
def test_helm_finds_nothing_to_say(chart: site.Path) -> None:
    import helm_python as helm  # noqa: PLC0415  # 85 MB that only this test asks for by name

    copied = site.charts() / chart.relative_to(render.HERE / "charts")
    said = helm.lint(str(copied), strict=False)
    worst = [it["error"] for it in said["messages"] if it["severity"] > 1]
    assert not [it for it in worst if "global.secrets: say" not in it]
