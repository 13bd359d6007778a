"""The most promising node comes out first."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.kd.frontier import empty_frontier, grown, pop, push


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=60))
def test_nodes_come_out_from_the_highest_bound_to_the_lowest(bounds: list[float]) -> None:
    frontier, count = empty_frontier(4), 0
    for node, bound in enumerate(bounds):
        frontier = grown(frontier, count)
        count = push(frontier, count, bound, node, 0)
    seen = []
    while count:
        assert bounds[frontier.nodes[0]] == frontier.bounds[0]
        seen.append(float(frontier.bounds[0]))
        count = pop(frontier, count)
    assert seen == sorted(bounds, reverse=True)
