"""What is written while a site runs: the state of each process, for `make ps`, and its log."""

import json
import os
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

LARGEST = 20 << 20  # bytes of a log; beyond it the log is set aside, and the one before is gone
TAIL = 15  # lines


@dataclass
class State:
    """`state`: waiting, preparing, starting, running, restarting, stopping, stopped."""

    name: str
    state: str = "waiting"
    pid: int = 0
    since: float = 0.0
    restarts: int = 0
    ports: list[int] = field(default_factory=list)


@dataclass
class Journal:
    """In the folder `run` and `logs` of the data."""

    data: Path
    states: dict[str, State] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in (self.file.parent, self.data / "logs"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def file(self) -> Path:
        return self.data / "run/processes.json"

    def note(self, name: str, state: str, **facts: object) -> None:
        """Whoever reads at any moment finds a whole file."""
        row = self.states.setdefault(name, State(name))
        row.state, row.since = state, time.time()
        for key, value in facts.items():
            setattr(row, key, value)
        new = self.file.with_suffix(".new")
        written = {"pid": os.getpid(), "processes": [asdict(one) for one in self.states.values()]}
        new.write_text(json.dumps(written))
        new.rename(self.file)

    def log(self, name: str) -> Path:
        return self.data / f"logs/{name}.log"

    def bound(self) -> None:
        """Sets aside what has grown too large. The processes append, and so go on at the start."""
        for log in (self.data / "logs").glob("*.log"):
            if log.stat().st_size > LARGEST:
                shutil.copyfile(log, log.with_suffix(".log.1"))
                os.truncate(log, 0)

    def tail(self, name: str) -> str:
        """The last lines of its log."""
        log = self.log(name)
        if not log.exists():
            return ""
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8000))
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(f"    {line[:400]}" for line in lines[-TAIL:])
