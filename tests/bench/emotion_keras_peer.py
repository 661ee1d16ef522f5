"""Train the report's network in plain Keras, `fit` with default settings; print seconds and processor seconds."""

import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras

from tests.bench._emotion_texts import CLASSES, LONGEST, VOCABULARY, texts


def main(rows: int, epochs: int) -> None:
    inputs, targets = texts(rows, front=True)
    model = keras.Sequential(
        [
            keras.Input((LONGEST,)),
            keras.layers.Embedding(VOCABULARY, 100),
            keras.layers.Bidirectional(keras.layers.GRU(128)),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(64, "relu"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(CLASSES, "softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    for _ in range(epochs):
        started, work = time.perf_counter(), time.process_time()
        model.fit(inputs, targets, batch_size=32, epochs=1, verbose=0)
        print(time.perf_counter() - started, time.process_time() - work, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
