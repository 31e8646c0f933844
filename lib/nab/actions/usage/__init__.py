"""What a run used of models, counted from its records."""
