"""Write sentences and the model card, with figures from the runs; and a radif in Latin letters with its meaning."""

import tomllib
from dataclasses import replace
from pathlib import Path

from core.labs.hafez import baseline
from core.labs.hafez.spec import CELL_NAMES, Spec, presets
from core.learn.rivals import TRY, p_text
from core.runs import spec as specs
from core.runs.cards import made_with
from core.runs.store import Run

# Name in the history of a run -> column of a downloaded file.
BITS = {"bits": "training_bits_per_character", "held_out_bits": "validation_bits_per_character"}


def honest(run: Run) -> str:
    """Compare a network with the strongest n-gram model, and say what to change where it is behind."""
    found, chosen = baseline.strongest(run), specs.from_dict(Spec, run.spec)
    works = chosen == replace(presets(chosen)["works"], seed=chosen.seed)
    tested = f" (paired test poem by poem: {p_text(found.p)})" if found.p is not None else ""
    where = "the validation poems, which also chose its settings" if works else "validation poems"
    start = (
        f"The network needs {run.metrics[baseline.BITS]:.2f} bits per character on {where}; a {found.name}, which "
        f"counts the characters that follow the last four, needs {found.score:.2f}{tested}"
    )
    if found.gain <= 0:
        sure = "predicts worse" if found.significant or found.p is None else "is not significantly better or worse"
        return f"{start}: the network {sure} than these counts.{f' {TRY}' * (not works)}"
    form = "rhyme and metre are enforced by a search" if run.spec["told"] else "nothing enforces rhyme and metre"
    return f"{start}. It models characters, words and sounds; {form}; nothing checks the meaning."


def radif(text: str) -> str:
    """Return a radif, how to read it, and what it means if that is known, for readers who know no Persian."""
    read, meaning, guessed = of(text)
    told = f", “{meaning}”" if meaning else ""
    return f"{apart(text)} (*{read}*{', approximately: short vowels are not written' * guessed}{told})"


def apart(persian: str) -> str:
    """Isolate Persian words between marks, so that their direction does not affect the English around them."""
    return f"\u2067{persian}\u2069"


CARD = """
# Model card: poems

Character-level models that write in the manner of Hafez. The first is pretrained on ghazals of other poets; the other
three are plain networks with the same number of units, trained on Hafez alone.

- Use: teaching. They show what can be learned from characters alone. The verses are no opinion, no omen and no
  scholarship.
- Data: the 495 ghazals of the package `hafez` (MIT), normalised as in `core/labs/hafez/corpus/divan.py`; ghazals
  whose number is divisible by ten are the validation set. A couplet with a hemistich that equals one of theirs (without
  spaces) or shares 16 characters in a row with one is left out of training, in Hafez and in the other poets.
- Pretraining: ghazals (4 to 20 couplets, found by their rhyme) of the 42 poets of amnghd/Persian_poems_corpus, texts
  centuries old. The 30% most similar to Hafez by shared word bigrams are read once, the most similar last; then Hafez
  is read together with the most similar fifth of those.
- Inputs of the first: besides the last character the number of the hemistich, the characters since its start and those
  left by the length of the previous line, and how the rhyme of the previous lines continues; all of it follows from the
  text so far. The last 3, 4 and 5 characters also look up rows of hashed n-gram tables that are added to the logits.
- Metric: bits per character over all validation ghazals together, line ends and ends of poems included, each ghazal
  from zero states. The first keeps the moving average of its weights, rounded to 16 bits before it is evaluated.
- Form and copying: 50 ghazals of 7 couplets, random seeds 0 to 49, rhyme and radif enforced, temperature 0.7, 24
  candidates per step.
"""


def card(made: list[Run], alphabet: str) -> str:
    """Write the card of the shipped runs, the large one first."""
    best = made[0]
    spec = ", ".join(f"{name} {value}" for name, value in best.spec.items())
    lines = [
        CARD.strip(),
        f"- Metre: estimated from the letters. {_metre_errors()}",
        f"- Alphabet: line end, space and {' '.join(alphabet[2:])}.",
        f"- Data: fingerprint `{best.data['fingerprint']}`; pretraining: {best.facts['others_poems']:,} ghazals, "
        f"{best.facts['others_letters']:,} characters, fingerprint `{best.facts['others']}`.",
        f"- Spec of the first: {spec}.",
        made_with(best, f", in {best.seconds / 60:.0f} minutes on two shared cores"),
        "- Command: `python -m core ship --kind poems` (with `TAMRIN_POETS`, the folder of the other poets).",
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
    return (
        f"A hemistich is metrical if its metre cost per syllable is at most {guess.limit:.3f}, as for 95% of Hafez's; "
        f"{guess.other:.0%} also fit another metre, and {guess.shuffled:.0%} still fit their own with the words in "
        f"random order. Classified one by one, {guess.alone:.0%} get another metre than their ghazal's."
    )


def _table(made: list[Run]) -> list[str]:
    head = " | ".join(["network", "parameters", "validation bits per character", *baseline.NAMES.values()])
    rows = [f"| {head} |", "|---" * (3 + len(baseline.NAMES)) + "|"]
    for run in made:
        name = f"{CELL_NAMES[run.spec['cell']]} {run.spec['units']}" + (
            ", pretrained on other poets" if run.spec["reading"] else ""
        )
        found = {one.name: f"{one.metrics['held_out_bits']:.3f}" for one in baseline.rivals(run)}
        figures = " | ".join(
            [f"{run.metrics['held_out_bits']:.3f}", *(found.get(name, "–") for name in baseline.NAMES.values())]
        )
        rows.append(f"| {name} | {run.facts['parameters']:,} | {figures} |")
    return rows


FORM = {
    "beyts_in_rhyme": ("couplets that follow qafiye and radif", "{:.1%}"),
    "lines_of_the_divan": ("hemistichs that equal one of the divan", "{:.0f}"),
    "longest_copy_median": ("longest string shared with the divan in characters, median of the poems", "{:.0f}"),
    "longest_copy_most": ("the same, maximum", "{:.0f}"),
    "four_words_copied": ("word 4-grams that occur in the divan", "{:.1%}"),
    "new_words": ("out-of-vocabulary words", "{:.1%}"),
    "lines_that_scan": ("metrical hemistichs, estimated", "{:.1%}"),
    "letters_a_line": ("characters per hemistich", "{:.1f}"),
}


def _form(metrics: dict[str, float]) -> list[str]:
    rows = ["| 50 ghazals with rhyme and radif enforced | |", "|---|---|"]
    return rows + [f"| {label} | {form.format(metrics[name])} |" for name, (label, form) in FORM.items()]


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
