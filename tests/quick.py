"""Which tests `bin/test --quick` leaves out, by where they stand: those that take long.

A rule, a form and a page of most rooms are tried in half a minute on two cores. A new folder is quick
until it is named here; `bin/test --durations 20 tests/<folder>` shows what its tests take.
"""

from pathlib import Path

TESTS = Path(__file__).parent

#: A browser, the press, large files or databases, the real command, or a password worked out each time.
FOLDERS = frozenset(
    {
        "attachments",
        "demo",
        "handouts",
        "identity",
        "in_the_browser",
        "keeping",
        "practice_admin",
        "records",
        "security",
        "worksheets",
    }
)
#: The same within quick folders: every page, field, order of things or text in turn.
FILES = frozenset(
    {
        "couples/test_appointments.py",
        "couples/test_file.py",
        "couples/test_list.py",
        "courses/test_courses.py",
        "homework/test_views.py",
        "library/test_custom.py",
        "library/test_custom_files.py",
        "library/test_in_spanish.py",
        "library/test_texts.py",
        "sessions/test_hours.py",
        "sessions/test_order.py",
        "sessions/test_saving.py",
        "suggestions/test_rules.py",
        "test_bad_input.py",
        "test_commands.py",
        "test_every_page.py",
        "test_hostile_requests.py",
        "test_migrations.py",
        "test_names_on_every_page.py",
        "test_out_of_range.py",
        "test_plain_words.py",
        "test_surroundings.py",
    }
)


def takes_long(path: Path) -> bool:
    """Whether a folder or file of tests is left out when half a minute has to do."""
    if not path.is_relative_to(TESTS):
        return False
    within = path.relative_to(TESTS).as_posix()
    return within in FOLDERS or within in FILES
