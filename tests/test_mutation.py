"""The changes that `python -m tests.mutation` makes: one thing at a time, and nothing stays changed."""

import ast

import pytest

from core import settings
from tests.mutation.__main__ import TESTS
from tests.mutation.changes import changes, path_of

SOURCE = """
def share(part, whole):
    if whole > 0 and (not part):
        return min(part, 2) / -whole
    return True
"""
TOLD = [
    (3, "whole > 0 and (not part)", "not (whole > 0 and (not part))"),
    (3, "whole > 0 and (not part)", "whole > 0 or not part"),
    (3, "whole > 0", "whole >= 0"),
    (3, "whole > 0", "whole <= 0"),
    (3, "whole > 0", "whole > 1"),
    (3, "whole > 0", "whole > -1"),
    (3, "whole > 0 and (not part)", "whole > 0 and part"),
    (4, "min(part, 2) / -whole", "part"),
    (4, "min(part, 2) / -whole", "min(part, 2) * -whole"),
    (4, "min(part, 2)", "max(part, 2)"),
    (4, "min(part, 2)", "min(part, 3)"),
    (4, "min(part, 2)", "min(part, 1)"),
    (4, "min(part, 2) / -whole", "min(part, 2) / whole"),
    (5, "True", "False"),
    (5, "True", "part"),
]


def test_every_operator_constant_sign_and_return_is_changed_alone() -> None:
    tree = ast.parse(SOURCE)
    found = changes("core.made_up", tree)
    assert sorted(map(str, found)) == sorted(f"core/made_up.py:{n}  {old}  ->  {new}" for n, old, new in TOLD)
    assert ast.unparse(tree) == SOURCE.strip()
    (one,) = [change for change in found if str(change).endswith("max(part, 2)")]
    one.set(one.new)
    assert ast.unparse(tree) == SOURCE.strip().replace("min", "max")


def test_sentences_decorators_and_types_stay() -> None:
    tree = ast.parse("@cache(size=8)\ndef f(x: Literal[1]) -> Literal[2]:\n    'Says 3.'\n    raise E(f'{4 + 5}')")
    assert changes("core.made_up", tree) == []


@pytest.mark.parametrize("module", TESTS)
def test_modules_and_the_tests_that_are_named_for_them_exist(module: str) -> None:
    assert (settings.PROJECT / path_of(module)).is_file()
    assert all((settings.PROJECT / name).is_file() for name in TESTS[module])
