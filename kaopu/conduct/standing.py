"""What is in force at an instant, in one query: rulebook, switches, suppressions, and how far history had grown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from kaopu.conduct import rulebooks, store
from kaopu.conduct.history import Seen

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.core.ask import Ask
    from kaopu.conduct.core.rulebook import Rulebook

SQL = """
SELECT (SELECT max(id) FROM conduct_entry), (SELECT max(id) FROM conduct_outcome),
  (SELECT array_agg(s.jurisdiction) FROM (
     SELECT DISTINCT ON (jurisdiction) jurisdiction, "on" FROM conduct_outreachswitch
     WHERE at <= %(now)s ORDER BY jurisdiction, id DESC) s WHERE s."on"),
  (SELECT at FROM conduct_suppression WHERE kind = 'person' AND value_index = %(person)s),
  (SELECT at FROM conduct_suppression WHERE kind = 'number' AND value_index = %(number)s),
  (SELECT array[id::text, digest] FROM conduct_rulebookversion
   WHERE NOT shipped AND effective_from <= %(now)s OR shipped AND digest = %(shipped)s
   ORDER BY shipped, effective_from DESC, id DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a judgement stands on besides facts of persons. Suppressions: since when, None for never."""

    seen: Seen
    switched_on: list[str]
    person_suppressed: datetime | None
    number_suppressed: datetime | None
    rulebook_id: int
    rulebook: Rulebook


def standing(ask: Ask, now: datetime) -> Standing:
    """What stands for this ask now."""
    given = {
        "now": now, "shipped": rulebooks.shipped_digest(),
        "person": store.suppression_index("person", ask.person),
        "number": store.suppression_index("number", ask.number),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SQL, given)
        entry, outcome, on, person, number, version = cursor.fetchone()
    if version is None:  # the shipped rulebook was never used here
        row = rulebooks.version_at(now)
        version = [str(row.pk), row.digest]
    return Standing(
        Seen(entry or 0, outcome or 0), sorted(on or []), person, number, int(version[0]), rulebooks.rules(version[1])
    )  # fmt: skip
