"""Tree nodes that are still to be visited, the most promising first: a binary heap in growing arrays."""

from typing import NamedTuple

import numpy as np

from matching.kd.compiling import compiled


class Frontier(NamedTuple):
    """Highest bound first; `shelf` is the place of the concept in the caller's list."""

    bounds: np.ndarray
    nodes: np.ndarray
    shelf: np.ndarray


@compiled
def empty_frontier(size: int) -> Frontier:
    """Room for so many nodes."""
    return Frontier(np.empty(size), np.empty(size, np.int32), np.empty(size, np.int32))


@compiled
def grown(frontier: Frontier, count: int) -> Frontier:
    """The same with room for one more."""
    size = len(frontier.bounds)
    if count < size:
        return frontier
    larger = empty_frontier(2 * size)
    larger.bounds[:size] = frontier.bounds
    larger.nodes[:size] = frontier.nodes
    larger.shelf[:size] = frontier.shelf
    return larger


@compiled
def push(frontier: Frontier, count: int, bound: float, node: int, shelf: int) -> int:
    """Add a node to `count` others, there must be room; how many there are then."""
    place = count
    while place > 0:
        above = (place - 1) >> 1
        if frontier.bounds[above] >= bound:
            break
        move(frontier, above, place)
        place = above
    frontier.bounds[place], frontier.nodes[place], frontier.shelf[place] = bound, node, shelf
    return count + 1


@compiled
def pop(frontier: Frontier, count: int) -> int:
    """Take the first of `count` nodes out; how many are left."""
    last = count - 1
    bound, node, shelf = frontier.bounds[last], frontier.nodes[last], frontier.shelf[last]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and frontier.bounds[child + 1] > frontier.bounds[child]:
            child += 1
        if frontier.bounds[child] <= bound:
            break
        move(frontier, child, place)
        place = child
    frontier.bounds[place], frontier.nodes[place], frontier.shelf[place] = bound, node, shelf
    return last


@compiled
def move(frontier: Frontier, source: int, target: int) -> None:
    """Copy one node to another place."""
    frontier.bounds[target] = frontier.bounds[source]
    frontier.nodes[target] = frontier.nodes[source]
    frontier.shelf[target] = frontier.shelf[source]
