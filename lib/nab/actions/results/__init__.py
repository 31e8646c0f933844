"""The results store brought up to date, asked and exported."""
