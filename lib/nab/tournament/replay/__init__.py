"""A dataset cut before its newest eras, those eras served one at a time, and what predictions on them are worth."""
