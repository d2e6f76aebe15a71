import pytest

from contact_book import ContactBook


def test_search():
    book = ContactBook()
    book.add("Bob Lee", phone="555-1234")
    book.add("Ann Ray", email="ann@example.org")
    assert [contact.name for contact in book.search("example")] == ["Ann Ray"]
    assert [contact.name for contact in book.search("")] == ["Ann Ray", "Bob Lee"]
    assert book.search("zoe") == []


def test_change_keeps_the_rest():
    book = ContactBook()
    book.add("Bob Lee", phone="555-1234")
    book.add("Ann Ray", email="ann@example.org")
    book.change("bob lee", email="bob@example.org")
    assert book.get("BOB LEE").email == "bob@example.org"
    assert book.get("Bob Lee").phone == "555-1234"


def test_remove():
    book = ContactBook()
    book.add("Bob Lee", phone="555-1234")
    book.add("Ann Ray", email="ann@example.org")
    book.remove("Ann Ray")
    assert len(book.to_data()) == 1
    with pytest.raises(KeyError):
        book.get("Ann Ray")


def test_there_and_back():
    book = ContactBook()
    book.add("Bob Lee", phone="555-1234")
    book.add("Ann Ray", email="ann@example.org")
    assert book.to_data()[0] == {"name": "Ann Ray", "phone": "", "email": "ann@example.org"}
    assert ContactBook.from_data(book.to_data()).get("bob lee").phone == "555-1234"


def test_refused():
    book = ContactBook()
    book.add("Bob Lee", phone="555-1234")
    book.add("Ann Ray", email="ann@example.org")
    with pytest.raises(ValueError, match="ann ray is there already"):
        book.add("ann ray")
    with pytest.raises(ValueError, match="needs a name"):
        book.add(" ")
    with pytest.raises(ValueError, match="to rename it"):
        book.change("Bob Lee", name="Rob Lee")
