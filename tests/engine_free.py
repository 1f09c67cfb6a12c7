"""Which tests say nothing of a database server, told by where they stand.

They run on the encrypted file alone: what is the same on every engine (content, paper, plain
values), and what is about the file itself (its key, its backups, its drills).
"""

from pathlib import Path

#: Content, paper and plain values; no record is read or written.
FREE = (
    "handouts",
    "suggestions",
    "couples/test_gate.py",
    "couples/test_names.py",
    "courses/test_steps.py",
    "courses/test_texts.py",
    "demo/test_demo_texts.py",
    "homework/test_library_page.py",
    "identity/test_passwords.py",
    "library/test_finding.py",
    "library/test_in_spanish.py",
    "library/test_readability.py",
    "library/test_texts.py",
    "records/test_client_list_kinds.py",
    "security/test_parts.py",
    "security/test_source.py",
    "security/test_the_table.py",
    "test_plain_text.py",
    "test_plain_words.py",
    "test_surroundings.py",
    "test_templating.py",
    "worksheets/test_reflection.py",
)
#: The encrypted file: made, copied, damaged, backed up, put back, or asked in SQLite's own words.
ABOUT_THE_FILE = (
    "casefile/test_query_plans.py",  # which way SQLite takes to an answer
    "in_the_browser",
    "keeping",
    "security/test_at_rest.py",
    "security/test_drills.py",
    "security/test_full_disk.py",
    "test_commands.py",
    "test_faults.py",
)


def is_for_the_file_alone(test: Path) -> bool:
    """Whether a test file, by its path below `tests`, is run on the encrypted file alone."""
    places = {test.as_posix(), *(parent.as_posix() for parent in test.parents)}
    return not places.isdisjoint((*FREE, *ABOUT_THE_FILE))
