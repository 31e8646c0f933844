"""What is not well, told to a person."""
