"""Where the kernel keeps what it knows of the debt in hand: rows of the work table and places of the state.

The work table `rows` is int64[WORK_ROWS, capacity]. Columns 0 … n-1 are the instalments in force by due day, columns
n … the rows that events charged, by day. Both become due from left to right only, so a few pointers replace search.
"""

from __future__ import annotations

# Rows of the work table.
DUE = 0
AGE = 1  # the clock of unpaused days when the row fell due
REST = 1  # REST + component code: what the row still asks; principal 2, interest 3, fee 4
SOURCE = 5  # the row of the instalment file
ORDER = 6  # events by day, as offsets from the debt's first
DEAD = 7  # 1: the event is reversed
BY_ID = 8  # offsets of events by event_id
GOT = 8  # GOT + component code: what was received or refunded on the row so far
OWN_DUE = 12  # the due day without acceleration
FROZEN = 13  # days at which a dispute holds the row's age; -1 where there is none
JUDGED = 14  # 1: whether the row brings a fixed penalty has been seen
SEQ = 15
BEFORE = 16  # principal before the refund in hand
BACK = 17  # interest that was refunded, part of what the row got
WORK_ROWS = 18

# Places of the state, int64[STATE].
N = 0  # instalments in force
END = 1  # one past the last charged row
PAST = 2  # instalments due before the day reached
PAST_CHARGED = 3  # one past the last charged row due before the day reached
DAY = 4  # the day reached; its start is accounted for
CLOCK = 5  # unpaused days up to it
PAUSE_END = 6  # first day that is not paused
OLDEST = 7  # first instalment, due before the day, that may age
OLDEST_CHARGED = 8
HEAD = 9  # HEAD + component: no instalment before it asks that component
HEAD_CHARGED = 13
TAIL = 17  # TAIL + component: no instalment after it asks that component
TAIL_CHARGED = 21
OVERDUE = 25  # OVERDUE + component: asked by rows due before the day
PRINCIPAL_LEFT = 30
PENALTY = 31  # penalty outstanding
PENALTY_CHARGED = 32  # penalty ever charged
PENALTY_BY_RULE = 33  # of it by the rule
BASE_DAYS = 34  # Σ base × days on which the rule charged
FIXED_COUNT = 35
FIXED_NEXT = 36  # next instalment that may bring a fixed penalty
CREDIT = 37
REPORTED = 38  # balance by report
STATUS_DAYS = 39  # days past due by report
IS_CHARGED_OFF = 40
FROZEN_ROW = 41  # the row from which days count after a charge-off; -1 none
PAID = 42
CHARGED_OFF = 43
RECOVERED = 44
REFUNDED = 45
WAIVED = 46
LAPSED = 47
FLAGS = 48
WORST = 49
VERSION_FROM = 50
FIRST = 51  # first instalment that is not a down payment; -1 none
FIRST_SETTLED = 52
DISBURSED = 53
PENALTY_BEFORE = 54  # penalty charged by the start of the as-of day
IS_TRANSFERRED = 55
IS_GONE = 56  # charged off or transferred
IS_DISPUTED = 57  # the whole debt is in dispute
ROWS_DISPUTED = 58
EVER_DISPUTED = 59  # a row was ever in dispute: ages no longer fall from row to row
IS_ARMED = 60  # the rule may accelerate
IS_RESTING = 61  # the rule is armed again at the end of a day without days past due
IS_MOVED = 62  # some instalment was ever accelerated
COMPOUND_DAYS = 63  # Σ overdue interest × days on which the rule charged
CAUSE = 64  # the sum to which the money in hand belongs: RECEIVED, REFUNDED_TO or WAIVED_OF
BILLED_NEXT = 65  # instalments billed
NON_ACCRUAL = 66
DAYS_BEFORE = 67  # days past due at the last end of a day
NON_PERFORMING_ON = 68
CLEARED_ON = 69
RESTRUCTURED_ON = 70
ASKED_PRINCIPAL = 71
CHARGED_BACK = 72
RAISED_BALANCE = 73  # by reports
RAISED_CREDIT = 74
BILLED = 75  # + component code, as in the sums below
RECEIVED = 79
REFUNDED_TO = 84
WAIVED_OF = 89
CHARGED_OFF_OF = 94
TRANSFERRED_OF = 99
DROPPED = 104
SET_OFF_SUM = 109
PASSED_ON = 110
PAID_OUT = 111
TRANSFER_PRICE = 112
SUBSIDY_RECEIVED = 113
STATE = 114

# Columns of the rules.
R_LADDER = 0
R_ALLOCATION = 1
R_GRACE_DAYS = 2
R_GRACE_AMOUNT = 3
R_PENALTY_RATE_PPM = 4
R_PENALTY_DAYS_IN_YEAR = 5
R_PENALTY_BASE = 6
R_PENALTY_FIXED = 7
R_PENALTY_CAP = 8
R_GENERAL_ONLY = 9  # 1: never take the short walk, so that a test can compare the two
R_COMPOUND_RATE_PPM = 10
R_REFUND_ORDER = 11
R_REFUND_FEE = 12
R_PAUSE_RESETS = 13
R_DISPUTE_RESETS = 14
R_ACCELERATE_AFTER_DAYS = 15
R_LATE_ALLOCATION = 16
R_LATE_ALLOCATION_DAYS = 17
R_NON_ACCRUAL_DAYS = 18
R_SUBSIDY = 19
RULE_COLUMNS = 20

EVER = 1 << 40  # a day number after every day
NO_DAY = -2147483648
MOST_DAYS = 36525  # an extension or a pause is at most a century
MOST_MONTHS = 1200

PRINCIPAL_CODE = 1
INTEREST_CODE = 2
FEE_CODE = 3
PENALTY_CODE = 4

REVERSAL = 1
RESTRUCTURE = 2
EXTENSION = 3
PAUSE = 4
ACCELERATION = 5
FEE = 6
PENALTY_KIND = 7
CHARGEBACK = 8
PAYMENT = 9
EARLY_SETTLEMENT = 10
REFUND = 11
RETURN = 12
WAIVER = 13
CHARGE_OFF = 14
RECOVERY = 15
PAYOUT = 16
REPORTED_BALANCE = 17
REPORTED_CREDIT = 18
REPORTED_STATUS = 19
SET_OFF = 20
DISPUTE = 21
DISPUTE_END = 22
RE_AGE = 23
REINSTATEMENT = 24
TRANSFER = 25
ASSUMPTION = 26
JOINING = 27
SUBSIDY = 28
LAST_KIND = 28

# Status of a run: 0, or -(16 × row + code); see replay_status.
BAD_DEBT_ORDER = 1
BAD_INSTALMENT_DEBT = 2
BAD_EVENT_DEBT = 3
BAD_INSTALMENT_AMOUNT = 4
BAD_EVENT_AMOUNT = 5
BAD_KIND = 6
BAD_REVERSES = 7
BAD_CAUSE = 8
BAD_DAYS = 9
BAD_RULES = 10
BAD_COMPONENT = 11
BAD_LENGTHS = 12
