"""Read formats of machine learning programs: Weka's ARFF becomes a table; LIBSVM's is refused by its name."""

import re

from core.errors import FileError
from core.files import messages

_ATTRIBUTE = re.compile(r"(?im)^[^\S\n]*@attribute\s+('[^'\n]+'|\"[^\"\n]+\"|\S+)")
_DATA = re.compile(r"(?im)^[^\S\n]*@data[^\S\n]*$")
_QUOTED = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
_SPARSE = re.compile(r"[-+]?[\d.]+(?:\s+(?:qid:\d+\s+)?\d+:[-+\d.eE]+)+\s*(?:#.*)?")
SAMPLE = 50  # lines


def as_table(text: str, name: str) -> str:
    """Return the table of an ARFF file as CSV, each row on its own line of the file; any other text unchanged."""
    lines = [line for line in text[:100_000].split("\n")[:SAMPLE] if line.strip() and not line.startswith("%")]
    if len(lines) > 2 and all(_SPARSE.fullmatch(line.strip()) for line in lines[:-1]):
        raise FileError(messages.libsvm.format(name=name))
    if not lines or lines[0].split()[0].lower() != "@relation":
        return text
    data = _DATA.search(text)
    if data is None:
        raise FileError(messages.empty.format(name=name))
    head, body = text[: data.start()], text[data.end() :]
    if body.lstrip().startswith("{"):
        raise FileError(messages.sparse_arff.format(name=name))
    names = ",".join('"{}"'.format(found.strip("'\"")) for found in _ATTRIBUTE.findall(head))
    lines = ["" if line.lstrip().startswith("%") else _QUOTED.sub(r'"\1"', line) for line in body.split("\n")]
    return "\n" * head.count("\n") + names + "\n".join(lines)
