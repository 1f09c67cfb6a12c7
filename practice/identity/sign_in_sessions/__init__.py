"""Being signed in: a random id in the cookie, and everything else in a row that can be ended.

The database knows the SHA-256 of the id alone. Ending the row ends the sign-in, wherever the
cookie is, and nothing brings it back: a row is renewed only in the place of one that still
stands, in the transaction of the request that renews it.
"""

from practice.identity.sign_in_sessions.interface import init_app
from practice.identity.sign_in_sessions.renewal import SignInEnded, begin, complete, prove, unlock
from practice.identity.sign_in_sessions.state import (
    CLOCK_SLACK,
    RECENT,
    WRITTEN_EVERY,
    BrowserSession,
    Colleague,
    SignIn,
    current,
    here,
    is_recent,
    lock,
    lock_when_idle,
    note_input,
    owner_of,
)
from practice.identity.sign_in_sessions.store import (
    LONGEST,
    end_all,
    end_here,
    end_one,
    end_others,
    of_user,
    resume,
    rows,
)

__all__ = [
    "CLOCK_SLACK",
    "LONGEST",
    "RECENT",
    "WRITTEN_EVERY",
    "BrowserSession",
    "Colleague",
    "SignIn",
    "SignInEnded",
    "begin",
    "complete",
    "current",
    "end_all",
    "end_here",
    "end_one",
    "end_others",
    "here",
    "init_app",
    "is_recent",
    "lock",
    "lock_when_idle",
    "note_input",
    "of_user",
    "owner_of",
    "prove",
    "resume",
    "rows",
    "unlock",
]
