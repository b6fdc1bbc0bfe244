"""What can be wrong with a request, in the two shapes that Ponto answers with."""

from __future__ import annotations

from typing import Any


class Problem(ValueError):
    """An answer other than success.

    :param status: the HTTP status
    :param code: Ponto's error code
    :param detail: one English sentence
    :param meta: further members of the error's ``meta``
    :param source: the JSON:API ``source`` member, if any
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        meta: dict[str, Any] | None = None,
        source: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.meta = meta or {}
        self.source = source

    def document(self, request_id: str) -> dict[str, Any]:
        """The JSON:API error document."""
        error: dict[str, Any] = {
            "code": self.code,
            "detail": self.detail,
            "meta": {"requestId": request_id, **self.meta},
        }
        if self.source:
            error["source"] = self.source
        return {"errors": [error]}


class OAuthProblem(Problem):
    """A refusal of the token endpoint, in the shape of RFC 6749."""

    def document(self, request_id: str) -> dict[str, Any]:
        """The OAuth error document."""
        return {"error": self.code, "error_description": self.detail}


def bad_request(detail: str, code: str = "badRequest") -> Problem:
    """400: the request makes no sense."""
    return Problem(400, code, detail)


def invalid_attribute(name: str, detail: str) -> Problem:
    """400: one attribute of a request body is missing or wrong."""
    return Problem(
        400,
        "invalidAttribute",
        detail,
        meta={"attribute": name},
        source={"pointer": f"/data/attributes/{name}"},
    )


def invalid_parameter(name: str, detail: str) -> Problem:
    """400: one query parameter is wrong."""
    return Problem(400, "invalidParameter", detail, source={"parameter": name})


def not_found(resource: str) -> Problem:
    """404: there is no such resource, or this integration may not see it."""
    return Problem(
        404,
        "resourceNotFound",
        "The requested resource was not found.",
        meta={"resource": resource},
    )


def invalid_access_token() -> Problem:
    """401: no token, an unknown, an expired or a revoked one."""
    return Problem(401, "invalidAccessToken", "Your access token is invalid.")


def recently_synchronized() -> Problem:
    """400: the rate rule of synchronizations."""
    return Problem(
        400,
        "accountRecentlySynchronized",
        "This type of synchronization was already created recently for the account."
        " Try again later or on the Dashboard.",
    )
