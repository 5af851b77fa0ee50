"""How carefully a fact about a person must be handled, and what it may be used for."""

from __future__ import annotations

from enum import StrEnum


class Sensitivity(StrEnum):
    """Class of a feature. The strings are public: add new ones, keep the old."""

    PLAIN = "plain"  # says nothing of the person (a count of products)
    FINANCIAL = "financial"  # what was lent, paid, owed
    PERSONAL = "personal"  # habits and whereabouts
    PROTECTED = "protected"  # sex, age, marriage, ethnicity: may be tested for fairness, not decided by
    FORBIDDEN = "forbidden"  # religion, genes, fingerprints, blood type, illness (征信业管理条例, article 14)
    CONTACT = "contact"  # about somebody else: an emergency contact


class Purpose(StrEnum):
    """What a feature is to feed."""

    CREDIT = "credit"
    PRICING = "pricing"
    COLLECTION = "collection"
    FRAUD = "fraud"
    IDENTITY = "identity"
    FAIRNESS = "fairness"  # validation reports, never a decision


NEEDS_APPROVAL = frozenset({Sensitivity.PROTECTED, Sensitivity.FORBIDDEN})
CONTACT_PURPOSES = frozenset({Purpose.FRAUD, Purpose.IDENTITY})
