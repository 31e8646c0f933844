"""Methods for what agents did rather than scored: luck, promotions, research, plateaus; pure, in plain Python."""
