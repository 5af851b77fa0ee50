"""SMS and voice gateways: one signed POST (Standard Webhooks); what becomes of it comes back signed the same way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from standardwebhooks import Webhook

from kaopu.outreach.channels.channel import Handed, Parcel, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

TIMEOUT_SECONDS = 10


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would hand a number to an address that nobody approved."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_opener = build_opener(_NoRedirect)


@dataclass(frozen=True, slots=True)
class GatewayChannel:
    """One gateway. `now` is when it is asked."""

    url: str
    secret: str
    now: Callable[[], datetime]
    name: str = "gateway"
    timeout_seconds: float = TIMEOUT_SECONDS

    def send(self, parcel: Parcel) -> Receipt:
        """Hand one message over. A refusal (4xx) or no connection is not sent; silence or a 5xx may have been."""
        try:
            with _opener.open(self._request(parcel), timeout=self.timeout_seconds) as response:
                return Receipt(Handed.ACCEPTED, str(response.status))
        except HTTPError as refused:
            return Receipt(Handed.NOT_SENT if 300 <= refused.code < 500 else Handed.UNKNOWN, str(refused.code))
        except URLError as problem:
            # No connection: nobody took it. A time-out while waiting for the answer is no URLError's refusal.
            sure = isinstance(problem.reason, ConnectionRefusedError)
            return Receipt(Handed.NOT_SENT if sure else Handed.UNKNOWN, type(problem.reason).__name__)
        except OSError as problem:
            return Receipt(Handed.UNKNOWN, type(problem).__name__)

    def _request(self, parcel: Parcel) -> Request:
        body = json.dumps(
            {
                "type": "outreach.send", "message": str(parcel.message_id), "channel": parcel.channel,
                "to": parcel.address, "text": parcel.body,
            },
            ensure_ascii=False,
        )  # fmt: skip
        now, message_id = self.now(), str(parcel.message_id)
        headers = {
            "Content-Type": "application/json", "User-Agent": "kaopu", "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(message_id, now, body),
        }  # fmt: skip
        return Request(self.url, body.encode(), headers, method="POST")  # noqa: S310 - checked when it was added
