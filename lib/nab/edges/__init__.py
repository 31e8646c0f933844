"""One outside thing each: files, clock, processes, the engine, Numerai, git."""
