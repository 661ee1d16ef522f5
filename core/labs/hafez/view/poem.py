"""Draw a poem: written line by line, checked for rhyme, copying and metre, at several temperatures, and the omen."""

import dataclasses
import html
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.jobs import engine
from core.labs.hafez import charts, check, messages, words
from core.labs.hafez.check import Scansion
from core.labs.hafez.corpus import divan
from core.labs.hafez.spec import Request
from core.runs.store import Run
from core.ui import background, cached, tables
from core.ui.uploads import downloads as files

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
    files.save(one, messages.text_file, text, "ghazal.txt", "text/plain")
    files.save(two, messages.image_file, _png(tuple(lines)), "ghazal.png", "image/png")
    with three.popover(messages.copy, icon=":material/content_copy:", width="stretch"), st.container(key="poem-copy"):
        st.code(text, language=None)  # the style sheet sets it right to left
    if run.spec["corpus"] == "hafez":
        _short_check(run, lines)


@st.cache_data(max_entries=64, show_spinner=False)
def _png(lines: tuple[str, ...]) -> bytes:
    return charts.png(lines, messages.image_note)


def _short_check(run: Run, lines: list[str]) -> None:
    found, kept, scanned = check.copied(lines), check.kept(lines), scansion(run, lines)
    metre = check.METRE_NAMES[scanned["metre"]]
    four = st.columns(4)
    four[0].metric(messages.rhyming_couplets, messages.part_of.format(part=sum(kept), whole=len(kept)))
    four[1].metric(
        messages.metrical_hemistichs, messages.part_of.format(part=sum(_scans(scanned)), whole=len(lines)), help=metre
    )
    four[2].metric(messages.longest_copy, len(found.longest))
    four[3].metric(messages.new_words, f"{found.new_words:.0%}")
    _refrain(lines)


def _refrain(lines: Sequence[str]) -> None:
    """Draw the radif of a poem for readers who know no Persian."""
    found = check.opening(lines[0], lines[1]) if len(lines) > 1 else None
    if found and found.radif:
        st.caption(messages.ends_with_radif.format(radif=words.radif(" ".join(found.radif))))


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
        st.info(messages.checks_for_hafez)
        return
    _copied(lines)
    _rhymed(lines)
    _scanned(run, lines)


def _copied(lines: list[str]) -> None:
    found = check.copied(lines)
    st.subheader(messages.did_it_copy, anchor=False)
    st.markdown(
        messages.copied.format(
            longest=len(found.longest),
            sequences=found.sequences,
            new_words=1 - found.new_words,
            equal_lines=found.equal_lines,
        )
    )
    st.html(f'<div class="tamrin-poem tamrin-small" dir="rtl" lang="fa"><p>{html.escape(found.longest)}</p></div>')
    st.caption(messages.nearest_ghazal.format(number=found.nearest))
    st.html(charts.poem(divan.ghazals()[found.nearest]))


def _rhymed(lines: list[str]) -> None:
    st.subheader(messages.does_it_rhyme, anchor=False)
    kept, found = check.kept(lines), check.opening(lines[0], lines[1]) if len(lines) > 1 else None
    if found is None:
        st.markdown(messages.no_rhyme)
    else:
        refrain = (
            messages.with_radif.format(radif=words.radif(" ".join(found.radif))) if found.radif else messages.no_radif
        )
        letters = words.apart(found.qafiye)
        text = messages.plural("rhyme_found", sum(kept))
        st.markdown(text.format(letters=letters, refrain=refrain, kept=sum(kept), couplets=len(kept)))
    st.caption(messages.rhyme_help)
    every = [len(line) for ghazal in divan.ghazals().values() for line in ghazal]
    cached.plot("lengths", messages.lengths_alt, charts.lengths, every, [len(line) for line in lines])


def _scanned(run: Run, lines: list[str]) -> None:
    st.subheader(messages.is_it_metrical, anchor=False)
    found = scansion(run, lines)
    name, passes = check.METRE_NAMES[found["metre"]], _scans(found)
    st.markdown(
        messages.best_metre.format(name=name, pattern=check.METRES[name][0], passes=sum(passes), hemistichs=len(lines))
    )
    frame = pd.DataFrame({"hemistich": lines, "metre cost per syllable": found["prices"], "metrical": passes})
    tables.dataframe(frame, {"metre cost per syllable": "%.3f"}, height="content", alt=messages.metre_alt)
    st.caption(
        messages.metre_help.format(
            limit=found["limit"], other=found["other"], shuffled=found["shuffled"], alone=found["alone"]
        )
    )


# ---- temperatures and the omen

TEMPERATURES = (0.3, 0.5, 0.7, 0.9, 1.2)


def temperatures(run: Run, wanted: Request) -> None:
    """Draw samples with the same beginning and seed at five temperatures, form off."""
    st.subheader(messages.five_temperatures, anchor=False)
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
    percents = dict.fromkeys((names[1], names[3]), "percent")
    tables.dataframe(pd.DataFrame(rows, columns=names), percents, alt=messages.temperatures_alt)
    st.caption(messages.temperatures_help)


def fal(run: Run, wanted: Request) -> None:
    """Draw a randomly chosen real ghazal, and the network's clearly marked continuation of its first beyt."""
    if run.spec["corpus"] != "hafez":
        st.info(messages.fal_for_hafez)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button(messages.draw_ghazal, icon=":material/auto_stories:", key="draw"):
            st.session_state["ghazal"] = int(np.random.default_rng().integers(1, divan.GHAZALS + 1))
        number = int(
            st.number_input(messages.ghazal, 1, divan.GHAZALS, 1, key="ghazal", width=160, bind="query-params")
        )
    real = divan.ghazals()[number]
    left, right = st.columns(2)
    left.subheader(messages.ghazal_number.format(number=number), anchor=False)
    left.html(charts.poem(real).replace("tamrin-poem", "tamrin-poem tamrin-small"))
    with left:
        _refrain(real)
    right.subheader(messages.continuation, anchor=False)
    with right:
        seen = messages.validation_set if number % divan.HELD_OUT_EVERY == 0 else messages.training_set
        st.caption(messages.continuation_help.format(part=seen))
        onward, url = dataclasses.replace(wanted, prompt="", radif="", beyts=max(wanted.beyts, 3)), cached.store().url
        lines = background.growing(
            background.key_of("fal", run.key, url, onward, real[:2]),
            lambda tell: _write(run.key, url, onward, list(real[:2]), tell),
            lambda some: st.html(charts.told_apart(some, 2)),
        )
        st.html(charts.told_apart(lines, 2))
