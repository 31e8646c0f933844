"""The state copied into one file while agents run, and put back on an empty machine."""
