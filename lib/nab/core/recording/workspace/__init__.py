"""What the history of a workspace holds, and what it leaves out."""
