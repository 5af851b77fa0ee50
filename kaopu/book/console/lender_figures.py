"""The page of the lender's figures: quality, allowance, yield and loss, contribution by vintage, the loss forecast."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaopu.book.console import rows, words
from kaopu.book.console.charts import loss_forecast
from kaopu.book.console.rights import EXPORT_BOOK, SEE_BOOK
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.console.chart import Chart, FailedPanel

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.book.models import CloseRun

log = logging.getLogger(__name__)
MONEY_COLUMNS = ("lent", "income", "waived", "loss", "recovered", "funding_cost", "contribution")


@dataclass(frozen=True, slots=True)
class Share:
    """One share with what it was divided from."""

    words: str
    value: str
    note: str
    exact: str


@dataclass(frozen=True, slots=True)
class Group:
    """A month of lending, a product, or the whole book."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """The page as shown."""

    answer: str
    basis: str
    bias: str
    currency: str
    currencies: tuple[str, ...]
    shares: tuple[Share, ...]
    classes: tuple[tuple[str, str, str, str], ...]
    allowance: tuple[str, str]
    vintages: tuple[Group, ...]
    products: tuple[Group, ...]
    total: Group
    chart: Chart | FailedPanel
    may_export: bool


@needs(SEE_BOOK)
def lender_figures(request: HttpRequest) -> HttpResponse:
    """The figures of the current close, in the largest currency or the one asked for."""
    close = rows.current_close()
    if close is None or not close.analyses.get("figures", {}).get("currencies"):
        return render(request, "book/lender_figures.html", {"page": None})
    may_export = request.user.has_perm(EXPORT_BOOK.permission)
    page = _page(close, request.GET.get("currency", ""), may_export=may_export)
    return render(request, "book/lender_figures.html", {"page": page})


@needs(EXPORT_BOOK)
def table(request: HttpRequest, key: str) -> HttpResponse:
    """One of the page's tables as CSV: vintages, products or loss-forecast."""
    close = rows.current_close()
    if close is None or not close.analyses.get("figures", {}).get("currencies"):
        raise Http404
    currency, _others = _chosen(close, request.GET.get("currency", ""))
    found = close.analyses["figures"]["currencies"][currency]
    name = f"{key}-{currency}-{close.as_of.isoformat()}"
    if key in {"vintages", "products"}:
        groups = [*_groups(found[key], currency), _group(found["total"], currency, _("Total"))]
        return export.csv_file(name, (_("Opened") if key == "vintages" else _("Product"), *heads()),
                               [(group.name, *group.cells) for group in groups])  # fmt: skip
    panel = _chart(close, currency, "")
    if key != "loss-forecast" or not isinstance(panel, Chart):
        raise Http404
    return export.csv_file(name, panel.head, panel.rows)


def heads() -> tuple[str, ...]:
    """The columns of a group."""
    return (_("Debts"), _("Lent"), _("Income to date"), _("Waived"), _("Loss to date"), _("Recovered"),
            _("Funding cost"), _("Contribution"), _("Of lent"))  # fmt: skip


def _chosen(close: CloseRun, asked: str) -> tuple[str, tuple[str, ...]]:
    found = close.analyses["figures"]["currencies"]
    ordered = tuple(sorted(found, key=lambda currency: -found[currency]["balance"]))
    return (asked if asked in found else ordered[0]), ordered


def _page(close: CloseRun, asked: str, *, may_export: bool) -> FiguresPage:
    currency, currencies = _chosen(close, asked)
    whole = close.analyses["figures"]
    found = whole["currencies"][currency]
    csv = f"{reverse('lender_figures_table', args=['loss-forecast'])}?currency={currency}" if may_export else ""
    return FiguresPage(
        answer=_answer(close, found, currency),
        basis=_basis(whole),
        bias=_bias(found),
        currency=currency,
        currencies=currencies,
        shares=_shares(found, currency),
        classes=_classes(found, whole["allowance_rates"], currency),
        allowance=(figures.money(found["balance"], currency), figures.money(found["allowance"], currency)),
        vintages=_groups(found["vintages"][::-1], currency),
        products=_groups(found["products"], currency, dict(rows.products())),
        total=_group(found["total"], currency, _("Total")),
        chart=_chart(close, currency, csv),
        may_export=may_export,
    )


def _answer(close: CloseRun, found: dict[str, Any], currency: str) -> str:
    npl = found["ratios"]["npl_ratio"]["value"]
    values = {
        "day": figures.day(close.as_of),
        "balance": figures.big_money(found["balance"], currency),
        "share": _share(npl),
        "n": figures.number(found["debts"]),
    }
    return _("As of %(day)s: %(balance)s outstanding of %(n)s debts, %(share)s of it non-performing.") % values


def _basis(whole: dict[str, Any]) -> str:
    values = {
        "rate": figures.percent(whole["funding_rate"]),
        "days": figures.days(whole["period"]["days"]),
    }
    return _(
        "On-balance debts. Yield, loss and funding cost: the last %(days)s, by the year, on the average balance. "
        "Funding at %(rate)s a year. Allowance by the rates of the 2002 guideline; the ledger uses your chart's own."
    ) % values  # fmt: skip


def _bias(found: dict[str, Any]) -> str:
    if found["young_share"] is None:
        return ""
    values = {"young": figures.percent(found["young_share"], 1)}
    if found["growth"] is None:
        return (
            _("%(young)s of the balance was lent in the last six months; young debts have had no time to go bad.")
            % values
        )
    values["growth"] = figures.signed_percent(found["growth"])
    if found["growth"] > 0:
        return _(
            "The balance changed by %(growth)s in a year and %(young)s of it was lent in the last six months: "
            "young debts have had little time to go bad, so ratios read low, and the forecast may."
        ) % values  # fmt: skip
    return _(
        "The balance changed by %(growth)s in a year and %(young)s of it was lent in the last six months: older debts "
        "weigh more, so ratios read high."
    ) % values  # fmt: skip


def _share(value: float | None) -> str:
    return figures.percent(value) if value is not None else _("none")


def _shares(found: dict[str, Any], currency: str) -> tuple[Share, ...]:
    ratios, year = found["ratios"], found["year"]
    named = (
        (_("Non-performing ratio"), ratios["npl_ratio"], _("non-performing ÷ balance")),
        (_("90+ to non-performing"), ratios["over_90_to_npl"], _("over 90 days late ÷ non-performing")),
        (_("Coverage"), ratios["coverage"], _("allowance ÷ non-performing")),
        (_("Allowance to loans"), ratios["allowance_to_loans"], _("allowance ÷ balance")),
        (_("Yield"), year["yield"], _("income ÷ average balance")),
        (_("Loss"), year["loss"], _("charged off and sold, less price and recoveries ÷ average balance")),
        (_("Funding cost"), year["funding_cost"], _("funding rate × average balance")),
    )
    return tuple(
        Share(
            title,
            _share(each["value"]),
            formula if each["value"] is not None else _("nothing to divide by: %(formula)s") % {"formula": formula},
            f"{figures.money(each['numerator'], currency)} ÷ {figures.money(each['denominator'], currency)}",
        )
        for title, each, formula in named
    )


def _classes(found: dict[str, Any], rates: dict[str, float], currency: str) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (str(word), figures.money(found["by_class"][key]["balance"], currency), figures.percent(rates[key], 0),
         figures.money(found["by_class"][key]["allowance"], currency))
        for word, key in zip(words.CLASSES, words.CLASS_KEYS, strict=True)
    )  # fmt: skip


def _groups(found: list[dict[str, Any]], currency: str, names: dict[str, str] | None = None) -> tuple[Group, ...]:
    return tuple(_group(row, currency, (names or {}).get(row["name"], row["name"])) for row in found)


def _group(row: dict[str, Any], currency: str, name: str) -> Group:
    money = (figures.money(row[key], currency) if row[key] is not None else _("not known") for key in MONEY_COLUMNS)
    return Group(name, (figures.number(row["debts"]), *money, _share(row["of_lent"])))


def _chart(close: CloseRun, currency: str, csv: str) -> Chart | FailedPanel:
    found = close.analyses["forecast"]["currencies"][currency]
    try:
        return loss_forecast.chart(found, currency, csv)
    except ValueError:
        return FailedPanel("loss-forecast", _("Losses: forecast, naive and what came"))
    except Exception:  # the rest of the page stands without it; the log has it
        log.exception("loss forecast")
        return FailedPanel("loss-forecast", _("Losses: forecast, naive and what came"))
