"""The gRPC server of one service: its APIs, health and reflection."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from saola.kit.rpc import LARGEST, Api
from saola.kit.service import Service
from saola.kit.start import GRACE, PortTaken

Drain = Callable[[], Awaitable[None]]
HARD = 2 * LARGEST  # bytes: more is not even taken in, and refused without a reason of ours
OPTIONS = [
    ("grpc.so_reuseport", 0),  # or two processes would share a port without a word
    ("grpc.max_receive_message_length", HARD),
    ("grpc.max_send_message_length", LARGEST),
    ("grpc.max_metadata_size", 32 << 10),  # two tokens
    ("grpc.max_connection_age_ms", 300_000),  # so that clients find new replicas
    ("grpc.max_connection_age_grace_ms", 30_000),
    ("grpc.keepalive_time_ms", 60_000),  # finds clients that are gone
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 20_000),
]


@asynccontextmanager
async def serving(service: Service, apis: Sequence[Api], address: str) -> AsyncIterator[Drain]:
    """Answers on `address` meanwhile. Health is told of each API, and of all as ``.

    Gives the way to stop: to say so, take no more calls, and return when those in hand are done.
    """
    server = grpc.aio.server(options=OPTIONS)
    server.add_generic_rpc_handlers([api.handler(service) for api in apis])
    checks = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    names = [api.name for api in apis]
    seen = (*names, health.SERVICE_NAME, reflection.SERVICE_NAME)
    reflection.enable_server_reflection(seen, server)
    try:
        server.add_insecure_port(address)
    except RuntimeError as error:
        raise PortTaken(address, f"{service.name} (gRPC)") from error
    await server.start()
    for name in ("", *names):
        await checks.set(name, health_pb2.HealthCheckResponse.SERVING)

    async def drain() -> None:
        await checks.enter_graceful_shutdown()
        await server.stop(GRACE)

    try:
        yield drain
    finally:
        await drain()
