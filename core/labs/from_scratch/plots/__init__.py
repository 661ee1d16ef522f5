"""Draw what the lab shows: charts, images of weights and activations, and the diagram of the network."""
