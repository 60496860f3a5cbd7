import os

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

bearer = HTTPBearer()
keys = jwt.PyJWKClient(os.environ["JWKS_URL"])


def current_user(credentials: HTTPAuthorizationCredentials = Depends(bearer)) -> str:
    try:
        key = keys.get_signing_key_from_jwt(credentials.credentials)
        claims = jwt.decode(credentials.credentials, key.key, algorithms=["RS256"], audience="order-assistant")
    except jwt.InvalidTokenError as problem:
        raise HTTPException(status_code=401) from problem
    return claims["sub"]
