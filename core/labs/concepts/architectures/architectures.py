"""List which architecture fits which task, and why: the report's nine tasks and some more."""

from dataclasses import dataclass, field

from core.labs.concepts.architectures.wirings import WIRINGS

ONE_MANY, MANY_ONE, IN_STEP, READ_WRITE = WIRINGS

ABOUT = {
    ONE_MANY: "One input, a sequence of outputs: the first step reads it, every later step reads the previous "
    "output. Where to stop is learned, too: an end token is part of the vocabulary.",
    MANY_ONE: "A sequence of inputs, one output from the state after the last step. Everything the output knows about "
    "the beginning has passed through every step in between.",
    IN_STEP: "One output for each input, at the same time step. The output at step t does not depend on later inputs, "
    "unless a second layer reads the sequence backwards (bidirectional).",
    READ_WRITE: "The encoder reads the whole input; its last state is the initial state of the decoder, which "
    "generates the output (Sutskever et al., 2014). Lengths and order may differ; with attention the decoder can use "
    "all states of the encoder.",
}
SHORT = {
    ONE_MANY: "one input, a sequence of outputs",
    MANY_ONE: "a sequence of inputs, one output",
    IN_STEP: "one output per input",
    READ_WRITE: "read the whole input, then generate an output of any length",
}


@dataclass(frozen=True)
class Task:
    """A task with its input and output, the architectures that fit (best first), and why."""

    name: str
    goes_in: str
    comes_out: str
    fits: tuple[str, ...]
    why: str
    against: dict[str, str] = field(default_factory=dict)  # architecture -> why it does not fit here
    nine: bool = True  # one of the report's nine tasks


TASKS = (
    Task(
        "Summarisation", "a long text", "a short text", (READ_WRITE,),
        "Many words go in, fewer come out, in new sentences. The main point may be in the last paragraph, so the "
        "whole text must be read first.",
        {IN_STEP: "A synchronous network outputs one word per input word: that is no summary."},
    ),
    Task(
        "Translation", "a sentence", "a sentence in another language", (READ_WRITE,),
        "Lengths and word order differ: the Persian verb comes last, the English one near the beginning. The "
        "encoder reads the sentence, the decoder generates the translation, with attention to the relevant words.",
        {IN_STEP: "In a synchronous network the third word would have to be the translation of the third word."},
    ),
    Task(
        "Video captioning", "the frames of a clip", "a sentence", (READ_WRITE,),
        "Many frames go in, a sentence of another length comes out. With one frame it becomes one-to-many: "
        "image captioning.",
        {MANY_ONE: "One output would be a class such as “cooking”, not a sentence.",
         IN_STEP: "A synchronous network would output a word per frame: 25 per second."},
    ),
    Task(
        "Sentiment", "a review", "one of a few classes", (MANY_ONE,),
        "One class for the whole text. A “not” at the beginning changes the meaning of a “good” at the end, so the "
        "output comes after the last word.",
        {IN_STEP: "One class per word is not the task, and the early ones would come before the text is read.",
         READ_WRITE: "One class needs no decoder."},
    ),
    Task(
        "Speech recognition", "hundreds of audio frames per sentence", "characters or words", (READ_WRITE, IN_STEP),
        "Audio and text have the same order but different lengths. An encoder–decoder learns the alignment; a "
        "synchronous network works, too, with blanks among its outputs (CTC), as for live subtitles.",
        {MANY_ONE: "One output is enough for a single spoken command, not for a sentence."},
    ),
    Task(
        "Question answering", "a text and a question", "an answer in words", (READ_WRITE, MANY_ONE),
        "Read text and question, then generate an answer of any length. If the answers are a fixed list, or yes and "
        "no, many-to-one is enough.",
        {IN_STEP: "A synchronous network would answer before the question is known."},
    ),
    Task(
        "Text to speech", "characters", "dozens of audio frames per character", (READ_WRITE,),
        "One character becomes dozens of frames, and its sound depends on the word around it: the encoder reads the "
        "text, the decoder generates each frame from the previous one.",
        {IN_STEP: "A synchronous network would output one frame per character, about a hundredth of a second."},
    ),
    Task(
        "Paraphrasing", "a sentence", "the same meaning in other words", (READ_WRITE,),
        "Translation within one language: same meaning, different length and order.",
        {IN_STEP: "A synchronous network can only replace word by word, and the sentence keeps its structure."},
    ),
    Task(
        "Code translation", "a function in one language", "the same function in another", (READ_WRITE,),
        "One line may become five, and a variable must be declared before it is used. Long-range dependencies matter: "
        "brackets close far from where they open.",
        {MANY_ONE: "One output could be the name of the language, not the function.",
         IN_STEP: "In a synchronous network each token would become exactly one token of the other language."},
    ),
    Task(
        "Image captioning", "one image", "a sentence", (ONE_MANY,),
        "One input, and words are generated one after another, each the next input.", nine=False,
    ),
    Task(
        "Tomorrow's temperature", "ten days of weather", "one number", (MANY_ONE,),
        "Ten days go in, one number comes out after the last day, as in the lab RNN, LSTM, GRU. For the next seven "
        "days the last layer can have seven outputs, or a decoder forecasts day by day.",
        {IN_STEP: "A synchronous network would forecast after each day, but only the last forecast is needed.",
         READ_WRITE: "One number needs no decoder."}, nine=False,
    ),
    Task(
        "Part-of-speech tagging", "a sentence", "a tag (noun, verb, …) per word", (IN_STEP,),
        "Exactly one tag per word, in the same order; bidirectional, since the following words help, too.",
        {READ_WRITE: "An encoder–decoder would have to learn to output as many tags as words."}, nine=False,
    ),
    Task(
        "A poem from its first word", "one word", "a poem", (ONE_MANY,),
        "One word is the first input, then each output is the next input.", nine=False,
    ),
)  # fmt: skip
NINE = tuple(task for task in TASKS if task.nine)


def objection(one: Task, chosen: str) -> str:
    """Explain why an architecture does not fit a task."""
    general = {
        ONE_MANY: f"One-to-many reads a single input, and {one.goes_in} must be read to the end.",
        MANY_ONE: f"Many-to-one has a single output, and {one.comes_out} needs more than that.",
        IN_STEP: f"A synchronous network needs an input sequence, and {one.goes_in} is a single input.",
        READ_WRITE: f"An encoder–decoder needs an input sequence, and {one.goes_in} is a single input.",
    }
    return one.against.get(chosen, general[chosen])


def verdict(one: Task, chosen: str) -> tuple[str, str]:
    """Return `right`, `possible` or `wrong`, and a sentence that explains it."""
    if chosen == one.fits[0]:
        return "right", one.why
    if chosen in one.fits:
        return "possible", f"Possible. The usual choice is {one.fits[0]}: {one.why}"
    return "wrong", f"{objection(one, chosen)} The usual choice is {one.fits[0]}: {one.why}"
