"""Specs from text, and their sentences."""

import pytest

from core.errors import SpecError
from core.labs.recurrent_cells.weather import Spec
from core.runs import spec


def test_reads_text_as_the_types_of_the_fields() -> None:
    made = spec.from_dict(Spec, {"cell": "gru", "units": "12", "dropout": "0.5", "scaling": "true"})
    assert made == Spec(cell="gru", units=12, dropout=0.5, scaling=True)


def test_goes_to_plain_values_and_back() -> None:
    assert spec.from_dict(Spec, spec.to_dict(Spec(window=30))) == Spec(window=30)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"colour": "red"}, "no setting called 'colour'"),
        ({"units": "many"}, "not a whole number"),
        ({"units": "1.5"}, "not a whole number"),
        ({"units": "1e999"}, "not a whole number"),
        ({"dropout": "nan"}, "choose a value from"),
        ({"scaling": "perhaps"}, "not true or false"),
        ({"layers": 0}, "layers is 0; choose a value from 1 to 6"),
        ({"cell": "transformer"}, "choose one of rnn, gru, lstm"),
        ({"window": 300, "train": 200}, "shorten the window"),
        ({"train": 1200, "validation": 240}, "leave at least 30"),
        ({"train": 5000}, "leave 0 of 1451"),
    ],
)
def test_refuses_with_a_sentence(values: dict, word: str) -> None:
    with pytest.raises(SpecError, match=word):
        spec.from_dict(Spec, values)


def test_assignments_need_an_equals_sign() -> None:
    assert spec.parse_assignments(("a=1", "b=c=d")) == {"a": "1", "b": "c=d"}
    with pytest.raises(SpecError, match="name=value"):
        spec.parse_assignments(("epochs",))
