from acronym_maker import acronym, initials


def test_phrase():
    assert acronym("Portable Network Graphics") == "PNG"


def test_hyphens_and_apostrophes():
    assert acronym("complementary metal-oxide semiconductor") == "CMOS"
    assert acronym("Halley's Comet") == "HC"


def test_small_words():
    assert acronym("Department of the Interior") == "DOTI"
    assert acronym("Department of the Interior", skip_small=True) == "DI"


def test_initials():
    assert initials("ann lee-hart") == "A. L.-H."


def test_nothing():
    assert acronym(" - ") == ""
    assert initials("") == ""
