"""Hostile bytes as a table or prices end soon, with a sentence; `python -m tests.attacks.files` measures large ones."""

import time

import pytest

from core.errors import TamrinError
from core.files import kinds
from tests.attacks import hostile

SIZE = 200_000


@pytest.mark.parametrize("kind", ["prices", "table"])
def test_hostile_bytes_end_soon_with_a_sentence(kind: str, tmp_path) -> None:
    path = tmp_path / "hostile.csv"
    for name, content in hostile.each(SIZE):
        path.write_bytes(content)
        start = time.process_time()
        try:
            said = " ".join(kinds.read(kind, path).told)
        except TamrinError as error:
            said = str(error)
        assert 10 < len(said) < 1000, name
        assert time.process_time() - start < 5, name
