"""The words of a reason: those of the manifest, or a plain sentence for the reasons that kaopu itself gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaopu.decision.core.policy.manifest import Manifest

ENGLISH, CHINESE = "en", "zh"
# code before the colon: (English, Chinese); {} is the field's label or what stands after the colon.
OWN = {
    "missing": ("Not given: {}.", "缺少信息：{}。"),
    "wrong_type": ("Not of the expected kind: {}.", "信息类型不符：{}。"),
    "out_of_range": ("Outside what is possible: {}.", "信息超出允许范围：{}。"),
    "stale": ("Too old, or without its day: {}.", "信息已过期或缺少日期：{}。"),
    "no_outcome": ("The policy came to no conclusion; a person decides.", "策略未得出结论，转人工处理。"),
    "evaluation_failed": ("The policy could not be worked out; a person decides.", "策略计算失败，转人工处理。"),
    "policy_stopped": ("The policy is stopped; a person decides.", "策略已停用，转人工处理。"),
    "no_policy": ("There is no policy of this name; a person decides.", "没有该名称的策略，转人工处理。"),
    "policy_not_yet_valid": ("The policy is not valid yet; a person decides.", "策略尚未生效，转人工处理。"),
    "policy_no_longer_valid": ("The policy is no longer valid; a person decides.", "策略已失效，转人工处理。"),
    "policy_not_live": ("No version of the policy is at work; a person decides.", "策略没有生效版本，转人工处理。"),
    "scoring_failed": ("A fault on the way; a person decides.", "处理过程出错，转人工处理。"),
    "model_missing": ("The score model is missing; a person decides.", "评分模型缺失，转人工处理。"),
    "model_stale": ("The score model is out of date; a person decides.", "评分模型已过期，转人工处理。"),
    "model_altered": ("The score model was altered; a person decides.", "评分模型被改动，转人工处理。"),
    "model_not_yet_valid": ("The score model is not valid yet; a person decides.", "评分模型尚未生效，转人工处理。"),
    "provider_failed": ("No answer from {}; a person decides.", "外部数据源未给出结果：{}，转人工处理。"),
}
# why an outside provider gave nothing, after its name
TROUBLES = {
    "not_configured": ("nobody agreed with it what to ask", "未配置"),
    "no_consent": ("there is no consent to ask it", "未获授权"),
    "field_missing": ("what it needs to know is not given", "查询所需信息不全"),
    "resting": ("it has failed too often and is left alone for a while", "连续失败，暂停查询"),
    "timed_out": ("it took too long", "超时"),
    "not_reached": ("it was not reached", "无法连接"),
    "cut_off": ("its answer broke off", "应答中断"),
    "too_large": ("its answer is too large", "应答过大"),
    "server_error": ("it has a fault", "对方系统故障"),
    "refused": ("it refused", "对方拒绝"),
    "malformed": ("its answer cannot be read", "应答格式错误"),
    "outside_contract": ("its answer is not what was agreed", "应答不符合约定"),
    "fault": ("a fault on our side", "我方处理出错"),
}


def language_of(header: str) -> str:
    """`zh` or `en` from an Accept-Language header: the one with the higher weight, the earlier of two alike."""
    best, found = 0.0, ENGLISH
    for part in header.split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            continue
        short = name.strip().lower()[:2]
        if short in (ENGLISH, CHINESE) and value > best:
            best, found = value, short
    return found


def words_of(code: str, manifest: Manifest | None, language: str) -> str:
    """A sentence for whoever is decided about; the code itself where nobody wrote one."""
    said = manifest.reasons.get(code) if manifest else None
    if said is not None:
        mine, other = (said.zh, said.en) if language == CHINESE else (said.en, said.zh)
        return mine or other or code
    kind, _, about = code.partition(":")
    if kind not in OWN:
        return code
    if kind == "provider_failed":
        return OWN[kind][language == CHINESE].format(_provider(about, language))
    declared = manifest.input(about) if manifest else None
    label = (declared.label.get(language) if declared else None) or about
    return OWN[kind][language == CHINESE].format(label)


def _provider(about: str, language: str) -> str:
    name, _, trouble = about.partition(":")
    why = TROUBLES.get(trouble, (trouble, trouble))[language == CHINESE]
    return f"{name}（{why}）" if language == CHINESE else f"{name} ({why})"
