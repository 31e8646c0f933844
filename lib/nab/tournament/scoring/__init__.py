"""What predictions are worth: scores, payouts, diagnostics."""
