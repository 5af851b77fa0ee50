"""One policy, one file: a JDM graph with `manifest` and `tests` beside its nodes; read, written, fingerprinted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.json_reader import JsonReader
from kaopu.decision.core.policy.manifest import Manifest, manifest_from
from kaopu.decision.core.policy.policy_text import policy_text
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping


WITH_CONTENT = frozenset({"decisionTableNode", "expressionNode", "switchNode", "decisionNode"})


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """An example with its answer: zen's whole result in a bare graph, else any of outcome, reasons, output."""

    name: str
    input: Any
    output: Any


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy as read.

    Args:
        name: what messages call it: the file's name.
        graph: nodes and edges (and whatever else the JDM editor wrote), without manifest and tests.
        manifest: None in a bare graph, which can be run and compared, not put to work.
        digest: SHA-256 of the whole document in canonical JSON, hexadecimal; spaces and key order do not matter.
        document: the whole, for writing it back.
    """

    name: str
    graph: Mapping[str, Any] = field(hash=False)
    manifest: Manifest | None
    tests: tuple[PolicyTest, ...] = field(hash=False)
    digest: str
    document: Mapping[str, Any] = field(hash=False, repr=False)

    @property
    def graph_text(self) -> str:
        """The graph as the live engine takes it."""
        return json.dumps(self.graph, ensure_ascii=False)


def read_policy(text: str, name: str) -> PolicyFile:
    """Read a policy or a bare JDM graph.

    Raises:
        BadInput: naming the file, the place, what was found and what was expected.
    """
    document = _document(text, name)
    read = JsonReader(document, f"{name}: $")
    for key in ("nodes", "edges"):
        if key not in document:
            raise BadInput(f"{name}: the key {key!r} is missing, expected a JDM graph with nodes and edges")
    for node in read.objects("nodes"):
        node.text("id")
        node.text("type")
        if node.table["type"] in WITH_CONTENT:
            node.table_at("content")
    read.objects("edges")
    manifest = document.get("manifest")
    if manifest is not None and not isinstance(manifest, dict):
        raise read.wrong("manifest", "an object")
    return PolicyFile(
        name=name,
        graph={key: value for key, value in document.items() if key not in ("manifest", "tests")},
        manifest=None if manifest is None else manifest_from(manifest, name),
        tests=tuple(_test(each, number) for number, each in enumerate(read.objects("tests"), 1)),
        digest=digest_of(document),
        document=document,
    )


def write_policy(policy: PolicyFile | Mapping[str, Any]) -> str:
    """The stable, git-friendly text of a policy or of a whole document; see policy_text."""
    return policy_text(policy.document if isinstance(policy, PolicyFile) else policy)


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of canonical JSON: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _document(text: str, name: str) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if len(set(keys)) != len(keys):
            twice = next(key for place, key in enumerate(keys) if key in keys[:place])
            raise BadInput(f"{name}: the key {twice!r} stands twice in one object, expected once")
        return dict(pairs)

    def no_number(word: str) -> Any:
        raise BadInput(f"{name}: {word} is not a JSON number")

    try:
        document = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
    except (json.JSONDecodeError, RecursionError) as wrong:
        raise BadInput(f"{name}: not JSON: {wrong}") from wrong
    if not isinstance(document, dict):
        raise BadInput(f"{name}: expected a JSON object with nodes and edges")
    return document


def _test(read: JsonReader, number: int) -> PolicyTest:
    read.only(("name", "input", "output"))
    for key in ("input", "output"):
        if key not in read.table:
            raise BadInput(f"{read.where}: the key {key!r} is missing, expected name, input and output")
    # zen's own files leave the name out.
    name = read.text("name") if "name" in read.table else f"case {number}"
    return PolicyTest(name, read.table["input"], read.table["output"])
