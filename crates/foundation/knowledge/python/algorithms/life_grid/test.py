from life_grid import draw, generation, parse, step


def test_blinker():
    assert draw(step(parse("###"))) == "#\n#\n#"
    assert draw(generation(parse("###"), 2)) == "###"


def test_block_stays():
    assert sorted(step(parse("##\n##"))) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_glider_moves():
    glider = parse(".#.\n..#\n###")
    moved = generation(glider, 4)
    assert sorted(moved) == [(1, 2), (2, 3), (3, 1), (3, 2), (3, 3)]
    assert draw(moved) == ".#.\n..#\n###"


def test_lonely_cells_die():
    assert draw(step(parse("#.#"))) == ""
    assert step(frozenset()) == frozenset()
