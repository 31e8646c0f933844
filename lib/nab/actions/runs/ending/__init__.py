"""How a run ends, carried out: the ends of its sessions, of its box and of the run itself, each written down."""
