"""Adds the numbers of a line of text."""


def total(line):
    """The sum of the numbers in a line."""
    return sum(int(word) for word in line.split())
