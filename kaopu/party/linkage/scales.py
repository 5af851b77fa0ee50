"""How two records are compared and which pairs are looked at: fixed on febrl 1 and 2 and on the made-up thousand.

The model is that of Fellegi and Sunter (1969): each comparison has levels, each level a weight log2(m/u), where m is
its share among pairs of one person and u among pairs of two. Splink estimates u from random pairs and m by expectation
and maximisation on the table itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.party.core.person_match import TWO_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

# A pair at or above it is reported: on febrl 1 and 2 anything from 0.05 to 0.95 is equal, the made-up thousand
# (typing errors in half of all fields) asks for a low one.
THRESHOLD = 0.1
# Pairs that agree in all of one of these are looked at.
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("id_number",),
    ("email",),
    ("phone",),
    ("birth_date", "surname"),
    ("birth_date", "given_name"),
    ("given_name", "surname"),
    ("birth_date", "postcode"),
    ("street", "suburb"),
    ("street", "postcode"),
    ("postcode", "surname"),
    ("postcode", "given_name"),
    ("birth_date", "suburb"),
    ("surname", "suburb"),
    ("given_name", "suburb"),
)
# The same with parts of fields, and names that changed places.
PART_BLOCKS: tuple[tuple[AbstractSet[str], str], ...] = (
    ({"birth_date", "surname"}, ("substr(l.birth_date, 1, 6) = substr(r.birth_date, 1, 6)"
     " AND substr(l.surname, 1, 2) = substr(r.surname, 1, 2)")),
    ({"birth_date", "given_name"}, ("substr(l.birth_date, 1, 6) = substr(r.birth_date, 1, 6)"
     " AND substr(l.given_name, 1, 2) = substr(r.given_name, 1, 2)")),
    ({"given_name", "surname"}, "l.given_name = r.surname AND l.surname = r.given_name"),
    ({"birth_date", "given_name", "surname"}, "l.birth_date = r.birth_date AND l.given_name = r.surname"),
    ({"birth_date", "given_name", "surname"}, "l.birth_date = r.birth_date AND r.given_name = l.surname"),
    ({"email"}, "split_part(l.email, '@', 1) = split_part(r.email, '@', 1)"),
)  # fmt: skip
FEW_FIELDS = 7  # with fewer, a birth date alone is reason enough to look
TRAINED_ON: tuple[tuple[str, ...], ...] = (("birth_date",), ("given_name", "surname"), ("id_number",), ("email",))
SURE: tuple[tuple[str, ...], ...] = (("id_number",), ("email",), ("given_name", "surname", "birth_date"))
SURE_RECALL = 0.7  # share of the pairs of one person that the best of SURE finds


def comparisons(known: AbstractSet[str]) -> list[Any]:
    """Splink's comparisons of the fields that are known at all."""
    import splink.comparison_library as library

    made: list[Any] = []
    if {"given_name", "surname"} <= known:
        made.append(library.ForenameSurnameComparison("given_name", "surname", jaro_winkler_thresholds=[0.92, 0.8]))
    else:
        made += [
            library.JaroWinklerAtThresholds(name, [0.92, 0.8]) for name in ("given_name", "surname") if name in known
        ]
    edits = {"birth_date": [1, 2], "postcode": [1, 2], "phone": [1]}
    if "id_number" in known:
        made.append(_numbers())
    made += [library.DamerauLevenshteinAtThresholds(name, steps) for name, steps in edits.items() if name in known]
    likeness = {"street": [0.9, 0.8], "email": [0.95, 0.88]}
    made += [library.JaroWinklerAtThresholds(name, steps) for name, steps in likeness.items() if name in known]
    if "suburb" in known:
        suburb = library.JaroWinklerAtThresholds("suburb", [0.9, 0.8])
        made.append(suburb.configure(term_frequency_adjustments=True))
    if "region" in known:
        made.append(library.ExactMatch("region"))
    return made


def _numbers() -> Any:
    """Identity numbers: equal, slipped by one sign or two, two that check and differ, or nothing alike."""
    import splink.comparison_level_library as level
    import splink.comparison_library as library

    two_persons = "id_checks_l AND id_checks_r AND id_number_l <> id_number_r"
    return library.CustomComparison(
        output_column_name="id_number",
        comparison_levels=[
            level.NullLevel("id_number"),
            level.ExactMatchLevel("id_number"),
            level.CustomLevel(two_persons, label_for_charts="two numbers that check").configure(
                m_probability=TWO_NUMBERS.m, u_probability=TWO_NUMBERS.u, fix_m_probability=True, fix_u_probability=True
            ),
            level.DamerauLevenshteinLevel("id_number", distance_threshold=1),
            level.DamerauLevenshteinLevel("id_number", distance_threshold=2),
            level.ElseLevel(),
        ],
    )


def blocks(known: AbstractSet[str]) -> list[Any]:
    """Splink's blocking rules for these fields."""
    from splink import block_on

    made: list[Any] = [block_on(*names) for names in BLOCKS if set(names) <= known]
    made += [sql for names, sql in PART_BLOCKS if names <= known]
    if len(known) < FEW_FIELDS and "birth_date" in known:
        made.append(block_on("birth_date"))
    return made or [block_on(*sorted(known))]
