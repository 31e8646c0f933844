"""What each GraphQL operation answers, one module per subject."""
