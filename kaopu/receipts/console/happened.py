"""The history of one receipt, newest first: what, when and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.kernel.console import figures
from kaopu.kernel.console.staff import names
from kaopu.receipts.console import words
from kaopu.receipts.models import Allocation, Return, Unmatch

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.receipts.models import Receipt


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happened. `debt_id`: where to read on, 0 for none."""

    at: datetime
    words: str
    by: str
    debt_id: int = 0


def acts(row: Receipt) -> tuple[Act, ...]:
    """All that is recorded of a receipt."""
    found = [Act(row.taken_at, _("taken in with file %(n)d, row %(row)d") % {"n": row.file_id, "row": row.row}, "")]
    found += [_matched(each, row) for each in Allocation.objects.filter(receipt=row)]
    found += [
        _unmatched(each, row) for each in Unmatch.objects.filter(allocation__receipt=row).select_related("allocation")
    ]
    found += [_returned(each, row) for each in Return.objects.filter(receipt=row)]
    for note in row.notes.all():
        if note.why != "unmatched":
            detail = f" ({note.detail.replace('_', ' ')})" if note.detail else ""
            found.append(Act(note.at, _("held: %(why)s") % {"why": words.WHYS[note.why]} + detail, note.by))
    people = names([act.by for act in found])
    found.sort(key=lambda act: act.at)  # of one instant: as they stand above
    found.reverse()
    return tuple(Act(act.at, act.words, people.get(act.by, act.by), act.debt_id) for act in found)


def _matched(each: Allocation, row: Receipt) -> Act:
    told = {"money": figures.money(each.amount, row.currency), "debt": each.debt_id, "why": words.RULES[each.rule]}
    return Act(each.at, _("%(money)s matched to D-%(debt)d: %(why)s") % told, each.by, each.debt_id)


def _unmatched(each: Unmatch, row: Receipt) -> Act:
    allocation = each.allocation
    told = {"money": figures.money(allocation.amount, row.currency), "debt": allocation.debt_id}
    return Act(
        each.at, _("%(money)s taken back from D-%(debt)d, its payment reversed") % told, each.by, allocation.debt_id
    )


def _returned(each: Return, row: Receipt) -> Act:
    told = {
        "money": figures.money(each.amount, row.currency),
        "day": figures.day(each.on),
        "why": words.REASONS[each.reason],
    }
    return Act(each.at, _("%(money)s returned to the payer on %(day)s: %(why)s") % told, each.by)
