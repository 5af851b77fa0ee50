"""Examples g-20 to g-27 of the shared table (g-21 and g-26 are not in it), each to its own precision, flags printed."""

import json
import sys

import pytest
from shared_data import shared_path

from kaopu.contacts.core.borrower_reach import at_least
from kaopu.contacts.core.decay import BetaBelief, decay_weight
from kaopu.contacts.core.reach_discrete import bayes, filter_steps, observe, predict

WANTED = ("g-20", "g-22", "g-23", "g-24", "g-25", "g-27")


def beta_of_calls(given):
    calls = [(0, True)] * given["answered"] + [(0, False)] * given["missed"]
    belief = BetaBelief(*given["prior"]).with_calls(calls)
    return {
        "posterior": [belief.answered, belief.missed],
        "mean": belief.mean,
        "mode": belief.mode,
        "P_gt_half": belief.above(0.5),
        "ci95": list(belief.interval(0.95)),
    }


def beta_with_decay(given):
    half_life = given["half_life_days"]
    belief = BetaBelief(*given["prior"]).with_calls([(age, bool(hit)) for age, hit in given["calls"]], half_life)
    return {
        "weights": [decay_weight(age, half_life) for age, _ in given["calls"]],
        "posterior": [belief.answered, belief.missed],
        "mean": belief.mean,
    }


def several(given):
    return {"p_any": at_least(given["p"], 1), "p_two_or_more": at_least(given["p"], 2)}


def umbrella(given):
    signs = [given["emission_umbrella"] for _ in given["observations"]]
    states = filter_steps(given["prior"], given["transition"], signs)
    return {
        "filtered_rain": [rain for rain, _ in states],
        "predict_day3": predict(states[-1], given["transition"])[0],
    }


def contact_states(given):
    answer = given["answer_probability"]
    signs = [answer if call == "answer" else [1 - each for each in answer] for call in given["calls"]]
    states = filter_steps(given["prior_before_first_transition"], given["transition_rows"], signs)
    return {"p_reachable": [state[0] for state in states]}


def lost_signal(given):
    prior, bad, good = given["prior_default"], given["p_lost_given_default"], given["p_lost_given_good"]
    return {
        "posterior_if_lost": bayes(prior, bad, good),
        "posterior_if_not_lost": bayes(prior, 1 - bad, 1 - good),
        "likelihood_ratio": bad / good,
    }


ANSWERS = dict(
    zip(WANTED, (beta_of_calls, beta_with_decay, several, umbrella, contact_states, lost_signal), strict=True)
)


@pytest.mark.shared
@pytest.mark.parametrize("name", WANTED)
def test_worked_example(name, capsys):
    cases = json.loads(shared_path("reference", "worked-examples.json").read_text(encoding="utf-8"))["cases"]
    case = next(each for each in cases if each["id"] == name)
    tolerance = 1e-8 if case["precision"] == "1e-8" else 1e-9
    found = ANSWERS[name](case["inputs"])
    for key, expected in case["expected"].items():
        assert found[key] == pytest.approx(expected, abs=tolerance), f"{name} {key}"
    with capsys.disabled():
        sys.stdout.write(f"\n{name} flags {case['flags']}: {case['title']}")


def test_no_example_of_the_range_is_left_out():
    cases = json.loads(shared_path("reference", "worked-examples.json").read_text(encoding="utf-8"))["cases"]
    held = {each["id"] for each in cases} & {f"g-{number}" for number in range(20, 28)}
    assert held == set(WANTED)


def test_a_sign_that_no_state_allows_is_refused():
    from kaopu.kernel.core.errors import BadInput

    with pytest.raises(BadInput, match="impossible"):
        observe((1.0, 0.0), (0.0, 0.5))
