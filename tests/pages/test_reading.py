"""How a file was understood is shown below its uploader, and a choice reads it again."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from core.files.reading import Question, Reading, answer
    from core.ui.uploads import reading

    sign = Question("decimal", "Which sign parts decimals?", (",", "."), ("comma", "point"), assumed=",")
    must = Question("ticker", "Which ticker?", ("AAA", "BBB"))

    def read(answers):
        asked = tuple(q for q in (sign, must) if q.name not in answers)
        told = (f"Decimals by {answer(sign, answers)} in *this* file.", *map(str, range(6)))
        return Reading(answer(must, answers), {}, told, asked, ({"Day": "2020-01-01", "Close": "5"},))

    found = reading.understood(read, "prices", st.query_params.get("file", "one"))
    st.text(f"data {found.data}")


def boxes(test: AppTest) -> dict:
    return {box.label: box for box in test.selectbox}


def test_told_asked_preview_and_a_choice_that_reads_again() -> None:
    test = AppTest.from_function(page).run()
    assert not test.exception
    assert "Decimals by , in \\*this\\* file." in test.caption[0].value
    assert [box.options for box in test.selectbox] == [["comma", "point"], ["AAA", "BBB"]]
    assert [box.value for box in test.selectbox] == [",", None]
    assert test.text[0].value == "data None"
    assert test.dataframe[0].value.to_dict("list") == {"Day": ["2020-01-01"], "Close": ["5"]}
    boxes(test)["Which ticker?"].select("BBB").run()
    boxes(test)["Which sign parts decimals?"].select(".").run()
    assert test.text[0].value == "data BBB"
    assert "Decimals by . in" in test.caption[0].value
    assert len(test.selectbox) == 2  # an answered question stays, so that the answer can be changed


def test_another_file_begins_without_answers() -> None:
    test = AppTest.from_function(page).run()
    boxes(test)["Which ticker?"].select("BBB").run()
    test.query_params["file"] = "two"
    assert test.run().text[0].value == "data None"
