"""The slot given to whose turn it is, and the ledger of that."""
