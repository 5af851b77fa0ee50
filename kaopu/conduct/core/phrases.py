"""The words themselves: (English, Chinese) by code. A sentence has two forms: the finding holds, or it does not."""

from __future__ import annotations

import re

from kaopu.conduct.core.facts import ATTEMPT, CONTACT_MADE, FAILED

Pair = tuple[str, str]

SENTENCES: dict[str, tuple[Pair, Pair]] = {
    "facts": (("{0}", "事实缺失或有误：{0}"), ("{0}", "{0}")),
    "always": (("not allowed for what is asked", "所请求的事不允许"), ("", "")),
    "nothing_asked": (("", ""), ("nothing to check on this channel", "此渠道无须检查")),
    "wish": (
        ("{0} to a {1} with content {2} is not allowed", "不允许以“{0}”为目的、以“{2}”为内容联系{1}"),
        ("{0} to a {1} with content {2} is allowed", "可以“{0}”为目的、以“{2}”为内容联系{1}"),
    ),
    "holiday": (("{1} at the {0} is a public holiday", "{0}当地 {1} 为节假日"), ("", "")),
    "outside_hours": (
        ("it is {1} at the {0}, allowed is {2}", "{0}当地时间为 {1}，允许时段为 {2}"),
        ("it is {1} at the {0}, within {2}", "{0}当地时间为 {1}，在 {2} 之内"),
    ),
    "cap": (
        ("{2}: {0}, the limit is fewer than {1}", "{2}：已有 {0} 次，须少于 {1} 次"),
        ("{2}: {0}, fewer than {1}", "{2}：{0} 次，少于 {1} 次"),
    ),
    "no_inbound": (
        ("the person did not call in {1} days", "此人 {1} 天内没有来电"),
        ("the person called {0} times in {1} days", "此人 {1} 天内来电 {0} 次"),
    ),
    "debtor_reachable": (
        ("the debtor is neither dead, incapacitated nor lost", "债务人既未死亡、也未丧失行为能力、也未失联"),
        ("", ""),
    ),
    "debtor_cannot_act": (("", ""), ("the debtor is dead or incapacitated", "债务人已死亡或丧失行为能力")),
    "lost_numbers": (("", ""), ("lost: every number of the debtor is invalid", "失联：债务人的所有号码均为空号")),
    "lost_run": (
        ("", ""),
        ("lost: {0} failed calls in a run, the last of them before today", "失联：连续 {0} 次拨打失败，且均在今天之前"),
    ),
    "lost_days": (
        ("", ""),
        ("lost: nothing but failures on each of the {0} days before today", "失联：今天之前连续 {0} 天均未联系上"),
    ),
    "too_few_failed_days": (
        ("{0} days of failed attempts since last heard of, {1} needed", "失去音讯以来有 {0} 天联系失败，须满 {1} 天"),
        ("{0} days of failed attempts since last heard of, {1} needed", "失去音讯以来有 {0} 天联系失败，已满 {1} 天"),
    ),
    "any_true": (("{0}", "{0}"), ("none of: {1}", "均无：{1}")),
    "none_true": (("none of: {1}", "均无：{1}"), ("{0}", "{0}")),
    "not_true": (("not {0}", "未满足：{0}"), ("{0}", "{0}")),
    "below": (
        ("{0}: {1}, at least {2} needed", "{0}为 {1}，至少须为 {2}"),
        ("{0}: {1}, at least {2}", "{0}为 {1}，不少于 {2}"),
    ),
    "at_least": (
        ("{0}: {1}, at least {2}", "{0}为 {1}，不少于 {2}"),
        ("{0}: {1}, below {2}", "{0}为 {1}，低于 {2}"),
    ),
    "one_of": (("{0}: {1}", "{0}为{1}"), ("{0}: {1}, not {2}", "{0}为{1}，不是{2}")),
    "not_one_of": (("{0}: {1}, expected one of {2}", "{0}为{1}，应为下列之一：{2}"), ("{0}: {1}", "{0}为{1}")),
    "reached": (("{0}: {1}", "{0}：{1}"), ("{0}: {1}", "{0}：{1}")),
    "not_reached": (("{0}: {1}, it would have to be past", "{0}：{1}，须已发生"), ("{0}: {1}", "{0}：{1}")),
    "older_than": (
        ("{0} was {1} days ago, more than {2}", "{0}已过 {1} 天，超过 {2} 天"),
        ("{0}: not more than {2} days ago", "{0}：未超过 {2} 天"),
    ),
    "with_episode": (("within an episode", "属于失联处置"), ("without an episode", "不属于失联处置")),
    "switched_off": (
        ("outreach to contacts is switched off for {0}", "联系紧急联系人的功能在以下地区未开启：{0}"),
        ("outreach to contacts is switched on", "联系紧急联系人的功能已开启"),
    ),
    "no_consent": (
        ("no consent of the person for {0} is open now", "此人目前没有对“{0}”渠道的有效同意"),
        ("the person consents to {0}", "此人同意通过“{0}”联系"),
    ),
}  # fmt: skip

FIELDS: dict[object, Pair] = {
    "product": ("product", "产品"),
    "segment": ("segment", "客群"),
    "caller": ("caller", "呼叫方"),
    "number": ("number", "号码"),
    "person.source": ("source of the number", "号码来源"),
    "person.opted_in": ("opted in by the person", "本人已同意担任联系人"),
    "person.identity_factors": ("identity factors matched", "已核对的身份要素"),
    "person.refused_at": ("refused", "拒绝时间"),
    "person.offer_to_pay_at": ("offer to pay", "主动提出代付的时间"),
    "episode.opened_at": ("episode opened", "失联处置开启时间"),
    "debtor.days_past_due": ("days past due", "逾期天数"),
    "debtor.dead": ("the debtor is dead", "债务人死亡"),
    "debtor.incapacitated": ("the debtor is incapacitated", "债务人丧失行为能力"),
    "debtor.disputed": ("a dispute is open", "有争议未决"),
    "debtor.complaint_open": ("a complaint is open", "有投诉未决"),
    "debtor.represented": ("a representative is known", "已有代理人"),
    "debtor.arrangement_kept": ("an arrangement is being kept", "还款安排正在履行"),
}

VALUES: dict[str, Pair] = {
    "collect": ("collect", "催收"),
    "remind": ("remind", "提醒"),
    "locate": ("locate", "询问下落"),
    "relay": ("relay", "转告"),
    "pay-help": ("pay-help", "协助还款"),
    "verify": ("verify", "核实"),
    "service": ("service", "服务"),
    "debtor": ("debtor", "债务人"),
    "guarantor": ("guarantor", "保证人"),
    "contact": ("contact", "联系人"),
    "representative": ("representative", "代理人"),
    "none": ("none", "无"),
    "payment": ("payment", "付款所需"),
    "debt": ("debt", "债务"),
    "voice": ("voice", "语音"),
    "sms": ("sms", "短信"),
    "email": ("email", "邮件"),
    "app": ("app", "应用内"),
    "visit": ("visit", "上门"),
    "card": ("card", "信用卡"),
    "loan": ("loan", "贷款"),
    "consumer": ("consumer", "个人"),
    "enterprise": ("enterprise", "企业"),
    "robot": ("robot", "机器人"),
    "human": ("human", "人工"),
    "no-answer": ("unanswered attempts", "无人接听"),
    "invalid": ("invalid", "空号"),
    "bounced": ("bounced", "退回"),
    "delivered": ("delivered", "已送达"),
    "notice": ("notices", "告知式通话"),
    "conversation": ("conversations", "交互式通话"),
    "inbound": ("inbound calls", "来电"),
    "contract": ("contract", "合同"),
    "reserved_by_debtor": ("reserved by the debtor", "债务人预留"),
    "debtor_authorised": ("authorised by the debtor", "债务人授权"),
    "lawful_public": ("lawful public channel", "合法公开渠道"),
    "told_by_reserved_contact": ("told by a reserved contact", "预留联系人告知"),
    "authorised_credit_bureau": ("credit bureau with authorisation", "经授权的征信机构"),
    "episode any": ("", ""),
    "episode this": ("in this episode", "（本次失联处置）"),
    "episode other": ("under another episode", "（其他失联处置）"),
    "since ever": ("", ""),
    "since reply": ("since the person was last heard of", "（最近一次联系上之后）"),
    "since inbound": ("since the person's last call", "（最近一次来电之后）"),
}

ENTRIES: tuple[tuple[frozenset[str], Pair], ...] = (
    (ATTEMPT, ("attempts", "联系尝试")),
    (CONTACT_MADE, ("contacts made", "已联系上")),
    (FAILED, ("failed attempts", "失败的联系")),
)
OF: dict[str, Pair] = {
    "person": ("with the person", ""),
    "debtor": ("with the debtor", "（债务人）"),
    "number": ("on this number", "（此号码）"),
    "others": ("with other persons", "（其他人）"),
}
PLACES: dict[str, Pair] = {"person": ("person", "本人"), "debtor": ("debtor", "债务人")}
DAY_NAMES: tuple[tuple[str, ...], tuple[str, ...]] = (
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
)

# Problems that readers of facts note (core/fields.py): "person.source is missing, expected a text".
PROBLEM = re.compile(r"(?P<path>\S+) is (?P<state>missing|malformed|given twice)(?:, expected (?P<expected>.+))?")
BAD_ENTRY = re.compile(r"entry ([0-9]+) \(counted from 0\) to have a readable (\w+)")
PROBLEM_STATES = {"missing": "缺失", "malformed": "有误", "given twice": "重复给出"}
EXPECTED = {
    "an object": "一个对象",
    "a text": "文本",
    "true or false": "布尔值（true 或 false）",
    "a whole number": "整数",
    "an instant as RFC 3339 with an offset": "带时差的 RFC 3339 时刻",
    "a list of jurisdictions": "地区列表",
    "an IANA time zone": "一个 IANA 时区",
    "a list of days as YYYY-MM-DD": "日期列表（YYYY-MM-DD）",
    "a list of consents, each with channel, from and to": "同意的列表，每项含 channel、from 和 to",
    "null, or from and to as HH:MM with from before to": "空值（null），或 HH:MM 格式的 from 和 to，且 from 早于 to",
    "a list of entries": "记录列表",
}
