"""Small files of labelled texts for tests, and the reader on them."""

from core.labs.emotion.texts import own_texts

WHO, DID = ("my cat", "the bus", "her old car", "our garden", "this town"), ("came", "went", "sang", "fell")


def sentence(n: int) -> str:
    return (
        f"{WHO[n % 5]} {DID[n // 5 % 4]} back again, day {n}"
        if n % 7 == 0
        else f"{WHO[n % 5]} {DID[n // 5 % 4]} on {n}"
    )


def rows(count: int = 80, classes: tuple[str, ...] = ("joy", "fear")) -> list[tuple[str, str]]:
    return [(sentence(n).replace(",", ""), classes[n % len(classes)]) for n in range(count)]


def lined(pairs: list[tuple[str, str]], between: str = ",", names: str = "text,label") -> str:
    head = names.replace(",", between) + "\n" if names else ""
    return head + "".join(f"{text}{between}{label}\n" for text, label in pairs)


def read(content: str | bytes, name: str = "own.csv", **answers: str) -> own_texts.Labelled:
    return own_texts.of_bytes(content.encode() if isinstance(content, str) else content, name, answers)


def table(*columns: tuple[str, list[str]], count: int = 80) -> str:
    body = ["\t".join(cells[n % len(cells)] for _, cells in columns) for n in range(count)]
    return "\n".join(["\t".join(name for name, _ in columns), *body]) + "\n"


TEXTS = [sentence(n) for n in range(80)]
NUMBERS = [str(n) for n in range(80)]
MOODS, SPEAKERS = ["joy", "fear", "anger"], ["Ann", "Bob", "Cid", "Dan", "Eve"]
