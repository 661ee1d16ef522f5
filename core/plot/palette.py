"""The project's colours: one hue per meaning on every page, in light and dark mode."""

# Each has a contrast of 3 or more on the light and on the dark background (a test checks it).
LAPIS, TURQUOISE, SAFFRON = "#3F74D1", "#0F8F91", "#C77700"
POMEGRANATE, PLUM, MOSS, SLATE = "#CC4B5F", "#9763B5", "#5E8F2F", "#767E8E"
CLAY = "#A0673A"

truth, model, naive = SLATE, LAPIS, SAFFRON
train, validation, test = LAPIS, SAFFRON, TURQUOISE
band = "rgba(63, 116, 209, 0.2)"

CELLS = {"rnn": SAFFRON, "gru": TURQUOISE, "lstm": LAPIS}
RIVALS = (PLUM, POMEGRANATE, MOSS, CLAY)  # simple methods beside networks, in the order of a lab's list
SERIES = (LAPIS, TURQUOISE, SAFFRON, POMEGRANATE, PLUM, MOSS, SLATE)

PAPER = {"background": "#FCFBF8", "panel": "#F2F0EA", "text": "#1B2333", "primary": "#2450A4"}
NIGHT = {"background": "#0E1526", "panel": "#182238", "text": "#E9ECF3", "primary": "#8FB2F5"}

# Cells of a confusion matrix: none has nearly the page's own colour, one alone can be told from none.
CELLS_LIGHT = [[0.0, "#F4F1E8"], [1e-4, "#B5D3D6"], [0.5, "#4E9FA5"], [1.0, "#16306B"]]
CELLS_DARK = [[0.0, "#182238"], [1e-4, "#24485C"], [0.5, "#4E9FA5"], [1.0, "#D9EFF0"]]
SEQUENTIAL = [[0.0, "#F4F1E8"], [0.5, "#4E9FA5"], [1.0, "#16306B"]]
DIVERGING = [[0.0, "#A8500A"], [0.25, "#E3B368"], [0.5, "#F4F1E8"], [0.75, "#7FA6D6"], [1.0, "#1C3F87"]]


def translucent(colour: str, alpha: float) -> str:
    """Convert `#rrggbb` to `rgba(...)` with the given opacity, for bands behind a line of that colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha})"


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two `#rrggbb` colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
