"""What a page shows of long work: how far it is, and why it has failed, in the reader's words."""

from typing import Any

from saola.kit.status import said
from saola.options.v1.operations_pb2 import Operation

RUNNING = (Operation.STATE_WAITING, Operation.STATE_RUNNING)


def shown(operation: Operation) -> dict[str, Any]:
    """For a template."""
    return {
        "operation": operation,
        "running": operation.state in RUNNING,
        "failed": operation.state not in (*RUNNING, Operation.STATE_SUCCEEDED),
        "why": said(operation.error),
        "percent": round(100 * operation.done / operation.total) if operation.total else 0,
    }
