"""One step of SimpleRNN, LSTM and GRU, number by number."""

from core.messages import Messages

messages = Messages(__file__)
