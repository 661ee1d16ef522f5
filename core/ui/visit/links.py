"""Define the parameters allowed in each page's link, and explain links that ask for unavailable values."""

import re
from collections.abc import Sequence
from typing import Any

from core.ui import messages
from core.ui.compat import Control, Link

OWN = """
app:
architectures: exercise inputs kind outputs step task1 task2 task3 task4 task5 task6 task7 task8 task9 view w_h w_x
    w_y what wiring
bitcoin_rollout: back batch_size days direct draw dropout epochs interval job layers learning_rate log optimizer paths
    scaling seeds study_epochs study_seeds symbol training units view window
captioning: exercise f1 f2 f3 frame frames gate kind p1 p2 phrases r11 r12 r13 r14 r21 r22 r23 r24 r31 r32 r33 r34
    region step view
convolution: dilation exercise filter kind output padding pixel pixels pool pool_size step stride taps
    view way weight window
crypto_forecasting: batch_size dropout epochs error folds gamma horizon interval interval_network job leak_measure
    learning_rate log measure models optimizer patience protocol scaling seeds step symbol units view window
depth: at block blocks cut dilated every exercise kernel kind layers noise noise_seed picture scene seed side stages
    step stride view what window
emotion: batch_size cell dense dropout embedding epochs falling hidden_words job learning_rate least length ngrams
    pair patience say seed shares texts units view vocabulary weighted
from_scratch: activation1 activation2 activation3 activation4 activation5 activation6 activation7 activation8
    batch_size components decay dropout epochs evenness features flips floor hidden job lesson loss mirror momentum
    neurons1 neurons2 neurons3 neurons4 neurons5 neurons6 neurons7 neurons8 patience power rate schedule seed study task
    view weights
glossary: search
gradient_through_time: activation b0 c0 cliff_limit clip descent exercise forget_bias g1 g2 gates_recurrent input
    input_bias kind kind_of_u length limit many_starts n output_bias radius rate recurrent scene seed start step u0 u11
    u12 u21 u22 view x
hafez: average beyts cell clip dropout embedding epochs form ghazal grams half job layers learning_rate letter network
    pen_name prompt radif reading seed steps temperature tied told top_k top_p unit units view weights_seed
help: document
images: augment batch_size cells cosine_decay data depth dropout epochs given growth home_network inside_network job
    learning_rate models network optimizer patience per_class picture seeds shift_network side sort square subset
    view width
parameters: exercise kind layer network stack step view
recurrent_cells: batch_size cells dropout epochs inputs job layer layers learning_rate measure optimizer patience
    respect sample scaling seeds train units validation view window
recurrent_step: cell example exercise features how kind number numbers reset_after seed step steps units view
runs: lab origin text
transfer: amount amounts augment batch_size classes cosine_decay data epochs fine_rate frozen_norm head_copies
    head_epochs job learning_rate optimizer seeds shift_network side start study_amount view which
video_violence: brightness form gain job moment network source threshold train_epochs train_last_rate train_network
    train_patience train_pretrained train_rate train_seed train_smoothing train_strength train_whole view
volatility: batch_size dropout epochs folds horizon job learning_rate members
    models network patience pooled prices residual seeds symbol units view which window
"""  # the file of each page, and all names that its link may have: controls and other parameters


def _own() -> dict[str, set[str]]:
    pages = re.split(r"\n(?=\w)", OWN.strip())
    return {page: set(names.split()) for page, _, names in (one.partition(":") for one in pages)}


NAMES = _own()
ALIASES: dict[str, dict[str, str]] = {}  # file of each page -> a control's name in older links -> its current name
TYPES = {
    "many to many, in step": "many-to-many, synchronous (aligned)",
    "many to many, read then write": "many-to-many, encoder–decoder (seq2seq)",
    "many to one": "many-to-one",
    "one to many": "one-to-many",
}
# File of each page ("" for all pages) -> name of a control -> a value in older links -> its current value.
VALUES: dict[str, dict[str, dict[str, str]]] = {
    "": {
        "kind": {"any kind": "all topics"},
        "view": {
            "Check yourself": "Exercises",
            "How it works": "Theory",
            "Inside": "Inside the network",
            "Intervals": "Prediction intervals",
            "Play": "Experiment",
            "Seeds": "Random seeds",
            "Take home": "Downloads",
            "Worked": "Worked example",
        },
    },
    "bitcoin_rollout": {
        "scaling": {"prices, training part to 0…1": "prices, min-max scaled on the training set"},
        "view": {"Fan": "Prediction interval", "Rollout": "Multi-step forecast"},
    },
    "architectures": {
        "kind": {
            "a value": "value of a state",
            "numbers that come out": "output size",
            "steps": "number of steps",
        },
        "wiring": TYPES,
    }
    | {f"task{number}": TYPES for number in range(1, 10)},
    "captioning": {
        "kind": {
            "a context": "context",
            "one weight": "attention weight",
            "scores change": "change of scores",
            "the gate": "gate",
        },
    },
    "convolution": {
        "kind": {
            "a weight's gradient": "gradient of a weight",
            "back through max": "gradient of max pooling",
            "size": "output size",
        },
        "way": {"Backward": "backward pass", "Forward": "forward pass"},
    },
    "crypto_forecasting": {
        "models": {
            "hybrid": "LSTM + GRU hybrid",
            "hybrid of equal size": "LSTM + GRU hybrid, same parameter count",
        },
        "protocol": {"as in the report": "random split (report)", "in time order": "chronological split"},
        "scaling": {
            "all data, as in the report": "all data (report)",
            "of the protocol": "default of the split",
            "training part": "training set",
        },
        "view": {"Steps and band": "Error by horizon", "What the leak is worth": "Data leakage"},
    },
    "depth": {
        "kind": {"field of view": "receptive field"},
        "what": {
            "An edge": "Pooling and edges",
            "Field of view": "Receptive field",
            "Filters by depth": "Filter count by depth",
            "Paths": "Residual paths",
        },
    },
    "from_scratch": {
        "lesson": {
            "First weights": "Weight initialisation",
            "Fixed or falling rate": "Learning-rate decay",
            "Too large a rate": "Too high a learning rate",
        },
        "loss": {
            "L1": "MAE (L1)",
            "L2": "MSE (L2)",
            "as the target asks": "by type of target",
            "softmax, cross-entropy": "softmax cross-entropy",
        },
        "schedule": {"falling": "decay", "fixed": "constant"},
        "weights": {
            "about 0.001": "normal, σ = 0.001",
            "about 0.01": "normal, σ = 0.01",
            "about 0.1": "normal, σ = 0.1",
            "all zero": "zeros",
        },
    },
    "emotion": {
        "cell": {"bag of words": "logistic regression on words"},
        "texts": {"Your own": "Your own texts"},
        "view": {"Figures": "Metrics"},
    },
    "hafez": {"network": {"GRU 1×512, other poets first · seed 0": "GRU 1×512, pretrained on other poets · seed 0"}},
    "gradient_through_time": {
        "kind": {
            "a factor": "local derivative",
            "a product": "product",
            "fate": "vanish or explode",
            "the most": "upper bound",
        },
        "scene": {
            "cliff": "Exploding gradient (cliff)",
            "clipping": "Gradient clipping",
            "matrix": "SimpleRNN, matrix U",
            "one unit": "SimpleRNN, one unit",
        },
    },
    "images": {
        "augment": {"shifted": "shifts", "shifted and mirrored": "shifts and horizontal flips"},
        "cells": {"shares": "row %"},
        "data": {"a zip of your own": "your own images (zip)"},
        "models": {"Dense": "DenseNet", "Residual A": "ResNet A"},
        "sort": {
            "activity": "mean activation",
            "follows edges": "correlation with edges",
            "follows the object": "correlation with Grad-CAM",
        },
        "view": {"Pictures": "Dataset"},
    },
    "parameters": {
        "kind": {"GRU's forms": "GRU variants"},
        "network": {
            "128 → 64: GRU of Keras": "128 → 64: GRU, Keras' default",
            "128 → 64: LSTM both ways": "128 → 64: bidirectional LSTM",
        },
    },
    "recurrent_step": {"example": {"GRU of Keras": "GRU, Keras' default"}, "kind": {"a gate": "gate"}},
    "recurrent_cells": {"view": {"Study": "Ablation study"}},
    "transfer": {
        "augment": {"shifted": "shifts", "shifted and mirrored": "shifts and horizontal flips"},
        "data": {"a zip of your own": "your own images (zip)"},
        "start": {"A that learned 0 to 6 (shipped)": "A pre-trained on digits 0 to 6 (included)"},
        "view": {"Phases": "Learning curves"},
    },
    "video_violence": {"view": {"Time line": "Timeline", "What the network saw": "Inside the network"}},
}
LABELS = (  # parts of the names of stored networks in older links, as regular expressions -> their names today
    (r"^Residual A(?= ·| from )", "ResNet A"),
    (r"^Dense(?= ·| from )", "DenseNet"),
    (r" a class(?= · seed)", " per class"),
)
MOST = 8  # maximum choices named in a sentence


def renamed(page: str, link: Link) -> Link:
    """Replace the old names and values in a page's link by those of today; today's name wins if both are given."""
    names = ALIASES.get(page, {})
    today = {names[name]: values for name, values in link.items() if name in names} | {
        name: values for name, values in link.items() if name not in names
    }
    return {name: [_current(page, name, value) for value in values] for name, values in today.items()}


def _current(page: str, name: str, value: str) -> str:
    if today := VALUES.get(page, {}).get(name, {}).get(value) or VALUES[""].get(name, {}).get(value):
        return today
    for old, new in LABELS:
        value = re.sub(old, new, value)
    return value


def says(control: Control, asked: Sequence[str], value: Any) -> bool:
    """Return whether a link's values for a control are the ones it has."""
    try:
        wanted = _listed(control.from_link(asked))
    except ValueError:
        return False
    return wanted == _listed(control.in_link(value)) or (wanted == [] and value is None)


def replaced(control: Control, asked: Sequence[str], value: Any) -> str | None:
    """Return a sentence if the link's values for a control are not the ones it has; None if they are."""
    if says(control, asked, value):
        return None
    used = _listed(control.in_link(value))
    given = ", ".join(asked) or messages.nothing_given
    return messages.link_replaced.format(key=control.key, given=given, allowed=_allowed(control), used=_said(used))


def unknown(names: Sequence[str]) -> str:
    """Return a sentence about names that a page does not know."""
    return messages.plural("link_unknowns", len(names)).format(names=", ".join(names))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _said(values: Sequence[Any]) -> str:
    return ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values) or messages.none


def _allowed(control: Control) -> str:
    if options := control.options:
        more = ", …" if len(options) > MOST else ""
        return messages.allowed_options.format(options=", ".join(options[:MOST]), more=more)
    if limits := control.limits:
        low, high = limits
        return messages.allowed_range.format(low=low, high=high)
    return messages.allowed_switch if control.switch else ""
