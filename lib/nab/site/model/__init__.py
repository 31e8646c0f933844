"""What the site says, folded from the log and the registry up to an event; pure."""
