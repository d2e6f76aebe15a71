"""Which candidates behave alike on inputs that no test has."""


def answer(files, question, channel, ends_at):
    pass
