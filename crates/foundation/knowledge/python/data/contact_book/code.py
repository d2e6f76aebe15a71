"""An address book in memory."""

from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Contact:
    """A person with ways to reach them."""

    name: str
    phone: str = ""
    email: str = ""


class ContactBook:
    """Contacts by name."""

    def __init__(self) -> None:
        self._contacts: dict[str, Contact] = {}

    def add(self, name: str, phone: str = "", email: str = "") -> Contact:
        """Add a contact; a name that is taken or empty raises ValueError."""
        if not name.strip():
            raise ValueError("a contact needs a name")
        if name.lower() in self._contacts:
            raise ValueError(f"{name} is there already")
        self._contacts[name.lower()] = contact = Contact(name, phone, email)
        return contact

    def get(self, name: str) -> Contact:
        """Return the contact of a name; an unknown one raises KeyError."""
        return self._contacts[name.lower()]

    def change(self, name: str, /, **fields: str) -> Contact:
        """Change fields of a contact and keep the others."""
        changed = replace(self.get(name), **fields)
        if changed.name.lower() != name.lower():
            raise ValueError("remove and add a contact to rename it")
        self._contacts[name.lower()] = changed
        return changed

    def remove(self, name: str) -> None:
        """Remove a contact; an unknown one raises KeyError."""
        del self._contacts[name.lower()]

    def search(self, text: str) -> list[Contact]:
        """Return the contacts that hold ``text`` in any field, by name."""
        wanted = text.lower()
        found = [
            contact
            for contact in self._contacts.values()
            if any(wanted in str(value).lower() for value in asdict(contact).values())
        ]
        return sorted(found, key=lambda contact: contact.name.lower())

    def to_data(self) -> list[dict[str, Any]]:
        """Return plain data, sorted by name."""
        return [asdict(contact) for contact in self.search("")]

    @classmethod
    def from_data(cls, data: list[dict[str, Any]]) -> "ContactBook":
        """Return the book of plain data."""
        book = cls()
        for fields in data:
            book.add(**fields)
        return book
