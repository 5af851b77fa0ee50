"""The chart of accounts: which account plays each role, which causes go elsewhere, tax and allowance rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput
from kaopu.ledger.core.cause import BY_NAME, CONTROLLED, ROLES, Cause
from kaopu.ledger.core.rates import TAXED, Rates

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("asset", "liability", "common", "equity", "income", "expense", "memo")
RESULT_KINDS = ("income", "expense")
CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `cash`: what moves on it is cash."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    cash: bool = False

    def name(self, *, chinese: bool) -> str:
        """The name in one of the two languages."""
        return self.name_zh if chinese else self.name_en


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that was checked. `posting` says debit and credit account for every cause."""

    name: str
    accounts: tuple[Account, ...]
    roles: Mapping[str, str]
    overrides: Mapping[str, tuple[str, str]]
    rates: Rates

    def posting(self, cause: Cause) -> tuple[str, str]:
        """The codes of the accounts that a cause debits and credits."""
        return self.overrides.get(cause.name) or (self.roles[cause.debit], self.roles[cause.credit])

    def account(self, code: str) -> Account:
        """The account of this code."""
        return next(account for account in self.accounts if account.code == code)

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `chart_from_json` makes the same chart."""
        return {
            "name": self.name,
            "accounts": [
                {"code": each.code, "name_zh": each.name_zh, "name_en": each.name_en, "kind": each.kind,
                 "cash": each.cash}
                for each in self.accounts
            ],
            "roles": dict(sorted(self.roles.items())),
            "overrides": {name: list(sides) for name, sides in sorted(self.overrides.items())},
            "vat_ppm": dict(zip(TAXED, self.rates.vat_ppm, strict=True)),
            "allowance_ppm": dict(zip(CLASSES, self.rates.allowance_ppm, strict=True)),
        }  # fmt: skip


def chart_from_json(value: Mapping[str, Any]) -> Chart:
    """The chart that `as_json` wrote."""
    vat, allowance = value["vat_ppm"], value["allowance_ppm"]
    return Chart(
        name=value["name"],
        accounts=tuple(Account(**each) for each in value["accounts"]),
        roles=dict(value["roles"]),
        overrides={name: (sides[0], sides[1]) for name, sides in value["overrides"].items()},
        rates=Rates(
            (vat[TAXED[0]], vat[TAXED[1]], vat[TAXED[2]], vat[TAXED[3]]),
            (allowance[CLASSES[0]], allowance[CLASSES[1]], allowance[CLASSES[2]], allowance[CLASSES[3]],
             allowance[CLASSES[4]]),
        ),
    )  # fmt: skip


def check(chart: Chart, file: str) -> Chart:
    """The chart itself.

    Raises:
        BadInput: for a role without account, an unknown account, a control account that is passed by.
    """
    codes = {account.code for account in chart.accounts}
    _check_roles(chart, codes, file)
    for name, sides in chart.overrides.items():
        cause = BY_NAME.get(name)
        if cause is None:
            raise BadInput(f"{file}, posting, {name}: no such cause; expected one of {', '.join(BY_NAME)}")
        for side, role, code in (("debit", cause.debit, sides[0]), ("credit", cause.credit, sides[1])):
            _check_side(chart, codes, f"{file}, posting, {name}, {side}", role, code)
    _check_memo(chart, file)
    return chart


def _check_roles(chart: Chart, codes: set[str], file: str) -> None:
    for role in ROLES:
        if role not in chart.roles:
            raise BadInput(f"{file}, roles, {role}: is missing; expected the code of an account")
    for role, code in chart.roles.items():
        if role not in ROLES:
            raise BadInput(f"{file}, roles, {role}: no such role; expected one of {', '.join(ROLES)}")
        if code not in codes:
            raise BadInput(f"{file}, roles, {role}: account {code} given; expected the code of an account of this file")


def _check_side(chart: Chart, codes: set[str], place: str, role: str, code: str) -> None:
    if code not in codes:
        raise BadInput(f"{place}: account {code} given; expected the code of an account of this file")
    if role in CONTROLLED and code != chart.roles[role]:
        raise BadInput(
            f"{place}: account {code} given; expected {chart.roles[role]}, the account of {role}:"
            " its balance is what debts say"
        )


def _check_memo(chart: Chart, file: str) -> None:
    for cause in BY_NAME.values():
        debit, credit = (chart.account(code) for code in chart.posting(cause))
        if (debit.kind == "memo") != (credit.kind == "memo"):
            raise BadInput(
                f"{file}, {cause.name}: books {debit.code} ({debit.kind}) against {credit.code} ({credit.kind});"
                " expected memo accounts on both sides or on none"
            )
