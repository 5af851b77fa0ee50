"""The worked examples g-10, g-12, g-13 and g-14; each prints the reliability and the flags that it came with."""

from __future__ import annotations

import json
from itertools import chain

import pytest
from shared_data import shared_path

from kaopu.contacts.core.clusters import clusters, jaccard
from kaopu.contacts.core.graph_measures import clustering, density, pagerank, reciprocity
from kaopu.contacts.core.network import network
from kaopu.contacts.core.network_edges import edges_of
from kaopu.contacts.core.rings import rings_of

pytestmark = pytest.mark.shared


def case(wanted):
    cases = json.loads(shared_path("reference", "worked-examples.json").read_text(encoding="utf-8"))["cases"]
    found = next(each for each in cases if each["id"] == wanted)
    print(f"{wanted}: {found['title']} [{found['reliability']}, {found['source']}, flags {found['flags']}]")  # noqa: T201 - the flags are shown
    return found["inputs"], found["expected"]


def test_g10_rings_pairs_reciprocity_density():
    inputs, expected = case("g-10")
    graph = network(edges_of(inputs["edges"]))
    found = rings_of(graph)
    assert graph.edges == expected["edges"]
    assert 2 * graph.reciprocal_pairs == expected["reciprocal_edges"]
    assert reciprocity(graph) == expected["reciprocity"]
    assert [list(pair) for pair in found.reciprocal_pairs] == expected["mutual_pairs"]
    assert sorted(map(list, found.rings)) == sorted(expected["directed_3_rings"])
    assert list(found.in_ring_or_pair) == expected["users_in_any_ring_or_pair"]
    assert density(graph) == pytest.approx(expected["density"], abs=1e-10)
    assert (found.shared_contacts[0].contact, found.shared_contacts[0].count) == (
        expected["most_named"],
        expected["in_degree_u1"],
    )


def test_g12_clusters_over_shared_attributes():
    inputs, expected = case("g-12")
    accounts = inputs["accounts"]
    found = clusters(accounts)
    assert [list(group) for group in found] == expected["clusters"]
    assert [len(group) for group in found] == expected["sizes"]
    for pair in (("p1", "p2"), ("p3", "p5")):
        similar = jaccard(*(accounts[each] for each in pair))
        assert similar == pytest.approx(expected[f"jaccard_{'_'.join(pair)}"], abs=1e-10)


def test_g13_clustering_and_transitivity():
    inputs, expected = case("g-13")
    found = clustering(network(edges_of(inputs["edges"])))
    assert found.triangles == expected["triangles"]
    assert found.degree == expected["degree"]
    assert found.local == pytest.approx(expected["local"], abs=1e-10)
    assert found.average == pytest.approx(expected["average"], abs=1e-10)
    assert found.transitivity == pytest.approx(expected["transitivity"], abs=1e-10)


def test_g14_pagerank():
    inputs, expected = case("g-14")
    found = pagerank(network(edges_of(inputs["edges"])), inputs["damping"])
    assert set(found) == set(chain(*inputs["edges"]))
    assert found == pytest.approx(expected["rank"], abs=1e-8)
