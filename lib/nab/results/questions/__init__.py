"""Questions about what agents did, each answered in a line, with how sure that is and why; pure, too."""
