"""What a run used of models and of time: tokens, dollars, working and waiting."""
