"""The synthetic market, its other participants, and the dataset made of it."""
