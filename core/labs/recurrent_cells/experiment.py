"""Name what the store, the command line and the jobs use of the weather experiment."""

from core.labs.recurrent_cells.card import card
from core.labs.recurrent_cells.rivals import again as rivals_again
from core.labs.recurrent_cells.weather import Spec, data_stamp, evaluate, label, presets, shipped, train

__all__ = ["Spec", "card", "data_stamp", "evaluate", "label", "presets", "rivals_again", "shipped", "train"]
