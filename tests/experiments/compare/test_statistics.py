"""Unit and theory: paired and unpaired intervals, Holm, the verdict's rule and its error rates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from experiments.statistics.intervals import t_quantile
from experiments.statistics.paired import (
    MOST_NEEDED,
    Verdict,
    holm,
    judge,
    paired_difference,
    replications_for,
    unpaired_difference,
)

NAN = math.nan


def verdict(
    base: list[float], option: list[float], *, smallest: float = 1.0, better: bool | None = False
) -> Verdict:
    pair = paired_difference(base, option)
    return judge(pair, p=pair.p, smallest=smallest, higher_is_better=better)[0]


def test_paired_difference_worked_by_hand() -> None:
    pair = paired_difference([10.0, 20.0, 30.0], [11.0, 22.0, 33.0])  # differences 1, 2, 3
    assert (pair.base, pair.option, pair.interval.value, pair.spread) == (20.0, 22.0, 2.0, 1.0)
    assert pair.interval.high - 2.0 == pytest.approx(4.30265 / math.sqrt(3), abs=1e-4)
    assert pair.variance_ratio == pytest.approx(100.0 + 121.0)
    assert pair.p == pytest.approx(stats.ttest_rel([11.0, 22.0, 33.0], [10.0, 20.0, 30.0]).pvalue)


def test_a_pair_with_a_side_missing_is_left_out_of_both_means() -> None:
    pair = paired_difference([10.0, NAN, 30.0], [11.0, 500.0, 33.0])
    assert (pair.interval.n, pair.base, pair.option) == (2, 20.0, 22.0)


def test_unpaired_interval_is_welchs() -> None:
    first, second = [10.0, 12.0, 15.0, 11.0], [20.0, 25.0, 18.0]
    ours = unpaired_difference(first, second)
    theirs = stats.ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))
    assert math.isnan(unpaired_difference([1.0], second).low)
    assert unpaired_difference([1.0, 1.0], [3.0, 3.0]).half_width == 0.0


def test_pairing_is_worth_what_theory_says() -> None:
    """With correlation ρ and equal variances the variance of the difference falls by 1 / (1 − ρ)."""
    rng = np.random.default_rng(5)
    common, own = rng.normal(0, 3, 20_000), rng.normal(0, 1, (2, 20_000))  # ρ = 0.9
    pair = paired_difference((common + own[0]).tolist(), (common + own[1]).tolist())
    assert pair.variance_ratio == pytest.approx(10.0, rel=0.05)


def test_holm_worked_by_hand() -> None:
    # Holm (1979): smallest × 4, next × 3 …, never falling: 0.005 → 0.02, 0.01 → 0.03, 0.03 → 0.06, 0.04 → 0.06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.4]) == [0.4]
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_holm_does_not_count_what_is_not_defined() -> None:
    adjusted = holm([NAN, 0.02, 0.03])
    assert math.isnan(adjusted[0])
    assert adjusted[1:] == pytest.approx([0.04, 0.04])


@pytest.mark.parametrize(
    ("differences", "better", "expected"),
    [
        ([-5.0, -5.1, -4.9, -5.2, -4.8], False, Verdict.BETTER),
        ([5.0, 5.1, 4.9, 5.2, 4.8], False, Verdict.WORSE),
        ([5.0, 5.1, 4.9, 5.2, 4.8], True, Verdict.BETTER),
        ([5.0, 5.1, 4.9, 5.2, 4.8], None, Verdict.HIGHER),
        ([-5.0, -5.1, -4.9, -5.2, -4.8], None, Verdict.LOWER),
        ([0.1, -0.1, 0.2, -0.2, 0.0], False, Verdict.NONE),
        ([0.0] * 5, False, Verdict.NONE),
        ([9.0, -8.0, 5.0, -7.0, 3.0], False, Verdict.TOO_FEW),
        ([3.0], False, Verdict.TOO_FEW),
        ([3.0, 3.0], False, Verdict.TOO_FEW),  # equal by luck, perhaps: a count of two replications
        ([3.0] * 5, False, Verdict.WORSE),
        ([NAN, NAN], False, Verdict.UNDEFINED),
    ],
)
def test_verdicts(differences: list[float], better: bool | None, expected: Verdict) -> None:
    assert verdict([100.0] * len(differences), [100.0 + d for d in differences], better=better) is expected


def test_a_difference_shown_may_be_slight() -> None:
    pair = paired_difference([0.0] * 5, [0.30, 0.31, 0.29, 0.32, 0.28])
    assert judge(pair, p=pair.p, smallest=1.0, higher_is_better=False) == (Verdict.WORSE, True)
    assert judge(pair, p=pair.p, smallest=0.2, higher_is_better=False) == (Verdict.WORSE, False)


def test_adjustment_may_take_a_difference_back_and_then_claims_nothing() -> None:
    pair = paired_difference([0.0] * 4, [2.0, 3.0, 1.0, 4.0])
    assert pair.interval.low > 0.0
    assert judge(pair, p=0.06, smallest=1.0, higher_is_better=False)[0] is Verdict.TOO_FEW


@pytest.mark.parametrize("spread", [0.7, 4.0, 60.0])
def test_replications_needed_are_the_fewest_that_make_the_interval_narrow(spread: float) -> None:
    needed = replications_for(spread, 1.0)
    assert needed is not None
    width = [2 * t_quantile(0.975, n - 1) * spread / math.sqrt(n) for n in (needed - 1, needed)]
    assert width[0] > 1.0 >= width[1]


def test_nobody_is_told_to_make_a_hundred_thousand_replications() -> None:
    assert replications_for(1000.0, 1.0) is None
    assert replications_for(1.0, 0.0) is None
    assert replications_for(NAN, 1.0) is None
    assert (replications_for(75.0, 1.0) or 0) < MOST_NEEDED


def test_an_interval_as_narrow_as_needed_always_decides() -> None:
    rng = np.random.default_rng(8)
    undecided = 0
    for truth in np.linspace(-1.5, 1.5, 31):
        sample = rng.normal(truth, 1.0, 30)
        pair = paired_difference([0.0] * 30, sample.tolist())
        width = pair.interval.high - pair.interval.low
        undecided += judge(pair, p=pair.p, smallest=width, higher_is_better=True)[0] is Verdict.TOO_FEW
    assert undecided == 0


def shares(truth: float, *, options: int = 1, trials: int = 4000, n: int = 10) -> dict[Verdict, float]:
    """Verdicts on the first of ``options`` normal differences with mean ``truth``, spread 1, δ 1."""
    rng = np.random.default_rng([3, options, round(100 * truth)])
    counts: dict[Verdict, int] = {}
    for _ in range(trials):
        samples = rng.normal(truth, 1.0, (options, n))
        pairs = [paired_difference([0.0] * n, row.tolist()) for row in samples]
        p = holm([pair.p for pair in pairs])
        found = [
            judge(pair, p=q, smallest=1.0, higher_is_better=True)[0] for pair, q in zip(pairs, p, strict=True)
        ]
        one = next((v for v in found if v in (Verdict.BETTER, Verdict.WORSE)), found[0])
        counts[one] = counts.get(one, 0) + 1
    return {name: count / trials for name, count in counts.items()}


def within(share: float, of: float = 0.05, trials: int = 4000) -> bool:
    return share <= of + 3.0 * math.sqrt(of * (1.0 - of) / trials)


def test_verdicts_see_a_difference_that_is_not_there_in_one_of_twenty() -> None:
    found = shares(0.0)
    false = found.get(Verdict.BETTER, 0.0) + found.get(Verdict.WORSE, 0.0)
    assert within(false)
    assert false > 0.05 - 3.0 * math.sqrt(0.05 * 0.95 / 4000)  # neither more cautious than it says


def test_holm_holds_the_chance_of_any_false_verdict_over_six_options() -> None:
    found = shares(0.0, options=6, trials=2000)
    assert within(found.get(Verdict.BETTER, 0.0) + found.get(Verdict.WORSE, 0.0), trials=2000)


def test_no_difference_is_seldom_said_of_one_that_is_of_interest() -> None:
    """At the border (truth = δ) the whole interval lies within ±δ in at most 2.5% of cases: its upper end is below."""
    assert within(shares(1.0).get(Verdict.NONE, 0.0), of=0.025)


def test_the_wrong_direction_is_hardly_ever_said() -> None:
    assert shares(0.3).get(Verdict.WORSE, 0.0) <= 0.025
