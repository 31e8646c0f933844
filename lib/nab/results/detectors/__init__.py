"""Rules that find in a run's records what its agent did: pure, with a version each, and audited by labelled cases."""
