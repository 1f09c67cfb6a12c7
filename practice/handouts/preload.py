"""Loaded once by the server that the press's processes are forked from.

Importing the typesetter and printing a first sheet is most of what a process does before it is of
use. Here it is done once for all of them, and they hold what they have in common in memory only
once. Where the typesetter cannot be imported, nothing happens here: each process tries again, and
says why not.
"""

import gc
import logging
from contextlib import suppress

with suppress(ImportError, OSError):
    from practice.handouts.pdf import make_ready

    logging.disable(logging.CRITICAL)
    make_ready()
    gc.collect()
    gc.freeze()
