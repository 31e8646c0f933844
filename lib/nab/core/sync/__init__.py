"""What goes to the remote, what never does, and how far it has got."""
