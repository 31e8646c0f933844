"""Where calls go, and where no call may go."""
