"""The words in which the log is read: what was done, to what, for someone who knows no table."""

from practice.vocabulary import RECORD_NAMES

#: What a therapist would call a deed, by verb and table, where it has a name of its own.
DEEDS = {
    ("created", "assignment"): "gave homework",
    ("created", "attachment"): "added an attachment",
    ("created", "care_team_member"): "put someone on the care team",
    ("removed", "care_team_member"): "took someone off the care team",
    ("created", "couple"): "opened the file",
    ("created", "course_taken"): "started a course",
    ("created", "course_step"): "laid out a step of a course",
    ("created", "own_course"): "made a course",
    ("fetched the copy of", "couple"): "saved the copy of the file",
    ("created", "note_addendum"): "signed an addendum",
    ("created", "note_signature"): "signed a note",
    ("created", "progress_note"): "began a progress note",
    ("created", "psychotherapy_note"): "began a psychotherapy note",
    ("created", "review"): "wrote how homework went",
    ("changed", "review"): "changed how homework went",
    ("created", "safety_screen"): "kept a safety screen",
    ("created", "sighting"): "tagged an obstacle",
    ("removed", "sighting"): "took an obstacle off",
    ("created", "supervision"): "let a supervisor read a colleague’s files",
    ("opened-in-emergency", "emergency_access"): "opened the file in an emergency, to read",
    ("reviewed-emergency", "emergency_access"): "looked into an emergency",
    ("custodian-named", "practice"): "named a custodian",
    ("hand-over-started", "handover"): "started to hand over what a clinician left",
    ("hand-over-accepted", "handover"): "accepted a hand-over",
    ("hand-over-taken-back", "handover"): "took a hand-over back",
    ("hand-over-replaced", "handover"): "replaced a hand-over by another",
    ("hand-over-ended", "handover"): "ended a hand-over: the clinician came back",
    ("invited", "invitation"): "invited someone",
    ("took-back-invitation", "invitation"): "took an invitation back",
    ("joined", "user"): "joined by an invitation",
    ("password-link-made", "user"): "made a link to choose a new password",
    ("password-link-made-here", "user"): "made a link to choose a new password, by a command",
    ("password-link-taken-back", "user"): "took back a link to choose a new password",
    ("password-chosen-by-link", "user"): "chose a new password by a link",
    ("created", "therapy_session"): "started a session",
    ("created", "user"): "added a user",
}
#: Verbs that read otherwise than they are written.
VERBS = {
    "published": "put into the library",
    "unshared": "stopped sharing",
    "discarded": "threw away the draft of",
    "imported": "brought in",
    "took back": "took back whole",
    "imported one's own": "brought back what is someone’s alone in",
    "viewed": "looked at",
    "viewed homework of": "looked at the homework in",
    "viewed own psychotherapy note of": "looked at their own psychotherapy note of",
    "viewed access report of": "looked at who opened",
    "viewed attachments of": "looked at the attachments in",
    "viewed the picture of": "looked at the picture of",
    "viewed screen": "looked at the safety screens in",
    "viewed handed-over": "looked, as custodian, at",
    "previewed a sheet for": "looked at a sheet before giving it, in",
    "exported handed-over notes": "took out, as custodian, the psychotherapy notes of",
    "exported": "took a copy of",
    "exported one's own": "took out what they keep for themselves in",
    "exported psychotherapy notes": "took out their own psychotherapy notes from",
    "began to export": "began a copy of all that belongs to",
    "fetched the copy of": "saved the copy of all that belongs to",
    "counted": "asked whether there are others:",
    "listed": "looked through",
    "searched": "searched",
    "refused": "was turned away from",
}
#: Copies of records that leave.
EXPORTED = (
    *("exported", "exported one's own", "exported psychotherapy notes"),
    *("exported handed-over notes", "began to export", "fetched the copy of"),
)
#: What is done with what somebody keeps for themselves alone.
KEPT_ALONE = (
    *("viewed own psychotherapy note of", "exported psychotherapy notes"),
    *("exported one's own", "imported one's own"),
    *("viewed handed-over", "exported handed-over notes"),
)
#: Kinds of event to choose from: what each is called, and its verbs. A kind without any is the rest.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "looks": (
        "Looks",
        (
            *("viewed", "viewed homework of", "viewed screen", "viewed own psychotherapy note of"),
            *("viewed attachments of", "viewed the picture of", "viewed handed-over"),
            "previewed a sheet for",
            *("viewed access report of", "listed", "searched", "counted", "recognised a name of"),
        ),
    ),
    "changes": (
        "Changes",
        (
            *("created", "changed", "removed", "published", "revised", "discarded"),
            *("shared", "unshared", "archived", "restored"),
        ),
    ),
    "copies": (
        "Prints and copies",
        ("printed", *EXPORTED, "imported", "took back", "imported one's own", "downloaded"),
    ),
    "refusals": ("Turned away", ("refused",)),
    "people": ("Sign-ins and people", ()),
}
#: What a command on the machine itself does, when nobody is signed in.
BY_COMMAND = ("backed-up", "restored", "key-changed", "password-link-made-here")
#: How the verbs end of what somebody tried and failed at; they count as turned away.
FAILED = "-failed"


def deed(verb: str, subject: str) -> str:
    """“Looked at a session”: what was done, as a sentence without its end."""
    table, _, _ = subject.partition(":")
    if (verb, table) in DEEDS:
        return sentence(DEEDS[verb, table])
    noun = RECORD_NAMES.get(table, table.replace("_", " "))
    done = VERBS.get(verb, verb.replace("-", " "))
    is_whole = done.split()[-1] in noun or (table == "user" and verb not in ("created", "changed"))
    return sentence(done if is_whole else f"{done} {noun}")


def sentence(words: str) -> str:
    """Words with a capital at their beginning, and the rest left as it is."""
    return words[0].upper() + words[1:]


def fields_of(detail: dict[str, object]) -> list[str]:
    """The names of what was changed, as one would say them, or how often; nothing for other deeds."""
    if isinstance(times := detail.get("times"), int):
        return [f"{times:,} times that day"]
    names = detail.get("fields")
    return [str(name).replace("_", " ") for name in names] if isinstance(names, list) else []
