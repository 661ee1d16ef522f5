"""List which architecture fits which task, and why: the report's nine tasks and some more."""

from dataclasses import dataclass, field

from core.labs.concepts.architectures.wirings import WIRINGS

ONE_MANY, MANY_ONE, IN_STEP, READ_WRITE = WIRINGS

ABOUT = {
    ONE_MANY: "One thing goes in, a sequence comes out: the first step reads it, and every later step reads what the "
    "step before has written. When to stop is learned too: an end token is one of the words.",
    MANY_ONE: "A sequence goes in, one answer comes out, from the state after the last step. All that the answer may "
    "know of the beginning must have lived through every step in between.",
    IN_STEP: "Each step reads and writes: as many outputs as inputs, each about its own input. Step t knows nothing of "
    "what comes after t, unless a second layer reads from the end (bidirectional).",
    READ_WRITE: "First read everything, then write: an encoder's last state is all that the decoder starts from "
    "(Sutskever et al., 2014). Input and output may differ in length and order; attention lets the decoder look "
    "back at every step of the encoder.",
}
SHORT = {
    ONE_MANY: "one thing in, a sequence out",
    MANY_ONE: "a sequence in, one answer out",
    IN_STEP: "an output for each input, at once",
    READ_WRITE: "read all, then write another length",
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
        "Many words go in, fewer come out, in sentences of their own: what matters most may stand in the last "
        "paragraph, so nothing can be written before all is read.",
        {IN_STEP: "In step would write a word for each word read: that is no summary."},
    ),
    Task(
        "Translation", "a sentence", "a sentence in another language", (READ_WRITE,),
        "Lengths and word order differ: a Persian verb stands at the end, an English one near the beginning. Read all, "
        "then write, with attention to the words that matter now.",
        {IN_STEP: "In step, the third word would have to be the translation of the third word."},
    ),
    Task(
        "Video captioning", "the frames of a clip", "a sentence", (READ_WRITE,),
        "Many frames go in, a sentence of another length comes out. With one frame it becomes one-to-many: "
        "captioning a picture.",
        {MANY_ONE: "One answer would be a class such as “cooking”, not a sentence.",
         IN_STEP: "In step there would be a word for each frame: 25 a second."},
    ),
    Task(
        "Sentiment", "a review", "one of a few classes", (MANY_ONE,),
        "One verdict on the whole text. A “not” at the beginning turns a “good” at the end, so it is given after the "
        "last word.",
        {IN_STEP: "A verdict for each word is more than was asked for, and the early ones are given too early.",
         READ_WRITE: "A decoder that writes a sequence is more than one verdict needs."},
    ),
    Task(
        "Speech recognition", "hundreds of sound frames a sentence", "letters or words", (READ_WRITE, IN_STEP),
        "Sound and text run in the same order but at different speeds. An encoder and decoder learn the alignment; in "
        "step fits too when blanks are allowed among the outputs (CTC), which live subtitles use.",
        {MANY_ONE: "One answer fits a single spoken command, not a sentence."},
    ),
    Task(
        "Question answering", "a text and a question", "an answer in words", (READ_WRITE, MANY_ONE),
        "Read text and question, then write an answer as long as it needs to be. When the answers are a fixed list, or "
        "yes and no, many-to-one is enough.",
        {IN_STEP: "In step would begin to answer before the question is known."},
    ),
    Task(
        "Text to speech", "letters", "dozens of sound frames for each letter", (READ_WRITE,),
        "One letter becomes dozens of frames, and how it sounds depends on the word around it: read, then write "
        "frames, each from the frame before.",
        {IN_STEP: "In step there would be one frame for each letter, about a hundredth of a second."},
    ),
    Task(
        "Paraphrasing", "a sentence", "the same in other words", (READ_WRITE,),
        "Translation within one language: same meaning, other length and order.",
        {IN_STEP: "In step can only swap words one by one, and the sentence keeps its shape."},
    ),
    Task(
        "Code translation", "a function in one language", "the same in another", (READ_WRITE,),
        "One line may become five, and a name must be declared before the line that first needed it. Long reach is "
        "asked for: brackets close far from where they open.",
        {MANY_ONE: "One answer could say which language it is; it cannot write the function.",
         IN_STEP: "In step, each token would be exactly one token of the other language."},
    ),
    Task(
        "Picture captioning", "one picture", "a sentence", (ONE_MANY,),
        "One thing goes in, and words come out one after another, each read again as the next input.", nine=False,
    ),
    Task(
        "Tomorrow's temperature", "ten days of weather", "one number", (MANY_ONE,),
        "Ten days go in, one number comes out after the last day; the lab of recurrent cells does this. For the next "
        "seven days the last layer may have seven outputs, or a decoder writes day by day.",
        {IN_STEP: "In step, a forecast would be made after each day, and only the last one was asked for.",
         READ_WRITE: "A decoder that writes a sequence is more than one number needs."}, nine=False,
    ),
    Task(
        "Part of speech of each word", "a sentence", "noun, verb ... for each word", (IN_STEP,),
        "Exactly one label for each word, in the same order; read from both ends, as the words after help as well.",
        {READ_WRITE: "Read then write would have to count the words to get as many labels."}, nine=False,
    ),
    Task(
        "A poem from its first word", "one word", "a poem", (ONE_MANY,),
        "One word starts it, then the network feeds on what it has written.", nine=False,
    ),
)  # fmt: skip
NINE = tuple(task for task in TASKS if task.nine)


def objection(one: Task, chosen: str) -> str:
    """Explain why an architecture does not fit a task."""
    general = {
        ONE_MANY: f"One to many reads a single thing, and {one.goes_in} must be read to the end.",
        MANY_ONE: f"Many to one ends in a single answer, and {one.comes_out} is more than that.",
        IN_STEP: f"In step needs a sequence to keep step with, and {one.goes_in} is none.",
        READ_WRITE: f"There is no sequence to be read first: {one.goes_in} is there at once.",
    }
    return one.against.get(chosen, general[chosen])


def verdict(one: Task, chosen: str) -> tuple[str, str]:
    """Return `right`, `possible` or `wrong`, and a sentence that explains it."""
    if chosen == one.fits[0]:
        return "right", one.why
    if chosen in one.fits:
        return "possible", f"It can be done so. The usual choice is {one.fits[0]}: {one.why}"
    return "wrong", f"{objection(one, chosen)} It is {one.fits[0]}: {one.why}"
