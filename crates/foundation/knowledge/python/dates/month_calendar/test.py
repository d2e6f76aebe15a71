from month_calendar import calendar_text, weeks


def test_weeks_from_monday():
    assert weeks(2024, 2) == [
        [0, 0, 0, 1, 2, 3, 4],
        [5, 6, 7, 8, 9, 10, 11],
        [12, 13, 14, 15, 16, 17, 18],
        [19, 20, 21, 22, 23, 24, 25],
        [26, 27, 28, 29, 0, 0, 0],
    ]


def test_weeks_from_sunday():
    assert weeks(2024, 9, first_weekday=6)[0] == [1, 2, 3, 4, 5, 6, 7]


def test_december_ends():
    assert weeks(2023, 12)[-1] == [25, 26, 27, 28, 29, 30, 31]


def test_text():
    assert calendar_text(2021, 2).splitlines() == [
        "       February 2021",
        " Mo  Tu  We  Th  Fr  Sa  Su",
        "  1   2   3   4   5   6   7",
        "  8   9  10  11  12  13  14",
        " 15  16  17  18  19  20  21",
        " 22  23  24  25  26  27  28",
    ]


def test_marked_days():
    assert calendar_text(2021, 2, marked=[3]).splitlines()[2] == "  1   2   3*  4   5   6   7"
