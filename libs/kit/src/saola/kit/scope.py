"""What a transaction sees, and how the database is told: in the message that begins it."""

from dataclasses import dataclass
from uuid import UUID

from saola.kit.access import Caller
from saola.options.v1.access_pb2 import SCOPE_AGENCY, SCOPE_SITE, Scope

# The agencies whose rows a statement sees: those of the caller, and all below `saola.roots`.
# Each setting stands in a sub-select of its own, and the whole is an array, so that PostgreSQL
# computes it once per statement and not per row. What a transaction has set is empty afterwards.
SEEN = """array(
    select unnest(nullif(current_setting('saola.agencies', true), '')::uuid[])
    union all
    select l.agency from lineage l where l.ancestor = any((
        select nullif(current_setting('saola.roots', true), '')::uuid[])::uuid[])
)"""
OPENING = (
    "begin{mode};select set_config('statement_timeout','{timeout}',true),"
    "set_config('saola.agencies','{agencies}',true),set_config('saola.roots','{roots}',true)"
)
MIGHTY = ",set_config('role','{role}',true),set_config('saola.system','{reason}',true)"


@dataclass(frozen=True)
class Sight:
    """Rows of some agencies, and of those below some; or all rows, for a reason."""

    agencies: tuple[UUID, ...] = ()
    roots: tuple[UUID, ...] = ()
    # The role that sees all, and why it is taken.
    role: str = ""
    reason: str = ""

    @classmethod
    def of(cls, caller: Caller, scope: Scope.ValueType, service: str, reason: str = "") -> "Sight":
        """With the caller's eyes; or all eyes, for `reason` or where an RPC is for the site."""
        if reason or (scope == SCOPE_SITE and caller.id):
            return cls(role=f"{service}_system", reason=reason or f"the site, for {caller.id}")
        roots = () if scope == SCOPE_AGENCY else caller.agencies
        return cls(agencies=caller.agencies, roots=roots)

    def opening(self, seconds: float, *, read: bool) -> str:
        """The beginning of a transaction whose statements may each take so long, in one message."""
        opening = OPENING.format(
            mode=" read only" if read else "",
            timeout=max(1, int(seconds * 1000)),
            agencies=_array(self.agencies),
            roots=_array(self.roots),
        )
        if self.role:
            opening += MIGHTY.format(role=_quoted(self.role), reason=_quoted(self.reason))
        return opening


def _array(ids: tuple[UUID, ...]) -> str:
    return "{" + ",".join(map(str, ids)) + "}" if ids else ""


def _quoted(text: str) -> str:
    return text.replace("'", "''").replace("\0", "")
