"""The note that stands at the remote, for whoever finds the repository without the program that made it."""

README = b"""# A copy of a bench's state

Written every two minutes by NumeraiAgentBench (`scripts/sync_to_github.py`); do not edit it. The project's
`docs/sync.md` explains it.

- `events/` is the truth, `runs/` what was recorded of each run; the rest is derived from them.
- A file that only grows stands here as a folder of parts, each named by the place of its first byte. Joined in the
  order of their names they are the file: `cat events/2026-05.jsonl/*`.
- `runs/<run>/workspace/` is what the agent worked on, `workspace-commit` which commit of its history that is.
- `left-out.jsonl`, here and in each run, lists what is not here and why: too large, licensed data, or a secret in it.
"""
