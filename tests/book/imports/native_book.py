"""A small book in the native form, and one line of it changed."""

from __future__ import annotations

DEBTS = """debt_id,party_id,currency,disbursed_on,principal
1,11,CNY,2026-01-15,100000
2,11,CNY,2026-02-15,50000
3,12,CNY,2026-03-15,70000
"""
INSTALMENTS = """debt_id,seq,due_on,principal,interest,fee
3,1,2026-04-15,70000,0,0
1,2,2026-03-15,50000,500,0
1,1,2026-02-15,50000,1000,0
2,1,2026-03-15,50000,0,300
"""
EVENTS = """debt_id,on,kind,amount,event_id,component,reverses
1,2026-02-15,payment,51000,101,,
1,2026-02-16,reversal,0,102,,101
1,2026-02-20,payment,51000,103,,
2,2026-03-15,payment,50300,104,,
3,2026-04-20,waiver,10,105,interest,
"""


def write(folder, *, debts=DEBTS, instalments=INSTALMENTS, events=EVENTS):
    folder.mkdir(exist_ok=True)
    for name, text in (("debts", debts), ("instalments", instalments), ("events", events)):
        (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder
