"""What became of an entrant in a round, folded from evidence, and whose doing it was."""
