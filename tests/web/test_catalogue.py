"""Chinese is whole: nothing missing, nothing stale, full-width punctuation, and the compiled file is the edited one."""

from __future__ import annotations

import gettext
import re

import pytest
from django.template import engines
from django.utils import translation

from kaopu.web import catalogue

ENTRIES = catalogue.read()
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?!\w)")


def test_every_message_has_a_translation_and_none_is_stale():
    wanted = {message.text for message in catalogue.wanted()}
    assert {text for text in wanted if not ENTRIES.get(text, (None, ""))[1]} == set()
    assert set(ENTRIES) - wanted == set()


def test_the_compiled_file_is_the_edited_one():
    assert catalogue.MO.read_bytes() == catalogue.compiled(ENTRIES)
    with catalogue.MO.open("rb") as compiled:  # the standard library reads it as we meant it
        known = gettext.GNUTranslations(compiled)
    assert known.gettext("Dashboard") == "总览"
    assert known.ngettext("%(n)d day", "%(n)d days", 3) == "%(n)d 天"


@pytest.mark.parametrize(("message", "chinese"), ENTRIES.values(), ids=lambda value: str(value)[:40])
def test_chinese_uses_full_width_punctuation_and_the_same_places(message, chinese):
    assert not HALF_WIDTH.search(chinese), chinese
    places = re.compile(r"%\(\w+\)[sd]")
    assert sorted(places.findall(chinese)) == sorted(places.findall(message.text))


def test_the_extractor_sees_what_templates_and_sources_ask_for():
    texts = {message.text for message in catalogue.wanted()}
    assert {"Skip to the page", "Position as of %(day)s.", "%(n)d day", "payment"} <= texts


def test_a_page_in_chinese_is_chinese_at_request_time():
    template = engines["django"].from_string("{% load i18n %}{% translate 'Debts' %}")
    with translation.override("zh-hans"):
        assert template.render() == "借据"
    with translation.override("en"):
        assert template.render() == "Debts"
