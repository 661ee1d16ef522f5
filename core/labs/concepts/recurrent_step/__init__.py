"""One step of SimpleRNN, LSTM and GRU, number by number."""
