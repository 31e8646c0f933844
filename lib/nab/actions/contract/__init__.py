"""Whether the API that nab.toml names still answers as everything here expects."""
