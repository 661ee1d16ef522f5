"""The description of a field: what it allows, and that every spec describes its numbers."""

import dataclasses
import importlib
from dataclasses import dataclass
from typing import get_type_hints

import pytest

from core.errors import SpecError
from core.labs import KINDS
from core.runs import fields, spec


@dataclass(frozen=True)
class Toy:
    units: int = fields.number(8, 1, 256, "Units", shown=(4, 64), slider=True)
    rate: float = fields.number(0.1, 0.0, 1.0, "Learning rate")
    cell: str = fields.choice("gru", ("gru", "lstm"), "Cell", names={"gru": "GRU"})
    scaled: bool = fields.switch(False, "Scale the inputs")
    depth: int = fields.number(0, 0, 3, added=True)
    note: str = ""

    def __post_init__(self) -> None:
        fields.check(self)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"units": 0}, "units is 0; choose a value from 1 to 256."),
        ({"units": 257}, "units is 257; choose a value from 1 to 256."),
        ({"rate": float("nan")}, "rate is nan; choose a value from 0.0 to 1.0."),
        ({"cell": "rnn"}, "cell is 'rnn'; choose one of gru, lstm."),
        ({"cell": "rnn", "units": 0}, "cell is 'rnn'; choose one of gru, lstm."),
    ],
)
def test_a_value_outside_its_field_is_refused(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(SpecError, match=f"^{sentence}$"):
        Toy(**values)


@pytest.mark.parametrize("values", [{"units": 1}, {"units": 256}, {"rate": 0.0}, {"rate": 1.0}, {"cell": "lstm"}])
def test_the_ends_of_a_range_are_allowed_also_where_the_control_is_narrower(values: dict[str, object]) -> None:
    assert dataclasses.asdict(Toy(**values)) == dataclasses.asdict(Toy()) | values


def test_a_described_field_may_be_added_later() -> None:
    assert "depth" not in spec.in_key(Toy, spec.to_dict(Toy()))
    assert spec.in_key(Toy, spec.to_dict(Toy(depth=2)))["depth"] == 2


def test_numbers_are_whole_if_their_limits_are() -> None:
    assert {name: about.whole for name, about in fields.of(Toy).items() if about.low is not None} == {
        "units": True, "rate": False, "depth": True,
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_spec_describes_its_numbers(kind: str) -> None:
    """A range stands on its field: checked there, and what a control offers is allowed."""
    cls = importlib.import_module(KINDS[kind]).Spec
    described = fields.of(cls)
    for name, hint in get_type_hints(cls).items():
        if {hint} & {int, float, int | None, float | None} and (kind, name) not in ELSEWHERE:
            about = described[name]
            low, high = about.range
            assert about.low <= low < high <= about.high, name
            assert about.whole == (hint in (int, int | None)), name


ELSEWHERE = {("forecast", "fold"), ("poems", "grams")}  # their limits depend on another field, or are powers of two
