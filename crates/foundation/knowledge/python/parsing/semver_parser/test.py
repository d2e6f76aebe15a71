import pytest

from semver_parser import Version, bump, parse_version


def test_parse_all_parts():
    assert parse_version("1.2.3") == Version(1, 2, 3)
    version = parse_version(" v1.0.0-rc.1+build.007 ")
    assert version.prerelease == ("rc", "1")
    assert version.build == "build.007"
    assert str(version) == "1.0.0-rc.1+build.007"
    assert str(parse_version("10.20.30")) == "10.20.30"


@pytest.mark.parametrize("text", ["1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "a.b.c", ""])
def test_malformed_versions(text):
    with pytest.raises(ValueError, match="not a semantic version"):
        parse_version(text)


def test_labels_may_mix_letters_digits_and_hyphens():
    assert parse_version("1.0.0-0a.-.x-1").prerelease == ("0a", "-", "x-1")


def test_order_follows_the_standard():
    ordered = ["1.0.0-1", "1.0.0-2", "1.0.0-11", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta",
               "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"]
    shuffled = sorted(ordered, key=lambda text: text[::-1])
    assert sorted(shuffled, key=parse_version) == ordered
    assert (parse_version("1.9.0") < parse_version("1.10.0")) is True
    assert (parse_version("1.0.0") >= parse_version("1.0.0-rc.1")) is True


def test_build_is_ignored_in_comparison():
    assert parse_version("1.0.0+a") == parse_version("1.0.0+b")
    assert len({parse_version("1.0.0+a"), parse_version("1.0.0"), parse_version("1.0.1")}) == 2
    assert (parse_version("1.0.0+a") < parse_version("1.0.0+b")) is False


def test_comparison_with_other_types():
    assert (parse_version("1.0.0") == "1.0.0") is False
    with pytest.raises(TypeError):
        sorted([parse_version("1.0.0"), "1.0.0"])


def test_bump():
    assert str(bump(Version(1, 2, 3), "patch")) == "1.2.4"
    assert str(bump(Version(1, 2, 3), "minor")) == "1.3.0"
    assert str(bump(Version(1, 2, 3), "major")) == "2.0.0"
    with pytest.raises(ValueError, match="not 'micro'"):
        bump(Version(1, 2, 3), "micro")


def test_bump_finishes_a_prerelease():
    assert str(bump(parse_version("1.2.3-rc.1+b"), "patch")) == "1.2.3"
    assert str(bump(parse_version("1.2.3-rc.1"), "minor")) == "1.3.0"
    assert str(bump(parse_version("1.3.0-rc.1"), "minor")) == "1.3.0"
    assert str(bump(parse_version("2.0.0-rc.1"), "major")) == "2.0.0"
    assert str(bump(parse_version("2.1.0-rc.1"), "major")) == "3.0.0"
    assert str(bump(parse_version("2.0.1-rc.1"), "major")) == "3.0.0"
