"""Whether something that leaves this machine holds a secret, in whatever form."""
