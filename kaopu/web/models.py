"""Keys that programs sign in with. People have accounts; programs have keys with scopes."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class ApiKey(models.Model):
    """One key. Only the SHA-256 of its secret is kept: 32 random bytes need no slow hash."""

    key_id = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.key_id})"
