"""Giving a token back, where the API takes it (RFC 7009).

Ponto Connect names ``oauth2.revoke`` in its link map; the API for custom integrations
does not: there a token ends by itself, and the integration in Ponto's dashboard.
"""

from __future__ import annotations

from .reauthorization import Reauthorization


class Revocation(Reauthorization):
    """The part of :class:`~ponto_client.PontoClient` that ends what was granted."""

    def offers_revocation(self) -> bool:
        """Whether this API takes tokens back."""
        oauth_links = self.root().get("oauth2")
        return isinstance(oauth_links, dict) and "revoke" in oauth_links

    def revoke_token(self) -> bool:
        """Give the kept token back and forget it. Asks for no other one.

        :return: ``False`` where none is kept, in which case nothing is sent
        :raise NotFound: also where the API takes none back
        """
        return self._gateway.revoke_token()
