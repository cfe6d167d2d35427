"""The peer: a bare grpc.aio server with one asyncpg query, no policy, no token, nothing else.

`python -m benchmarks.bare PORT URL` serves `/bare/Get` (a row by key) and `/bare/Insert`.
"""

import asyncio
import sys
from uuid import UUID, uuid4

import asyncpg
import grpc

from saola.apis.warehouse.v1.obligations_pb2 import GetObligationRequest, Obligation

GET = """select id, agency, form, valid_from, valid_to, created_at, version
    from obligations where id = $1"""
TABLE = """create table if not exists bare_rows
    (id uuid primary key, agency uuid, form uuid, valid_from date, created_at timestamptz)"""
INSERT = "insert into bare_rows values ($1, $2, $3, current_date, now())"


async def serve(port: int, url: str) -> None:
    pool = await asyncpg.create_pool(url, min_size=4, max_size=4)
    await pool.execute(TABLE)

    async def get(request: GetObligationRequest, _: object) -> Obligation:
        row = await pool.fetchrow(GET, UUID(request.name.partition("/")[2]))
        answer = Obligation(
            name=f"obligations/{row['id']}",
            agency=f"agencies/{row['agency']}",
            form=f"forms/{row['form']}",
            valid_from=str(row["valid_from"]),
            valid_to=str(row["valid_to"] or ""),
            etag=f'"{row["version"]}"',
        )
        answer.create_time.FromDatetime(row["created_at"])
        return answer

    async def insert(request: GetObligationRequest, _: object) -> GetObligationRequest:
        await pool.execute(INSERT, uuid4(), uuid4(), uuid4())
        return request

    parse = GetObligationRequest.FromString
    handlers = {
        "Get": grpc.unary_unary_rpc_method_handler(get, parse, Obligation.SerializeToString),
        "Insert": grpc.unary_unary_rpc_method_handler(
            insert, parse, GetObligationRequest.SerializeToString
        ),
    }
    server = grpc.aio.server()
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("bare", handlers)])
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
