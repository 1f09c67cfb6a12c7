"""The page that explains the format is true."""

from docs import export


def test_the_page_on_the_format_is_up_to_date() -> None:
    assert export.PAGE.read_text(encoding="utf-8") == export.page(), "run: python -m docs.export"
