"""The sandbox in the test's own process: no socket, no thread."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client

from .control import PREFIX
from .formats import dump_json
from .server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.test import TestResponse

    from .store import World

CUSTOMER_IP = "203.0.113.24"
BASE_URL = "http://ponto.test"
#: the control API and the dashboard are for this machine only
LOCAL_URL = "http://127.0.0.1:8070"


class LocalSandbox:
    """A sandbox and somebody who calls it, as its first integration.

    :param source: a seed document or a world; without it the demo world
    """

    def __init__(self, source: Mapping[str, Any] | World | None = None) -> None:
        self.application = Sandbox(source)
        self.http = Client(self.application)
        self.token = ""

    def credentials(self) -> tuple[str, str]:
        """The first integration's id and secret."""
        first = next(iter(self.application.world.integrations.values()))
        return first.client_id, first.client_secret

    def authorize(self, credentials: tuple[str, str] | None = None) -> TestResponse:
        """Ask for a token, and use it from now on if there is one."""
        pair = ":".join(credentials or self.credentials()).encode()
        answer = self.http.post(
            "/oauth2/token",
            base_url=BASE_URL,
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {b64encode(pair).decode()}"},
        )
        if answer.status_code == 200:
            self.token = answer.get_json()["access_token"]
        return answer

    def call(
        self,
        method: str,
        path: str,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """One request to the public interface, with the token if there is one."""
        given = dict(headers or {})
        if self.token:
            given.setdefault("Authorization", f"Bearer {self.token}")
        data = None if json is None else dump_json(json)
        base_url = LOCAL_URL if path.startswith(PREFIX) else BASE_URL
        return self.http.open(
            path, base_url=base_url, method=method, data=data, headers=given
        )

    def get(self, path: str) -> Any:
        """The document at a path, which must be there."""
        answer = self.call("GET", path)
        if answer.status_code != 200:
            raise AssertionError(answer.get_data(as_text=True))
        return answer.get_json()

    def control(self, method: str, path: str, json: object = None) -> Any:
        """One call of the control API, which must succeed."""
        answer = self.call(method, f"{PREFIX}/{path}", json)
        if answer.status_code != 200:
            raise AssertionError(answer.get_data(as_text=True))
        return answer.get_json()

    def synchronize(
        self, account_id: str, subtype: str, **changes: object
    ) -> TestResponse:
        """Ask for a synchronization; ``changes`` replace or remove attributes."""
        attributes = {
            "resourceType": "account",
            "resourceId": account_id,
            "subtype": subtype,
            "customerIpAddress": CUSTOMER_IP,
            **changes,
        }
        data = {"type": "synchronization", "attributes": attributes}
        return self.call("POST", "/synchronizations", {"data": data})

    def finish(self, account_id: str, subtype: str) -> Any:
        """Ask for a synchronization and poll it to its end; its attributes."""
        item = self.synchronize(account_id, subtype).get_json()["data"]
        while item["attributes"]["status"] in {"pending", "running"}:
            item = self.get(f"/synchronizations/{item['id']}")["data"]
        return item["attributes"] | {"id": item["id"]}
