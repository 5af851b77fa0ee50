"""Hazards from evidence alone: what made the histories is found again, without a look at the truth."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kaopu.contacts.core.evidence import EvidenceKind, Via
from kaopu.contacts.core.hazard import HAZARDS, Hazard
from kaopu.contacts.core.hazard_fit import fit
from kaopu.contacts.core.reach_step import after
from kaopu.contacts.reach_histories import histories_in
from kaopu.contacts.reach_parameters import parameters_text, read_parameters
from kaopu.kernel.core.errors import BadInput

START, AS_OF = datetime(2024, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
CHURN, BACK = 0.4, 0.1
K = EvidenceKind
# (word, at a living point, at a dead one) by channel
WORDS = {"code": (("code_confirmed", 0.6, 0.002), ("silent", 0.4, 0.998)),
         "sms": (("delivered", 0.9, 0.3), ("bounced", 0.1, 0.7))}  # fmt: skip


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """1,500 phones, two signs in three months, made by the very process that the filter assumes."""
    draw, rows = np.random.default_rng(5), []
    for point in range(1500):
        alive, day = True, 0.0
        rows.append((point, 0.0, "code_confirmed", "code"))
        while True:
            wait = draw.exponential(45)
            day += wait
            if day > 1000:
                break
            alive = draw.random() < after(float(alive), wait / 365.25, CHURN, BACK)
            via = "code" if draw.random() < 0.4 else "sms"
            (word, good, bad), (other, _, _) = WORDS[via]
            rows.append((point, day, word if draw.random() < (good if alive else bad) else other, via))
    path = tmp_path_factory.mktemp("fit") / "evidence.parquet"
    table = {
        "point_id": [row[0] for row in rows],
        "borrower_id": [row[0] for row in rows],
        "role": ["own"] * len(rows),
        "kind": ["phone"] * len(rows),
        "at": pa.array([START + timedelta(days=row[1]) for row in rows], pa.timestamp("us", tz="UTC")),
        "evidence": [row[2] for row in rows],
        "consented": [True] * len(rows),
        "via": [row[3] for row in rows],
    }
    pq.write_table(pa.table(table), path)
    return path


def test_what_made_the_evidence_is_found_again(evidence):
    likelihoods = []
    found = fit(histories_in(evidence, AS_OF), told=lambda _, value: likelihoods.append(value))
    phone = found["phone"]
    assert phone.churn_per_year == pytest.approx(CHURN, rel=0.12)
    assert phone.return_per_year == pytest.approx(BACK, rel=0.35)
    assert phone.prior > 0.97
    assert phone.repeats < 0.03  # each of these attempts was drawn by itself
    for via, words in WORDS.items():
        for word, good, bad in words:
            alive, dead = phone.likelihood(K(word), Via(via))
            assert alive == pytest.approx(good, abs=0.03)
            assert dead == pytest.approx(bad, abs=0.03)
    # Up to the small pull towards the start, no round makes the evidence less likely.
    assert len(likelihoods) > 3
    assert all(later >= earlier - 2 for earlier, later in pairwise(likelihoods))
    assert found["address"] == HAZARDS["address"]  # nothing was seen of one, so nothing was learnt


def test_what_was_fitted_can_be_kept_and_read(evidence, tmp_path):
    found = fit(histories_in(evidence, AS_OF), rounds=3)
    path = tmp_path / "own.toml"
    from kaopu.contacts.core.borrower_reach import POOLING

    path.write_text(parameters_text(found, POOLING, "made up"))
    read, pooling = read_parameters(path)
    assert pooling == POOLING
    for kind, each in found.items():
        assert read[kind].churn_per_year == pytest.approx(each.churn_per_year, rel=1e-5)
        for sign in EvidenceKind:
            for via in Via:
                assert read[kind].likelihood(sign, via) == pytest.approx(each.likelihood(sign, via), rel=1e-5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[pigeon]\nprior = 0.5", "table pigeon"),
        ("[phone]\nprior = 2", "prior of 2"),
        ("[phone.likelihoods]\nhope = [0.1, 0.2]", "'hope': expected one of"),
        ("[phone.via.smoke]\nread = [0.1, 0.2]", "channel 'smoke'"),
        ("[phone.likelihoods]\nread = [0.1]", "own.toml"),
        ("[pooling]\nluck = 1", "own.toml"),
        ("[pooling]\npasses_on = 7", "passes_on of 7"),
        ("phone = 1", "own.toml"),
        ("[", "own.toml"),
    ],
)
def test_parameters_that_cannot_be(tmp_path, text, told):
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(BadInput, match=told):
        read_parameters(tmp_path / "own.toml")


def test_lines_are_no_file_to_fit_on(tmp_path):
    (tmp_path / "e.jsonl").write_text("{}")
    with pytest.raises(BadInput, match="expected a Parquet file of evidence"):
        histories_in(tmp_path / "e.jsonl", AS_OF)


def test_shipped_hazards_hold_together():
    assert list(HAZARDS) == ["phone", "email", "app", "address"]
    assert all(isinstance(each, Hazard) for each in HAZARDS.values())
