"""E-mail by SMTP (RFC 5321), from `KAOPU_SMTP_URL`: smtp://user:password@host:587?starttls=1, or smtps://host."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from kaopu.kernel.core.errors import BadInput
from kaopu.outreach.channels.channel import Handed, Parcel, Receipt

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Smtp:
    """One relay."""

    url: str
    sender: str
    name: str = "smtp"

    def send(self, parcel: Parcel) -> Receipt:
        """Hand one message to the relay. Until the text goes over the line, a failure means that nothing was sent."""
        parts = urlsplit(self.url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise BadInput("KAOPU_SMTP_URL: expected smtp://host:port or smtps://host:port")
        try:
            client = self._connect()
        except (OSError, smtplib.SMTPException) as problem:
            return Receipt(Handed.NOT_SENT, type(problem).__name__)
        try:
            return self._hand_over(client, parcel)
        finally:
            client.close()

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
        else:
            client = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        if parse_qs(parts.query).get("starttls") == ["1"]:
            client.starttls(context=ssl.create_default_context())
        if parts.username:
            client.login(unquote(parts.username), unquote(parts.password or ""))
        return client

    def _hand_over(self, client: smtplib.SMTP, parcel: Parcel) -> Receipt:
        """The dialogue step by step, so that it is known how far it came when the line breaks."""
        text = self._written(parcel).as_bytes()
        try:
            client.ehlo_or_helo_if_needed()
            code, _ = client.mail(self.sender)
            if code != 250:
                return Receipt(Handed.NOT_SENT, f"mail-{code}")
            code, _ = client.rcpt(parcel.address)
        except (OSError, smtplib.SMTPException) as problem:
            return Receipt(Handed.NOT_SENT, type(problem).__name__)
        if code not in {250, 251}:
            return Receipt(Handed.BOUNCED if code >= 500 else Handed.NOT_SENT, f"rcpt-{code}")
        try:
            code, _ = client.data(text)
        except smtplib.SMTPDataError as refused:  # not asked for the text: nothing of it left
            return Receipt(Handed.NOT_SENT, f"data-{refused.smtp_code}")
        except (OSError, smtplib.SMTPException) as problem:
            return Receipt(Handed.UNKNOWN, type(problem).__name__)
        return Receipt(Handed.DELIVERED if code == 250 else Handed.NOT_SENT, f"data-{code}")

    def _written(self, parcel: Parcel) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"] = self.sender, parcel.address
        letter["Subject"] = parcel.subject
        letter["Message-ID"] = f"<{parcel.message_id}@{self.sender.rpartition('@')[2]}>"
        letter.set_content(parcel.body)
        return letter
