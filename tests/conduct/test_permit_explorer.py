"""The explorer and the list of rules as pages: the verdict of the core, in words, and nothing counted."""

from __future__ import annotations

import html
import json
import re
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from permit_cases import DEBTOR, NOW, RELAY, lost_since, sources

sys.path.append(str(Path(__file__).resolve().parents[1] / "web"))  # staff of the console's small book

import small_book

from kaopu.conduct import sources as registry
from kaopu.conduct.console.explorer_examples import TITLES, example
from kaopu.conduct.core.answer import answer
from kaopu.conduct.models import Entry, Judgement, RulebookVersion
from kaopu.conduct.packs import load_packs
from kaopu.kernel.roles import Role
from tests.conduct.permit_lines import text as line_text
from tests.conduct.permit_lines import to_contact

pytestmark = pytest.mark.django_db
EXPLORER = "/conduct/permit/"


@pytest.fixture
def sign_in(db):
    def of(role=Role.AGENT, language="en"):
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(small_book.staff(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of


def shown(response):
    assert response.status_code == 200, response.status_code
    return html.unescape(response.content.decode())


def as_json(page):
    return json.loads(re.search(r'id="as-json"[^>]*>(.*?)</pre>', page, re.DOTALL)[1])


def counted():
    return Entry.objects.count(), Judgement.objects.count(), RulebookVersion.objects.count()


@pytest.mark.parametrize("case", TITLES)
def test_an_example_is_judged_as_the_command_judges_it(sign_in, case):
    found = as_json(shown(sign_in().get(EXPLORER, {"case": case})))
    expected = answer(json.dumps(example(case)), load_packs())
    assert {key: found[key] for key in ("allowed", "disclosure", "next_allowed_at")} == {
        key: expected[key] for key in ("allowed", "disclosure", "next_allowed_at")
    }
    assert [(rule["id"], rule["verdict"]) for rule in found["rules"]] == [
        (rule["id"], rule["verdict"]) for rule in expected["rules"]
    ]
    assert counted() == (0, 0, 0)


def test_a_sunday(sign_in):
    page = shown(sign_in().get(EXPLORER))
    assert "✕ Not now" in page
    assert "Earliest: Mon 2026-11-23 09:00." in page
    assert "Rules consulted 19: 1 ✕, 18 ✓" in page
    assert 'title="Mon 2026-11-23 09:00: allowed"' in page
    assert "Sun 2026-11-22 17:00: past" in page
    assert "14 more that pass" in page
    assert "nothing is counted, nothing is sent" in page


def test_in_chinese(sign_in):
    page = shown(sign_in(language="zh-hans").get(EXPLORER))
    assert "暂不可以" in page
    assert "最早：周一 2026-11-23 09:00。" in page
    assert "本人当地时间为 周日 2026-11-22 18:30" in page


def test_the_form_changes_the_line(sign_in):
    client = sign_in()
    asked = {"case": "sunday", "role": "contact", "purpose": "locate", "channel": "sms", "content": "none", "placed": "1",
             "place": ["US", "IN"], "profile": "law-only", "at": "2026-11-24T12:00"}  # fmt: skip
    found = as_json(shown(client.get(EXPLORER, asked)))
    refusing = [rule["id"] for rule in found["rules"] if rule["verdict"] == "refuse"]
    assert refusing == ["IN-DL-01"]
    assert {"US-F-01", "US-F-03"} <= {rule["id"] for rule in found["rules"]}
    assert "X-DEF-07" not in {rule["id"] for rule in found["rules"]}
    debtor = as_json(shown(client.get(EXPLORER, {**asked, "role": "debtor", "purpose": "remind", "place": ["CN"]})))
    assert "CN-GB-08" in {rule["id"] for rule in debtor["rules"]}


def test_an_hour_on_is_an_hour_by_the_clock_of_the_world(sign_in):
    page = shown(
        sign_in().get(EXPLORER, {"case": "sunday", "at": "2026-11-22T18:30", "to": "2026-11-23T09:00:00+08:00"})
    )
    assert "✓ Yes, now" in page
    assert 'value="2026-11-23T08:00:00+08:00" data-key="["' in page
    assert 'value="2026-11-23T10:00:00+08:00" data-key="]"' in page


def test_what_would_change_it(sign_in):
    page = re.sub(r"<[^>]+>", " ", shown(sign_in().get(EXPLORER)))
    page = re.sub(r"\s+", " ", page)
    assert "✕ refused at the same time, but: text message X-DEF-07" in page.replace("PIPL-CONSENT, ", "")
    assert "✓ allowed by the letter of the law alone" in page
    assert "✕ refused at the earliest time, after 3 tries that day X-DEF-03, X-DEF-04" in page
    assert "✕ refused at the earliest time, had the contact refused CN-GB-05" in page


def test_the_verdict_alone_for_a_swap(sign_in):
    client = sign_in()
    headers = {"HX-Request": "true", "HX-Target": "verdict"}
    part = shown(client.get(EXPLORER, {"case": "offer"}, headers=headers))
    assert "<html" not in part
    assert "hx-swap-oob" not in part
    moved = shown(client.get(EXPLORER, {"case": "offer", "to": "2026-11-24T10:00:00+08:00"}, headers=headers))
    assert 'hx-swap-oob="true"' in moved
    assert 'value="2026-11-24T10:00"' in moved


def test_own_facts_pasted_or_as_a_file(sign_in):
    client = sign_in()
    own = line_text(to_contact(id="mine"))
    assert as_json(shown(client.post(EXPLORER, {"facts": own})))["id"] == "mine"
    file = SimpleUploadedFile("facts.jsonl", f"{own}\n{line_text(to_contact(id='second'))}\n".encode())
    page = shown(client.post(EXPLORER, {"file": file}))
    assert as_json(page)["id"] == "mine"
    assert 'name="facts"' in page
    spread = json.dumps(to_contact(id="spread"), indent=2)
    assert as_json(shown(client.post(EXPLORER, {"facts": spread})))["id"] == "spread"
    again = shown(client.post(EXPLORER, {"facts": own, "channel": "visit", "placed": "1", "place": "CN"}))
    assert "PIPL-CONSENT" in [rule["id"] for rule in as_json(again)["rules"] if rule["verdict"] == "refuse"]


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ("no json", "the line is not a JSON object"),
        ("[1]", "the line is not a JSON object"),
        (line_text(to_contact(person__source=None)), "person.source is malformed"),
        (line_text(to_contact(person=3)), "person is malformed"),
        (line_text(to_contact(jurisdictions=["CN", "XX"])), "jurisdictions has XX"),
        (line_text(to_contact(history="none", debtor=[])), "debtor is malformed"),
        (line_text(to_contact(person__timezone=7, episode="e1")), "person.timezone is malformed"),
        (line_text(to_contact(at="9999-12-31T23:59:59Z")), None),
        ('{"id":"a","id":"b"}', "id is given twice"),
    ],
)
def test_a_bad_fact_is_named_and_refused(sign_in, facts, named):
    page = shown(sign_in().post(EXPLORER, {"facts": facts}))
    if named:
        assert "? No: a fact is missing" in page
        assert named in page


def test_a_file_that_is_no_text(sign_in):
    page = shown(sign_in().post(EXPLORER, {"file": SimpleUploadedFile("x.bin", b"\xff\xfe\x00")}))
    assert "The file is not text in UTF-8." in page


def test_a_person_on_record(sign_in):
    lost_since(NOW)
    client = sign_in(Role.COMPLIANCE)
    before = counted()
    asked = {"debtor": DEBTOR, "person": RELAY.person, "number": RELAY.number, "role": "contact", "purpose": "relay",
             "at": NOW.isoformat()}  # fmt: skip
    with registry.only(**sources()):
        response = client.get(EXPLORER, asked)
    page = shown(response)
    assert response["Cache-Control"] == "no-store"
    assert "on record now" in page
    assert {"ROLE", "CN-GB-02", "X-DEF-26"} <= {rule["id"] for rule in as_json(page)["rules"]}
    with registry.only():
        assert "no source of 'person' facts is registered" in shown(client.get(EXPLORER, asked))
    assert counted()[:2] == before[:2]


def test_values_of_a_person_are_masked_without_the_right(sign_in):
    lost_since(NOW)
    asked = {"debtor": DEBTOR, "person": RELAY.person, "number": RELAY.number, "at": NOW.isoformat()}
    with registry.only(**sources()):
        masked, open_ = (shown(sign_in(role).get(EXPLORER, asked)) for role in (Role.AGENT, Role.COMPLIANCE))
    assert "•••" in masked
    assert "•••" not in open_
    assert "Asia/Shanghai</td>" not in masked


def test_who_may_not_see_permits_may_not_ask_about_a_person(sign_in):
    client = sign_in(Role.TREASURER)
    assert client.get(EXPLORER).status_code == 200
    assert "A person on record" not in shown(client.get(EXPLORER))
    assert client.get(EXPLORER, {"debtor": DEBTOR}).status_code == 403


def test_the_list_of_rules(sign_in):
    client = sign_in()
    page = shown(client.get("/conduct/rules/"))
    assert "189 rules of 189; permits ask 43 of them." in page
    assert page.count("○ not yet enforced") == 135
    assert "enforced within ROLE" in page
    india = shown(client.get("/conduct/rules/", {"place": "IN", "state": "open"}))
    assert "IN-RA-02" in india
    assert "IN-RA-01" not in india
    assert "CN-GB-09" in shown(client.get("/conduct/rules/", {"q": "conversations effective"}))
    assert "No rule fits this view" in shown(client.get("/conduct/rules/", {"q": "zzz"}))
    part = shown(client.get("/conduct/rules/", {"confidence": "V1"}, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "US-F-07" in part


def test_one_rule(sign_in):
    page = shown(sign_in(language="zh-hans").get("/conduct/rules/CN-GB-08/"))
    assert "22:00 至次日 08:00 不得催收" in page
    assert "Mon-Sun 08:00-22:00" in page
    assert "CN-GB-06" in page
    assert sign_in(Role.AUDITOR).get("/conduct/rules/CN-GB-99/").status_code == 404
