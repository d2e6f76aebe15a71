"""Morse code, both ways."""

CODES = {
    "A": ".-",
    "B": "-...",
    "C": "-.-.",
    "D": "-..",
    "E": ".",
    "F": "..-.",
    "G": "--.",
    "H": "....",
    "I": "..",
    "J": ".---",
    "K": "-.-",
    "L": ".-..",
    "M": "--",
    "N": "-.",
    "O": "---",
    "P": ".--.",
    "Q": "--.-",
    "R": ".-.",
    "S": "...",
    "T": "-",
    "U": "..-",
    "V": "...-",
    "W": ".--",
    "X": "-..-",
    "Y": "-.--",
    "Z": "--..",
    "0": "-----",
    "1": ".----",
    "2": "..---",
    "3": "...--",
    "4": "....-",
    "5": ".....",
    "6": "-....",
    "7": "--...",
    "8": "---..",
    "9": "----.",
    ".": ".-.-.-",
    ",": "--..--",
    "?": "..--..",
}
LETTERS = {code: letter for letter, code in CODES.items()}


def to_morse(text: str, skip_unknown: bool = False) -> str:
    """Return ``text`` in Morse code: blanks between letters, `` / `` between words."""
    words = []
    for word in text.upper().split():
        codes = []
        for letter in word:
            if letter in CODES:
                codes.append(CODES[letter])
            elif not skip_unknown:
                raise ValueError(f"no code for {letter!r}")
        if codes:
            words.append(" ".join(codes))
    return " / ".join(words)


def from_morse(code: str) -> str:
    """Return the text of Morse code, in capitals."""
    words = []
    for word in code.strip().split("/"):
        letters = []
        for sign in word.split():
            if sign not in LETTERS:
                raise ValueError(f"unknown code {sign!r}")
            letters.append(LETTERS[sign])
        words.append("".join(letters))
    return " ".join(word for word in words if word)
