"""A deck of playing cards."""

from dataclasses import dataclass
from random import Random

RANKS = ("2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K", "A")
SUITS = ("clubs", "diamonds", "hearts", "spades")


@dataclass(frozen=True)
class Card:
    """A card with its rank and suit."""

    rank: str
    suit: str

    def __post_init__(self) -> None:
        if self.rank not in RANKS or self.suit not in SUITS:
            raise ValueError(f"there is no {self.rank} of {self.suit}")

    def __str__(self) -> str:
        return f"{self.rank} of {self.suit}"

    def __lt__(self, other: "Card") -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[int, int]:
        return RANKS.index(self.rank), SUITS.index(self.suit)


class Deck:
    """52 cards, the last one on top."""

    def __init__(self, random: Random | None = None) -> None:
        self.cards = [Card(rank, suit) for suit in SUITS for rank in RANKS]
        self._random = random or Random()

    def __len__(self) -> int:
        return len(self.cards)

    def shuffle(self) -> None:
        """Bring the cards into a random order."""
        self._random.shuffle(self.cards)

    def draw(self) -> Card:
        """Take the card on top; an empty deck raises IndexError."""
        if not self.cards:
            raise IndexError("the deck is empty")
        return self.cards.pop()

    def deal(self, hands: int, each: int) -> list[list[Card]]:
        """Deal cards in turn to so many hands."""
        if hands * each > len(self.cards):
            raise ValueError(f"{hands * each} cards are more than {len(self.cards)}")
        dealt: list[list[Card]] = [[] for _ in range(hands)]
        for _ in range(each):
            for hand in dealt:
                hand.append(self.draw())
        return dealt


def blackjack_value(hand: list[Card]) -> int:
    """Return the best value of a hand: aces count 11, or 1 where that would be too much."""
    total = sum(_value(card.rank) for card in hand)
    aces = sum(card.rank == "A" for card in hand)
    while total > 21 and aces:
        total, aces = total - 10, aces - 1
    return total


def _value(rank: str) -> int:
    if rank == "A":
        return 11
    return 10 if rank in ("J", "Q", "K") else int(rank)
