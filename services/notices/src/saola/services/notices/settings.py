"""The knobs of notices."""

from datetime import timedelta
from typing import Literal

from pydantic import PositiveFloat, PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAOLA_NOTICES_")

    # The local code of the agency that watches over reports for the site. Empty: the root.
    office: str = ""
    # How long a message waits for others to leave with; and one that is urgent.
    patience: timedelta = timedelta(minutes=5)
    urgent_patience: timedelta = timedelta(seconds=30)
    # How many runs of a connector fail on end before its stewards are told.
    connector_failures: PositiveInt = 3
    # Where the portal is, for the links in messages, as `https://ioc.example.vn`. Empty: no links.
    portal: str = ""

    # The mail server, as host:port. Empty: no e-mail is sent.
    smtp: str = ""
    # `starttls`: the connection must become TLS. `tls`: it is TLS from the first byte. `none`: on
    # the same machine only.
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    # A file with the certificates of those who sign the server's. Empty: those of the system.
    smtp_certificates: str = ""
    # Who signs in there; the password is the secret `notices-smtp`. Empty: nobody.
    smtp_user: str = ""
    # Who the messages come from.
    sender: str = "saola@localhost"
    sender_name: str = "Saola"
    # The gateways that take messages as Standard Webhooks; their secrets are `notices-sms` and
    # `notices-webhook`. Empty: there is none.
    sms: str = ""
    webhook: str = ""
    # How many messages leave by each channel in a minute at most, whatever the number of processes.
    email_rate: PositiveInt = 120
    sms_rate: PositiveInt = 60
    webhook_rate: PositiveInt = 300
    # How long the other side may take, in seconds.
    send_seconds: PositiveFloat = 30

    # How long notices are kept with their deliveries: read ones, and all.
    keep_read: timedelta = timedelta(days=180)
    keep: timedelta = timedelta(days=400)
