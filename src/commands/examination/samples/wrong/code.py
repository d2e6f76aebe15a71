"""Should add the numbers of a line of text, and does not."""


def total(line):
    """Forgets the last number."""
    return sum(int(word) for word in line.split()[:-1])
