"""The description of a field: what it allows, and that every spec describes its numbers."""

import dataclasses
import importlib
import re
from dataclasses import dataclass
from typing import get_type_hints

import pytest

from core.errors import SpecError
from core.labs import KINDS
from core.labs.hafez.spec import Request
from core.runs import fields, spec


@dataclass(frozen=True)
class Toy:
    units: int = fields.number(8, 1, 256, "Units", shown=(4, 64), slider=True)
    rate: float = fields.number(0.1, 0.0, 1.0, "Learning rate")
    cell: str = fields.choice("gru", {"gru": "GRU", "lstm": "LSTM"}, "Cell")
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


def test_choices_are_named_by_their_mapping() -> None:
    assert fields.of(Toy)["cell"].choices == ("gru", "lstm")
    assert fields.of(Toy)["cell"].names == {"gru": "GRU", "lstm": "LSTM"}


def test_numbers_are_whole_if_their_limits_are() -> None:
    assert {name: about.whole for name, about in fields.of(Toy).items() if about.low is not None} == {
        "units": True,
        "rate": False,
        "depth": True,
    }


SPECS = {kind: importlib.import_module(module).Spec for kind, module in KINDS.items()} | {"poem": Request}
ELSEWHERE = {("forecast", "fold"), ("volatility", "fold"), ("poems", "grams")}  # limits depend on more than a number


@pytest.mark.parametrize("kind", sorted(SPECS))
def test_every_spec_describes_its_numbers(kind: str) -> None:
    """A range stands on its field, and what a control offers is allowed."""
    described = fields.of(SPECS[kind])
    for name, hint in get_type_hints(SPECS[kind]).items():
        if {hint} & {int, float, int | None, float | None} and (kind, name) not in ELSEWHERE:
            about = described[name]
            low, high = about.range
            assert about.low <= low < high <= about.high, name
            assert about.whole == (hint in (int, int | None)), name
            assert all(low <= one <= high for one in about.options), name


@pytest.mark.parametrize("kind", sorted(SPECS))
def test_every_spec_refuses_what_lies_outside_its_descriptions(kind: str) -> None:
    usual = SPECS[kind]()
    for name, about in fields.of(SPECS[kind]).items():
        if about.choices:
            wrong, allowed = ["no such choice"], f"one of {', '.join(about.choices)}."
        elif about.low is not None:
            wrong, allowed = [about.low - 1, about.high + 1, float("nan")], f"a value from {about.low} to {about.high}."
        else:
            continue
        for value in wrong:
            sentence = f"{name.replace('_', ' ')} is {value!r}; choose {allowed}"
            with pytest.raises(SpecError, match=f"^{re.escape(sentence)}$"):
                dataclasses.replace(usual, **{name: value})


def test_differences_are_told_by_the_labels_of_the_controls() -> None:
    @dataclasses.dataclass(frozen=True)
    class Net:
        side: int = fields.number(16, 1, 256, "Image size, pixels")
        model: str = fields.choice("a", {"a": "A", "vgg": "VGG-BN"}, "DenseNet or not")
        rate: float = fields.number(0.001, 0.0, 1.0, "Learning rate")
        decay: bool = fields.switch(False, "Cosine decay")

    wanted = Net(32, "vgg", 0.001, True)
    told = fields.differences(Net(), wanted, ("side", "model", "rate", "decay"))
    assert told == ["image size 16 → 32", "DenseNet or not A → VGG-BN", "cosine decay on"]
    assert fields.differences(wanted, Net(), ("decay",)) == ["cosine decay off"]
