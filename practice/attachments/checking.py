"""What may be kept of a file that somebody sent: looked through in a process that may fail."""

from dataclasses import dataclass

from practice import handouts
from practice.errors import Refused
from practice.formatting import listed
from practice.handouts.renderer import FAILED, TOO_LONG, TOO_MUCH, PrintFailed

#: Why a file is refused, by the reason that the press gives.
REASONS = {
    "empty": "This file is empty: there is nothing in it. It may not have been saved or sent to its "
    "end. Choose it anew from where it was made.",
    "kind": "Choose a PDF, PNG, JPEG, TIFF or HEIC file. This one is something else, whatever its "
    "name says.",
    "two-kinds": "This file is two kinds of file at once. Print or scan it anew as PDF.",
    "two-files": "These are two PDFs, one behind the other in one file, and most programs show only "
    "one of them. Save each by itself, then choose them one by one.",
    "pixels": "This picture is too large. Scan it with fewer dots an inch, 300 at most.",
    "in-part": "Only part of this file arrived: a page, or part of one, is missing. Save or send it "
    "anew, or print it as a new PDF, and look whether all is there before you choose it.",
    "otherwise": "This file is damaged, and a page of it would look different once it is repaired. "
    "Open it, look whether all is there, print it as a new PDF, and choose that.",
    "damaged": "This file is damaged. Open it, save or print it as a new PDF, and choose that.",
    "damaged-picture": "This picture is damaged. Open it, save it as a new picture, and choose that.",
    "no-pages": "This PDF has no pages. Open it where it was made, and save it as a new PDF.",
    "password": "This PDF asks for a password. Save it without one, then choose it again.",
    "large": "This PDF is too long or too complicated. Print it as a new PDF, or in parts.",
    "made-while-open": "This form fills itself in only while it is open. Print it as a PDF.",
}
#: What the press says of a file that is more than it may use, and what is said of it here.
BEYOND = {
    TOO_LONG: "This file took longer to look through than the time there is for one. Save it in "
    "parts, or scan it with fewer dots an inch, then choose it again.",
    TOO_MUCH: "This file needs more memory to look through than there is for one. Save it in parts, "
    "or scan it with fewer dots an inch, then choose it again.",
    FAILED: "This file could not be read. Open it, print it as a new PDF, and choose that.",
}
#: What was taken out of a PDF, in words.
TAKEN_OUT = {
    "scripts": "scripts",
    "files": "files hidden in it",
    "forms": "a second copy of its form",
    "media": "sound and video",
    "links": "links to the outside",
}
#: What was changed in a picture, in words.
CHANGED = {
    "smaller": "It was large, and was made smaller: 5,000 pixels on its longer side.",
    "first": "It holds several pictures; the first of them is kept.",
    "jpeg": "It is kept as a JPEG, which every program opens.",
    "png": "It is kept as a PNG, which every program opens.",
    "pdf": "Its pages are kept as one PDF, which every program opens.",
}
SIGNATURE = "Its digital signature can be checked in the original alone."


@dataclass(frozen=True)
class Checked:
    """A file as it may be kept, and what of it could not."""

    content: bytes
    content_type: str
    pages: int | None = None
    taken_out: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What is different from the file that was sent, in words; nothing when nothing is."""
        gone = [words for key, words in TAKEN_OUT.items() if key in self.taken_out]
        said = [f"Taken out of it: {listed(gone)}."] if gone else []
        if "signature" in self.taken_out:
            said.append(SIGNATURE)
        return " ".join([*said, *(CHANGED[key] for key in self.changed)])


def checked(content: bytes) -> Checked:
    """The file made anew by the press. Raises Refused, beside the field `file`, with a reason.

    It may take seconds, so the caller holds no lock meanwhile.
    """
    try:
        facts, made = handouts.current_renderer().made_safe(content)
    except PrintFailed as failure:
        raise Refused(BEYOND.get(str(failure), str(failure)), "file") from failure
    if "refused" in facts:
        raise Refused(REASONS[facts["refused"]], "file")
    return Checked(
        made,
        facts["type"],
        facts.get("pages"),
        tuple(facts.get("taken_out", ())),
        tuple(facts.get("changed", ())),
    )
