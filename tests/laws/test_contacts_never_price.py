"""What is known of contacts and of reach protects a portfolio's reserve; it never prices, limits or refuses a person."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import kaopu
from kaopu.decision.actions.check_policy import check_policy
from kaopu.decision.core.features.catalogue import CATALOGUE
from kaopu.decision.core.features.registry import Approval, may_feed
from kaopu.decision.core.features.sensitivity import Purpose, Sensitivity
from kaopu.decision.core.policy.finding import FindingKind
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.core.policy.protected_attributes import attribute_of
from kaopu.decision.core.scores.attributes import is_about_contacts, left_out
from kaopu.kernel.core.errors import BadInput

ROOT = Path(kaopu.__file__).parent
POLICIES = sorted((ROOT / "decision" / "policies").glob("*.json"))
# Rooms that judge or price one person, and those whose figures they read.
NEVER = ("decision", "book", "ledger", "receipts", "revolving")
NAMES = (
    "contact_reach", "borrower_reach", "borrower.reach", "reach", "lost_contact", "reachable", "contactTrust",
    "contact_count", "unreachable_days", "触达概率", "失联",
)  # fmt: skip


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


@pytest.mark.parametrize("room", NEVER)
def test_no_room_that_judges_reads_the_room_of_contacts(room):
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    wrong = [(path.name, name) for path in files for name in imported(path) if name.startswith("kaopu.contacts")]
    assert not wrong


def test_no_feature_is_about_contacts_or_reach():
    names = [each.name for each in CATALOGUE]
    assert len(names) > 20
    about = [name for name in names if is_about_contacts(name) or _of_contacts(name)]
    assert not about
    assert not [each.name for each in CATALOGUE if each.sensitivity is Sensitivity.CONTACT]


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_no_shipped_policy_reads_contacts_or_reach(path):
    policy = read_policy(path.read_text(encoding="utf-8"), path.name)
    assert not [each for each in policy.manifest.inputs if _of_contacts(each.field) or _of_contacts(each.feature or "")]
    assert not [
        each for each in check_policy(policy, path.parent).findings if each.kind is FindingKind.FORBIDDEN_ATTRIBUTE
    ]


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_policy_that_would_read_reach_is_refused(path):
    """The first number that a policy reads takes another name: the check that goes before every release stops it."""
    text = path.read_text(encoding="utf-8")
    policy = read_policy(text, path.name)
    field = policy.manifest.inputs[1].field
    found = check_policy(read_policy(text.replace(field, "borrower_reach"), path.name), path.parent).findings
    assert [each for each in found if each.kind is FindingKind.FORBIDDEN_ATTRIBUTE and "never feed" in each.message]


@pytest.mark.parametrize("name", NAMES)
def test_no_score_and_no_policy_may_have_such_a_field(name):
    assert _of_contacts(name)
    assert is_about_contacts(name)
    assert name in left_out([name, "income"], {})
    with pytest.raises(BadInput, match="never feed"):
        left_out([name], {name: "it helps"})


def test_no_approval_lets_a_contact_feature_feed_credit_or_price():
    feature = next(iter(CATALOGUE))
    of_contact = replace(feature, sensitivity=Sensitivity.CONTACT)
    for purpose in (Purpose.CREDIT, Purpose.PRICING, Purpose.COLLECTION):
        assert may_feed(of_contact, purpose, [Approval(of_contact.name, purpose, "it helps", "somebody")])


def _of_contacts(name):
    found = attribute_of(name)
    return found is not None and found.sensitivity is Sensitivity.CONTACT
