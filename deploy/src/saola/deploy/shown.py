"""What people are shown: the processes of a site, where to look, and whom to sign in as."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from saola.deploy.demo.province import Province
from saola.deploy.place import Place

ACCOUNTS = (
    ("admin", "account-admin", "administrator, steward, leader"),
    ("lanhdao", "account-demo", "leader: the board"),
    ("dulieu", "account-demo", "steward: dictionary and forms"),
    ("{unit}.nhap", "account-demo", "reporter of one unit"),
    ("{unit}.duyet", "account-demo", "approver of the same unit"),
)


@dataclass(frozen=True)
class Row:
    """One process. `uptime` in seconds; `rss` in bytes, with its children."""

    name: str
    state: str
    pid: int
    ports: list[int]
    restarts: int
    uptime: float
    rss: int

    def facts(self) -> dict[str, object]:
        return asdict(self)


def processes(data: Path) -> list[Row]:
    """As the supervisor has written; all are stopped where it is gone."""
    file = data / "run/processes.json"
    if not file.exists():
        return []
    written = json.loads(file.read_text())
    lives = psutil.pid_exists(written["pid"])
    rows = []
    for one in written["processes"]:
        alive = lives and one["pid"] and psutil.pid_exists(one["pid"])
        state = one["state"] if lives else "stopped"
        uptime = time.time() - one["since"] if alive else 0.0
        pid = one["pid"] if alive else 0
        memory = _memory(pid) if pid else 0
        ports, restarts = one["ports"], one["restarts"]
        rows.append(Row(one["name"], state, pid, ports, restarts, uptime, memory))
    return rows


def _memory(pid: int) -> int:
    """What the process and its children hold; what they share is counted once."""
    total = 0
    try:
        top = psutil.Process(pid)
        for process in (top, *top.children(recursive=True)):
            try:
                total += process.memory_full_info().pss
            except psutil.AccessDenied:
                total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def list_of(rows: list[Row]) -> str:
    if not rows:
        return "Nothing runs here. Start it with `make up`."
    heads = f"{'NAME':<10} {'STATE':<11} {'PID':>8} {'RESTARTS':>8} {'UPTIME':>9} {'MIB':>6}  PORTS"
    lines = [heads]
    for row in rows:
        ports = " ".join(map(str, row.ports))
        uptime = f"{row.uptime / 60:.1f} min" if row.uptime else "-"
        lines.append(
            f"{row.name:<10} {row.state:<11} {row.pid or '-':>8} {row.restarts:>8} {uptime:>9} "
            f"{row.rss >> 20:>6}  {ports}"
        )
    lines.append(f"{sum(row.rss for row in rows) >> 20} MiB in all")
    return "\n".join(lines)


def where(place: Place) -> str:
    """The addresses and the accounts."""
    lines = ["", f"Saola is up.   {place.portal}", ""]
    lines += [f"  gRPC {name:<12} {place.at(name)}" for name in place.services]
    lines += [
        f"  HTTP (files)      http://{place.at('core')}",
        f"  Sign-in           {place.issuer}",
    ]
    lines += ["", f"  {'user name':<14} {'password':<38} role"]
    for name, secret, role in accounts(place):
        lines.append(f"  {name:<14} {place.secrets[secret]:<38} {role}")
    lines += ["", "  `make ps` shows the processes, `make smoke` tries them, Ctrl-C ends them.", ""]
    return "\n".join(lines)


def accounts(place: Place) -> list[tuple[str, str, str]]:
    """Whom to sign in as: the user name, where the password is, and what for."""
    unit = Province.load(place.asked.scale).units[0].code.lower()
    shown = ACCOUNTS if place.asked.demo else ACCOUNTS[:1]
    return [(name.format(unit=unit), secret, role) for name, secret, role in shown]
