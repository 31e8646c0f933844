"""State files: written whole or by the line, locked, compressed."""
