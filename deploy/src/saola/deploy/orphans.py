"""What a supervisor that was killed has left behind: its processes bear a mark."""

from contextlib import suppress
from pathlib import Path

import psutil

MARK = "SAOLA_SITE"


def of(data: Path) -> list[psutil.Process]:
    """Every process of the site whose data are there, however it was started."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(data) and process.pid != psutil.Process().pid:
                found.append(process)
        except psutil.Error:  # it is gone, or another's
            continue
    return found


def end(data: Path, seconds: float = 5) -> int:
    """Ends them, by force after some seconds; gives how many there were."""
    left = of(data)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(left, seconds)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, seconds)
    return len(left)
