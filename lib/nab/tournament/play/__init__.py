"""The tournament while it runs: its account, what was uploaded, its faults, and what moves it on."""
