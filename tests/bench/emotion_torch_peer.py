"""Train the report's network in plain PyTorch; print seconds and processor seconds of each epoch.

`padded` reads all texts padded to the longest, as the report does; `packed` packs each batch and keeps the
embedding's gradient sparse, which is the best that PyTorch offers.
"""

import sys
import time

import torch

from tests.bench._emotion_texts import CLASSES, LONGEST, texts

VOCABULARY = 60_000


class Network(torch.nn.Module):
    def __init__(self, packed: bool) -> None:
        super().__init__()
        self.packed = packed
        self.embedding = torch.nn.Embedding(VOCABULARY, 100, padding_idx=0, sparse=packed)
        self.gru = torch.nn.GRU(100, 128, batch_first=True, bidirectional=True)
        self.norm, self.dropout = torch.nn.BatchNorm1d(256), torch.nn.Dropout(0.5)
        self.dense, self.out = torch.nn.Linear(256, 64), torch.nn.Linear(64, CLASSES)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens)
        if self.packed:
            lengths = (tokens > 0).sum(1)
            x = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        _, h = self.gru(x)
        x = self.dropout(self.norm(torch.cat([h[0], h[1]], dim=1)))
        return self.out(self.dropout(torch.relu(self.dense(x))))


def optimizers(model: Network) -> list[torch.optim.Optimizer]:
    if not model.packed:
        return [torch.optim.Adam(model.parameters(), lr=1e-3)]
    rest = [p for name, p in model.named_parameters() if not name.startswith("embedding")]
    return [torch.optim.SparseAdam(list(model.embedding.parameters()), lr=1e-3), torch.optim.Adam(rest, lr=1e-3)]


def main(form: str, rows: int, epochs: int, threads: int) -> None:
    torch.set_num_threads(threads)
    packed = form == "packed"
    tokens, labels = texts(rows, front=not packed)
    inputs, targets = torch.tensor(tokens[:, :LONGEST]).long(), torch.tensor(labels).long()
    model, loss = Network(packed), torch.nn.CrossEntropyLoss()
    steps = optimizers(model)
    for _ in range(epochs):
        started, work = time.perf_counter(), time.process_time()
        for chosen in torch.randperm(len(inputs)).split(32):
            for optimizer in steps:
                optimizer.zero_grad()
            loss(model(inputs[chosen]), targets[chosen]).backward()
            for optimizer in steps:
                optimizer.step()
        print(time.perf_counter() - started, time.process_time() - work, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *(int(number) for number in sys.argv[2:5]))
