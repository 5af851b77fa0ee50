"""Rows of persons and organisations: names and phones, points, papers, consents, facts, verifications.

Names and phones of `Party` are sealed by the ring (a book of a million comes in by COPY); everything else of a person
is sealed by keys of that person (`PartyKey`), so that to destroy a key is to destroy what it sealed. Blind indexes find
rows by whole values and are cleared when a person is erased. What was agreed, told and verified only grows.
"""
# ruff: noqa: D106 - a Meta of constraints and indexes says itself what it holds

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kaopu.party.core.facts import FactKind
from kaopu.party.core.points import EndReason, PointKind, Source
from kaopu.party.core.records import AddressKind, DocumentKind, Scope, VerificationResult

POINT_KINDS, SOURCES = tuple(map(str, PointKind)), tuple(map(str, Source))
END_REASONS = tuple(map(str, EndReason))


class Party(models.Model):
    """A person or an organisation. A book without names knows its parties by `source` and `external_id` alone.

    `expires_at`: the record of a person who is no customer lapses then. `erased_at`: the ordinary key is gone;
    `restricted_until`: what law orders to keep is read for a legal duty only, and goes that day.
    """

    kind = models.CharField(max_length=12, choices=(("person", "person"), ("organisation", "organisation")))
    name_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    name_index = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    source = models.CharField(max_length=40, default="")
    external_id = models.CharField(max_length=80, null=True)  # noqa: DJ001 - null: the sender gave none
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    restricted_until = models.DateField(null=True)

    class Meta:
        """One party for one id of one source; a sealed value always has its index, unless it is restricted."""

        db_table = "party_party"
        constraints = (
            models.UniqueConstraint(fields=["source", "external_id"], name="party_external_id"),
            models.CheckConstraint(condition=Q(kind__in=("person", "organisation")), name="party_kind"),
            models.CheckConstraint(
                condition=Q(name_sealed=None, name_index=None)
                | Q(name_sealed__isnull=False, name_index__isnull=False, erased_at=None)
                | Q(name_sealed__isnull=False, name_index=None, restricted_until__isnull=False),
                name="party_name_findable",
            ),
            models.CheckConstraint(
                condition=Q(phone_sealed=None, phone_index=None)
                | Q(phone_sealed__isnull=False, phone_index__isnull=False, erased_at=None),
                name="party_phone_findable",
            ),
            models.CheckConstraint(
                condition=Q(restricted_until=None) | Q(erased_at__isnull=False), name="party_restricted_when_erased"
            ),
        )
        # Partial: the parties of an anonymised book have neither, and pay for neither index.
        indexes = (
            models.Index(fields=["phone_index"], condition=Q(phone_index__isnull=False), name="party_phone"),
            models.Index(fields=["name_index"], condition=Q(name_index__isnull=False), name="party_name"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="party_expires"),
            models.Index(fields=["restricted_until"], condition=Q(restricted_until__isnull=False), name="party_kept"),
        )

    def __str__(self) -> str:
        return f"party {self.pk}"


class PartyKey(models.Model):
    """A key of one party, sealed by the ring. Destroyed: null for ever."""

    id = models.CharField(primary_key=True, max_length=40)  # "<party>:<scope>", to which its ciphertext is bound
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=8)
    key_sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "party_key"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "scope"], name="party_key_once"),
            models.CheckConstraint(condition=Q(scope__in=tuple(map(str, Scope))), name="party_key_scope"),
            models.CheckConstraint(
                condition=Q(key_sealed__isnull=False, destroyed_at=None)
                | Q(key_sealed=None, destroyed_at__isnull=False),
                name="party_key_destroyed",
            ),
        ]

    def __str__(self) -> str:
        return self.pk


class ContactPoint(models.Model):
    """A way to reach a party. Its value never changes; it ends, and it is erased."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="points")
    kind = models.CharField(max_length=8)
    value_sealed = models.BinaryField(null=True)
    value_index = models.BinaryField(null=True)
    source = models.CharField(max_length=32)
    carrier_type = models.CharField(max_length=12, default="")
    segment = models.CharField(max_length=4, default="")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=16, default="")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "party_point"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=POINT_KINDS), name="party_point_kind"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="party_point_source"),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | Q(ended_at__isnull=False, end_reason__in=END_REASONS),
                name="party_point_ended",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, value_sealed__isnull=False, value_index__isnull=False)
                | Q(erased_at__isnull=False, ended_at__isnull=False, value_sealed=None, value_index=None),
                name="party_point_erased",
            ),
            models.UniqueConstraint(
                fields=["party", "kind", "value_index"], condition=Q(ended_at=None), name="party_point_live_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["value_index"], condition=Q(value_index__isnull=False), name="party_point_value"),
            models.Index(
                fields=["expires_at"], condition=Q(expires_at__isnull=False, erased_at=None), name="party_point_expires"
            ),
        ]

    def __str__(self) -> str:
        return f"point {self.pk}"


class IdentityDocument(models.Model):
    """A paper that says who a party is. Its number stands under the key of what law may order to keep."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12)
    number_sealed = models.BinaryField(null=True)
    number_index = models.BinaryField(null=True)
    country = models.CharField(max_length=2, default="CN")
    valid_until = models.DateField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "party_document"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=tuple(map(str, DocumentKind))), name="party_document_kind"),
            models.CheckConstraint(
                condition=Q(erased_at=None, number_sealed__isnull=False)
                | Q(erased_at__isnull=False, number_sealed=None, number_index=None),
                name="party_document_erased",
            ),
            models.UniqueConstraint(
                fields=["party", "kind", "number_index"],
                condition=Q(ended_at=None, number_index__isnull=False),
                name="party_document_live_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number_index"], condition=Q(number_index__isnull=False), name="party_document_number")
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"


class Address(models.Model):
    """Where a party lives, works or receives post: the county by GB/T 2260, the street sealed."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=12)
    region_code = models.CharField(max_length=6, default="")
    text_sealed = models.BinaryField(null=True)
    text_index = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "party_address"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=tuple(map(str, AddressKind))), name="party_address_kind"),
            models.CheckConstraint(condition=Q(region_code__regex=r"^([0-9]{6})?$"), name="party_address_region"),
            models.CheckConstraint(
                condition=Q(erased_at=None, text_sealed__isnull=False, text_index__isnull=False)
                | Q(erased_at__isnull=False, text_sealed=None, text_index=None, region_code=""),
                name="party_address_erased",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["text_index"], condition=Q(text_index__isnull=False), name="party_address_text")
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"


class Device(models.Model):
    """A device a party was seen on: its fingerprint as a blind index alone, nothing that could be opened."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="devices")
    fingerprint_index = models.BinaryField(null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        db_table = "party_device"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "fingerprint_index"], name="party_device_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["fingerprint_index"],
                condition=Q(fingerprint_index__isnull=False),
                name="party_device_fingerprint",
            )
        ]

    def __str__(self) -> str:
        return f"device {self.pk}"


class Employment(models.Model):
    """Where a party works or worked: a party itself, or a sealed name."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="employments")
    employer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True)
    name_sealed = models.BinaryField(null=True)
    name_index = models.BinaryField(null=True)
    started_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "party_employment"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(erased_at=None, employer__isnull=False, name_sealed=None, name_index=None)
                | Q(erased_at=None, employer=None, name_sealed__isnull=False, name_index__isnull=False)
                | Q(erased_at__isnull=False, employer=None, name_sealed=None, name_index=None),
                name="party_employment_employer",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["name_index"], condition=Q(name_index__isnull=False), name="party_employment_name")
        ]

    def __str__(self) -> str:
        return f"employment {self.pk}"


class ConsentText(models.Model):
    """The words a person was shown, by version. Never changed: other words are another version."""

    version = models.CharField(primary_key=True, max_length=80)
    purpose = models.CharField(max_length=40)
    language = models.CharField(max_length=16)
    text = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)

    class Meta:
        db_table = "party_consent_text"

    def __str__(self) -> str:
        return self.version


class ConsentRow(models.Model):
    """What a party agreed to. Taking it back is a row of its own; both only grow."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=40)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    proof_sealed = models.BinaryField()
    granted_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        db_table = "party_consent"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(purpose="") & ~Q(channel=""), name="party_consent_specific")
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class ConsentWithdrawal(models.Model):
    """That a consent was taken back: once, for ever."""

    consent = models.OneToOneField(ConsentRow, on_delete=models.PROTECT, related_name="withdrawal", primary_key=True)
    withdrawn_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        db_table = "party_consent_withdrawal"

    def __str__(self) -> str:
        return f"withdrawal of consent {self.pk}"


class PersonFact(models.Model):
    """Something told about a person: the latest row of a kind holds. `value` is a code, the proof is sealed."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=64)
    since = models.DateField(null=True)
    proof_sealed = models.BinaryField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        db_table = "party_fact"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=tuple(map(str, FactKind))), name="party_fact_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=("timezone", "language")) | Q(value="no") | Q(value="yes", since__isnull=False),
                name="party_fact_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"fact {self.pk}"


class Verification(models.Model):
    """What one independent channel answered about a point or a paper, under which consent."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="verifications")
    channel = models.CharField(max_length=40)
    provider = models.CharField(max_length=40)
    result = models.CharField(max_length=8)
    why = models.CharField(max_length=80, default="")
    point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="+", null=True)
    document = models.ForeignKey(IdentityDocument, on_delete=models.PROTECT, related_name="+", null=True)
    consent = models.ForeignKey(ConsentRow, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        db_table = "party_verification"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(result__in=tuple(map(str, VerificationResult))), name="party_verification_result"
            ),
            models.CheckConstraint(
                condition=Q(point=None, document__isnull=False) | Q(point__isnull=False, document=None),
                name="party_verification_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"verification {self.pk}"


class Retention(models.Model):
    """That a law orders to keep what says who a party is, until a day: a reason to restrict instead of erase."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=40)
    keep_until = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        db_table = "party_retention"

    def __str__(self) -> str:
        return f"{self.basis} until {self.keep_until}"


class LinkageRecord(models.Model):
    """What a new person is compared with: ten fields of one party, under that party's own key."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="+")
    record_sealed = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "party_linkage"

    def __str__(self) -> str:
        return f"record of party {self.pk}"


class LinkageKey(models.Model):
    """A blind index of a text that records of one person share: where to look, without telling what is there."""

    key = models.BinaryField()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "party_linkage_key"
        indexes: ClassVar = [
            models.Index(fields=["key"], name="party_linkage_by_key"),
            models.Index(fields=["party"], name="party_linkage_by_party"),
        ]

    def __str__(self) -> str:
        return f"key of party {self.party_id}"


class Merge(models.Model):
    """That two parties are one person, agreed by two of the staff. `kept` stands for both until it is undone."""

    kept = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    probability = models.FloatField()
    reasons = models.JSONField()  # fields and words, no values
    merged_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=80)
    agreed_by = models.CharField(max_length=80)

    class Meta:
        db_table = "party_merge"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kept=models.F("absorbed")), name="party_merge_of_two"),
            models.CheckConstraint(condition=~Q(proposed_by=models.F("agreed_by")), name="party_merge_four_eyes"),
        ]

    def __str__(self) -> str:
        return f"party {self.absorbed_id} is party {self.kept_id}"


class MergeUndone(models.Model):
    """That a merge was a mistake: both stand for themselves again."""

    merge = models.OneToOneField(Merge, on_delete=models.PROTECT, related_name="undone")
    why = models.CharField(max_length=120)
    undone_at = models.DateTimeField()
    undone_by = models.CharField(max_length=80)

    class Meta:
        db_table = "party_merge_undone"

    def __str__(self) -> str:
        return f"merge {self.merge_id} undone"
