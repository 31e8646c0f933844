"""The replay track: where a dataset is cut, which runs were made of the cut alone, and what a leak looks like."""
