"""`python -m tests.faults`: kill -9 of each process of `make ps` while clients work; then compare.

With `--minutes` the processes are killed at random for so long, some two at a time. It takes some
minutes, and is no part of `make test`.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from saola.client.site import Site
from tests.faults import check
from tests.faults.client import Client
from tests.faults.kills import HERE, GoneForGood, at_random, in_turn, processes
from tests.faults.others import Founder, Looker, Uploader
from tests.faults.writer import Writer, days_back
from tests.smoke.invent import lots
from tests.smoke.people import Person, sign_in
from tests.smoke.stage import Stage, build

WRITERS = 4


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="how often each (%(default)s)")
    parser.add_argument("--minutes", type=float, help="at random for so long, not in turn")
    parser.add_argument("--seed", type=int, help="which, when and how many at random")
    parser.add_argument("--only", nargs="*", help="names of `make ps`; all when unset")
    return parser.parse_args()


class Load:
    """The clients: writers of reports, a sender of workbooks, a founder of agencies, a looker."""

    def __init__(self, admin: Person, stage: Stage, lot: random.Random) -> None:
        self._admin, self._stage = admin, stage
        written, self._sent = stage.duties
        self._written, today = written, stage.today
        self.writers = [
            Writer(stage, written, days_back(today, n, WRITERS), lot.randrange(10**6))
            for n in range(WRITERS)
        ]
        self.uploader = Uploader(stage, self._sent, days_back(today, 0, 1))
        self.founder = Founder(admin, stage.agency)
        self.looker = Looker(admin, stage, written)
        self._pool = ThreadPoolExecutor(len(self.clients))

    @property
    def clients(self) -> Sequence[Client]:
        return [*self.writers, self.uploader, self.founder, self.looker]

    @property
    def log(self) -> list[check.Acknowledged]:
        return [one for writer in self.writers for one in writer.log]

    def __str__(self) -> str:
        return (
            f"{len(self.log)} reports, {len(self.uploader.log)} workbooks, "
            f"{len(self.founder.log)} agencies acknowledged, {self.looker.looks} looks"
        )

    def start(self) -> None:
        for client in self.clients:
            client.start(self._pool)

    def stop(self) -> None:
        for client in self.clients:
            client.stop.set()
        self._pool.shutdown()

    def flaws(self) -> list[str]:
        ended = [
            f"a {type(one).__name__} ended early: {error!r}"
            for one in self.clients
            if (error := one.end())
        ]
        return [
            *ended,
            *check.reports(self._stage, self._written, self.log),
            *check.reports(self._stage, self._sent, self.uploader.log),
            *check.figures(self._stage, self._written, [*self.log, *self.uploader.log]),
            *check.files(self._stage, self.uploader),
            *check.founded(self._admin, self.founder, self._written, self._stage.today),
        ]


def main() -> None:
    given = asked()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    lot, site = lots(seed), Site.load(HERE / ".data/site.json")
    password = (HERE / ".data/secrets/account-admin").read_text().strip()
    admin = sign_in(site, "admin", password)
    load = Load(admin, build(admin, duties=2, since="2020-01-01"), lot)
    names = given.only or list(processes())
    load.start()

    def say(what: str) -> None:
        print(f"{what}; {load}", flush=True)

    gone = []
    try:
        if given.minutes:
            print(f"at random for {given.minutes} minutes, --seed {seed}", flush=True)
            at_random(names, given.minutes, lot, say)
        else:
            in_turn(names * given.rounds, say)
    except GoneForGood as failure:
        gone.append(str(failure))
    finally:
        load.stop()
    found = gone + load.flaws()
    repeats = sum((client.repeats for client in load.clients), Counter[str]())
    print(f"{load}; asked again: {dict(repeats)}; {len(found)} flaws")
    sys.exit("\n".join(found) if found else 0)


if __name__ == "__main__":
    main()
