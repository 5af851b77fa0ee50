"""A fitted model, scorecard or trees: a table in; score, probability and reasons out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.scores import derived as deriving
from kaopu.decision.core.scores import logistic
from kaopu.decision.core.scores.calibration import Calibration
from kaopu.decision.core.scores.challenger import SIZES, Challenger, fit_challenger
from kaopu.decision.core.scores.choice import best_of
from kaopu.decision.core.scores.reasons import Against, Reason, card_reasons, shap_reasons
from kaopu.decision.core.scores.recipe import AUTO, NEVER, Kind, Recipe
from kaopu.decision.core.scores.scorecard import Scaling, Scorecard, fit_scorecard
from kaopu.decision.core.scores.table import Table, is_text, missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.scores.arrays import Flags, Floats
    from kaopu.decision.core.scores.choice import Trial

# A gap seen in fewer rows of the training says nothing about the next one.
GAPS_MIN = 20


@dataclass(frozen=True, slots=True)
class Input:
    """A column that the model reads. `gaps`: the training had enough of them for a gap to mean something."""

    name: str
    text: bool
    gaps: bool
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """Exactly one of `card` and `trees` is there."""

    kind: Kind
    inputs: tuple[Input, ...]
    derived: tuple[deriving.Derived, ...]
    scaling: Scaling
    calibration: Calibration
    card: Scorecard | None = None
    trees: Challenger | None = None

    def prepared(self, table: Table) -> Table:
        """The columns the model reads, with the derived ones. Raises `BadInput` where one is absent."""
        return deriving.compute(table.only(each.name for each in self.inputs), self.derived)

    def raw_chance(self, prepared: Table) -> Floats:
        """Probability of bad before calibration, of a prepared table."""
        if self.card is not None:
            return self.card.chance_bad(prepared)
        if self.trees is not None:
            return self.trees.chance_bad(prepared)
        raise ValueError("a model needs a card or trees")

    def chance_bad(self, table: Table) -> Floats:
        """Calibrated probability of bad."""
        return self.calibration.apply(self.raw_chance(self.prepared(table)))

    def score(self, table: Table) -> Floats:
        """Points, higher is better: the card's sum, or the trees' margin on the same scale."""
        prepared = self.prepared(table)
        if self.card is not None:
            return self.card.score(prepared)
        margin = logistic.logit(self.raw_chance(prepared))
        scale = self.scaling
        return np.asarray(np.round(scale.base_points - scale.factor * (margin + np.log(scale.base_odds)), 1))

    def reasons(self, table: Table, *, top: int = 4, against: Against = Against.NEUTRAL) -> list[tuple[Reason, ...]]:
        """Why, by row. Trees know no best bin: their reasons are always against the average row."""
        prepared = self.prepared(table)
        words = {each.name: each.words for each in self.derived}
        if self.card is not None:
            return card_reasons(self.card, prepared, top=top, against=against, words=words)
        if self.trees is not None:
            parts = self.trees.parts(prepared)[:, :-1]
            return shap_reasons(self.trees.columns, parts, self.scaling.factor, top=top, words=words)
        raise ValueError("a model needs a card or trees")

    def unknown(self, table: Table) -> list[tuple[str, ...]]:
        """By row, what the model cannot know: `missing:COLUMN` never seen as a gap, `unseen:COLUMN` a new category."""
        found: list[list[str]] = [[] for _ in range(table.rows)]
        for each in self.inputs:
            values = table.column(each.name)
            gaps = missing(values)
            if not each.gaps:
                for row in np.flatnonzero(gaps):
                    found[row].append(f"missing:{each.name}")
            if each.text:
                known = set(each.categories)
                for row in np.flatnonzero(~gaps):
                    if str(values[row]) not in known:
                        found[row].append(f"unseen:{each.name}")
        return [tuple(each) for each in found]


def fit_model(table: Table, bad: Flags, recipe: Recipe, declared: tuple[deriving.Derived, ...]) -> Model:
    """Fit on the columns of `table` and those `declared`; calibration is left as it is.

    What the recipe leaves open (the size of trees, whether to derive) is chosen inside these rows.
    """
    settled = _settled(table, bad, recipe, declared)
    declared = () if settled.derive == NEVER else declared
    ways = settled.directions(table.columns, declared)
    prepared = deriving.compute(table, declared)
    inputs = tuple(_input(name, table) for name in table.columns)
    bare = Model(settled.kind, inputs, declared, settled.scaling, Calibration())
    if settled.kind is Kind.SCORECARD:
        card = fit_scorecard(
            prepared, bad, monotone=ways, scaling=settled.scaling, ridge=settled.ridge, threads=settled.threads
        )
        return with_parts(bare, card=card)
    trees = fit_challenger(
        prepared, bad, monotone=ways, size=settled.size, seeds=settled.seeds, seed=settled.seed, threads=settled.threads
    )
    return with_parts(bare, trees=trees)


def _settled(table: Table, bad: Flags, recipe: Recipe, declared: tuple[deriving.Derived, ...]) -> Recipe:
    derive = recipe.derive if declared else NEVER
    if recipe.kind is Kind.LIGHTGBM and recipe.size == AUTO:
        first = "always" if derive == AUTO else derive
        open_sizes = [replace(recipe, derive=first, size=size, seeds=1) for size in SIZES]
        found = open_sizes[best_of(table, bad, [_trial(each, declared) for each in open_sizes], recipe.seed)]
        recipe = replace(recipe, size=found.size)
    if derive == AUTO:
        ways = [replace(recipe, derive=each, seeds=1) for each in ("always", NEVER)]
        derive = ways[best_of(table, bad, [_trial(each, declared) for each in ways], recipe.seed)].derive
    return replace(recipe, derive=derive)


def _trial(recipe: Recipe, declared: tuple[deriving.Derived, ...]) -> Trial:
    def forecast(inside: Table, bad: Flags, outside: Table) -> Floats:
        model = fit_model(inside, bad, recipe, declared)
        return model.raw_chance(model.prepared(outside))

    return forecast


def with_parts(
    model: Model,
    *,
    card: Scorecard | None = None,
    trees: Challenger | None = None,
    calibration: Calibration | None = None,
) -> Model:
    """The model with other parts; inputs and derived columns that nothing uses any more are left out."""
    card, trees = card or model.card, trees or model.trees
    used = {column.bins.column for column in card.columns} if card is not None else set(trees.columns if trees else ())
    kept = []
    for each in reversed(model.derived):
        if each.name in used:
            kept.append(each)
            used |= set(each.inputs)
    inputs = tuple(each for each in model.inputs if each.name in used)
    return Model(
        model.kind, inputs, tuple(reversed(kept)), model.scaling, calibration or model.calibration, card, trees
    )


def text_kinds(model: Model) -> Mapping[str, bool]:
    """Which inputs are text: what a file to be scored is read with."""
    return {each.name: each.text for each in model.inputs}


def _input(name: str, table: Table) -> Input:
    values = table.column(name)
    gaps = missing(values)
    text = is_text(values)
    categories = tuple(sorted({str(each) for each in values if each is not None})) if text else ()
    return Input(name, text, int(gaps.sum()) >= GAPS_MIN, categories)
