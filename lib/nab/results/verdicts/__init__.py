"""A season from its registration to its verdicts, folded from scores; pure, too."""
