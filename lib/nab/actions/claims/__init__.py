"""Claims: families registered before their scores, looks written down, all of it derived again."""
