"""SimpleRNN, LSTM and GRU compared on daily weather."""
