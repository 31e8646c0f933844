"""What an agent is told: its task, and the words that a session begins with."""
