"""A text of the lender's own: proposed, and in use once another person agreed to exactly it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from kaopu.kernel import audit
from kaopu.kernel.actions.propose_change import propose
from kaopu.kernel.core.errors import BadInput
from kaopu.outreach import store
from kaopu.outreach.core.template_file import read_templates
from kaopu.outreach.models import TemplateVersion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kaopu.outreach.core.template import Template

PROPOSAL_KIND = "outreach.template"
DAYS_TO_DECIDE = timedelta(days=14)


def propose_template(toml: str, *, actor: str, now: datetime) -> UUID:
    """Propose one template, as TOML.

    Raises:
        BadInput: it is faulty (sentence by sentence), for contacts, or not the next version.
    """
    template = _checked(toml)
    value = {"toml": toml, "digest": template.digest, "code": template.code, "language": template.language,
             "version": template.version}  # fmt: skip
    return propose(
        kind=PROPOSAL_KIND, subject=f"template:{template.code}", value=value, proposer=actor, now=now,
        expires_at=now + DAYS_TO_DECIDE,
    )  # fmt: skip


def approve_template(value: Mapping[str, Any], *, proposer: str, approver: str, now: datetime) -> TemplateVersion:
    """Use what was agreed to from now on, inside the transaction that spends the agreement.

    Raises:
        BadInput: one person, another text, or a version that came meanwhile.
    """
    if not approver or approver == proposer:
        raise BadInput("template: it was proposed and approved by one person, expected two")
    template = _checked(value["toml"])
    if template.digest != value["digest"]:
        raise BadInput("template: its digest is not the one proposed")
    try:
        with transaction.atomic():
            row = TemplateVersion.objects.create(
                code=template.code, language=template.language, version=template.version, toml=value["toml"],
                digest=template.digest, author=proposer, approver=approver, approved_at=now,
            )  # fmt: skip
            audit.record(
                act="outreach.template_approved", subject=f"template:{template.code}", actor=approver, at=now,
                details={"version": template.version, "language": template.language, "digest": template.digest},
            )  # fmt: skip
    except IntegrityError:
        raise BadInput(f"template {template.code}: version {template.version} is there already") from None
    return row


def _checked(toml: str) -> Template:
    found = read_templates(toml, "template")
    if len(found) != 1:
        raise BadInput(f"template: {len(found)} given, expected one")
    template = found[0]
    if "contact" in template.roles or template.code.startswith("contact-"):
        raise BadInput("template: texts to contacts are fixed; only a release changes them")
    current = store.template(template.code, template.language)
    expected = current.version + 1 if current else 1
    if template.version != expected:
        raise BadInput(f"template {template.code}: version {template.version} given, expected {expected}")
    return template
