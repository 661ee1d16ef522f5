"""Small forms of the files of `python -m tests.attacks.media`: each has an answer, in bounded time and memory."""

import pytest

from core.errors import TamrinError
from tests.attacks import media
from tests.attacks.hostile_media import ATTACKS

SIZE = 60_000  # bytes
SLOW = ("GIF of 100,000 frames", "one member named often")  # small files of much work
QUICK = [one for one in ATTACKS if one[1] not in SLOW]


@pytest.mark.parametrize(("kind", "what", "name", "make"), QUICK, ids=[f"{one[0]}, {one[1]}" for one in QUICK])
def test_a_hostile_file_has_an_answer(kind: str, what: str, name: str, make, tmp_path) -> None:
    (tmp_path / name).write_bytes(make(SIZE))
    try:
        found = media.read(kind, str(tmp_path / name), name)
    except TamrinError as error:
        pytest.fail(f"{what}: {error!r} came through")
    assert found["answer"]
    assert found["seconds"] < 60
    assert found["memory"] < 1e9
