"""Write sentences and the model card, with figures from the runs."""

from core.labs.hafez.measures import baseline
from core.labs.hafez.spec import CELL_NAMES
from core.learn.rivals import p_text, strongest
from core.runs.cards import made_with
from core.runs.store import Run


def honest(run: Run) -> str:
    """Compare a network with the n-gram model that has read the same poems, in one sentence."""
    bits, rival = run.metrics["held_out_bits"], strongest(baseline.rivals(run), "held_out_bits")
    naive = rival.metrics["held_out_bits"]
    p = {baseline.NAMES[one["name"]]: one["p"] for one in run.facts.get("rivals", ())}.get(rival.name)
    tested = f" (paired test poem by poem: {p_text(p)})" if p is not None else ""
    start = (
        f"The network needs {bits:.2f} bits per character on poems it has never read; a {rival.name}, which counts "
        f"what follows the last four characters, needs {naive:.2f}{tested}"
    )
    if bits >= naive:
        return f"{start}: the network has learned less than a table of counts."
    form = "rhyme and metre are found by a search" if run.spec["told"] else "rhyme and metre are left to chance"
    return f"{start}. It knows characters, words and sounds; {form}, and nothing checks the sense."


CARD = """
# Model card: poems

Character networks that write in the manner of Hafez, letter by letter. The first has read ghazals of other poets
before Hafez; the other three are plain networks of one size that have read Hafez alone.

- Use: teaching. They show what letters alone can teach. The verses are nobody's opinion, no omen and no scholarship.
- Data: the 495 ghazals of the package `hafez` (MIT), normalised as in `core/labs/hafez/corpus/letters.py`; ghazals
  whose number is divisible by ten are held out. No hemistich that equals one of theirs, spaces aside, or shares 16
  letters in a row with one, was trained on, neither in Hafez nor in the others; its whole beyt is left out.
- The others: ghazals (4 to 20 beyts, found by their rhyme) of the 42 poets of amnghd/Persian_poems_corpus, texts
  centuries old. The 30 % nearest to him by shared pairs of words are read once, from the farthest to the nearest; then
  Hafez, with the nearest fifth of those read again beside him.
- What the first is told: beside the last letter the number of the hemistich, letters since its start and left by the
  length of the line before, and what the rhyme of the lines before would go on with; all of it follows from the text so
  far. The last 3, 4 and 5 letters also look up rows of hashed tables that are added to the logits.
- Measured: bits a letter over all held-out ghazals together, line ends and ends of poems included, each ghazal from
  zero states. The first keeps the moving average of the last steps' weights, rounded to 16 bits before it is measured.
- Form and copying: 50 ghazals of 7 beyts, seeds 0 to 49, form on, temperature 0.7, 24 candidates a round.
"""


def card(made: list[Run], alphabet: str) -> str:
    """Write the card of the shipped runs, the large one first."""
    best = made[0]
    spec = ", ".join(f"{name} {value}" for name, value in best.spec.items())
    lines = [
        CARD.strip(),
        f"- Metre: guessed from letters. {_metre_errors()}",
        f"- Alphabet: line end, space and {' '.join(alphabet[2:])}.",
        f"- Data: fingerprint `{best.data['fingerprint']}`; the others: {best.facts['others_poems']:,} ghazals, "
        f"{best.facts['others_letters']:,} letters, fingerprint `{best.facts['others']}`.",
        f"- Spec of the first: {spec}.",
        made_with(best, f", in {best.seconds / 60:.0f} minutes on two shared cores"),
        "- Command: `python -m core ship --kind poems` (with `TAMRIN_POETS`, the folder of the others).",
        "",
        *_table(made),
        "",
        *_form(best.metrics),
        "",
    ]
    return "\n".join(lines)


def _metre_errors() -> str:
    from core.labs.hafez.measures import metre  # imported late: compiled code, only for workers and the command line

    guess = metre.of_divan()
    return (
        f"A hemistich scans when its price a mark is at most {guess.limit:.3f}, which 95 % of the divan's are; "
        f"{guess.other:.0%} would also pass in a metre that is not theirs, and {guess.shuffled:.0%} in their own with "
        f"their words in a random order. Taken alone, {guess.alone:.0%} of its hemistichs are given another metre than "
        "their ghazal."
    )


def _table(made: list[Run]) -> list[str]:
    head = " | ".join(["network", "parameters", "held-out bits per character", *baseline.NAMES.values()])
    rows = [f"| {head} |", "|---" * (3 + len(baseline.NAMES)) + "|"]
    for run in made:
        name = f"{CELL_NAMES[run.spec['cell']]} {run.spec['units']}" + (
            " after other poets" if run.spec["reading"] else ""
        )
        found = {one.name: f"{one.metrics['held_out_bits']:.3f}" for one in baseline.rivals(run)}
        figures = " | ".join(
            [f"{run.metrics['held_out_bits']:.3f}", *(found.get(name, "–") for name in baseline.NAMES.values())]
        )
        rows.append(f"| {name} | {run.facts['parameters']:,} | {figures} |")
    return rows


FORM = {
    "beyts_in_rhyme": ("beyts that keep rhyme and refrain", "{:.1%}"),
    "lines_of_the_divan": ("hemistichs that equal one of the divan", "{:.0f}"),
    "longest_copy_median": ("longest run of letters shared with the divan, median of poems", "{:.0f}"),
    "longest_copy_most": ("the same, largest", "{:.0f}"),
    "four_words_copied": ("four-word sequences that stand in the divan", "{:.1%}"),
    "new_words": ("words that do not stand in the divan", "{:.1%}"),
    "lines_that_scan": ("hemistichs that scan, by the guess", "{:.1%}"),
    "letters_a_line": ("letters a hemistich", "{:.1f}"),
}


def _form(metrics: dict[str, float]) -> list[str]:
    rows = ["| 50 ghazals with form on | |", "|---|---|"]
    return rows + [f"| {label} | {form.format(metrics[name])} |" for name, (label, form) in FORM.items()]
