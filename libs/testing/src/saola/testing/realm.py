"""The part of an issuer where people sign in: code flow with PKCE, refresh, sign-out."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

FORM = """<!doctype html><html lang="en"><title>Sign in</title><form method="post">
<label>User name <input name="username" autofocus></label><button>Sign in</button></form></html>"""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
Sign = Callable[..., str]


@dataclass(frozen=True)
class Answer:
    """JSON unless it says a `page`, or where to go."""

    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""
    location: str = ""


@dataclass
class Realm:
    """People by user name, with the claims of their tokens. `life` is that of an access token, in
    seconds; `back_channel` is told of sign-outs. Behaves as Keycloak does (reuse of a refresh
    token ends the session), and asks for no password.
    """

    url: str
    sign: Sign
    people: dict[str, Mapping[str, object]] = field(default_factory=dict)
    life: float = 300
    back_channel: str = ""
    refreshed: int = 0
    _codes: dict[str, tuple[Mapping[str, str], str]] = field(default_factory=dict)
    _refreshes: dict[str, tuple[str, str]] = field(default_factory=dict)

    def enter(self, asked: Mapping[str, str], form: Mapping[str, str]) -> Answer:
        """The page where one signs in, and where it leads."""
        if form.get("username") not in self.people:
            return Answer(page=FORM)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked, form["username"]
        given = {"code": code, "state": asked["state"], "iss": self.url}
        return Answer(303, location=f"{asked['redirect_uri']}?{urlencode(given)}")

    def give(self, form: Mapping[str, str], client: str) -> Answer:
        if form["grant_type"] == "refresh_token":
            found = self._refreshes.pop(form["refresh_token"], None)
            self.refreshed += 1
            return self._tokens(*found, client, "") if found else self._refused()
        asked, person = self._codes.pop(form["code"], ({}, ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        same = asked.get("redirect_uri") == form.get("redirect_uri")
        if not person or asked.get("code_challenge") != challenge or not same:
            return self._refused()
        return self._tokens(person, secrets.token_hex(8), client, asked["nonce"])

    def leave(self, asked: Mapping[str, str]) -> Answer:
        return Answer(303, location=asked["post_logout_redirect_uri"])

    def end(self, person: str) -> list[int]:
        """Ends the sessions of somebody, as an administrator would; what the receiver said."""
        sids = {sid for who, sid in self._refreshes.values() if who == person}
        self._refreshes = {k: v for k, v in self._refreshes.items() if v[0] != person}
        said = []
        for sid in sids:
            token = self.sign(person, aud="portal", sid=sid, events={LOGOUT: {}})
            said.append(httpx.post(self.back_channel, data={"logout_token": token}).status_code)
        return said

    def _tokens(self, person: str, sid: str, client: str, nonce: str) -> Answer:
        refresh = secrets.token_urlsafe(16)
        self._refreshes[refresh] = person, sid
        claims = self.people[person]
        until = int(time.time() + self.life)
        identity = {"aud": client, "sid": sid, "nonce": nonce, "name": claims.get("name", person)}
        body = {
            "access_token": self.sign(person, sid=sid, exp=until, jti=refresh, **claims),
            "id_token": self.sign(person, **identity),
            "refresh_token": refresh,
            "expires_in": self.life,
        }
        return Answer(body=body)

    def _refused(self) -> Answer:
        self._refreshes.clear()  # who uses one twice may have stolen it
        return Answer(400, {"error": "invalid_grant"})
