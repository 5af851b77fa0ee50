"""The roles of staff. Each is a Django group of the same name, made by a migration; rooms give permissions to it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who does what at the console."""

    ANALYST = "analyst"
    POLICY_MAKER = "policy maker"
    CHECKER = "checker"
    AGENT = "agent"
    COMPLIANCE = "compliance"
    TREASURER = "treasurer"
    RELATIONSHIP_MANAGER = "relationship manager"
    CRISIS_LEAD = "crisis lead"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
