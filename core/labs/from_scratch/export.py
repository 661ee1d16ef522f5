"""Export as Python: the network's own files and the experiment in one script that needs nothing of this project."""

import ast
import re
import shlex
from importlib import resources

from core.labs.from_scratch.data import preprocessing
from core.labs.from_scratch.data.data import PACKAGED
from core.labs.from_scratch.spec import Spec, changed, hidden
from core.learn import scripts

MODULES = ("layers", "losses", "network", "training")

DIGIT = 8  # side of an image of the digits
FEATURES = {"hog": "orientations", "filters": "filters"}  # features of an image -> the file on them
PACKAGES = {"orientations": "core.learn", "filters": "core.labs.from_scratch.data"}


def exportable(chosen: Spec) -> bool:
    """Return whether there is a script: for the included data, not for a user's own file."""
    return chosen.task in PACKAGED


def command(chosen: Spec) -> str:
    """Return the command of an experiment; the place of a file is for the user to fill in."""
    values = {"task": chosen.task} | changed(chosen)
    words = [f"--set {shlex.quote(f'{name}={value}')}" for name, value in values.items()]
    return " \\\n    ".join(["python -m core train scratch", *words, "--json"])


def source(module: str) -> str:
    """Return the text of one of the network's files, or of that on the features of images."""
    package = PACKAGES.get(module, "core.labs.from_scratch.network")
    return resources.files(package).joinpath(f"{module}.py").read_text(encoding="utf-8")


def script(chosen: Spec) -> str:
    """Return the source of a script that needs numpy and scikit-learn (for its data, and for PCA)."""
    modules = (*MODULES, *([FEATURES[chosen.features]] if chosen.features in FEATURES else []))
    return scripts.render(
        "labs/from_scratch/templates/scratch.py.j2",
        chosen,
        hidden=hidden(chosen),
        cells=preprocessing.cells(DIGIT),
        modules={name: scripts.Code(_without_imports(source(name))) for name in modules},
    )


def _without_imports(text: str) -> str:
    """Return a file's text without its imports, its docstring as a comment."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for line in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[line] = ""
    about, rest = lines[0].strip('"'), "\n".join(lines[1:]).strip()
    return f"# {about}\n\n\n" + re.sub(r"\n{4,}", "\n\n\n", rest) + "\n"
