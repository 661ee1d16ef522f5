"""Write sentences and the model card, with figures from the runs; and a radif in Latin letters with its meaning."""

import tomllib
from dataclasses import replace
from pathlib import Path

from core.labs.hafez import baseline, messages
from core.labs.hafez.spec import CELL_NAMES, HAFEZ, Spec, presets
from core.learn.rivals import hint, p_text
from core.runs import spec as specs
from core.runs.cards import made_with
from core.runs.store import Run

# Name in the history of a run -> column of a downloaded file.
BITS = {"bits": "training_bits_per_character", "held_out_bits": "validation_bits_per_character"}


def honest(run: Run) -> str:
    """Compare a network with the strongest n-gram model, and say what to change where it is behind."""
    found, chosen = baseline.strongest(run), specs.from_dict(Spec, run.spec)
    works = chosen == replace(presets(chosen)["works"], seed=chosen.seed)
    tested = messages.paired_test.format(p=p_text(found.p)) if found.p is not None else ""
    where = messages.also_chose if works and chosen.corpus == HAFEZ else messages.validation_poems
    bits = run.metrics[baseline.BITS]
    start = messages.needs_bits.format(bits=bits, where=where, name=found.name, score=found.score, tested=tested)
    if found.gain <= 0:
        worse = found.significant or found.p is None
        said = messages.predicts_worse if worse else messages.no_difference
        return said.format(start=start) + f" {hint()}" * (not works)
    form = messages.form_enforced if run.spec["told"] else messages.form_free
    return messages.models_sounds.format(start=start, form=form)


def radif(text: str) -> str:
    """Return a radif, how to read it, and what it means if that is known, for readers who know no Persian."""
    read, meaning, guessed = of(text)
    told = f", “{meaning}”" if meaning else ""
    return f"{apart(text)} (*{read}*{messages.approximately * guessed}{told})"


def apart(persian: str) -> str:
    """Isolate Persian words between marks, so that their direction does not affect the English around them."""
    return f"\u2067{persian}\u2069"


def card(made: list[Run], alphabet: str) -> str:
    """Write the card of the shipped runs, the large one first."""
    best = made[0]
    spec = ", ".join(f"{name} {value}" for name, value in best.spec.items())
    facts = messages.card_facts.format(
        metre=_metre_errors(),
        alphabet=" ".join(alphabet[2:]),
        fingerprint=best.data["fingerprint"],
        poems=best.facts["others_poems"],
        letters=best.facts["others_letters"],
        others=best.facts["others"],
        spec=spec,
    )
    lines = [
        messages.about_card.strip(),
        facts,
        made_with(best, messages.card_minutes.format(minutes=best.seconds / 60)),
        messages.card_command,
        "",
        *_table(made),
        "",
        *_form(best.metrics),
        "",
    ]
    return "\n".join(lines)


def _metre_errors() -> str:
    from core.labs.hafez import metre  # imported late: compiled code, only for workers and the command line

    guess = metre.of_divan()
    return messages.metre_errors.format(
        limit=guess.limit, other=guess.other, shuffled=guess.shuffled, alone=guess.alone
    )


def _table(made: list[Run]) -> list[str]:
    head = " | ".join(["network", "parameters", "validation bits per character", *baseline.NAMES.values()])
    rows = [f"| {head} |", "|---" * (3 + len(baseline.NAMES)) + "|"]
    for run in made:
        name = f"{CELL_NAMES[run.spec['cell']]} {run.spec['units']}" + messages.pretrained * bool(run.spec["reading"])
        found = {one.name: f"{one.metrics['held_out_bits']:.3f}" for one in baseline.rivals(run)}
        figures = " | ".join(
            [f"{run.metrics['held_out_bits']:.3f}", *(found.get(name, "–") for name in baseline.NAMES.values())]
        )
        rows.append(f"| {name} | {run.facts['parameters']:,} | {figures} |")
    return rows


FORM = {
    "beyts_in_rhyme": "{:.1%}",
    "lines_of_the_divan": "{:.0f}",
    "longest_copy_median": "{:.0f}",
    "longest_copy_most": "{:.0f}",
    "four_words_copied": "{:.1%}",
    "new_words": "{:.1%}",
    "lines_that_scan": "{:.1%}",
    "letters_a_line": "{:.1f}",
}


def _form(metrics: dict[str, float]) -> list[str]:
    names = messages.group("form_metrics")
    rows = [messages.form_head, "|---|---|"]
    return rows + [f"| {names[name]} | {form.format(metrics[name])} |" for name, form in FORM.items()]


USUAL: dict[str, tuple[str, str]] = {
    radif: (read, meaning)
    for radif, (read, meaning) in tomllib.loads(
        Path(__file__).with_name("latin.toml").read_text(encoding="utf-8")
    ).items()
}

CONSONANTS = {
    "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "z", "ر": "r",
    "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "ع": "'", "غ": "gh", "ف": "f",
    "ق": "q", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ء": "'", "ئ": "'",
}  # fmt: skip
LONG = {"آ": "ā", "ا": "ā", "و": "ū", "ی": "ī"}
VOWELS = {"a", "e", *LONG.values()}
GLIDES = {"و": "v", "ی": "y"}  # between vowels, and where a word begins


def of(radif: str) -> tuple[str, str, bool]:
    """Return a radif in Latin letters, its meaning ("" if unknown), and whether the transliteration is a guess."""
    if radif in USUAL:
        return *USUAL[radif], False
    words = radif.split()
    read = " ".join(USUAL[word][0] if word in USUAL else spelled(word) for word in words)
    return read, "", any(word not in USUAL for word in words)


def spelled(word: str) -> str:
    """Transliterate one word by rule; `a` stands for short vowels, one between consonants that a syllable parts."""
    sounds: list[str] = []
    for letter, following in zip(word, f"{word[1:]} ", strict=False):
        begins, after_vowel = not sounds, bool(sounds) and sounds[-1] in VOWELS
        if letter == "ی" and sounds == ["ī"]:  # of an initial ای
            continue
        if letter in GLIDES and (begins or after_vowel or (following in LONG and following != letter)):
            sounds.append(GLIDES[letter])
        elif letter == "ا" and begins:
            sounds.append("ī" if following == "ی" else "a")
        elif letter == "ه" and following == " " and not begins and not after_vowel:
            sounds.append("e")
        else:
            sounds.append(LONG.get(letter) or CONSONANTS.get(letter, ""))
    return "".join(_parted([sound for sound in sounds if sound]))


def _parted(sounds: list[str]) -> list[str]:
    """Insert `a` after a consonant that begins a word before another one, and between the last two of three."""
    out: list[str] = []
    for sound in sounds:
        if sound not in VOWELS and out and out[-1] not in VOWELS and (len(out) == 1 or out[-2] not in VOWELS):
            out.append("a")
        out.append(sound)
    return out
