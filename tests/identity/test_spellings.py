"""One account is one account, however its e-mail is spelt."""

import pytest

from tests.browser import Browser
from tests.factories import Person
from tests.identity.test_rate_limits import guess


@pytest.fixture
def spellings(app) -> list[str]:
    """Ways to write Dana's e-mail that all sign her in."""
    person: Person = app.extensions["cast"]["dana"]
    name, domain = person.email.split("@")
    return [
        person.email,
        person.email.upper(),
        f"{name}@ａ{domain[1:]}",
        f"{name}@{domain.replace('st', 'ﬆ')}",
        f"{name}@{domain.replace('.', '。')}",
    ]


def test_other_spellings_bring_no_more_tries(visitor: Browser, spellings: list[str]) -> None:
    seen = [guess(visitor, spellings[number % 5], number).status_code for number in range(12)]
    assert seen == [422] * 10 + [429, 429]
