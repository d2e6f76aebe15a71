import pytest

from directory_tree_text import render_tree


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    (root / "src" / "core").mkdir(parents=True)
    (root / "docs").mkdir()
    (root / "src" / "core" / "main.py").touch()
    (root / "src" / "app.py").touch()
    (root / "README").touch()
    return root


def test_full_tree(project):
    assert render_tree(project) == "\n".join(
        [
            "project/",
            "├── docs/",
            "├── src/",
            "│   ├── core/",
            "│   │   └── main.py",
            "│   └── app.py",
            "└── README",
        ]
    )


def test_last_folder_is_indented_without_a_line(tmp_path):
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "file").touch()
    assert render_tree(tmp_path).splitlines()[1:] == ["└── only/", "    └── file"]


@pytest.mark.parametrize("depth, lines", [(0, 1), (1, 4), (2, 6), (9, 7)])
def test_depth_limit(project, depth, lines):
    assert len(render_tree(project, max_depth=depth).splitlines()) == lines


def test_ignore_patterns(project):
    assert render_tree(project, ignore=["src", "READ*"]) == "project/\n└── docs/"


def test_links_are_shown_but_not_entered(project):
    (project / "docs" / "loop").symlink_to("..")
    assert "│   └── loop -> .." in render_tree(project).splitlines()


def test_file_is_refused(project):
    with pytest.raises(NotADirectoryError):
        render_tree(project / "README")


def test_negative_depth(project):
    with pytest.raises(ValueError, match="must not be negative"):
        render_tree(project, max_depth=-1)
