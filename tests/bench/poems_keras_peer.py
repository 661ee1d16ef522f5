"""Generate text with a character GRU by Keras' `predict`, one call per letter, as most tutorials do."""

import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"
import keras
import numpy as np


def letters_a_second(units: int, embedding: int, letters: int, length: int) -> float:
    model = keras.Sequential(
        [
            keras.Input((1,), batch_size=1),
            keras.layers.Embedding(letters, embedding),
            keras.layers.GRU(units, stateful=True),
            keras.layers.Dense(letters, "softmax"),
        ]
    )
    rng, letter = np.random.default_rng(0), 0
    model.predict(np.array([[letter]]), verbose=0)
    started = time.perf_counter()
    for _ in range(length):
        odds = model.predict(np.array([[letter]]), verbose=0)[0].astype("float64")
        letter = int(rng.choice(letters, p=odds / odds.sum()))
    return length / (time.perf_counter() - started)


if __name__ == "__main__":
    print(letters_a_second(*map(int, sys.argv[1:])))
