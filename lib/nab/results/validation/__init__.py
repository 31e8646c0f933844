"""How often the procedure is wrong, simulated, and on real scores."""
