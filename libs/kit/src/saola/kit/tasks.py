"""A task is a function of a call and a payload: what a service owes itself, done soon after."""

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from saola.kit.call import Call
from saola.kit.service import Service
from saola.kit.work import Worker

Task = Callable[[Call, Mapping[str, Any]], Awaitable[None]]
SLOTS = 4


class Tasks:
    """The functions that do a service's own work.

    One may be done twice, when its process is killed halfway; never at the same time as another of
    its key, and never before one of its key that was due earlier.
    """

    def __init__(self) -> None:
        self.handlers: dict[str, Task] = {}

    def __call__(self, task: Task) -> Task:
        name, given = task.__name__, inspect.get_annotations(task, eval_str=True)
        if list(given.values()) != [Call, Mapping[str, Any], None]:
            raise TypeError(f"{name} must take a Call and a Mapping[str, Any].")
        if name in self.handlers:
            raise TypeError(f"There are two tasks {name}.")
        self.handlers[name] = task
        return task


def worker(service: Service, tasks: Tasks) -> Worker:
    async def do(row: Mapping[str, Any]) -> None:
        await tasks.handlers[row["handler"]](Call.own(service), json.loads(row["payload"]))

    return Worker(service, "tasks", SLOTS, do)
