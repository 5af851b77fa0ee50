"""What staff may do with receipts, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import Right
from kaopu.kernel.roles import Role

SEE_RECEIPTS = Right(
    "receipts.see_receipts",
    _("see receipts of the bank"),
    (Role.ANALYST, Role.CHECKER, Role.AGENT, Role.COMPLIANCE, Role.TREASURER, Role.AUDITOR, Role.ADMINISTRATOR),
)
TAKE_RECEIPTS = Right("receipts.take_receipts", _("take in files of receipts"), (Role.TREASURER, Role.ADMINISTRATOR))
MATCH_RECEIPT = Right(
    "receipts.match_receipt", _("match receipts to debts"), (Role.AGENT, Role.TREASURER, Role.ADMINISTRATOR)
)
RETURN_RECEIPT = Right(
    "receipts.return_receipt", _("send receipts back to their payer"), (Role.TREASURER, Role.ADMINISTRATOR)
)
AGREE_TO_RETURN = Right(
    "receipts.agree_to_return",
    _("agree to large returns of receipts"),
    (Role.CHECKER, Role.TREASURER, Role.ADMINISTRATOR),
)
RIGHTS = (SEE_RECEIPTS, TAKE_RECEIPTS, MATCH_RECEIPT, RETURN_RECEIPT, AGREE_TO_RETURN)
