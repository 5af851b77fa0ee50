"""The page of the lender's figures: empty before a close, whole after one, exported by those who may."""

from __future__ import annotations

import pytest
import small_book

from kaopu.book.models import CloseRun
from kaopu.kernel.roles import Role


@pytest.fixture
def closed(book):
    small_book.close_for_real()
    return CloseRun.objects.get(is_current=True)


def test_without_a_close_the_page_says_what_to_do(sign_in, db):
    page = sign_in(Role.ANALYST).get("/figures/").content.decode()
    assert "Close the book first" in page and "kaopu book close" in page
    assert "请先结账" in sign_in(Role.AUDITOR, "zh-hans").get("/figures/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_page_of_a_close(sign_in, closed):
    found = closed.analyses["figures"]["currencies"]["CNY"]
    page = sign_in(Role.ANALYST).get("/figures/").content.decode()
    assert "Non-performing ratio" in page and "Coverage" in page and "Contribution by month of lending" in page
    assert "figures/vintages.csv" in page and "the rates of the 2002 guideline" in page
    for row in found["vintages"]:
        assert row["name"] in page
    chinese = sign_in(Role.AGENT, "zh-hans").get("/figures/").content.decode()
    assert "拨备覆盖率" in chinese and "贷款拨备率" in chinese
    assert "figures/vintages.csv" not in chinese, "an agent may see, and not export"


@pytest.mark.django_db(transaction=True)
def test_the_tables_as_csv(sign_in, closed):
    analyst = sign_in(Role.ANALYST)
    for key in ("vintages", "products"):
        lines = b"".join(analyst.get(f"/figures/{key}.csv").streaming_content).decode("utf-8-sig").splitlines()
        found = closed.analyses["figures"]["currencies"]["CNY"][key]
        assert len(lines) == len(found) + 2 and lines[-1].startswith("Total,")
    assert analyst.get("/figures/nothing.csv").status_code == 404
    assert sign_in(Role.AGENT).get("/figures/vintages.csv").status_code == 403
