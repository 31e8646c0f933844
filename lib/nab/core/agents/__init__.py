"""What coding agents' programs are started with, print and keep: one adapter and one reader each.

More than 14 modules, because each of the three programs prints lines of one form and keeps lines of another, and
programs of an operator's own print a fourth and a fifth.
"""
