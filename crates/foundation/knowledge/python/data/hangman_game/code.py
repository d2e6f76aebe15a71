"""Hangman without input and output."""


class Hangman:
    """A hidden word and the letters guessed so far."""

    def __init__(self, word: str, misses: int = 6) -> None:
        if not any(symbol.isalpha() for symbol in word):
            raise ValueError("the word has no letters")
        if misses < 1:
            raise ValueError("one miss must be allowed at least")
        self._word = word
        self._misses = misses
        self.guessed: list[str] = []

    def guess(self, letter: str) -> bool:
        """Guess a letter and tell whether the word has it."""
        letter = letter.lower()
        if len(letter) != 1 or not letter.isalpha():
            raise ValueError(f"{letter!r} is not a letter")
        if self.state() != "playing":
            raise ValueError("the game is over")
        if letter not in self.guessed:
            self.guessed.append(letter)
        return letter in self._word.lower()

    def shown(self) -> str:
        """Return the word with ``_`` for hidden letters; all of it when the game is lost."""
        if self.state() == "lost":
            return self._word
        return "".join(
            symbol if not symbol.isalpha() or symbol.lower() in self.guessed else "_"
            for symbol in self._word
        )

    def wrong(self) -> list[str]:
        """Return the letters that the word does not have."""
        return [letter for letter in self.guessed if letter not in self._word.lower()]

    def left(self) -> int:
        """Return how many misses are left."""
        return self._misses - len(self.wrong())

    def state(self) -> str:
        """Return ``playing``, ``won`` or ``lost``."""
        if self.left() <= 0:
            return "lost"
        letters = {symbol for symbol in self._word.lower() if symbol.isalpha()}
        return "won" if letters <= set(self.guessed) else "playing"
