"""What a remittance text names: debts by number or outside id, and phones. A doubtful word names nothing."""

from __future__ import annotations

import re
import unicodedata

# Words are cut at everything but letters of ASCII, digits and the joints of ids: Chinese letters around a number do not
# belong to it (还款D-12谢谢 names D-12).
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./\-]*")
_NUMBER = re.compile(r"[Dd]-(\d{1,18})")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_DATE = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?")
DIGITS_LEAST = 4  # fewer digits alone are a month, a term or a count as often as a debt
WORDS_MOST = 40


def words(text: str) -> tuple[str, ...]:
    """The words of a text that may be ids, each once, in its order."""
    found = _WORD.findall(unicodedata.normalize("NFKC", text))
    return tuple(dict.fromkeys(word.rstrip("._-/") for word in found))[:WORDS_MOST]


def debt_number(word: str) -> int | None:
    """12 for D-12."""
    found = _NUMBER.fullmatch(word)
    return int(found[1]) if found else None


def is_doubtful(word: str) -> bool:
    """Whether a word of digits may as well be a day, a month, a phone or a count: then it names no debt by itself."""
    if not word.isdecimal():
        return False
    return len(word) < DIGITS_LEAST or bool(_DATE.fullmatch(word)) or bool(_PHONE.fullmatch(word))


def phones(text: str) -> tuple[str, ...]:
    """Mobile numbers of China in a text (eleven digits from 13 to 19)."""
    return tuple(dict.fromkeys(_PHONE.findall(unicodedata.normalize("NFKC", text))))


def phones_of_account(account: str) -> tuple[str, ...]:
    """The mobile number that an account of a wallet is, with or without blanks and +86; none for a bank's account."""
    digits = re.sub(r"[\s\-+]", "", unicodedata.normalize("NFKC", account)).removeprefix("00")
    if len(digits) == 13:
        digits = digits.removeprefix("86")
    return (digits,) if _PHONE.fullmatch(digits) else ()
