"""What the API offers, and the links with which a person renews a bank's consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import jsonapi
from .gateway import Endpoint
from .models import ReauthorizationRequest

if TYPE_CHECKING:
    from .gateway import Gateway


class Reauthorization:
    """The part of :class:`~ponto_client.PontoClient` that concerns consents."""

    _gateway: Gateway

    def root(self) -> dict[str, Any]:
        """Return the link map of ``GET /`` (no token): URI templates by name."""
        endpoint = Endpoint(template="/", is_public=True)
        return jsonapi.links(self._gateway.get(endpoint))

    def offers_reauthorization_requests(self) -> bool:
        """Whether this API makes links that lead a person straight to the bank."""
        account_links = self.root().get("account")
        return (
            isinstance(account_links, dict)
            and "reauthorizationRequests" in account_links
        )

    def request_reauthorization(
        self, account_id: str, redirect_uri: str
    ) -> ReauthorizationRequest:
        """Ask for a link with which a person renews the bank's consent.

        Nothing changes before that person agrees at the bank. Never retried.

        :param redirect_uri: where that person comes back to
        :raise NotFound: also where the API offers no such requests
        """
        document = {
            "data": {
                "type": "reauthorizationRequest",
                "attributes": {"redirectUri": redirect_uri},
            }
        }
        template = "/accounts/{id}/reauthorization-requests"
        endpoint = Endpoint(template=template, ids=(account_id,))
        value = self._gateway.post(endpoint, document)
        return ReauthorizationRequest.from_api(jsonapi.resource(value))
