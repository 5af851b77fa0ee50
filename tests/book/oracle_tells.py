"""What the oracle says of a day: columns, facts, counters, and what must always hold between them."""

from __future__ import annotations

from fractions import Fraction

from tests.book.oracle_rows import COMPONENTS, NO_DAY, OF_A_ROW


def half_up(exact):
    exact += Fraction(1, 2)
    return exact.numerator // exact.denominator


class Tells:
    """The part of a walk that speaks."""

    def outstanding(self):
        total = {name: sum(r.rest[name] for r in self.rows) for name in OF_A_ROW}
        total["principal"] += self.reported
        return {**total, "penalty": self.penalty}

    def check(self):
        """Nothing is made or lost, and nothing is below 0."""
        out, told = self.outstanding(), self.count
        assert min(*out.values(), self.credit, *(v for r in self.rows for v in r.rest.values())) >= 0
        assert min(v for cause in told.values() for v in cause.values()) >= 0
        assert min(*self.billed.values(), *self.dropped.values()) >= 0
        gone = self.waived + self.lapsed + self.charged_off + self.transferred
        assert self.asked == sum(out.values()) + self.applied + gone
        came = self.paid + self.set_off + self.refunded + self.reported_credit
        went = self.recovered + self.passed_on + self.credit + self.paid_out
        assert came == self.applied + went
        assert came == sum(told["received"].values()) + sum(told["refunded"].values()) + went
        taken = {name: sum(cause[name] for cause in told.values()) for name in COMPONENTS}
        taken["interest"] += self.dropped["interest"]
        taken["penalty"] += self.dropped["penalty"]
        assert (
            self.asked_principal + self.chargebacks + self.reported_principal == out["principal"] + taken["principal"]
        )
        assert self.charged_penalty == out["penalty"] + taken["penalty"]
        for name in ("interest", "fee"):
            asks = sum(r.rest[name] for r in self.rows if r.billed)
            ahead = sum(r.received[name] + r.refunded[name] for r in self.rows if not r.billed)
            assert self.billed[name] - taken[name] == asks - ahead

    def running(self):
        """The first instalment due after the as-of day and what its interest has earned, half up, uncut."""
        for at, row in enumerate(self.schedule):
            if row.due > self.as_of:
                begun = self.schedule[at - 1].due if at else self.start
                if row.due <= begun or self.as_of <= begun:
                    return None, 0
                return row, half_up(Fraction(row.interest * (self.as_of - begun), row.due - begun))
        return None, 0

    def columns(self):
        self.check()
        return {**self.base(), **self.facts(), **self.counters()}

    def base(self):
        out, day, rules = self.outstanding(), self.as_of, self.rules
        late = {n: sum(r.rest[n] for r in self.rows if r.due < day) for n in OF_A_ROW}
        settled_penalty = self.charged_penalty - self.penalty
        late["penalty"] = max(0, self.penalty_before - settled_penalty)
        days = self.days_past_due()
        steps = (0, 90, 270, 360) if rules.ladder == 0 else (0, 90, 120, 180)
        class_ = sum(days > step for step in steps)
        rule = 10 * rules.ladder + class_
        if self.status_days and self.status_days == days:
            rule += 100
        if self.is_charged_off:
            class_, rule = 4, 90
        coming = min((r.due for r in self.rows if r.due >= day and r.open()), default=NO_DAY)
        row, earned = self.running()
        return {
            **{f"outstanding_{n}": out[n] for n in COMPONENTS},
            **{f"overdue_{n}": late[n] for n in COMPONENTS},
            "accrued_interest": min(earned, row.rest["interest"]) if row else 0,
            "paid_to_date": self.paid,
            "credit_balance": self.credit,
            "charged_off": self.charged_off,
            "recovered": self.recovered,
            "refunded": self.refunded,
            "waived": self.waived,
            "lapsed": self.lapsed,
            "days_past_due": days,
            "worst_days_past_due": self.worst,
            "next_due": coming,
            "class": class_,
            "class_rule": rule,
            "first_due": self.first.due if self.first else NO_DAY,
            "first_settled": NO_DAY if self.first_settled is None else self.first_settled,
            "flags": self.flags(sum(out.values()) == 0),
        }

    def flags(self, nothing_owed):
        told = {
            1: self.is_charged_off,
            2: self.is_restructured,
            4: 0 < self.rules.principal <= self.refunded,
            8: self.is_reported,
            16: True,
            32: nothing_owed and not self.is_gone(),
            64: self.is_transferred,
            128: any(r.accelerated for r in self.schedule),
            256: bool(self.disputed),
            512: self.has_other_debtor,
        }
        return sum(flag for flag, holds in told.items() if holds)

    def facts(self):
        def dues_since(day):
            return 0 if day == NO_DAY else sum(day < r.due <= self.as_of for r in self.schedule)

        after = [r.due for r in self.schedule if r.due > self.restructured_on != NO_DAY]
        return {
            "contractual_days_past_due": self.contractual_days(self.as_of),
            "non_accrual": int(self.non_accrual),
            "non_performing_on": self.non_performing_on,
            "cleared_on": self.cleared_on,
            "restructured_on": self.restructured_on,
            "dues_since_cleared": dues_since(self.cleared_on),
            "dues_since_restructured": dues_since(self.restructured_on),
            "first_due_since_restructured": min(after, default=NO_DAY),
        }

    def counters(self):
        row, earned = self.running()
        running = min(earned, row.rest["interest"] + row.received["interest"]) if row and not self.is_gone() else 0
        suspended = dict(self.dropped)
        if self.non_accrual:
            taken = sum(cause["interest"] for cause in self.count.values()) + self.dropped["interest"]
            suspended["interest"] += max(0, self.billed["interest"] + running - taken)
            suspended["penalty"] += self.penalty
        return {
            "asked_principal": self.asked_principal,
            "chargeback": self.chargebacks,
            "reported_principal": self.reported_principal,
            "reported_credit": self.reported_credit,
            **{f"billed_{name}": self.billed[name] for name in OF_A_ROW},
            "charged_penalty": self.charged_penalty,
            "running_interest": running,
            **{f"{cause}_{name}": told[name] for cause, told in self.count.items() for name in COMPONENTS},
            "dropped_interest": self.dropped["interest"],
            "dropped_penalty": self.dropped["penalty"],
            "suspended_interest": suspended["interest"],
            "suspended_penalty": suspended["penalty"],
            "paid": self.paid,
            "set_off": self.set_off,
            "merchant_refund": self.refunded,
            "recovered": self.recovered,
            "passed_on": self.passed_on,
            "paid_out": self.paid_out,
            "transfer_price": self.transfer_price,
            **self.subsidy(),
        }

    def subsidy(self):
        rules, lent = self.rules, self.rules.principal
        clawed = rules.subsidy * min(self.refunded, lent) // lent if lent else 0
        kept = rules.subsidy - clawed
        span = max((r.due for r in self.schedule), default=self.start) - self.start
        earned = kept * min(self.as_of - self.start, span) // span if span > 0 else kept
        if self.outstanding()["principal"] == 0:
            earned = kept
        return {
            "subsidy_due": rules.subsidy,
            "subsidy_clawed": clawed,
            "subsidy_earned": earned,
            "subsidy_received": self.subsidy_received,
        }
