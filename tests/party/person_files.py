"""Tables of persons with known truth, as the public test sets and made-up ones hold them."""

from __future__ import annotations

import csv
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def truth_of(*paths: Path) -> set[tuple[str, str]]:
    """Pairs of ids that are one person: by the number in a febrl id, or by the column `cluster`."""
    members: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, path in enumerate(paths):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, skipinitialspace=True):
                person = row["rec_id"] if "rec_id" in row else row["unique_id"]
                members[row["cluster"] if "cluster" in row else person.split("-")[1]].append((number, person))
    found = set()
    for each in members.values():
        for (one, left), (other, right) in combinations(each, 2):
            if len(paths) == 1 or one != other:
                found.add(tuple(sorted((left, right))))
    return found


def f1(found: set[tuple[str, str]], truth: set[tuple[str, str]]) -> float:
    """Twice what both hold, over the sizes of both."""
    return 2 * len(found & truth) / (len(found) + len(truth))
