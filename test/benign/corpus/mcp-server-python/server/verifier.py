"""Checks access tokens of the company's identity provider (RFC 9068)."""

import os

import jwt
from mcp.server.auth.provider import AccessToken, TokenVerifier

keys = jwt.PyJWKClient(os.environ["JWKS_URL"])


class JwtVerifier(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        try:
            key = keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(token, key.key, algorithms=["RS256"], audience="https://parts.example.com/mcp")
        except jwt.InvalidTokenError:
            return None
        return AccessToken(token=token, client_id=claims["azp"], scopes=claims["scope"].split(), expires_at=claims["exp"])
