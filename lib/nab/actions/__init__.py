"""Load, decide with core, apply with edges: one verb a module."""
