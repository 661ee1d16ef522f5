"""Time a minute of 1280 x 720 at 30 frames per second: the full timeline against OpenCV decoding every frame.

python -m tests.bench.violence
"""

import io
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import av
import cv2
import numpy as np

from core import settings
from core.labs.video_violence import experiment
from core.labs.video_violence.clips import drawing
from core.labs.video_violence.clips.encode import h264
from core.runs import runs
from core.runs.store import Store

SECONDS, SIZE, RATE = 60, (1280, 720), 30
LIMIT_RATIO, LIMIT_SECONDS, LIMIT_GB = 1.6, 20.0, 1.5


def film(seconds: int, quality: int) -> bytes:
    """Return the drawn clip, scaled up, panned and with camera noise, repeated."""
    rng = np.random.default_rng(0)
    noise = [rng.integers(-9, 10, (SIZE[1], SIZE[0], 1), dtype=np.int16) for _ in range(4)]
    once = [cv2.resize(picture, SIZE) for _, picture in drawing.frames()]

    def pictures():
        for number in range(seconds * RATE):
            moved = np.roll(once[number * 25 // RATE % len(once)], number // 3 % SIZE[0], axis=1)
            yield number / RATE, np.clip(moved + noise[number % 4], 0, 255).astype(np.uint8)

    return h264(pictures(), quality)


def repeated(content: bytes, times: int) -> bytes:
    """Repeat a video by copying its packets, without encoding."""
    target = io.BytesIO()
    with av.open(io.BytesIO(content)) as once, av.open(target, "w", "mp4") as out:
        stream = once.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = [packet for packet in once.demux(stream) if packet.dts is not None]
        times_read = [(packet.pts, packet.dts) for packet in packets]
        length = round(SECONDS / stream.time_base)
        for turn in range(times):
            for packet, (pts, dts) in zip(packets, times_read, strict=True):
                packet.stream, packet.pts, packet.dts = copy, pts + turn * length, dts + turn * length
                out.mux(packet)
    return target.getvalue()


def bare(path: str) -> int:
    """Decode every frame and do nothing with it."""
    capture, count = cv2.VideoCapture(path), 0
    while capture.grab():
        capture.retrieve()
        count += 1
    return count


def _serve(url: str, key: str, asked: Connection) -> None:
    """Run a worker as the engine does: TensorFlow on one thread, the network loaded."""
    from core.labs.video_violence import check, networks

    network = networks.of(url, key)
    network.probabilities(np.zeros((4, 8, 160, 160, 3), np.float32), [np.zeros(16)] * 4)
    asked.send("ready")
    while (content := asked.recv()) is not None:
        found = check.analyse(content, network)
        asked.send((len(found["windows"]), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6))


def timed(act: Callable, *arguments: object) -> tuple[float, object]:
    began = time.perf_counter()
    out = act(*arguments)
    return time.perf_counter() - began, out


def main() -> None:
    os.environ.update(settings.TENSORFLOW)
    run = Store(str(settings.SHIPPED), shipped=None).find("violence", runs.key("violence", experiment.shipped()[0]))
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    worker = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(str(settings.SHIPPED), run.key, theirs), daemon=True
    )
    worker.start()
    ours.recv()

    def check(content: bytes) -> tuple[int, float]:
        ours.send(content)
        return ours.recv()

    with tempfile.TemporaryDirectory() as folder:
        for seconds, rounds, quality in ((SECONDS, 3, 23), (600, 1, 30)):  # at quality 23 ten minutes are too large
            content, path = repeated(film(SECONDS, quality), seconds // SECONDS), Path(folder) / f"{seconds}.mp4"
            path.write_bytes(content)
            took = [(timed(bare, str(path))[0], *timed(check, content)) for _ in range(rounds)]
            decode, line = min(t[0] for t in took), min(t[1] for t in took)
            windows, memory = took[-1][2]
            print(
                f"{seconds} s of video, {len(content) / 1e6:.0f} MB: OpenCV decodes it in {decode:.1f} s; time line "
                f"({windows} windows) {line:.1f} s, ratio {line / decode:.2f}; worker {memory:.2f} GB at most"
            )
            if seconds == SECONDS:
                print(f"limits: ratio {LIMIT_RATIO}, {LIMIT_SECONDS:.0f} s, {LIMIT_GB} GB")
    ours.send(None)


if __name__ == "__main__":
    main()
