"""The order of phases is accepted exactly where nobody reads what is not there yet."""

from catalogs import load
from catalogs.policy import PHASES
from hypothesis import given
from hypothesis import strategies as st

UNIT = {"scale", "term", "agreement", "promote", "derived", "manual", "channel"}
STAGES = ({"entitle"}, {"base"}, {"configure"}, UNIT, {"extend"}, {"document"}, {"tax"}, {"total"}, {"judge"})


def is_sound(phases):
    """Every phase belongs to a stage, and the stages follow one another; four phases cannot be left out."""
    stages = [next(i for i, stage in enumerate(STAGES) if phase in stage) for phase in phases]
    return (
        stages == sorted(stages)
        and len(set(phases)) == len(phases)
        and {"base", "extend", "tax", "total"} <= set(phases)
    )


def codes(phases):
    text = f"catalog c {{ currency EUR }}\npolicy p {{ phases {', '.join(phases)} }}\n"
    return {problem.code for problem in load({"c.cpq": text.encode()}).diagnostics}


@st.composite
def orders(draw):
    """Mostly sound orders with a slip, since nearly no random order is sound."""
    shuffled = draw(st.permutations(sorted(UNIT)))
    phases = [phase for stage in STAGES for phase in (shuffled if stage is UNIT else stage)]
    phases = [phase for phase in phases if draw(st.integers(0, 9))]
    if len(phases) > 1 and draw(st.booleans()):
        at = draw(st.integers(0, len(phases) - 2))
        phases[at], phases[at + 1] = phases[at + 1], phases[at]
    if phases and draw(st.integers(0, 4)) == 0:
        phases.insert(draw(st.integers(0, len(phases))), draw(st.sampled_from(phases)))
    return phases or ["base"]


@given(orders())
def test_an_order_is_accepted_where_it_is_sound(phases):
    found = codes(phases)
    assert found <= {"phase-order", "repeated-phase", "missing-phase"}
    assert (found == set()) == is_sound(phases)


@given(st.permutations(PHASES))
def test_any_order_at_all(phases):
    assert (codes(phases) == set()) == is_sound(phases)


def test_the_standard_order_is_sound():
    assert codes(PHASES) == set()


def test_no_two_phases_change_places_unless_both_are_on_unit_prices():
    for one in range(len(PHASES)):
        for other in range(one + 1, len(PHASES)):
            phases = list(PHASES)
            phases[one], phases[other] = phases[other], phases[one]
            assert (codes(phases) == set()) == ({PHASES[one], PHASES[other]} <= UNIT), phases
