"""What notices asks of others: addresses of identity, and to carry messages of mail and gateways.

Addresses are asked for when something is sent, and kept nowhere (ADR 0011).
"""

import ssl
from datetime import timedelta
from email.headerregistry import Address
from typing import Final

import aiosmtplib
import httpx
import structlog

from saola.apis.identity.v1.officials_pb2 import GetOfficialRequest, Official
from saola.apis.identity.v1.officials_pb2_grpc import OfficialsServiceStub
from saola.kit.call import Call
from saola.kit.peers import Silent
from saola.kit.status import Refused
from saola.services.notices.domain.deliveries import How, Outcome
from saola.services.notices.domain.preferences import Channel
from saola.services.notices.formats import deliveries as formats
from saola.services.notices.formats.deliveries import Parcel
from saola.services.notices.settings import Settings

SENT: Final = Outcome(How.SENT)
NO_ADDRESS: Final = Outcome(How.NEVER, "no_address")
CLOSED: Final = Outcome(How.NEVER, "closed")
# What a gateway says of the message itself; all else may be mended on the other side.
NEVER: Final = {400, 410, 413, 422}
LONGEST_WAIT: Final = timedelta(hours=6)
log = structlog.get_logger()


def address(settings: Settings, channel: Channel) -> str:
    """Where messages of a channel go; empty where the site has none."""
    match channel:
        case Channel.EMAIL:
            return settings.smtp
        case Channel.SMS:
            return settings.sms
        case Channel.WEBHOOK:
            return settings.webhook


def rate(settings: Settings, channel: Channel) -> int:
    """How many messages a minute."""
    match channel:
        case Channel.EMAIL:
            return settings.email_rate
        case Channel.SMS:
            return settings.sms_rate
        case Channel.WEBHOOK:
            return settings.webhook_rate


async def send(call: Call, parcel: Parcel) -> Outcome:
    """Says what came of it, whatever it was; the log says so too, without the address."""
    settings = call.settings(Settings)
    if not address(settings, parcel.channel):
        return Outcome(How.NEVER, "no_channel")
    try:
        asked = GetOfficialRequest(name=f"officials/{parcel.official}")
        official = await call.peer(OfficialsServiceStub).GetOfficial(asked)
    except (Silent, httpx.HTTPError):  # identity is away, or who vouches for us there
        return Outcome(How.LATER, "identity")
    except Refused as error:
        return CLOSED if error.reason == "NOT_FOUND" else Outcome(How.LATER, "identity")
    if official.state == Official.STATE_DISABLED:
        return CLOSED
    outcome = await _carry(call, settings, parcel, official)
    count, how = len(parcel.lines), outcome.how.value
    log.info("message", channel=parcel.channel.value, notices=count, how=how, code=outcome.code)
    return outcome


async def _carry(call: Call, settings: Settings, parcel: Parcel, official: Official) -> Outcome:
    match parcel.channel:
        case Channel.EMAIL:
            if not official.email:
                return NO_ADDRESS
            return await _mail(call, settings, parcel, official.email)
        case Channel.SMS:
            if not official.phone:
                return NO_ADDRESS
            body = formats.sms(parcel, official.phone)
            return await _post(call, settings.sms, "notices-sms", parcel, body)
        case Channel.WEBHOOK:
            body = formats.webhook(parcel, settings.portal)
            return await _post(call, settings.webhook, "notices-webhook", parcel, body)


async def _mail(call: Call, settings: Settings, parcel: Parcel, to: str) -> Outcome:
    sender = Address(display_name=settings.sender_name, addr_spec=settings.sender)
    message = formats.mail(parcel, sender, to, settings.portal)
    secret = call.service.platform.secret
    host, _, port = settings.smtp.rpartition(":")
    try:
        async with aiosmtplib.SMTP(
            hostname=host,
            port=int(port),
            timeout=settings.send_seconds,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            tls_context=_trust(settings),
            username=settings.smtp_user or None,
            password=secret("notices-smtp") if settings.smtp_user else None,
        ) as server:
            await server.send_message(message, sender=settings.sender, recipients=[to])
    except (aiosmtplib.SMTPException, OSError) as error:
        return _met(error)
    return SENT


def _met(error: Exception) -> Outcome:
    """Of what a server says only the number: its sentences quote addresses."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            code = error.recipients[0].code
        case aiosmtplib.SMTPAuthenticationError():
            return Outcome(How.LATER, str(error.code))  # it is we who are wrong, not the address
        case aiosmtplib.SMTPResponseException():
            code = error.code
        case aiosmtplib.SMTPTimeoutError():
            return Outcome(How.LATER, "timeout")
        case ssl.SSLError():
            return Outcome(How.LATER, "tls")
        case OSError() | aiosmtplib.SMTPServerDisconnected():
            return Outcome(How.LATER, "no_connection")
        case _:  # it has no TLS, or no way to sign in
            return Outcome(How.LATER, "unsupported")
    return Outcome(How.NEVER if code >= 500 else How.LATER, str(code))


def _trust(settings: Settings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.smtp_certificates or None)


async def _post(call: Call, url: str, secret: str, parcel: Parcel, body: bytes) -> Outcome:
    key = call.service.platform.secret(secret)
    headers = formats.signed(parcel.message, body, key, call.now)
    seconds = call.settings(Settings).send_seconds
    try:
        async with httpx.AsyncClient(timeout=seconds, trust_env=False) as client:
            answer = await client.post(url, content=body, headers=dict(headers))
    except httpx.TimeoutException:
        return Outcome(How.LATER, "timeout")
    except httpx.HTTPError:
        return Outcome(How.LATER, "no_connection")
    if answer.is_success:
        return SENT
    how = How.NEVER if answer.status_code in NEVER else How.LATER
    return Outcome(how, str(answer.status_code), _wait(answer))


def _wait(answer: httpx.Response) -> timedelta | None:
    said = answer.headers.get("retry-after", "")
    return min(timedelta(seconds=int(said)), LONGEST_WAIT) if said.isdecimal() else None
