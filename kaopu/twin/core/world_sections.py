"""The sections of a world: every figure, its range and what it is. Rates are per year unless a name says otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def share() -> Any:
    """A fraction of 1."""
    return field(metadata={"low": 0.0, "high": 1.0, "what": "a share from 0 to 1"})


def amount(high: float = 1e9) -> Any:
    """A quantity of 0 or more."""
    return field(metadata={"low": 0.0, "high": high, "what": f"a number from 0 to {high:g}"})


def signed() -> Any:
    """A difference of two shares."""
    return field(metadata={"low": -1.0, "high": 1.0, "what": "a number from -1 to 1"})


@dataclass(frozen=True, slots=True)
class People:
    """Who lives there. Rates are per person and year; days are days."""

    intake_share: float = share()  # of the run's days in which borrowers arrive
    family_of_two: float = share()  # of families by the number of borrowers in it; the rest has one
    family_of_three: float = share()
    family_of_four: float = share()
    moves_per_year: float = amount(100)
    deaths_per_year: float = amount(100)
    illness_per_year: float = amount(100)
    illness_days: float = amount()
    evasive_share: float = share()
    late_share: float = share()
    late_days: float = amount()
    exposure_median_minor: float = amount(1e15)
    exposure_spread: float = amount(5)  # standard deviation of the logarithm


@dataclass(frozen=True, slots=True)
class Points:
    """What borrowers leave with the lender besides one phone."""

    second_phone_share: float = share()
    email_share: float = share()
    app_share: float = share()
    address_share: float = share()
    recheck_phone_minor: float = amount()
    recheck_email_minor: float = amount()
    recheck_app_minor: float = amount()
    recheck_address_minor: float = amount()
    renewed_share: float = share()  # of dead points found while the borrower can still be asked


@dataclass(frozen=True, slots=True)
class Churn:
    """How points end. Rates are per point (shocks: per person) and year."""

    phone_per_year: float = amount(100)
    email_per_year: float = amount(100)
    app_per_year: float = amount(100)
    returns_per_year: float = amount(100)
    frailty_variance: float = amount(20)  # of the gamma factor of mean 1 on each point's rate; 0: all alike
    virtual_factor: float = amount(100)  # on numbers of virtual operators
    shocks_per_year: float = amount(100)
    shock_ends_share: float = share()
    move_ends_phone_share: float = share()
    reassigned_share: float = share()
    quarantine_days: float = amount()


@dataclass(frozen=True, slots=True)
class Attempts:
    """What the lender does and looks at, per point and year; none of it depends on whether the point is alive."""

    calls: float = amount(400)
    calls_while_late: float = amount(400)
    messages: float = amount(400)
    codes: float = amount(400)
    contact_codes: float = amount(400)
    debits: float = amount(400)
    sessions: float = amount(400)
    mails: float = amount(400)
    letters: float = amount(400)
    statuses: float = amount(400)
    outage_share: float = share()  # of days on which a gateway says nothing of use
    repeat_share: float = share()  # of attempts that come out as the one before did


@dataclass(frozen=True, slots=True)
class Honest:
    """Borrowers who name whom they know, and what that looks like."""

    names_nobody: float = share()
    names_two: float = share()
    names_three: float = share()
    friend_share: float = share()
    colleague_share: float = share()
    family_borrower_share: float = share()  # of names of a relative, where one borrows here too
    friend_borrower_share: float = share()
    friend_reciprocal_share: float = share()
    foreman_share: float = share()  # of colleagues: one person whom many of a firm name
    same_device: float = share()  # the contact has no phone at hand, or the borrower helps
    family_device: float = share()  # of borrowers in a family: applied on the device of one of them
    same_network_home: float = share()
    same_network_away: float = share()
    same_address: float = share()
    virtual_segment: float = share()
    number_age_days: float = amount()
    seconds_to_confirm: float = amount()  # median
    opened: float = share()
    accepted: float = share()
    refused: float = share()
    second_channel: float = share()
    withdraws_per_year: float = amount(100)
    falls_out_per_year: float = amount(100)


@dataclass(frozen=True, slots=True)
class Fakes:
    """Borrowers who name nobody real, and what gives them away."""

    ring_share: float = share()
    self_share: float = share()
    hub_share: float = share()
    invented_share: float = share()
    ring_size_min: float = amount(100)
    ring_size_max: float = amount(100)
    hub_size: float = amount(10_000)
    same_device: float = share()
    same_network: float = share()
    group_device: float = share()  # a ring's or hub's applications from one device
    group_network: float = share()
    farm_device: float = share()  # of fakes who use a device of their own: one that serves several borrowers
    virtual_segment: float = share()
    young_number: float = share()
    quick: float = share()
    second_channel: float = share()
    genuine_beside: float = share()  # also name somebody real


@dataclass(frozen=True, slots=True)
class Asking:
    """Lost-contact episodes in which asking a contact is drawn by lot. The effects are planted."""

    held_out_share: float = share()
    found_family: float = share()  # found within 30 days where nobody was asked
    found_friend: float = share()
    effect_family: float = signed()  # added where the contact was asked
    effect_friend: float = signed()
    complaint: float = share()
    complaint_added: float = share()
    refused: float = share()
    withdrew: float = share()


@dataclass(frozen=True, slots=True)
class Records:
    """Further records of the same persons, and what people who are not the same share."""

    again_share: float = share()
    nickname: float = share()
    name_slip: float = share()  # a character of the given name heard or typed as another
    id_slip: float = share()
    id_missing: float = share()
    id_old_form: float = share()
    phone_changed: float = share()
    address_moved: float = share()
    birth_slip: float = share()
    family_phone: float = share()
    twin_share: float = share()
    email_share: float = share()


SECTIONS: dict[str, type] = {
    "people": People,
    "points": Points,
    "churn": Churn,
    "attempts": Attempts,
    "honest": Honest,
    "fakes": Fakes,
    "asking": Asking,
    "records": Records,
}
