"""The file of a model: one JSON with its parts, what it was made from and for, and a hash over all of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.scores.binning import Bins, Count
from kaopu.decision.core.scores.calibration import Calibration
from kaopu.decision.core.scores.challenger import Challenger
from kaopu.decision.core.scores.derived import Derived
from kaopu.decision.core.scores.model import Input, Model
from kaopu.decision.core.scores.recipe import Kind
from kaopu.decision.core.scores.scorecard import CardColumn, Scaling, Scorecard

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "kaopu-score/1"


class ModelProblem(StrEnum):
    """Why there is no model to score with. Whoever gets one refers; the strings are public API."""

    MISSING = "model_missing"
    ALTERED = "model_altered"
    UNREADABLE = "model_unreadable"
    STALE = "model_stale"
    NOT_YET_VALID = "model_not_yet_valid"
    NOT_FOR_THIS_USE = "model_not_for_this_use"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The model and everything else that its file says (`about`), with the hash over it."""

    model: Model
    about: Mapping[str, Any]
    sha256: str


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over the document without its own hash, keys sorted, no spaces."""
    plain = {key: value for key, value in document.items() if key != "sha256"}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def write_model(model: Model, about: Mapping[str, Any]) -> str:
    """The text of the file. `about` must be plain JSON without NaN."""
    document: dict[str, Any] = {"format": FORMAT, **about, "kind": str(model.kind)}
    document |= {
        "inputs": [asdict(each) | {"categories": list(each.categories)} for each in model.inputs],
        "derived": [
            {"name": e.name, "kind": e.kind, "inputs": list(e.inputs), "words": e.words[0], "words_zh": e.words[1]}
            for e in model.derived
        ],
        "scaling": asdict(model.scaling),
        "calibration": model.calibration.as_json(),
        "card": None if model.card is None else _card(model.card),
        "trees": None if model.trees is None else _trees(model.trees),
    }
    document = json.loads(json.dumps(document, allow_nan=False))  # as it will be read again
    document["sha256"] = digest(document)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def read_model(content: bytes | None, expected_sha256: str = "") -> ModelFile | ModelProblem:
    """The model of a file's bytes (None: there is no file). Altered by one byte of meaning, it is no model."""
    if content is None:
        return ModelProblem.MISSING
    try:
        document = json.loads(content)
        if document["format"] != FORMAT:
            return ModelProblem.UNREADABLE
        found = digest(document)
        if found != document["sha256"] or (expected_sha256 and found != expected_sha256):
            return ModelProblem.ALTERED
        return ModelFile(_model(document), document, found)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ModelProblem.UNREADABLE


def _card(card: Scorecard) -> dict[str, Any]:
    return {"base": card.base, "columns": [_card_column(column) for column in card.columns]}


def _card_column(column: CardColumn) -> dict[str, Any]:
    bins = column.bins
    return {
        "column": bins.column, "text": bins.text, "splits": list(bins.splits),
        "groups": [list(group) for group in bins.groups], "monotone": bins.monotone, "weight": column.weight,
        "bins": [
            {"label": bins.label(place), "goods": count.goods, "bads": count.bads, "woe": woe, "points": points}
            for place, (count, woe, points) in enumerate(zip(bins.counts, bins.woe, column.points, strict=False))
        ],
        "points_of_unseen": column.points[-1],
    }  # fmt: skip


def _trees(trees: Challenger) -> dict[str, Any]:
    return {
        "columns": list(trees.columns), "size": trees.size,
        "categories": {name: list(each) for name, each in trees.categories.items()}, "texts": list(trees.trees),
    }  # fmt: skip


def _model(document: Mapping[str, Any]) -> Model:
    scaling = Scaling(**document["scaling"])
    card, trees = document["card"], document["trees"]
    if (card is None) == (trees is None):
        raise ValueError("expected a card or trees")
    return Model(
        Kind(document["kind"]),
        tuple(Input(e["name"], e["text"], e["gaps"], tuple(e["categories"])) for e in document["inputs"]),
        tuple(Derived(e["name"], e["kind"], tuple(e["inputs"])) for e in document["derived"]),
        scaling,
        Calibration.from_json(document["calibration"]),
        card and Scorecard(scaling, card["base"], tuple(_column_read(each) for each in card["columns"])),
        trees
        and Challenger(
            tuple(trees["columns"]),
            {name: tuple(each) for name, each in trees["categories"].items()},
            tuple(trees["texts"]),
            trees["size"],
        ),
    )


def _column_read(table: Mapping[str, Any]) -> CardColumn:
    bins = Bins(
        table["column"], table["text"], tuple(table["splits"]), tuple(tuple(group) for group in table["groups"]),
        tuple(Count(each["goods"], each["bads"]) for each in table["bins"]),
        tuple(each["woe"] for each in table["bins"]), table["monotone"],
    )  # fmt: skip
    points = (*(each["points"] for each in table["bins"]), table["points_of_unseen"])
    return CardColumn(bins, table["weight"], points)
