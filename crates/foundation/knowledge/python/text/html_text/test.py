from html_text import strip_tags


def test_tags_are_removed():
    assert strip_tags("<b>bold</b> and <i>italic</i>") == "bold and italic"


def test_entities_are_decoded():
    assert strip_tags("Fish &amp; chips &lt;3") == "Fish & chips <3"


def test_blocks_are_lines():
    assert strip_tags("<h1>Title</h1><p>one\n two</p><p>three</p>") == "Title\none two\nthree"


def test_scripts_and_styles_are_left_out():
    assert strip_tags("a<script>if (x < 1) {}</script><style>p {}</style> b") == "a b"


def test_plain_text_stays():
    assert strip_tags("  nothing here ") == "nothing here"
    assert strip_tags("") == ""
