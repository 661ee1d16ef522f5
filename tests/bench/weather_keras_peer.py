"""Train the weather network in plain Keras, `fit` with default settings; print the seconds."""

import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from vega_datasets import local_data

LAYERS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def main(cell: str, epochs: int) -> None:
    values = local_data.seattle_weather()["temp_max"].to_numpy("float32")
    inputs = np.stack([values[n : n + 10] for n in range(len(values) - 10)])[..., None]
    targets = values[10:, None]
    started = time.perf_counter()
    model = keras.Sequential([keras.Input((10, 1))])
    for depth in range(4):
        model.add(LAYERS[cell](50, return_sequences=depth < 3))
        model.add(keras.layers.Dropout(0.2))
    model.add(keras.layers.Dense(1))
    model.compile("adam", "mse")
    validation = (inputs[800:1000], targets[800:1000])
    model.fit(inputs[:800], targets[:800], validation_data=validation, epochs=epochs, batch_size=32, verbose=0)
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
