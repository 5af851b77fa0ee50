"""Rows of persons and organisations. Names and phones are sealed; blind indexes find them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Party(models.Model):
    """A person or an organisation. A book without names knows its parties by `source` and `external_id` alone."""

    kind = models.CharField(max_length=12, choices=(("person", "person"), ("organisation", "organisation")))
    name_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    name_index = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    source = models.CharField(max_length=40, default="")
    external_id = models.CharField(max_length=80, null=True)  # noqa: DJ001 - null: the sender gave none
    created_at = models.DateTimeField()

    class Meta:
        """One party for one id of one source; a sealed value always has its index."""

        db_table = "party_party"
        constraints = (
            models.UniqueConstraint(fields=["source", "external_id"], name="party_external_id"),
            models.CheckConstraint(condition=Q(kind__in=("person", "organisation")), name="party_kind"),
            models.CheckConstraint(
                condition=Q(name_sealed=None, name_index=None) | Q(name_sealed__isnull=False, name_index__isnull=False),
                name="party_name_findable",
            ),
            models.CheckConstraint(
                condition=Q(phone_sealed=None, phone_index=None)
                | Q(phone_sealed__isnull=False, phone_index__isnull=False),
                name="party_phone_findable",
            ),
        )
        # Partial: the parties of an anonymised book have neither, and pay for neither index.
        indexes = (
            models.Index(fields=["phone_index"], condition=Q(phone_index__isnull=False), name="party_phone"),
            models.Index(fields=["name_index"], condition=Q(name_index__isnull=False), name="party_name"),
        )

    def __str__(self) -> str:
        return f"party {self.pk}"
