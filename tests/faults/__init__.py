"""Faults of every kind, made on purpose: what finishes is right to the bit, or says what is wrong.

`python -m tests.faults` makes them all and prints what came of them, a row a kind.
"""
