"""How the oracle's money moves: what settles what, what is charged, forgiven, and leaves the book."""

from __future__ import annotations

from kaopu.book.core.event_kind import EventKind as K
from tests.book.oracle_rows import COMPONENTS, OF_A_ROW, ORDERS, Row

REFUNDS = (K.REFUND, K.RETURN)
CAUSES = ("received", "refunded", "waived", "charged_off", "transferred")


class Money:
    """The part of a walk that money moves."""

    def begin_money(self):
        self.penalty = self.charged_penalty = self.credit = self.reported = 0
        self.count = {cause: dict.fromkeys(COMPONENTS, 0) for cause in CAUSES}
        self.billed = dict.fromkeys(OF_A_ROW, 0)
        self.dropped = {"interest": 0, "penalty": 0}
        self.chargebacks = self.reported_principal = self.reported_credit = 0
        self.paid = self.set_off = self.refunded = self.recovered = self.passed_on = self.paid_out = 0
        self.applied = self.asked = self.waived = self.lapsed = self.charged_off = self.transferred = 0
        self.transfer_price = self.subsidy_received = 0
        self.frozen = None
        self.is_charged_off = self.is_transferred = False

    def is_gone(self):
        return self.is_charged_off or self.is_transferred

    def oldest_first(self):
        return sorted(self.rows, key=lambda r: (r.due, r.charged))  # stable: seq, then order of charging

    # -- settling, with the cause told --

    def tell(self, cause, name, amount, row=None):
        """Count what was settled or left; `row` None: penalty or a reported balance."""
        if cause == "lapsed":
            return
        if cause in ("received", "refunded"):
            if row is not None:
                getattr(row, cause)[name] += amount
        else:
            if name in ("interest", "fee") and not row.billed:
                return
            if self.non_accrual and name in self.dropped:
                self.dropped[name] += amount
                return
        self.count[cause][name] += amount

    def settle(self, row, name, money, cause):
        used = min(money, row.rest[name])
        row.rest[name] -= used
        self.tell(cause, name, used, row)
        return money - used

    def settle_penalty(self, money, cause):
        used = min(money, self.penalty)
        self.penalty -= used
        self.tell(cause, "penalty", used)
        return money - used

    def settle_reported(self, money, cause):
        used = min(money, self.reported)
        self.reported -= used
        self.tell(cause, "principal", used)
        return money - used

    def by_credit(self, amount, name):
        used = min(self.credit, amount)
        self.credit -= used
        self.applied += used
        self.tell("received", name, used)
        return used

    def no_principal(self):
        return self.reported == 0 and all(r.rest["principal"] == 0 for r in self.rows)

    # -- money that comes --

    def allocation(self):
        late = self.rules.late_allocation and self.days_past_due() > self.rules.late_allocation_days
        return self.rules.late_allocation - 1 if late else self.rules.allocation

    def settle_due_and_penalty(self, money, day, allocation):
        order, by_component = ORDERS[allocation % 6], allocation >= 12
        if (allocation // 6) % 2 == 1:
            money = self.settle_penalty(money, "received")
        due = [r for r in self.oldest_first() if r.due <= day]
        steps = [(r, n) for n in order for r in due] if by_component else [(r, n) for r in due for n in order]
        for row, name in steps:
            money = self.settle(row, name, money, "received")
        return self.settle_penalty(money, "received")

    def pay(self, money, day):
        allocation = self.allocation()
        money = self.settle_due_and_penalty(money, day, allocation)
        for row in self.oldest_first():
            for name in ORDERS[allocation % 6]:
                money = self.settle(row, name, money, "received")
        return self.settle_reported(money, "received")

    def settle_early(self, money, day):
        money = self.settle_due_and_penalty(money, day, self.allocation())
        coming = [r for r in self.oldest_first() if r.due > day]
        for row in reversed(coming):
            money = self.settle(row, "principal", money, "received")
        money = self.settle_reported(money, "received")
        for row in self.oldest_first():
            money = self.settle(row, "interest", money, "received")
            money = self.settle(row, "fee", money, "received")
        if self.no_principal():
            self.lapse(day, ("interest", "fee"))
        return money

    def refund_principal(self, money):
        rows = self.oldest_first()
        if self.rules.refund_order == 0:
            rows.reverse()
        if self.rules.refund_order == 2:
            asked = sum(r.rest["principal"] for r in rows)
            used = left = min(money, asked)
            for row in rows if asked else ():
                share = used * row.rest["principal"] // asked
                asked_before = row.rest["principal"]
                left -= share
                self.settle(row, "principal", share, "refunded")
                assert row.rest["principal"] == asked_before - share
            for row in rows:
                one = min(1, left)
                left -= one - self.settle(row, "principal", one, "refunded")
            assert left == 0
            return money - used
        for row in rows:
            money = self.settle(row, "principal", money, "refunded")
        return money

    def refund(self, money, day):
        before = {id(r): r.rest["principal"] for r in self.rows}
        money = self.refund_principal(money)
        money = self.settle_reported(money, "refunded")
        if self.rules.refund_fee:
            for row in self.rows:
                p, q = before[id(row)], row.rest["principal"]
                if row.due > day and p:
                    self.lapse_of(row, "fee", row.rest["fee"] * (p - q) // p)
        if self.no_principal():
            self.lapse(day, ("interest", "fee") if self.rules.refund_fee else ("interest",))
        for row in reversed(self.oldest_first()):
            money = self.settle(row, "interest", money, "refunded")
            money = self.settle(row, "fee", money, "refunded")
        return self.settle_penalty(money, "refunded")

    def lapse_of(self, row, name, amount):
        self.lapsed += amount
        assert self.settle(row, name, amount, "lapsed") == 0

    def lapse(self, day, names):
        for row in self.schedule:
            if row.due > day:
                for name in names:
                    self.lapse_of(row, name, row.rest[name])

    def receive(self, event, day):
        money = event.amount
        if event.kind in REFUNDS:
            self.refunded += money
            if self.rules.refund_order == 3:
                self.paid_out += money
                return
        elif event.kind is K.SET_OFF:
            self.set_off += money
        else:
            self.paid += money
        if self.is_transferred:
            self.passed_on += money
            return
        if self.is_charged_off:
            self.recovered += money
            return
        if event.kind in REFUNDS:
            left = self.refund(money, day)
        elif event.kind is K.EARLY_SETTLEMENT:
            left = self.settle_early(money, day)
        else:
            left = self.pay(money, day)
        self.applied += money - left
        self.credit += left

    def pay_out(self, amount):
        used = min(self.credit, amount)
        self.credit -= used
        self.paid_out += used

    # -- what is charged --

    def charge(self, event, day):
        self.asked += event.amount
        name = {K.PENALTY: "penalty", K.FEE: "fee", K.CHARGEBACK: "principal"}[event.kind]
        amount = event.amount - self.by_credit(event.amount, name)
        counts = event.amount - amount if self.is_gone() else event.amount
        if name == "penalty":
            self.charged_penalty += counts
        if name == "principal":
            self.chargebacks += event.amount
        if name == "fee":
            self.billed["fee"] += counts
        if self.is_gone():
            self.leave_at_once(name, amount)
        elif name == "penalty":
            self.penalty += amount
        elif name == "fee":
            self.add_row(day, fee=amount)
        else:
            target = next((r for r in self.schedule if r.due >= day), None) or self.add_row(day)
            target.rest["principal"] += amount
            self.billed["principal"] += amount if target.billed else 0

    def add_row(self, day, fee=0):
        row = Row(day, None, {"principal": 0, "interest": 0, "fee": fee}, charged=True)
        row.billed = True
        self.rows.append(row)
        return row

    # -- what is forgiven or leaves the book --

    def waive(self, event):
        left = event.amount
        names = [event.component.value] if event.component else ["penalty", "fee", "interest"]
        for name in names:
            if name == "penalty":
                left = self.settle_penalty(left, "waived")
                continue
            for row in self.oldest_first():
                left = self.settle(row, name, left, "waived")
            if name == "principal":
                left = self.settle_reported(left, "waived")
        self.waived += event.amount - left

    def leaves(self, cause, amount):
        if cause == "transferred":
            self.transferred += amount
        else:
            self.charged_off += amount

    def leave_at_once(self, name, amount):
        """Charged after all that was owed left the book."""
        cause = "transferred" if self.is_transferred else "charged_off"
        self.leaves(cause, amount)
        if name == "principal":  # a fee or a penalty on it was never a claim
            self.count[cause][name] += amount

    def leave(self, cause):
        """All that is owed leaves the book; what counted past due goes on counting."""
        if not self.is_gone():
            self.frozen = next((r for r in self.oldest_first() if r.open() > self.rules.grace_amount), None)
        self.leaves(cause, self.penalty + self.reported + sum(r.open() for r in self.rows))
        self.settle_penalty(self.penalty, cause)
        self.settle_reported(self.reported, cause)
        for row in self.rows:
            for name in OF_A_ROW:
                self.settle(row, name, row.rest[name], cause)

    def charge_off(self):
        if not self.is_gone():
            self.leave("charged_off")
            self.is_charged_off = True

    def transfer(self, price):
        if not self.is_transferred:
            self.leave("transferred")
            self.is_transferred = True
            self.transfer_price += price

    def report(self, event):
        self.is_reported = True
        if event.kind is K.REPORTED_STATUS:
            self.status_days = 30 * min(event.amount, 1200)
        elif not self.is_gone():
            owed = event.amount if event.kind is K.REPORTED_BALANCE else 0
            credit = event.amount if event.kind is K.REPORTED_CREDIT else 0
            self.asked += owed - self.reported
            self.reported_principal += owed - self.reported
            self.reported_credit += credit - self.credit
            self.reported, self.credit = owed, credit
