"""What is kept of what passes: texts that an agent reads, files that it puts to Numerai's storage."""
