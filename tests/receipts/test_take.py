"""A file is taken once, each receipt once; the rules match or hold; bad rows go to the rejects file."""

from __future__ import annotations

import csv
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from receipt_files import NOW

from kaopu.book import store as book
from kaopu.book.actions.record_event import RecordEvent, record_event
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.position import position
from kaopu.book.models import Event
from kaopu.kernel.core.errors import BadInput
from kaopu.receipts import reading, store
from kaopu.receipts.actions.take_receipts import take_content, take_file
from kaopu.receipts.answers import of_file
from kaopu.receipts.models import Allocation, Note, Receipt, ReceiptsFile

INSTALMENT = "106.62"  # of the debt of the fixtures, first due on 15 February 2026


def why(row):
    return Note.objects.filter(receipt=row).latest("pk").why


def whole(answer):
    return Decimal(answer["total"]) == sum(Decimal(answer[name]) for name in ("matched", "suspense", "returned"))


def test_a_named_debt_is_paid_on_the_day_of_the_receipt(take, debt):
    one = debt()
    answer, rows = take({"amount": "100.00", "bank_reference": "B1", "reference": f"还款D-{one.pk}谢谢"})
    assert (answer["matched"], answer["suspense"], answer["total"], answer["count"]) == ("100.00", "0.00", "100.00", 1)
    event = Event.objects.get(debt=one)
    assert (str(event.on), event.kind, event.amount, event.payload) == (
        "2026-02-15", "payment", 10_000, {"receipt": rows["B1"].pk},
    )  # fmt: skip
    assert position(book.history(one), event.on).paid_to_date == 10_000


def test_an_outside_id_names_a_debt_and_a_word_around_it_does_not(take, debt):
    one = debt(external_id="LN88/7")
    two = debt(external_id="2026")
    three = debt(external_id="84712")
    _, rows = take(
        {"amount": "1", "bank_reference": "B1", "reference": "loan LN88/7, thanks"},
        {"amount": "2", "bank_reference": "B2", "reference": "loan XLN88/7"},
        {"amount": "3", "bank_reference": "B3", "reference": "rent 2026"},
        {"amount": "4", "bank_reference": "B4", "reference": "贷款84712还款"},
        {"amount": "5", "bank_reference": "B5", "reference": "984712"},
        {"amount": "6", "bank_reference": "B6", "reference": "kaopu/84712"},
    )
    paid = {a.receipt.bank_reference: a.debt_id for a in Allocation.objects.select_related("receipt")}
    assert paid == {"B1": one.pk, "B4": three.pk, "B6": three.pk}
    assert why(rows["B2"]) == why(rows["B5"]) == "nothing_known"
    note = Note.objects.get(receipt=rows["B3"])
    assert (note.why, note.candidates) == ("name_is_doubtful", [two.pk])


def test_a_name_that_does_not_pass_is_never_guessed_around(take, debt, party):
    payer = party(phone="13800138000")
    one, two = debt(payer), debt(payer)
    dollars = debt(payer, currency="USD")
    settled = debt()
    take({"booked_on": "2026-02-01", "amount": "5000", "bank_reference": "B0", "reference": f"D-{settled.pk}"})
    _, rows = take(
        {
            "amount": INSTALMENT,
            "bank_reference": "B1",
            "reference": f"D-{one.pk} D-{two.pk}",
            "payer_account": "13800138000",
        },
        {"amount": INSTALMENT, "bank_reference": "B2", "reference": "D-999999", "payer_account": "13800138000"},
        {"amount": INSTALMENT, "bank_reference": "B3", "reference": f"D-{dollars.pk}", "payer_account": "13800138000"},
        {"amount": INSTALMENT, "bank_reference": "B4", "reference": f"D-{settled.pk}"},
        {"amount": INSTALMENT, "bank_reference": "B5", "reference": f"D-{one.pk}", "booked_on": "2025-12-31"},
    )
    assert [why(rows[f"B{n}"]) for n in range(1, 6)] == [
        "several_debts_named", "named_debt_unknown", "other_currency", "debt_settled", "debt_not_begun",
    ]  # fmt: skip


def test_a_transferred_debt_takes_no_money_by_a_rule(take, debt):
    sold = debt()
    command = RecordEvent(
        sold.pk, EventKind.TRANSFER, date(2026, 2, 1), "sold", 90_000, payload={"owner": "other-lender"}
    )
    assert record_event(command, "test", NOW).event_id
    _, rows = take({"amount": INSTALMENT, "bank_reference": "B1", "reference": f"D-{sold.pk}"})
    assert why(rows["B1"]) == "debt_transferred"


def test_a_known_payer_pays_what_is_due(take, debt, party):
    payer = party(phone="13800138000")
    one = debt(payer)
    two = debt(payer, principal=60_000)
    answer, rows = take(
        {"amount": INSTALMENT, "bank_reference": "B1", "payer_account": "138 0013 8000"},
        {"amount": "53.31", "bank_reference": "B2", "reference": "tel 13800138000"},
        {"amount": "77.00", "bank_reference": "B3", "payer_account": "13800138000"},
    )
    rules = {a.receipt.bank_reference: (a.debt_id, a.rule) for a in Allocation.objects.select_related("receipt")}
    assert rules == {"B1": (one.pk, "payer_due"), "B2": (two.pk, "payer_due")}
    assert why(rows["B3"]) == "amount_fits_nothing"
    assert answer["suspense"] == "77.00"


def test_one_receipt_pays_all_that_is_due_together(take, debt, party):
    payer = party(phone="13800138000")
    one, two = debt(payer), debt(payer, principal=60_000)
    answer, rows = take({"amount": "159.93", "bank_reference": "B1", "payer_account": "13800138000"})
    parts = sorted(Allocation.objects.values_list("debt_id", "amount", "rule"))
    assert parts == [(one.pk, 10_662, "payer_all_due"), (two.pk, 5_331, "payer_all_due")]
    assert sum(amount for _, amount, _ in parts) == rows["B1"].amount
    assert answer["matched"] == "159.93"


def test_the_instalment_of_the_next_days_and_a_settlement(take, debt, party):
    payer = party(phone="13800138000")
    one = debt(payer)
    take(
        {"booked_on": "2026-02-05", "amount": INSTALMENT, "bank_reference": "B1", "payer_account": "13800138000"},
        {"booked_on": "2026-02-20", "amount": INSTALMENT, "bank_reference": "B2", "payer_account": "13800138000"},
    )
    rules = {a.receipt.bank_reference: a.rule for a in Allocation.objects.select_related("receipt")}
    assert rules == {"B1": "payer_due"}  # on 20 February the next is due in 23 days
    left = position(book.history(one), NOW.date().replace(month=2, day=21)).outstanding.total
    take(
        {
            "booked_on": "2026-02-21",
            "amount": f"{Decimal(left) / 100}",
            "bank_reference": "B3",
            "payer_account": "13800138000",
        }
    )
    assert Allocation.objects.get(receipt__bank_reference="B3").rule == "payer_settles"


def test_two_debts_that_ask_the_same_are_not_chosen_between(take, debt, party):
    payer = party(phone="13800138000")
    one, two = debt(payer), debt(payer)
    _, rows = take({"amount": INSTALMENT, "bank_reference": "B1", "payer_account": "13800138000"})
    note = Note.objects.get(receipt=rows["B1"])
    assert (note.why, note.candidates) == ("amount_fits_several", [one.pk, two.pk])


def test_an_account_is_known_once_a_text_proved_it_and_a_name_never_is(take, debt, party):
    one = debt(party(name="王小明"))
    _, rows = take(
        {"amount": "5", "bank_reference": "B1", "payer_name": "王小明", "payer_account": "6222000011114471"},
        {
            "booked_on": "2026-02-16",
            "amount": INSTALMENT,
            "bank_reference": "B2",
            "payer_account": "6222000011114471",
            "reference": f"D-{one.pk}",
        },
        {
            "booked_on": "2026-03-15",
            "amount": INSTALMENT,
            "bank_reference": "B3",
            "payer_account": "6222 0000 1111 4471",
        },
    )
    note = Note.objects.get(receipt=rows["B1"])
    assert (note.why, note.candidates) == ("name_alone", [one.pk])
    assert Allocation.objects.get(receipt=rows["B3"]).rule == "payer_due"


def test_an_overpayment_becomes_a_credit_balance(take, debt):
    one = debt()
    take({"amount": "5000", "bank_reference": "B1", "reference": f"D-{one.pk}"})
    assert position(book.history(one), NOW.date()).credit_balance > 0


def test_the_same_file_and_the_same_reference_never_double(take, debt):
    one = debt()
    rows = [
        {"amount": "100", "bank_reference": "B1", "reference": f"D-{one.pk}"},
        {"amount": "7", "bank_reference": "B2"},
    ]
    first, _ = take(*rows)
    again, _ = take(*rows)
    assert again == first | {"already_taken": True}
    other, _ = take(*rows, {"amount": "9", "bank_reference": "B3"}, name="other.csv")
    assert (other["repeated"], other["count"], other["total"]) == (2, 1, "9.00")
    assert Receipt.objects.count() == 3
    assert Event.objects.filter(debt=one).count() == 1
    assert store.received_totals(NOW.date()) == {"CNY": {"received": 11_600, "matched": 10_000, "returned": 0}}


def test_rows_without_a_reference_are_known_by_their_content(take):
    row = {"amount": "7", "payer_name": "李雷"}
    first, _ = take(row, row)
    assert (first["count"], first["repeated"]) == (2, 0)
    later, _ = take(row, row, row, name="later.csv")
    assert (later["count"], later["repeated"]) == (1, 2)


def test_a_reference_with_two_amounts_is_refused_and_the_rest_is_taken(take):
    answer, _ = take(
        {"amount": "7", "bank_reference": "B1"}, {"amount": "8", "bank_reference": "B1"},
        {"amount": "9", "bank_reference": "B2"},
    )  # fmt: skip
    assert (answer["rejected"], answer["total"]) == (2, "9.00")
    later, _ = take({"amount": "10", "bank_reference": "B2"}, {"amount": "1", "bank_reference": "B3"})
    assert (later["rejected"], later["repeated"], later["total"]) == (1, 0, "1.00")


def test_bad_rows_say_file_row_column_and_what_is_expected(take):
    answer, _ = take(
        {"amount": "1,000.50", "bank_reference": "B1"}, {"amount": "-5", "bank_reference": "B2"},
        {"amount": "0", "bank_reference": "B3"}, {"amount": "1.234", "bank_reference": "B4"},
        {"amount": "x", "bank_reference": "B5"}, {"amount": "5", "booked_on": "2026-02-30", "bank_reference": "B6"},
        {"amount": "5", "currency": "XXY", "bank_reference": "B7"},
    )  # fmt: skip
    assert (answer["rejected"], answer["count"], answer["total"]) == (6, 1, "1000.50")
    path = Path(answer["rejects_file"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding="utf-8", newline="") as lines:
        told = list(csv.DictReader(lines))
    assert [(row["file"], row["row"], row["column"], row["value"]) for row in told] == [
        ("bank.csv", "3", "amount", "-5"), ("bank.csv", "4", "amount", "0"), ("bank.csv", "5", "amount", "1.234"),
        ("bank.csv", "6", "amount", "x"), ("bank.csv", "7", "booked_on", "2026-02-30"), ("bank.csv", "8", "currency", "XXY"),
    ]  # fmt: skip
    assert all(row["expectation"] for row in told)


def test_a_chinese_bank_file_is_read(db):
    text = '交易日期,金额,币种,对方户名,对方账号,摘要,附言,流水号\n20260215,"1,000.00",人民币,王小明,6222000011114471,转账,还款,L1\n2026/2/16,5,,,,,,L2\n'
    for encoding in ("gb18030", "utf-8-sig"):
        answer = of_file(take_content(text.encode(encoding), "bank.csv", "test", NOW))
    assert (answer["repeated"], answer["total"], Receipt.objects.count()) == (2, "0.00", 2)
    row = Receipt.objects.get(bank_reference="L1")
    line = store.line_of(row)
    assert (line.amount, line.payer_name, line.reference, str(line.booked_on)) == (
        100_000,
        "王小明",
        "转账 还款",
        "2026-02-15",
    )
    raw = b"".join(
        bytes(getattr(row, name)) for name in ("reference_sealed", "payer_name_sealed", "payer_account_sealed")
    )
    assert "王小明".encode() not in raw and b"6222" not in raw


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"), (b"day;who\n", "no column amount"), (b"booked_on\n2026-01-01\n", "no column amount"),
        (b"date,day,amount\n", "date, day given"), (b"\xff\xfe\xff", "UTF-8 or GB 18030"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why_and_may_come_again(db, content, told):
    for _ in range(2):
        with pytest.raises(BadInput, match=told):
            take_content(content, "bank.csv", "test", NOW)
    assert {row.status for row in ReceiptsFile.objects.all()} == {"failed"}


def test_a_missing_file_is_bad_input(db, tmp_path):
    with pytest.raises(BadInput, match=r"no\.csv"):
        take_file(tmp_path / "no.csv", "test", NOW)


def test_several_currencies_stand_apart(take):
    answer, _ = take(
        {"amount": "10", "currency": "USD", "bank_reference": "B1"}, {"amount": "7", "currency": "JPY", "bank_reference": "B2"},
        {"amount": "5", "currency": "USD", "bank_reference": "B3"},
    )  # fmt: skip
    assert (answer["currency"], answer["total"]) == ("USD", "15.00")
    assert answer["by_currency"]["JPY"]["total"] == "7"
    assert whole(answer)


def test_columns_that_nobody_reads_are_named():
    content = "\ufeff交易日期;交易金额;ref;分行;附言;\n2026-02-15;5.00;L1;上海;;\n".encode()
    assert reading.unread(content, "bank.csv") == ["ref", "分行"]
    assert reading.unread(b"date,amount,memo,text\n", "bank.csv") == []
