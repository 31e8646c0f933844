"""What an API of Numerai's answers, as shapes, and how two of them differ."""
