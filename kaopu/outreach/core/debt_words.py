"""Words that tell of a debt. They stand in no message below the level "debt", whoever wrote it."""

from __future__ import annotations

import re
import unicodedata

# Single characters and stems: 欠 is in 欠款 and 拖欠, "owe" in "owed". A payment link may say pay, never repay.
CHINESE = (
    "欠", "债", "贷", "逾期", "还款", "借款", "借钱", "还钱", "催收", "催款", "信用", "征信", "违约", "罚息", "利息",
    "账单", "起诉", "法院", "失信", "老赖", "到期", "分期",
)  # fmt: skip
ENGLISH = (
    "debt", "owe", "overdue", "past due", "past-due", "arrear", "loan", "lend", "borrow", "repay", "delinquen",
    "default", "collect", "creditor", "credit", "instalment", "installment", "interest", "court", "sue", "unpaid",
    "late payment",
)  # fmt: skip
_ENGLISH = re.compile(r"\b(?:" + "|".join(map(re.escape, ENGLISH)) + r")", re.IGNORECASE)


def debt_word_in(text: str) -> str | None:
    """The first word of a debt in `text`, or None. Full-width letters and blanks in Chinese words hide none."""
    plain = unicodedata.normalize("NFKC", text)
    closed = "".join(plain.split())
    found = next((word for word in CHINESE if word in closed), None)
    if found:
        return found
    match = _ENGLISH.search(plain)
    return match.group(0) if match else None
