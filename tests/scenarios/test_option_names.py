"""Names of options: different changes never share one."""

from __future__ import annotations

import re
from decimal import Decimal

import hypothesis
from hypothesis import strategies as st

from scenarios.changes import apply, parse_all
from scenarios.changes.apply import name_of_changes
from scenarios.loading.load import digest, load_scenario

NAMES = [
    "--units +10%",
    "--units -10%",
    "--units 10%",
    "--units x10",
    "--demand all=+0.5%",
    "--demand all=+5%",
    "--demand all=-0.5%",
    "--set control.delay_s=1",
    "--set control.delay_s=-1",
    "--set control.delay_s=1.0",
    "--close Ü",
    "--close Ö",
    *(
        f"--close Tollesbury --close Maldon --close Witham --units {sign}{n}%"
        for sign in "+-"
        for n in (1, 2)
    ),
]


def test_different_changes_have_different_names() -> None:
    names = [name_of_changes(said) for said in NAMES]
    assert len(set(names)) == len(NAMES)
    for name in names:
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name)
    assert names[:2] == ["units-plus-10-percent", "units-minus-10-percent"]
    assert name_of_changes("--close Tollesbury") == "close-tollesbury"


@hypothesis.given(
    st.lists(
        st.tuples(
            st.sampled_from("+-×"), st.decimals("0.01", "999", places=2), st.sampled_from(["", "%", "pt"])
        ),
        min_size=2,
        max_size=2,
        unique=True,
    )
)
def test_amounts_never_share_a_name(amounts: list[tuple[str, Decimal, str]]) -> None:
    one, other = (name_of_changes(f"--units Basildon={sign}{n}{unit}") for sign, n, unit in amounts)
    assert one != other


def test_options_made_from_signs_have_names_of_their_own() -> None:
    base = load_scenario("police-baseline")
    more, less = (apply(base, parse_all([("units", amount)])) for amount in ("+10%", "-10%"))
    assert more.name != less.name
    assert digest(more) != digest(less)
