"""Whether a reply asks to be left alone. In doubt it does: who wrote this is not written to again."""

from __future__ import annotations

import unicodedata

# The whole reply, or its first word.
SHORT = frozenset({
    "stop", "stopall", "unsubscribe", "unsub", "end", "quit", "cancel", "optout", "opt-out", "td", "t", "tt", "n",
    "退订", "退定", "拒收", "停止", "取消", "滚", "不需要",
})  # fmt: skip
# Anywhere in the reply.
PHRASES = (
    "退订", "退定", "拒收", "别再联系", "不要再联系", "不要联系", "别联系", "勿联系", "停止联系", "别再打", "不要再打",
    "别打", "不要打", "勿打", "勿扰", "别再发", "不要再发", "别发", "不要发", "骚扰", "别烦", "打错", "不认识",
    "leavemealone", "unsubscribe", "donotcontact", "don'tcontact", "dontcontact", "donotcall", "don'tcall", "dontcall",
    "donottext", "don'ttext", "donotmessage", "stopcalling", "stoptexting", "stopcontacting", "stopmessaging",
    "stopsending", "removeme", "optout", "opt-out", "wrongnumber",
)  # fmt: skip


def asks_to_stop(text: str) -> bool:
    """Whether a reply is a stop word, begins with one, or holds a plain request to stop."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").strip()
    words = plain.split()
    closed = "".join(words)
    first = words[0].strip(".,!?;:。，！？；：、'\"（）()") if words else ""
    return first in SHORT or closed.strip(".!。！") in SHORT or any(phrase in closed for phrase in PHRASES)
