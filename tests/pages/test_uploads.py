"""The uploader that keeps files privately, by AppTest: taken once, read once, there again, removed by its person."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import FileError
from core.files import kept, kinds
from core.files.reading import Reading
from core.jobs import engine
from core.ui.uploads import uploads
from core.ui.visit import person

CALLS: list[str] = []


def stand_in(path, name: str, answers: dict[str, str]) -> Reading:
    """A reader of the kind "stand-in"."""
    CALLS.append(name)
    if (content := path.read_bytes()) == b"bad":
        raise FileError(f"{name} is bad; give another.")
    return Reading(len(content), {"size": len(content)})


@pytest.fixture(autouse=True)
def _workers_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def call(target: str, *arguments: Any, timeout: float, memory: int | None = None) -> Any:
        assert target == "core.labs:read"
        return kept.read(*arguments)

    monkeypatch.setattr(person, "id", lambda: "ann")
    monkeypatch.setattr(engine, "get", lambda: SimpleNamespace(call=call))
    monkeypatch.setitem(kinds.READERS, "stand-in", f"{__name__}:stand_in")
    CALLS.clear()
    yield
    uploads.keeper().close()
    uploads._keeper.cache_clear()


def page() -> None:
    import streamlit as st

    from core.errors import TamrinError
    from core.ui.uploads import uploads

    try:
        if upload := uploads.field("File", ["csv"], key="file", most=1):
            st.write(f"{upload.name}: {upload.size} bytes")
            st.write(uploads.read("stand-in", upload).summary)
            st.session_state["upload"] = upload
    except TamrinError as error:
        st.error(str(error))
    st.checkbox("Again", key="again")


def opened() -> AppTest:
    return AppTest.from_function(page, default_timeout=300).run()


def give(test: AppTest, content: bytes) -> AppTest:
    return test.file_uploader(key="file").set_value(("mine.csv", content, "text/csv")).run()


def test_a_file_is_kept_on_disk_and_read_once() -> None:
    test = give(opened(), b"x" * 1000)
    assert not test.exception
    assert test.markdown[0].value == "mine.csv: 1000 bytes"
    assert test.session_state["upload"].path.read_bytes() == b"x" * 1000
    test.checkbox(key="again").check().run()
    assert test.markdown[0].value == "mine.csv: 1000 bytes"
    assert CALLS == ["mine.csv"]


def test_a_refused_file_is_not_read_again_at_every_draw() -> None:
    test = give(opened(), b"bad")
    test.checkbox(key="again").check().run()
    assert [error.value for error in test.error] == ["mine.csv is bad; give another."]
    assert CALLS == ["mine.csv"]


def test_too_large_a_file_is_never_read() -> None:
    test = give(opened(), b"x" * 1_000_001)
    assert [error.value for error in test.error] == ["mine.csv is larger than 1 MB; give a smaller file."]
    assert CALLS == []


def test_after_a_reload_the_file_is_there_again_and_its_button_removes_it() -> None:
    path = give(opened(), b"abc").session_state["upload"].path
    test = opened()
    assert test.markdown[0].value == "mine.csv: 3 bytes"
    test.button(key="file_remove").click().run()
    assert not test.markdown
    assert not path.exists()


def test_taking_the_file_back_removes_it() -> None:
    test = give(opened(), b"abc")
    path = test.session_state["upload"].path
    test.file_uploader(key="file").set_value([]).run()
    assert not test.markdown
    assert not path.exists()


def test_a_server_that_can_keep_no_file_says_so_to_who_brings_one_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads.keeper().close()
    uploads._keeper.cache_clear()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TAMRIN_HOME", str(tmp_path / "file" / "home"))
    test = opened()
    assert not test.error
    assert not test.exception
    assert "cannot keep files" in give(test, b"abc").error[0].value
    monkeypatch.setenv("TAMRIN_HOME", str(tmp_path))


def test_workers_of_another_machine_get_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = give(opened(), b"abc").session_state["upload"]
    assert uploads.source(upload) == str(upload.path)
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "tls://10.0.0.1:8786")
    assert uploads.source(upload) == b"abc"
    upload.path.unlink()
    with pytest.raises(FileError, match="give it again"):
        uploads.source(upload)


def other_lab() -> None:
    import streamlit as st

    from core.ui.uploads import uploads

    upload = uploads.field("File", ["csv"], key="file", most=1, slot="another lab")
    st.write(upload.name if upload else "nothing")


def test_another_lab_whose_control_has_the_same_key_has_its_own_file() -> None:
    give(opened(), b"abc")
    assert AppTest.from_function(other_lab, default_timeout=300).run().markdown[0].value == "nothing"


def test_somebody_else_sees_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    give(opened(), b"abc")
    monkeypatch.setattr(person, "id", lambda: "eve")
    test = opened()
    assert not test.markdown
    assert [button.key for button in test.button] == []


def test_a_file_that_the_clock_has_removed_is_asked_for_again() -> None:
    test = give(opened(), b"abc")
    uploads.keeper().remove("ann", test.session_state["upload"].digest)
    test.checkbox(key="again").check().run()
    assert [error.value for error in test.error] == [kept.gone("mine.csv")]


def test_skill_scores_near_zero_have_no_sign() -> None:
    def page() -> None:
        from core.ui.uploads import own_prices

        data = {"symbol": "BTC-USD", "source": "Yahoo", "first": "2014-01-01", "last": "2021-07-06"}
        own_prices.beside_home({"LSTM": ([-0.0001], [-0.0002, -0.0004])}, data, "")

    (table,) = AppTest.from_function(page).run().dataframe
    assert table.value.iloc[0].tolist() == ["LSTM", "0.000", "0.000 ± 0.000", "+0.000"]
