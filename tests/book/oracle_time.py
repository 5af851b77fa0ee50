"""How the oracle's days pass: ages, disputes, acceleration, the penalty by rule, accrual."""

from __future__ import annotations

from fractions import Fraction

from tests.book.oracle_rows import COMPONENTS, NO_DAY, OF_A_ROW


class Time:
    """The part of a walk that days move."""

    def begin_time(self):
        self.disputed = set()  # seqs; 0 is the whole debt
        self.rule_is_ready, self.rule_rests = self.rules.accelerate_after_days > 0, False
        self.base_days = self.compound_days = self.fixed_count = 0
        self.penalty_before = self.rule_charged = 0
        self.status_days = self.worst = self.evening_days = 0
        self.non_accrual = False
        self.non_performing_on = self.cleared_on = self.restructured_on = NO_DAY

    # -- ages --

    def is_disputed(self, row):
        return 0 in self.disputed or (not row.charged and row.seq in self.disputed)

    def counting(self):
        """The rows from which days past due may count."""
        if self.is_gone():
            return [self.frozen] if self.frozen else []
        return [r for r in self.rows if r.open() > self.rules.grace_amount]

    def own_days(self):
        """Days past due without reports; 0 inside the grace."""
        days = max((r.age for r in self.counting()), default=0)
        return days if days > self.rules.grace_days else 0

    def days_past_due(self):
        return max(self.own_days(), self.status_days)

    def contractual_days(self, day):
        return max([0, *(day - r.due for r in self.counting())])

    def re_age(self, day):
        for row in self.rows:
            if row.due < day:
                row.age = 0

    def dispute(self, seq, day):
        if seq in self.disputed:
            return
        if seq == 0:
            if self.rules.dispute_resets:
                self.re_age(day)
            self.disputed.add(0)
        for row in self.schedule:
            if seq and row.seq == seq:
                self.disputed.add(seq)
                if self.rules.dispute_resets:
                    row.age = 0

    def end_dispute(self, seq):
        if seq == 0:
            self.disputed.clear()
        self.disputed.discard(seq)

    # -- due days --

    def version_holds(self, day):
        return self.version_from is not None and day <= self.version_from

    def extend(self, days, day):
        if self.version_holds(day):
            return
        for row in self.schedule:
            if row.due >= day:
                row.due += days
                row.own_due += days

    def accelerate(self, day):
        for row in self.schedule:
            if row.due > day:
                row.due, row.accelerated = day, True

    def reinstate(self, day):
        for row in self.schedule:
            if row.accelerated and row.own_due >= day:
                row.due, row.accelerated, row.age = row.own_due, False, 0
        if self.rules.accelerate_after_days:
            self.rule_is_ready, self.rule_rests = False, True

    def bill(self, day):
        """Rows that came due are billed, rows that moved beyond the day no longer are."""
        for row in self.rows:
            if row.billed == (row.due <= day):
                continue
            row.billed = not row.billed
            for name in OF_A_ROW:
                self.billed[name] += row.ever(name) if row.billed else -row.ever(name)

    # -- a day --

    def begin(self, day):
        """What a day brings before anything happens on it."""
        if day == self.as_of:
            self.penalty_before = self.charged_penalty
        still = day in self.paused or 0 in self.disputed
        if not still:
            for row in self.rows:
                row.age += row.due < day and not self.is_disputed(row)
        if not still and self.own_days() > 0:
            names = COMPONENTS[:1] if self.rules.penalty_base == 0 else OF_A_ROW
            bearing = [r for r in self.rows if r.due < day and not self.is_disputed(r)]
            self.base_days += sum(r.rest[name] for r in bearing for name in names)
            self.compound_days += sum(r.rest["interest"] for r in bearing)
        for row in self.schedule:
            if not row.fixed_judged and row.age > self.rules.grace_days:
                row.fixed_judged = True
                self.fixed_count += row.open() > self.rules.grace_amount
        self.charge_by_rule()
        self.bill(day)
        may_act = self.rule_is_ready and not self.is_gone() and not self.version_holds(day)
        if may_act and self.own_days() > self.rules.accelerate_after_days:
            self.rule_is_ready = False
            self.accelerate(day)
            self.bill(day)

    def charge_by_rule(self):
        rules = self.rules
        per_day = 1_000_000 * rules.penalty_days_in_year
        exact = Fraction(self.base_days * rules.penalty_rate_ppm, per_day)
        exact += Fraction(self.compound_days * rules.compound_rate_ppm, per_day)
        total = exact.numerator // exact.denominator + self.fixed_count * rules.penalty_fixed
        if rules.penalty_cap:
            total = min(total, rules.penalty_cap)
        more, self.rule_charged = total - self.rule_charged, total
        self.asked += more
        self.charged_penalty += more
        self.penalty += more - self.by_credit(more, "penalty")

    def end(self, day):
        """What is true in the evening."""
        days = self.days_past_due()
        self.worst = max(self.worst, days)
        if days > 90:
            self.non_performing_on = day
        if days == 0 and self.evening_days > 0:
            self.cleared_on = day
        if days > self.rules.non_accrual_days:
            self.non_accrual = True
        elif days == 0:
            self.non_accrual = False
        if self.rule_rests and self.own_days() == 0:
            self.rule_is_ready, self.rule_rests = True, False
        self.evening_days = days
