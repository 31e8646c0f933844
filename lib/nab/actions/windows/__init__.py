"""One look at the window: gather, decide, submit, reconcile."""
