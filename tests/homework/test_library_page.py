"""The library's page in docs."""

from docs import library


def test_the_page_is_what_the_library_says_today():
    assert library.PAGE.read_text(encoding="utf-8") == library.page(), "run: python -m docs.library"
