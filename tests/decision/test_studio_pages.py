"""The pages of policies: list, grid, graph, text, one case, a new version; who may do what."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

sys.path.append(str(Path(__file__).resolve().parents[1] / "web"))  # the small book and the browser of the console

import small_book
import studio_policy
from django.test import Client

from kaopu.decision.console import policy_shelf as shelf
from kaopu.kernel.roles import Role

ADDRESS = f"/policies/{studio_policy.NAME}/"


@pytest.fixture
def sign_in(db):
    def of(role, language="en"):
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(small_book.staff(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of


@pytest.fixture
def maker(sign_in):
    return sign_in(Role.POLICY_MAKER)


@pytest.fixture
def kept(db, tmp_path, monkeypatch):
    monkeypatch.setenv("KAOPU_HOME", str(tmp_path))
    return studio_policy.keep()


def versions():
    return shelf.versions(studio_policy.NAME, studio_policy.NOW)


def form(page, act, **changes):
    """What the browser would post of the page."""
    sent = {"version": page.version, "view": page.view, "document": page.text, "act": act}
    if page.view == "grid" and page.grid:
        sent |= {
            "table": page.grid.node,
            "row": [row.id for row in page.grid.rows],
            "cell": [cell.text for row in page.grid.rows for cell in (*row.cells, row.note)],
        }
    return sent | {field.name: field.text for field in page.fields} | changes


def cells_with(page, row, column, text):
    cells = [cell.text for one in page.grid.rows for cell in (*one.cells, one.note)]
    cells[(row - 1) * (len(page.grid.columns) + 1) + column - 1] = text
    return cells


def test_the_list_names_each_policy_with_its_version_and_drafts(maker, kept, sign_in):
    page = maker.get("/policies/").content.decode()
    assert "Studio example" in page and ADDRESS in page
    assert "审批示例" in sign_in(Role.AUDITOR, "zh-hans").get("/policies/").content.decode()


def test_a_file_is_taken_in_as_a_draft_and_a_broken_one_is_told(maker, kept):
    text = json.dumps(studio_policy.document(name="another-one")).encode()
    answer = maker.post("/policies/upload", {"file": SimpleUploadedFile("a.json", text)}, follow=True)
    assert "Kept as version 1: checked" in answer.content.decode()
    broken = maker.post("/policies/upload", {"file": SimpleUploadedFile("a.json", b"{}")})
    assert broken.status_code == 422 and "nodes" in broken.context["page"].wrong
    assert "another-one" in shelf.names()


def test_an_edited_cell_is_marked_against_the_version_before_and_nothing_is_kept(maker, kept):
    page = maker.get(ADDRESS).context["page"]
    shown = maker.post(ADDRESS, form(page, "check", cell=cells_with(page, 2, 1, ">= 600"))).context["page"]
    cell = shown.grid.rows[1].cells[0]
    assert (cell.text, cell.changed, cell.before) == (">= 600", True, ">= 640")
    assert [(d.row, d.before, d.after) for d in shown.differences] == [("2", ">= 640", ">= 600")]
    assert shown.unsaved and len(versions()) == 1


def test_rows_are_added_moved_and_removed_with_what_was_typed(maker, kept):
    page = maker.get(ADDRESS).context["page"]
    more = maker.post(ADDRESS, form(page, "add:1", cell=cells_with(page, 1, 1, "< 500"))).context["page"]
    assert len(more.grid.rows) == len(page.grid.rows) + 1
    assert more.grid.rows[0].cells[0].text == "< 500" and more.grid.rows[1].is_new
    up = maker.post(ADDRESS, form(more, "up:2")).context["page"]
    assert up.grid.rows[0].is_new and up.grid.rows[1].cells[0].text == "< 500"
    less = maker.post(ADDRESS, form(up, "remove:2")).context["page"]
    assert less.grid.gone == (1,) and len(less.grid.rows) == len(page.grid.rows)


def test_findings_stand_beside_the_rows_they_name(maker, kept):
    page = maker.get(ADDRESS).context["page"]
    assert not any(row.findings for row in page.grid.rows)
    shown = maker.post(ADDRESS, form(page, "check", cell=cells_with(page, 1, 1, "< 641 and < 900"))).context["page"]
    assert any(row.findings for row in shown.grid.rows) or shown.grid.findings
    broken = maker.post(ADDRESS, form(page, "check", cell=cells_with(page, 2, 1, ">= ((("))).context["page"]
    assert any("not an expression" in words for words in broken.grid.rows[1].findings)


def test_a_new_version_is_kept_and_the_one_before_stays_as_it_was(maker, kept):
    page = maker.get(ADDRESS).context["page"]
    before = versions()[0].text
    answer = maker.post(ADDRESS, form(page, "save", cell=cells_with(page, 2, 1, ">= 600")), follow=True)
    assert "Kept as version 2" in answer.content.decode()
    newest, first = versions()
    assert ">= 600" in newest.text and first.text == before
    back = maker.get(f"{ADDRESS}?version=1").context["page"]
    assert back.grid.rows[1].cells[0].text == ">= 640" and back.version == 1


def test_saving_what_was_not_changed_keeps_nothing(maker, kept):
    page = maker.get(ADDRESS).context["page"]
    assert "Change a cell first" in maker.post(ADDRESS, form(page, "save")).content.decode()
    assert len(versions()) == 1


def test_text_that_is_no_policy_is_told_and_stays_typed(maker, kept):
    page = maker.get(f"{ADDRESS}?view=text").context["page"]
    answer = maker.post(ADDRESS, form(page, "save", document="{ not json"))
    assert answer.status_code == 422 and answer.context["page"].text == "{ not json"
    assert len(versions()) == 1


def test_one_case_is_answered_in_words_with_the_row_that_hit(maker, kept, sign_in):
    page = maker.get(ADDRESS).context["page"]
    shown = maker.post(ADDRESS, form(page, "run", **{"in.score": "500", "in.as_of": "2026-11-22"})).context["page"]
    assert shown.answered.outcome == "decline"
    assert [one.words for one in shown.answered.reasons] == ["The score is too low."]
    assert [step.row for step in shown.answered.steps if step.row] == [1]
    unknown = sign_in(Role.AUDITOR, "zh-hans").post(ADDRESS, form(page, "run")).context["page"]
    assert [one.code for one in unknown.answered.reasons] == ["missing:as_of", "missing:score"]
    assert "评分" in unknown.answered.reasons[1].words
    wrong = maker.post(ADDRESS, form(page, "run", **{"in.score": "many"})).context["page"]
    assert wrong.answered is None and any(field.wrong for field in wrong.fields)


def test_a_case_of_the_tests_fills_the_form(maker, kept):
    page = maker.get(ADDRESS).context["page"]
    shown = maker.post(ADDRESS, form(page, "case", case="1")).context["page"]
    assert {field.name: field.text for field in shown.fields}["in.score"] == "700"
    assert (shown.passed, shown.tests) == (2, 2)


def test_the_graph_is_drawn_with_every_node_and_line(maker, kept):
    page = maker.get(f"{ADDRESS}?view=graph")
    drawing = page.context["page"].drawing
    assert [box.id for box in drawing.boxes] == ["in", "rules", "out"] and len(drawing.lines) == 2
    assert b"<svg" in page.content and b"style=" not in page.content


def test_who_may_not_edit_reads_and_tries_but_keeps_nothing(sign_in, kept):
    reader = sign_in(Role.AUDITOR)
    page = reader.get(ADDRESS)
    assert b'name="cell"' not in page.content
    assert reader.post(ADDRESS, form(page.context["page"], "save")).status_code == 403
    assert reader.post("/policies/upload", {}).status_code == 403
    assert len(versions()) == 1


def test_an_unknown_policy_or_version_is_not_found(maker, kept):
    assert maker.get("/policies/nothing/").status_code == 404
    assert maker.get(f"{ADDRESS}?version=9").status_code == 404
