"""Static files under hashed names, compressed, kept by browsers for good."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Hashed names once collected; plain names, served from the sources, in a checkout where nothing was collected."""

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one where collection has not met the file: no page fails for it."""
        try:
            return super().stored_name(name)
        except ValueError:
            return name
