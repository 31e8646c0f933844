"""How a run ends, decided: how a session ended, what comes next, how the box ended, how the run did."""
