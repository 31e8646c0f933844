"""A local Numerai tournament that an unmodified numerapi can play.

The Makefile's door to `python -m nab.tournament`, which needs no repository (docs/tournament.md).
"""

from nab.tournament.__main__ import main

if __name__ == "__main__":
    main()
