"""What agents printed of their models and wrote to make them: metrics with their surface, families of code; pure."""
