from random import Random

import pytest

from card_deck import Card, Deck, blackjack_value


def test_all_cards_are_there_once():
    deck = Deck()
    assert len(deck) == 52
    assert len(set(deck.cards)) == 52


def test_a_shuffle_can_be_repeated():
    first, second = Deck(Random(7)), Deck(Random(7))
    first.shuffle()
    second.shuffle()
    assert [str(card) for card in first.deal(1, 5)[0]] == [
        str(card) for card in second.deal(1, 5)[0]
    ]
    assert len(first) == 47


def test_draw_takes_the_top():
    deck = Deck()
    assert str(deck.draw()) == "A of spades"
    assert len(deck) == 51


def test_deal_in_turn():
    hands = Deck().deal(2, 2)
    assert [[str(card) for card in hand] for hand in hands] == [
        ["A of spades", "Q of spades"],
        ["K of spades", "J of spades"],
    ]


def test_too_many_cards():
    with pytest.raises(ValueError, match="60 cards are more than 52"):
        Deck().deal(6, 10)
    empty = Deck()
    empty.deal(4, 13)
    with pytest.raises(IndexError, match="deck is empty"):
        empty.draw()


def test_order():
    cards = [Card("A", "clubs"), Card("10", "spades"), Card("10", "hearts")]
    assert [str(card) for card in sorted(cards)] == ["10 of hearts", "10 of spades", "A of clubs"]


@pytest.mark.parametrize(
    ("ranks", "value"), [("A K", 21), ("A A 9", 21), ("K Q 5", 25), ("A A A", 13)]
)
def test_blackjack(ranks, value):
    assert blackjack_value([Card(rank, "hearts") for rank in ranks.split()]) == value


def test_no_such_card():
    with pytest.raises(ValueError, match="no 1 of hearts"):
        Card("1", "hearts")
    assert str(Card("2", "clubs")) == "2 of clubs"
