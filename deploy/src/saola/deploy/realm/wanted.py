"""The realm as it is to be. Only what is named here is kept; all else is left as it is found."""

from typing import Any

REALM = "saola"
ROLES = {
    "reporter": "enters the reports of an agency",
    "approver": "approves or returns them",
    "leader": "sees the boards",
    "steward": "keeps the dictionary and the forms",
    "administrator": "keeps agencies, areas and officials",
    "auditor": "reads who did what",
}
TEXT = {
    "jsonType.label": "String",
    "access.token.claim": "true",
    "introspection.token.claim": "true",
}
KEYS = "org.keycloak.keys.KeyProvider"
POLICY = "length(12) and maxLength(128) and notUsername(undefined)"


def settings() -> dict[str, Any]:
    """Of the realm itself. Times in seconds."""
    return {
        "displayName": "Saola",
        "enabled": True,
        "sslRequired": "external",
        "internationalizationEnabled": True,
        "supportedLocales": ["vi", "en"],
        "defaultLocale": "vi",
        "defaultSignatureAlgorithm": "ES256",
        "registrationAllowed": False,
        "resetPasswordAllowed": False,
        "loginWithEmailAllowed": False,
        "duplicateEmailsAllowed": True,
        "editUsernameAllowed": False,
        "rememberMe": False,
        "bruteForceProtected": True,
        "failureFactor": 10,
        "maxFailureWaitSeconds": 900,
        "quickLoginCheckMilliSeconds": 200,
        "passwordPolicy": POLICY,
        "accessTokenLifespan": 300,
        "ssoSessionIdleTimeout": 1800,
        "ssoSessionMaxLifespan": 36000,
        # A refresh token is good once: whoever steals one is found out.
        "revokeRefreshToken": True,
        "refreshTokenMaxReuse": 0,
        "eventsEnabled": True,
        "eventsExpiration": 90 * 86400,
        "adminEventsEnabled": True,
        "adminEventsDetailsEnabled": False,  # they would hold personal data
    }


def key(provider: str, **config: str) -> dict[str, Any]:
    """A key of the realm; that of the highest priority signs."""
    return {
        "name": provider,
        "providerId": provider,
        "config": {name: [value] for name, value in config.items()},
    }


def keys() -> dict[str, list[dict[str, Any]]]:
    """At the making of the realm these take the place of the usual ones."""
    return {
        KEYS: [
            key("ecdsa-generated", priority="200", ecdsaEllipticCurveKey="P-256"),
            key("rsa-generated", priority="100"),
            key("hmac-generated", priority="100", algorithm="HS512"),
            key("aes-generated", priority="100"),
        ]
    }


def mapper(name: str, kind: str, **config: str) -> dict[str, Any]:
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": kind,
        "config": config,
    }


def claims() -> list[dict[str, Any]]:
    """What our tokens say: positions and roles; `service`, which only accounts of services have."""
    attribute, role = "oidc-usermodel-attribute-mapper", "oidc-usermodel-realm-role-mapper"
    many, one = {**TEXT, "multivalued": "true"}, {**TEXT, "multivalued": "false"}
    return [
        mapper("positions", attribute, **many, **_from("positions")),
        mapper("service", attribute, **one, **_from("service")),
        mapper("roles", role, **many, **{"claim.name": "roles"}),
        mapper(
            "audience",
            "oidc-audience-mapper",
            **{
                "included.custom.audience": "saola",
                "access.token.claim": "true",
                "introspection.token.claim": "true",
            },
        ),
    ]


def _from(name: str) -> dict[str, str]:
    return {"user.attribute": name, "claim.name": name}


def scope() -> dict[str, Any]:
    return {
        "name": REALM,
        "description": "Positions and roles, for the services of Saola",
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "false", "display.on.consent.screen": "false"},
    }


def attribute(name: str, display: str, *, multivalued: bool) -> dict[str, Any]:
    """Of users, seen and set by administrators alone: it says what one may do."""
    return {
        "name": name,
        "displayName": display,
        "multivalued": multivalued,
        "permissions": {"view": ["admin"], "edit": ["admin"]},
        "validations": {},
        "annotations": {},
    }


def attributes() -> list[dict[str, Any]]:
    """What is not declared would be dropped without a word."""
    return [
        attribute("positions", "Positions: agency|title", multivalued=True),
        attribute("service", "The service that this account is of", multivalued=False),
    ]
