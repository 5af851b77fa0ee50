"""What went another way: relief, new terms, disputes, charge-offs, sales, money clawed back."""

# ruff: noqa: E501 - the catalogue is a table, one feature a line

from __future__ import annotations

from kaopu.decision.core.features.declare import (
    COUNT,
    DAYS,
    MINOR,
    SHARE,
    book_feature,
    count_of,
    days_since,
    flag_of,
    share_of,
)
from kaopu.decision.core.features.feature import Kind, Source, Text

P, E = Source.BOOK_POSITIONS, Source.BOOK_EVENTS

FEATURES = (
    book_feature("pauses_count", ("延期还款（暂停计逾）次数", "pauses"), COUNT, E, count_of("pauses")),
    book_feature("extensions_count", ("展期次数", "extensions"), COUNT, E, count_of("extensions")),
    book_feature("restructures_count", ("重组次数", "restructurings"), COUNT, E, count_of("restructures")),
    book_feature("re_ages_count", ("重新计龄次数", "re-ageings"), COUNT, E, count_of("re_ages")),
    book_feature("reliefs_365d_count", ("近 365 天纾困次数（暂停、展期、重组、重新计龄）", "pauses, extensions, restructurings and re-ageings in 365 days"), COUNT, E, count_of("reliefs_365")),
    book_feature("days_since_relief_days", ("距最近一次纾困天数", "days since the last relief"), DAYS, E, days_since("last_relief_on"), missing=Text("从未纾困", "never had relief")),
    book_feature("restructured_now", ("是否有重组借据", "whether a restructuring is in force"), "yes_no", P, flag_of("restructured_debts"), kind=Kind.BOOLEAN, high=1),
    book_feature("disputes_count", ("争议次数", "disputes"), COUNT, E, count_of("disputes")),
    book_feature("disputed_now", ("当前是否有争议", "whether a debt is in dispute now"), "yes_no", P, flag_of("disputed_debts"), kind=Kind.BOOLEAN, high=1),
    book_feature("waivers_count", ("减免次数", "waivers"), COUNT, E, count_of("waivers")),
    book_feature("waived_minor", ("累计减免金额", "forgiven so far"), MINOR, P, count_of("waived")),
    book_feature("charged_off_debts_count", ("核销借据数", "debts charged off"), COUNT, P, count_of("charged_off_debts")),
    book_feature("charged_off_minor", ("累计核销金额", "charged off so far"), MINOR, P, count_of("charged_off")),
    book_feature("charged_off_share", ("核销借据占比", "share of debts charged off"), SHARE, P, share_of("charged_off_debts", "debts")),
    book_feature("recovered_minor", ("核销后收回金额", "money that came after a charge-off"), MINOR, P, count_of("recovered")),
    book_feature("transferred_debts_count", ("已转让借据数", "debts sold"), COUNT, P, count_of("transferred_debts")),
    book_feature("accelerated_now", ("是否有加速到期借据", "whether a debt is called due early"), "yes_no", P, flag_of("accelerated_debts"), kind=Kind.BOOLEAN, high=1),
    book_feature("chargebacks_count", ("拒付（资金被追回）次数", "payments clawed back"), COUNT, E, count_of("chargebacks")),
    book_feature("fees_count", ("后加费用次数", "fees charged by events"), COUNT, E, count_of("fees")),
    book_feature("penalties_count", ("罚息事件次数", "penalties charged by events"), COUNT, E, count_of("penalties")),
    book_feature("rests_on_report", ("是否含外部报告余额的账户", "whether a balance rests on a report"), "yes_no", P, flag_of("reported_debts"), kind=Kind.BOOLEAN, high=1),
    book_feature("debtor_changes_count", ("债务转移或加入次数", "times another debtor took over or joined"), COUNT, E, count_of("debtor_changes")),
)  # fmt: skip
