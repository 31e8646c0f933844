"""What coding agents' programs are started with, print and keep: one adapter and one reader each."""
