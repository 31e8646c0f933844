"""Claims: families registered, looks and their versions, the registry as of any place in the log; pure, too."""
