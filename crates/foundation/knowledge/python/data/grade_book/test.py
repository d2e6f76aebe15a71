import pytest

from grade_book import GradeBook, letter


def test_averages():
    book = GradeBook()
    for student, subject, score in [
        ("Ann", "maths", 90),
        ("Ann", "maths", 80),
        ("Ann", "art", 100),
        ("Bob", "maths", 55),
        ("Cleo", "art", 90),
    ]:
        book.record(student, subject, score)
    assert book.average("Ann") == 90
    assert book.subject_average("maths") == 75


def test_letters():
    book = GradeBook()
    for student, subject, score in [
        ("Ann", "maths", 90),
        ("Ann", "maths", 80),
        ("Ann", "art", 100),
        ("Bob", "maths", 55),
        ("Cleo", "art", 90),
    ]:
        book.record(student, subject, score)
    assert [letter(score) for score in (95, 90, 89.9, 60, 59)] == ["A", "A", "B", "D", "F"]
    assert book.report("Ann") == {"maths": "B", "art": "A"}


def test_equal_averages_share_a_rank():
    book = GradeBook()
    for student, subject, score in [
        ("Ann", "maths", 90),
        ("Ann", "maths", 80),
        ("Ann", "art", 100),
        ("Bob", "maths", 55),
        ("Cleo", "art", 90),
    ]:
        book.record(student, subject, score)
    assert book.ranking() == [(1, "Ann", 90.0), (1, "Cleo", 90.0), (3, "Bob", 55.0)]


def test_other_limits():
    assert letter(5, [(4, "good"), (2, "fair")]) == "good"


def test_refused():
    book = GradeBook()
    for student, subject, score in [
        ("Ann", "maths", 90),
        ("Ann", "maths", 80),
        ("Ann", "art", 100),
        ("Bob", "maths", 55),
        ("Cleo", "art", 90),
    ]:
        book.record(student, subject, score)
    with pytest.raises(ValueError, match="101 is not a score"):
        book.record("Ann", "art", 101)
    with pytest.raises(KeyError):
        book.subject_average("music")
    assert book.average("Bob") == 55
