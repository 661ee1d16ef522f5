"""SimpleRNN, LSTM and GRU compared on daily weather."""

from core.messages import Messages

messages = Messages(__file__)
