"""Draw the sample clip: two figures that walk, meet, scuffle and part on a street; no real people are shown.

python -m core.labs.video_violence.clips.drawing      rewrites assets/samples/drawing.mp4
"""

from collections.abc import Iterator

import numpy as np

from core import settings
from core.labs.video_violence.clips.encode import h264
from core.late import Late

cv2 = Late("cv2")

PATH = settings.PROJECT / "assets" / "samples" / "drawing.mp4"
WIDTH, HEIGHT, RATE, SECONDS = 640, 360, 25, 12.0
SCUFFLE = (5.0, 8.5)  # seconds between which the figures fight
GROUND, SKY, ROAD = (196, 190, 178), (150, 178, 205), (118, 116, 120)
COLOURS = ((158, 52, 70), (36, 80, 164))


def frames() -> Iterator[tuple[float, np.ndarray]]:
    """Yield `(seconds, (360, 640, 3) uint8 RGB)` of the whole clip; deterministic."""
    rng = np.random.default_rng(7)
    street = _street(rng)
    for number in range(int(SECONDS * RATE)):
        seconds = number / RATE
        picture = street.copy()
        noise = rng.normal(0, 1.5, (HEIGHT, WIDTH, 1))
        for who in (0, 1):
            _figure(picture, who, seconds)
        yield seconds, np.clip(picture + noise, 0, 255).astype(np.uint8)


def _street(rng: np.random.Generator) -> np.ndarray:
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    picture[:150], picture[150:250], picture[250:] = SKY, GROUND, ROAD
    for left in range(20, WIDTH, 90):
        top = int(rng.integers(40, 90))
        cv2.rectangle(picture, (left, top), (left + 62, 200), tuple(int(c) for c in rng.integers(120, 190, 3)), -1)
        for row in range(top + 12, 180, 26):
            cv2.rectangle(picture, (left + 10, row), (left + 22, row + 12), (215, 214, 196), -1)
            cv2.rectangle(picture, (left + 38, row), (left + 50, row + 12), (215, 214, 196), -1)
    return cv2.GaussianBlur(picture, (3, 3), 0)


def _fighting(seconds: float) -> bool:
    return SCUFFLE[0] <= seconds < SCUFFLE[1]


def _place(who: int, seconds: float) -> float:
    """Return the horizontal position of a figure: both walk towards each other, push, and walk away."""
    side = -1 if who == 0 else 1
    far, near = 230.0, 26.0
    if seconds < SCUFFLE[0]:
        gap = far + (near - far) * seconds / SCUFFLE[0]
    elif _fighting(seconds):
        gap = near + 13 * np.sin(9.1 * seconds + who) + 9 * np.sin(23 * seconds)
    else:
        gap = near + (far - near) * (seconds - SCUFFLE[1]) / (SECONDS - SCUFFLE[1])
    shove = 30 * np.sin(5.3 * seconds) if _fighting(seconds) else 0.0
    return WIDTH / 2 + side * gap + shove


def _figure(picture: np.ndarray, who: int, seconds: float) -> None:
    """Draw head, trunk, two arms and two legs, whose joints swing slowly in walking and wildly in the scuffle."""
    x, hip, colour = _place(who, seconds), 245.0, COLOURS[who]
    towards = 1 if who == 0 else -1
    lean = 0.25 * np.sin(11 * seconds + 2 * who) if _fighting(seconds) else 0.04 * np.sin(4 * seconds)
    shoulder = np.array([x + 75 * np.sin(lean), hip - 75 * np.cos(lean)])
    head = shoulder + (0.6 * (shoulder - [x, hip]) * 0.42)
    cv2.line(picture, _at((x, hip)), _at(shoulder), colour, 22, cv2.LINE_AA)
    cv2.circle(picture, _at(head), 15, (224, 186, 150), -1, cv2.LINE_AA)
    for side in (0, 1):
        _limb(picture, (x, hip), *_leg(seconds, side, who), 44, 12, (52, 54, 66))
        _limb(picture, shoulder, *_arm(seconds, side, who, towards), 34, 9, colour)


def _leg(seconds: float, side: int, who: int) -> tuple[float, float]:
    pace = 13.0 if _fighting(seconds) else 5.5
    swing = 0.45 * np.sin(pace * seconds + np.pi * side + who)
    return swing, swing - 0.35 * max(0.0, np.sin(pace * seconds + np.pi * side + who + 1))


def _arm(seconds: float, side: int, who: int, towards: int) -> tuple[float, float]:
    if not _fighting(seconds):
        swing = 0.5 * np.sin(5.5 * seconds + np.pi * (1 - side) + who)
        return swing, swing + 0.2
    punch = np.sin((17 + 3 * who) * seconds + 2.4 * side)
    return towards * (1.2 + 0.8 * punch), towards * (1.9 + 1.1 * punch)


def _limb(picture: np.ndarray, start, upper: float, lower: float, length: float, thick: int, colour) -> None:
    """Draw two segments; angles in radians from straight down, positive to the right."""
    joint = np.asarray(start) + length * np.array([np.sin(upper), np.cos(upper)])
    end = joint + length * np.array([np.sin(lower), np.cos(lower)])
    cv2.line(picture, _at(start), _at(joint), colour, thick, cv2.LINE_AA)
    cv2.line(picture, _at(joint), _at(end), colour, thick - 2, cv2.LINE_AA)


def _at(point) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


if __name__ == "__main__":
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_bytes(h264(frames()))
