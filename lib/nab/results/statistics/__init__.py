"""Tests, intervals and power for rounds that share their days: pure functions, in plain Python."""
