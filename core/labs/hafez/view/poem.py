"""Draw a poem: written line by line, checked for rhyme, copying and metre, at several temperatures, and the omen."""

import dataclasses
import html
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.jobs import engine
from core.labs.hafez import charts, check, words
from core.labs.hafez.check import Scansion
from core.labs.hafez.corpus import divan
from core.labs.hafez.spec import Request
from core.runs.store import Run
from core.ui import background, cached, tables
from core.ui.uploads import downloads as files

NOTE = "نوشته یک شبکه عصبی به شیوه حافظ · Tamrin"


# ---- writing


def written(run: Run, wanted: Request) -> list[str]:
    """Return the poem of a request; a new one grows on the page, and its analysis follows when it is complete."""
    if wanted == Request(form=run.spec["told"]):
        lines = stored_poem(run)
    else:
        url = cached.store().url
        lines = background.growing(
            background.key_of("poem", run.key, url, wanted),
            lambda tell: _write(run.key, url, wanted, [], tell),
            lambda some: st.html(charts.poem(some, wanted.prompt, writing=True)),
        )
    st.html(charts.poem(lines, wanted.prompt))
    return lines


def stored_poem(run: Run) -> list[str]:
    """Return the poem of the default request, stored with the network."""
    return bytes(cached.arrays(run)["poem"]).decode().split("\n")


def _write(key: str, url: str, wanted: Request, lines: list[str], tell: Callable[[list[str]], None]) -> list[str]:
    """Have a worker write the hemistichs after `lines`, one after another."""
    while len(lines) < 2 * wanted.beyts:
        lines = [
            *lines,
            engine.get().call("core.labs.hafez.network.worker:line", key, url, wanted, lines, timeout=180.0),
        ]
        tell(lines)
    return lines


def poem(run: Run, wanted: Request) -> None:
    """Draw the poem, its downloads, and its form."""
    lines = written(run, wanted)
    text = "\n".join(f"{a}\t{b}" for a, b in zip(lines[::2], lines[1::2], strict=False))
    one, two, three = st.columns(3)
    files.save(one, "Text (TXT)", text, "ghazal.txt", "text/plain")
    files.save(two, "Image (PNG)", _png(tuple(lines)), "ghazal.png", "image/png")
    with three.popover("Copy", icon=":material/content_copy:", width="stretch"), st.container(key="poem-copy"):
        st.code(text, language=None)  # the style sheet sets it right to left
    if run.spec["corpus"] == "hafez":
        _short_check(run, lines)


@st.cache_data(max_entries=64, show_spinner=False)
def _png(lines: tuple[str, ...]) -> bytes:
    return charts.png(lines, NOTE)


def _short_check(run: Run, lines: list[str]) -> None:
    found, kept, scanned = check.copied(lines), check.kept(lines), scansion(run, lines)
    metre = check.METRE_NAMES[scanned["metre"]]
    four = st.columns(4)
    four[0].metric("Rhyming couplets (beyts)", f"{sum(kept)} of {len(kept)}")
    four[1].metric("Metrical hemistichs", f"{sum(_scans(scanned))} of {len(lines)}", help=metre)
    four[2].metric("Longest copy (characters)", len(found.longest))
    four[3].metric("Out-of-vocabulary words", f"{found.new_words:.0%}")
    _refrain(lines)


def _refrain(lines: Sequence[str]) -> None:
    """Draw the radif of a poem for readers who know no Persian."""
    found = check.opening(lines[0], lines[1]) if len(lines) > 1 else None
    if found and found.radif:
        st.caption(f"Each couplet ends with the radif (refrain) {words.radif(' '.join(found.radif))}.")


def scansion(run: Run, lines: list[str]) -> Scansion:
    """Return `metre.scansion` of a poem: stored for the network's own, else computed once by a worker."""
    if lines == stored_poem(run):
        return run.facts["scansion"]
    return background.call("core.labs.hafez.metre:scansion", lines, timeout=180.0)


def _scans(found: Scansion) -> list[bool]:
    return [price <= found["limit"] for price in found["prices"]]


# ---- did it copy, does it rhyme, does it scan


def checked(run: Run, wanted: Request) -> None:
    """Draw copying, rhyme, length and metre of the poem, beside the divan."""
    lines = written(run, wanted)
    if run.spec["corpus"] != "hafez":
        st.info("This network is trained on another text; the checks of this view are for Hafez.")
        return
    _copied(lines)
    _rhymed(lines)
    _scanned(run, lines)


def _copied(lines: list[str]) -> None:
    found = check.copied(lines)
    st.subheader("Did it copy?", anchor=False)
    st.markdown(
        f"The longest string that the poem shares with the divan (Hafez's collected poems) has "
        f"**{len(found.longest)}** characters. **{found.sequences:.1%}** of its word 4-grams, "
        f"**{1 - found.new_words:.0%}** of its words and **{found.equal_lines}** of its hemistichs occur there."
    )
    st.html(f'<div class="tamrin-poem tamrin-small" dir="rtl" lang="fa"><p>{html.escape(found.longest)}</p></div>')
    st.caption(f"The ghazal with the most word bigrams in common: number {found.nearest}.")
    st.html(charts.poem(divan.ghazals()[found.nearest]))


def _rhymed(lines: list[str]) -> None:
    st.subheader("Does it rhyme?", anchor=False)
    kept, found = check.kept(lines), check.opening(lines[0], lines[1]) if len(lines) > 1 else None
    if found is None:
        st.markdown("The first couplet has no rhyme.")
    else:
        refrain = f"radif (refrain) {words.radif(' '.join(found.radif))}" if found.radif else "no radif"
        letters = words.apart(found.qafiye)
        st.markdown(f"Qafiye (rhyme) **{letters}**, {refrain}: {sum(kept)} of {len(kept)} couplets follow them.")
    st.caption(
        "The rule compares letters, and short vowels are not written: by the same rule 84% of Hafez's own couplets "
        "rhyme, so it is stricter than the ear."
    )
    every = [len(line) for ghazal in divan.ghazals().values() for line in ghazal]
    alt = "Length of each hemistich of the poem, over the distribution in the divan."
    cached.plot("lengths", alt, charts.lengths, every, [len(line) for line in lines])


def _scanned(run: Run, lines: list[str]) -> None:
    st.subheader("Is it metrical?", anchor=False)
    found = scansion(run, lines)
    name, passes = check.METRE_NAMES[found["metre"]], _scans(found)
    st.markdown(
        f"Best-fitting metre: **{name}** (`{check.METRES[name][0]}`, u short, - long); {sum(passes)} of {len(lines)} "
        "hemistichs fit it."
    )
    frame = pd.DataFrame({"hemistich": lines, "metre cost per syllable": found["prices"], "metrical": passes})
    columns = {"metre cost per syllable": st.column_config.NumberColumn(format="%.3f")}
    alt = "Each hemistich with its cost in the metre, and whether it is metrical."
    tables.dataframe(frame, column_config=columns, height="content", alt=alt)
    st.caption(
        "An estimate from the letters, since short vowels are not written. At the threshold of "
        f"{found['limit']:.3f}, 95% of Hafez's hemistichs fit their ghazal's metre, {found['other']:.0%} fit "
        f"another metre, and {found['shuffled']:.0%} still fit their own with the words in random order. Classified "
        f"one by one, {found['alone']:.0%} get another metre than their ghazal's, so a single line proves little."
    )


# ---- temperatures and the omen

TEMPERATURES = (0.3, 0.5, 0.7, 0.9, 1.2)


def temperatures(run: Run, wanted: Request) -> None:
    """Draw samples with the same beginning and seed at five temperatures, form off."""
    st.subheader("Five temperatures", anchor=False)
    rows = []
    cold = dataclasses.replace(wanted, form=False, radif="", top_k=0, top_p=1.0)
    asked = [dataclasses.replace(cold, temperature=heat) for heat in TEMPERATURES]
    stored = run.key, cached.store().url
    wanted, poems = background.latest(
        "temperatures", (wanted,), "core.labs.hafez.network.worker:poems", *stored, asked, 8, timeout=180.0
    )
    for column, heat, lines in zip(st.columns(len(TEMPERATURES)), TEMPERATURES, poems, strict=True):
        column.markdown(f"**{heat}**")
        column.html(charts.poem(lines, wanted.prompt).replace("tamrin-poem", "tamrin-poem tamrin-small"))
        found = check.copied(lines)
        all_words = " ".join(lines).split()
        rows.append((heat, found.new_words, len(found.longest), len(set(all_words)) / len(all_words)))
    names = ["temperature", "out-of-vocabulary words", "longest copy (characters)", "type-token ratio"]
    percent = st.column_config.NumberColumn(format="percent")
    alt = "Out-of-vocabulary words, longest copy and type-token ratio at each temperature."
    tables.dataframe(pd.DataFrame(rows, columns=names), column_config={names[1]: percent, names[3]: percent}, alt=alt)
    st.caption(
        "Without rhyme search, all with the same random seed. A low temperature repeats itself, a high one invents "
        "words."
    )


def fal(run: Run, wanted: Request) -> None:
    """Draw a randomly chosen real ghazal, and the network's clearly marked continuation of its first beyt."""
    if run.spec["corpus"] != "hafez":
        st.info("This network is trained on another text; choose one trained on Hafez to continue a ghazal.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Draw a ghazal", icon=":material/auto_stories:", key="draw"):
            st.session_state["ghazal"] = int(np.random.default_rng().integers(1, divan.GHAZALS + 1))
        number = int(st.number_input("Ghazal", 1, divan.GHAZALS, 1, key="ghazal", width=160, bind="query-params"))
    real = divan.ghazals()[number]
    left, right = st.columns(2)
    left.subheader(f"Hafez, ghazal {number}", anchor=False)
    left.html(charts.poem(real).replace("tamrin-poem", "tamrin-poem tamrin-small"))
    with left:
        _refrain(real)
    right.subheader("The network's continuation", anchor=False)
    with right:
        seen = "validation set" if number % divan.HELD_OUT_EVERY == 0 else "training set"
        st.caption(f"Hafez's first couplet ({seen}), marked, then the network's own.")
        onward, url = dataclasses.replace(wanted, prompt="", radif="", beyts=max(wanted.beyts, 3)), cached.store().url
        lines = background.growing(
            background.key_of("fal", run.key, url, onward, real[:2]),
            lambda tell: _write(run.key, url, onward, list(real[:2]), tell),
            lambda some: st.html(charts.told_apart(some, 2)),
        )
        st.html(charts.told_apart(lines, 2))
