"""The state and the commands of a text adventure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WAYS = ("north", "east", "south", "west")
SHORT_FORMS = {"l": "look", "i": "inventory", **{way[0]: f"go {way}" for way in WAYS}}


@dataclass
class Room:
    """A place; ``locks`` maps a direction to the item that opens it."""

    text: str
    exits: dict[str, str] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)
    locks: dict[str, str] = field(default_factory=dict)


class Game:
    """Where the player is and what the player carries."""

    def __init__(self, rooms: Mapping[str, Room], start: str, goal: str) -> None:
        for name in (start, goal, *(to for room in rooms.values() for to in room.exits.values())):
            if name not in rooms:
                raise ValueError(f"there is no room {name!r}")
        self._rooms = rooms
        self._goal = goal
        # Items and locks are copied, so that the world can be played again.
        self._items = {name: set(room.items) for name, room in rooms.items()}
        self._locks = {name: dict(room.locks) for name, room in rooms.items()}
        self.place = start
        self.carried: set[str] = set()

    @property
    def won(self) -> bool:
        """True once the goal is reached."""
        return self.place == self._goal

    def command(self, line: str) -> str:
        """Carry out what the player typed and return the answer."""
        words = line.lower().split()
        if words and words[0] in SHORT_FORMS:
            words[:1] = SHORT_FORMS[words[0]].split()
        if self.won:
            return "The game is over: you have won."
        verb, thing = (words[0], " ".join(words[1:])) if words else ("", "")
        action = getattr(self, f"do_{verb}", None)
        return action(thing) if action else "I do not understand that."

    def do_look(self, _thing: str = "") -> str:
        """Describe the room."""
        room = self._rooms[self.place]
        parts = [room.text]
        if self._items[self.place]:
            parts.append(f"You see: {', '.join(sorted(self._items[self.place]))}.")
        parts.append(f"Exits: {', '.join(sorted(room.exits)) or 'none'}.")
        return " ".join(parts)

    def do_go(self, direction: str) -> str:
        """Leave the room, unlocking the door if the key is carried."""
        if direction not in self._rooms[self.place].exits:
            return "You cannot go that way."
        key = self._locks[self.place].get(direction)
        if key is not None and key not in self.carried:
            return f"The way {direction} is locked. You need the {key}."
        self._locks[self.place].pop(direction, None)
        self.place = self._rooms[self.place].exits[direction]
        return self.do_look() + (" You have won!" if self.won else "")

    def do_take(self, item: str) -> str:
        """Pick something up."""
        if item not in self._items[self.place]:
            return "That is not here."
        self._items[self.place].remove(item)
        self.carried.add(item)
        return f"You take the {item}."

    def do_drop(self, item: str) -> str:
        """Put something down."""
        if item not in self.carried:
            return "You do not have that."
        self.carried.remove(item)
        self._items[self.place].add(item)
        return f"You drop the {item}."

    def do_inventory(self, _thing: str = "") -> str:
        """List what is carried."""
        return f"You carry: {', '.join(sorted(self.carried)) or 'nothing'}."
