"""On small random graphs every figure is the one that networkx gives, and adding edges equals starting again."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaopu.contacts.core.graph_measures import clustering, density, pagerank, reciprocity
from kaopu.contacts.core.network import grown, network
from kaopu.contacts.core.network_edges import edges_of
from kaopu.contacts.core.rings import rings_of, unrelated_users

# Names from few, so that repeats, self-nominations, pairs and rings are common; far apart, so that the hash is used too.
near = st.integers(0, 12)
far = st.sampled_from([-(10**15), -7, 0, 3, 10**9, 10**12, 2**62])
words = st.sampled_from(["ann", "bo", "张三", "李四", "e", "f", "007", "7"])
graphs = st.one_of(*(st.lists(st.tuples(name, name), max_size=40) for name in (near, far, words)))
longer = st.integers(0, 60).flatmap(lambda n: st.lists(st.tuples(st.integers(0, n), st.integers(0, n)), max_size=120))


def peer_of(pairs):
    graph = nx.DiGraph(pairs)
    bare = nx.DiGraph(graph)
    bare.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph, bare


def two_hops(bare):
    undirected = bare.to_undirected()
    reached = (nx.single_source_shortest_path_length(undirected, node, cutoff=2) for node in bare)
    return {node: list(found.values()).count(2) for node, found in zip(bare, reached, strict=True)}


def by_name(graph, figures):
    return dict(zip(graph.ids.to_pylist(), np.asarray(figures).tolist(), strict=True))


def parts(graph):
    groups = {}
    for name, root in by_name(graph, graph.component_roots()).items():
        groups.setdefault(root, set()).add(name)
    return sorted(map(sorted, groups.values()))


@settings(deadline=None)  # the first call loads what is compiled
@given(pairs=st.one_of(graphs, longer))
def test_the_figures_are_those_of_networkx(pairs):
    graph, (peer, bare) = network(edges_of(pairs)), peer_of(pairs)
    assert (graph.nodes, graph.edges) == (peer.number_of_nodes(), peer.number_of_edges())
    assert parts(graph) == sorted(sorted(each) for each in nx.weakly_connected_components(peer))
    assert (graph.components, graph.largest) == (len(parts(graph)), max(map(len, parts(graph)), default=0))
    assert by_name(graph, graph.names.counts()) == dict(bare.out_degree())
    assert by_name(graph, graph.named_by.counts()) == dict(bare.in_degree())
    assert by_name(graph, graph.names_self) == {node: peer.has_edge(node, node) for node in peer}
    assert by_name(graph, graph.two_hops) == two_hops(bare)
    assert graph.reciprocal_pairs == sum(bare.has_edge(b, a) for a, b in bare.edges) // 2
    assert graph.shared(2) == sum(count >= 2 for _, count in bare.in_degree())


@settings(deadline=None)
@given(pairs=st.one_of(graphs, longer))
def test_rings_pairs_and_circles_are_those_of_networkx(pairs):
    found, (_, bare) = rings_of(network(edges_of(pairs))), peer_of(pairs)
    rings = {tuple(sorted(cycle)) for cycle in nx.simple_cycles(bare, length_bound=3) if len(cycle) == 3}
    assert list(found.rings) == sorted(rings)
    assert list(found.reciprocal_pairs) == sorted((a, b) for a, b in bare.edges if a < b and bare.has_edge(b, a))
    circles = (tuple(sorted(each)) for each in nx.strongly_connected_components(bare))
    assert list(found.circles) == sorted(each for each in circles if len(each) >= 3)


@settings(deadline=None)
@given(pairs=st.one_of(graphs, longer))
def test_shared_contacts_count_related_users_once(pairs):
    found, (_, bare) = rings_of(network(edges_of(pairs)), shared_at_least=1), peer_of(pairs)
    assert {each.contact: each.users for each in found.shared_contacts} == {
        node: tuple(sorted(bare.predecessors(node))) for node in bare if bare.in_degree(node)
    }
    for each in found.shared_contacts:
        among = bare.subgraph(each.users)
        assert each.unrelated == nx.number_weakly_connected_components(among)
    assert [each.count for each in found.shared_contacts] == sorted(
        (each.count for each in found.shared_contacts), reverse=True
    )


@settings(deadline=None)
@given(pairs=st.one_of(graphs, longer))
def test_measures_are_those_of_networkx(pairs):
    graph, (_, bare) = network(edges_of(pairs)), peer_of(pairs)
    found, undirected = clustering(graph), bare.to_undirected()
    assert found.local == pytest.approx(nx.clustering(undirected), abs=1e-12)
    assert found.transitivity == pytest.approx(nx.transitivity(undirected), abs=1e-12)
    assert found.average == pytest.approx(nx.average_clustering(undirected) if bare else 0, abs=1e-12)
    assert reciprocity(graph) == pytest.approx(nx.overall_reciprocity(bare) if bare.edges else 0)
    assert density(graph) == pytest.approx(nx.density(bare) if bare else 0)
    assert pagerank(graph) == pytest.approx(nx.pagerank(bare, tol=1e-13, max_iter=2000), abs=1e-8)


@settings(deadline=None)
@given(first=graphs, second=graphs, third=graphs)
def test_adding_edges_equals_starting_again(first, second, third):
    kinds = {type(name) for pairs in (first, second, third) for pair in pairs for name in pair}
    if len(kinds) > 1:
        second = third = first
    step = grown(grown(network(edges_of(first)), edges_of(second)), edges_of(third))
    whole = network(edges_of([*first, *second, *third]))
    for figure in ("nodes", "edges", "components", "largest", "reciprocal_pairs"):
        assert getattr(step, figure) == getattr(whole, figure), figure
    for figure in (
        lambda graph: graph.two_hops,
        lambda graph: graph.mutual,
        lambda graph: graph.names_self,
        lambda graph: graph.names.counts(),
        lambda graph: graph.named_by.counts(),
        lambda graph: graph.near.counts(),
        lambda graph: graph.sizes[graph.component_roots()],
    ):
        assert by_name(step, figure(step)) == by_name(whole, figure(whole))
    assert parts(step) == parts(whole)
    assert rings_of(step) == rings_of(whole)


def test_a_hub_costs_each_neighbour_a_search_and_not_its_length():
    spokes = 200_000
    star = network(edges_of([(spoke, 0) for spoke in range(1, spokes + 1)]))
    assert star.two_hops[0] == 0
    assert (star.two_hops[1:] == spokes - 1).all()
    assert unrelated_users(star, np.array([0], dtype=np.int32)).tolist() == [spokes]
