"""What a model must not be used for, in sentences, as its card and its file say it."""

from __future__ import annotations

from kaopu.kernel.core.errors import BadInput

PD_LEVEL, LIMIT, PRICE, APPROVAL = USES = ("pd_level", "limit", "price", "approval")
OVERSAMPLED_RATE = 0.15

WITHOUT_TIME = (
    (
        "One cohort without dates: nothing shows how it keeps in time. It may rank; it is never used for the level of"
        " the probability of default, for limits or for price."
    ),
    "单一时点样本、无日期:无法检验跨期稳定性。仅可用于排序,不得用于违约概率水平、额度或定价。",
)
HIGH_RATE = (
    (
        "{rate:.1%} of the rows are bad, more than lending usually sees: sampled or stressed. Calibrate anew before the"
        " probability is read as one."
    ),
    "样本坏账率为 {rate:.1%},高于通常水平(抽样或压力时期)。使用概率前须重新校准。",
)
REJECTS = (
    "Fitted on accounts that were granted; about those declined it knows nothing.",
    "仅以已获批账户拟合,对被拒申请人的表现一无所知。",
)


def limits_of(
    not_for: tuple[str, ...], *, out_of_time: bool, bad_rate: float
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Uses that are refused, and the sentences. A model without a test in time may rank only."""
    for use in not_for:
        if use not in USES:
            raise BadInput(f"--not-for: {use} given, expected one of {', '.join(USES)}")
    refused = set(not_for) | (set() if out_of_time else {PD_LEVEL, LIMIT, PRICE})
    said = [REJECTS]
    if not out_of_time:
        said.insert(0, WITHOUT_TIME)
    if bad_rate > OVERSAMPLED_RATE:
        said.append((HIGH_RATE[0].format(rate=bad_rate), HIGH_RATE[1].format(rate=bad_rate)))
    return tuple(use for use in USES if use in refused), tuple(said)
