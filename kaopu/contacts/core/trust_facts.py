"""Facts that bear on whether a contact is a real, independent person who agreed; each a column, NaN where unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.contacts.core.network import network
from kaopu.contacts.core.nomination_columns import UNKNOWN
from kaopu.contacts.core.relation_ages import age_fits
from kaopu.contacts.core.rings import circle_numbers, unrelated_users

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.contacts.core.network import Network
    from kaopu.contacts.core.nomination_columns import Nominations

    Columns = dict[str, NDArray[np.float64]]

FAMILY = ("spouse", "parent", "child", "sibling", "relative")
CIRCLE_AT_LEAST = 3


def trust_facts(given: Nominations, graph: Network | None = None) -> Columns:
    """All facts by name. `graph` is the whole network of nominations; without it the given ones are all there are."""
    graph = network(given.edges) if graph is None else graph
    known, family = given.known, np.isin(given.relation, FAMILY)
    related = corroborated(given)
    return {
        **_ties(given, family),
        **_shared_and_circles(given, graph, related),
        **_confirmation(given),
        "age_fits": age_fits(given.relation, known["source_age"], known["target_age"]),
        "virtual_number": known["virtual_segment"],
        "number_age_days": known["number_age_days"],
        "contact_lost": known["target_lost"],
    }


def corroborated(given: Nominations) -> NDArray[np.bool_]:
    """Nominations that something besides the borrower's word speaks for: a home, a family name, an employer."""
    known, family = given.known, np.isin(given.relation, FAMILY)
    home, name, work = (known[each] == 1 for each in ("same_address", "same_surname", "same_employer"))
    found: NDArray[np.bool_] = home | (name & family) | work
    return found


def _ties(given: Nominations, family: NDArray[np.bool_]) -> Columns:
    """Where a tie has no meaning for the relation it is 0; where nobody said what the relation is, unknown."""
    known, told = given.known, given.relation != ""

    def where(meant: NDArray[np.bool_], tie: str) -> NDArray[np.float64]:
        return np.where(told, np.where(meant, known[tie], 0.0), np.nan)

    return {
        "lives_together": where(family, "same_address"),
        "family_name": where(family & (given.relation != "spouse"), "same_surname"),
        "works_together": where(told, "same_employer"),
    }


def _confirmation(given: Nominations) -> Columns:
    known = given.known
    away = np.where(known["same_address"] == 1, 0.0, known["same_network"])
    return {
        "applicants_device": known["same_device"],
        "applicants_network_away_from_home": away,
        "device_confirms_contacts": _others_on(given.things["target_device"], given.edges.target),
        "device_applies_for_borrowers": _others_on(given.things["source_device"], given.edges.source),
        "seconds_to_confirm": known["seconds_to_confirm"],
        "codes_typed": known["code_tries"],
        "second_channel": known["second_channel"],
    }


def _others_on(thing: NDArray[np.int32], person: NDArray[np.int32]) -> NDArray[np.float64]:
    """How many different persons used each row's thing; NaN where it is unknown."""
    seen = thing != UNKNOWN
    pairs = np.unique(np.stack([thing[seen], person[seen]]), axis=1)
    counts = np.bincount(pairs[0], minlength=int(thing.max(initial=0)) + 1) if seen.any() else np.zeros(1)
    return np.where(seen, counts[np.maximum(thing, 0)], np.nan)


def _shared_and_circles(given: Nominations, graph: Network, related: NDArray[np.bool_]) -> Columns:
    """Strangers who name the same contact; circles and pairs that nothing but the nominations holds together."""
    source, target = given.edges.source, given.edges.target
    strangers = np.bincount(target[~related], minlength=graph.nodes)
    apart = unrelated_users(graph, np.arange(graph.nodes, dtype=np.int32))
    numbers, sizes = circle_numbers(graph)
    inside = (numbers[source] == numbers[target]) & (sizes[numbers[source]] >= CIRCLE_AT_LEAST)
    edges = np.bincount(numbers[source[inside]], minlength=len(sizes))
    loose = np.bincount(numbers[source[inside & ~related]], minlength=len(sizes))
    share = np.divide(loose, edges, out=np.zeros(len(sizes)), where=edges > 0)
    return {
        "strangers_naming": np.minimum(strangers, apart)[target].astype(float),
        "circle_of_strangers": np.where(inside, share[numbers[source]], 0.0),
        "pair_of_strangers": (_named_back(source, target, graph.nodes) & ~related).astype(float),
    }


def _named_back(source: NDArray[np.int32], target: NDArray[np.int32], nodes: int) -> NDArray[np.bool_]:
    one = source.astype(np.int64) * nodes + target
    other = target.astype(np.int64) * nodes + source
    found: NDArray[np.bool_] = np.isin(one, other) & (source != target)
    return found
