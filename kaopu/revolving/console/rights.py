"""What staff may do with revolving accounts beyond seeing the book."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import Right
from kaopu.kernel.roles import Role

POST_TO_ACCOUNT = Right(
    "revolving.post_to_account",
    _("post to revolving accounts"),
    (Role.AGENT, Role.TREASURER, Role.ADMINISTRATOR),
)
RIGHTS = (POST_TO_ACCOUNT,)
