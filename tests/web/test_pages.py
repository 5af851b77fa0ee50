"""Each page answers, in both languages, under the strict policy, with a fixed number of queries."""

from __future__ import annotations

import re

import pytest

from kaopu.kernel.roles import Role
from kaopu.web.security import POLICY

PAGES = (
    "/",
    "/overdue/",
    "/pauses/",
    "/products/",
    "/products/phone/",
    "/products/phone/edit",
    "/approvals/",
    "/debts/",
    "/debts/?bucket=late&sort=-overdue&q=",
    "/borrowers/",
    "/imports/",
    "/audit/?verify=1",
    "/webhooks/",
    "/parties/",
)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_with_one_heading_and_the_strict_policy(sign_in, book, address, language):
    client = sign_in(Role.ADMINISTRATOR, language)
    response = client.get(address)
    text = response.content.decode()
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == POLICY
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script>|<style", text), "nothing runs or is styled inline"


def test_a_debt_is_shown_on_any_day(sign_in, book):
    client = sign_in(Role.ANALYST)
    late = f"/debts/{book['late']}/"
    then, now = client.get(late, {"as_of": "2026-09-09"}), client.get(late)
    assert "Nothing is past due" in then.content.decode()
    assert "DPD 73" in now.content.decode()  # due 10 September, shown on 22 November
    before = client.get(late, {"as_of": "2026-05-09"}).content.decode()
    assert "did not exist yet" in before
