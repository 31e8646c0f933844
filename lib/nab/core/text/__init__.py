"""Words, names, times and tables, as people and files read them."""
