"""How a page is written: by one door, every figure with its origin, words of others as words."""
