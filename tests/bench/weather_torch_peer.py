"""Train the weather network in plain PyTorch; print the seconds."""

import sys
import time

import numpy as np
import torch
from vega_datasets import local_data

LAYERS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


class Network(torch.nn.Module):
    def __init__(self, cell: str) -> None:
        super().__init__()
        self.cells = LAYERS[cell](1, 50, num_layers=4, dropout=0.2, batch_first=True)
        self.dropout, self.dense = torch.nn.Dropout(0.2), torch.nn.Linear(50, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.dense(self.dropout(self.cells(x)[0][:, -1]))


def main(cell: str, epochs: int) -> None:
    values = local_data.seattle_weather()["temp_max"].to_numpy("float32")
    inputs = torch.tensor(np.stack([values[n : n + 10] for n in range(len(values) - 10)])[..., None])
    targets = torch.tensor(values[10:, None])
    started = time.perf_counter()
    model = Network(cell)
    optimizer, loss = torch.optim.Adam(model.parameters(), lr=1e-3), torch.nn.MSELoss()
    for _ in range(epochs):
        model.train()
        for rows in torch.randperm(800).split(32):
            optimizer.zero_grad()
            loss(model(inputs[rows]), targets[rows]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            loss(model(inputs[800:1000]), targets[800:1000]).item()
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
