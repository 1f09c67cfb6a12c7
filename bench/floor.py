"""The floor: the least a page could cost, with nothing of ours but the rules.

For each page one plain function does what the page may not leave out: it looks up the sign-in,
asks the same driver for the page's data in SQL written by hand, narrowed to the care team, writes
the same chained line to the audit log in a durable commit, and answers as many bytes as the page.
There is no framework, no ORM, no template.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from http.cookies import SimpleCookie
from typing import Any

from flask import Flask
from itsdangerous import URLSafeSerializer

from practice import clock

SIGN_IN = """
    SELECT s.user_id, s.data, s.began_at, s.last_input_at, s.locked_at, u.active, u.fs_uniquifier,
           u.practice_id, u.name, u.credentials, p.idle_minutes, p.time_zone, p.name
    FROM sign_in_session s JOIN user u ON u.id = s.user_id JOIN practice p ON p.id = u.practice_id
    WHERE s.id_hash = ?"""
MINE = "EXISTS (SELECT 1 FROM care_team_member m WHERE m.couple_id = {} AND m.user_id = ?)"
AHEAD = f"""
    SELECT id, couple_id, on_day, at_time, minutes, modality, kind FROM appointment a
    WHERE practice_id = ? AND on_day BETWEEN ? AND ? AND outcome IN ('', 'kept')
      AND {MINE.format("a.couple_id")} ORDER BY on_day, at_time LIMIT 24"""
NAMES = """
    SELECT couple_id, first_name, goes_by, last_name FROM partner
    WHERE couple_id IN ({}) ORDER BY couple_id, letter"""
LAST_PLAN = """
    SELECT s.held_on, n.plan FROM therapy_session s JOIN progress_note n ON n.session_id = s.id
    WHERE s.couple_id = ? AND s.held_on < ? ORDER BY s.held_on DESC, s.number DESC LIMIT 1"""
OUT = """
    SELECT couple_id, id, title, due_on FROM assignment a WHERE couple_id IN ({})
      AND NOT EXISTS (SELECT 1 FROM review r WHERE r.assignment_id = a.id
                      AND r.by_whom = 'clinician' AND r.outcome != '')
    ORDER BY given_on DESC"""
OPENED = "SELECT id, appointment_id FROM therapy_session WHERE appointment_id IN ({})"
UNSIGNED = f"""
    SELECT couple_id, id, number, held_on FROM therapy_session s
    WHERE by_user_id = ? AND is_signed = 0 AND {MINE.format("s.couple_id")}
    ORDER BY held_on LIMIT 6"""
HOW_MANY = f"""
    SELECT count(*) FROM (SELECT 1 FROM therapy_session s WHERE by_user_id = ? AND is_signed = 0
                          AND {MINE.format("s.couple_id")} LIMIT 100)"""

COUPLE = f"""
    SELECT c.opened_on, c.closed_on, c.together_since, c.children, c.strengths,
           p.letter, p.first_name, p.goes_by, p.last_name, p.came_for
    FROM couple c JOIN partner p ON p.couple_id = c.id
    WHERE c.id = ? AND {MINE.format("c.id")} ORDER BY p.letter"""
TEAM = """
    SELECT u.name, u.credentials FROM care_team_member m JOIN user u ON u.id = m.user_id
    WHERE m.couple_id = ? ORDER BY m.id"""
POLICY = """
    SELECT kind, signed_a_on, signed_b_on FROM secrets_policy WHERE couple_id = ?
    ORDER BY id DESC LIMIT 1"""
SCREENS = "SELECT letter, outcome, seen_alone FROM safety_screen WHERE couple_id = ? ORDER BY id"
NEXT = """
    SELECT id, on_day, at_time FROM appointment WHERE couple_id = ? AND on_day >= ?
      AND outcome = '' ORDER BY on_day, at_time LIMIT 1"""
MISSED = """
    SELECT id, on_day, outcome FROM appointment
    WHERE couple_id = ? AND outcome IN ('no-show', 'late-cancellation')"""
SESSIONS = """
    SELECT s.id, s.number, s.held_on, s.is_signed, n.assessment, n.data
    FROM therapy_session s JOIN progress_note n ON n.session_id = s.id
    WHERE s.couple_id = ? ORDER BY s.number DESC LIMIT 21"""
SEEN = """
    SELECT session_id, obstacle, strength, who FROM sighting
    WHERE session_id IN ({}) AND couple_id = ?"""
GIVEN = """
    SELECT a.id, a.title, a.given_on, a.due_on, a.dose, a.slug, a.session_id,
           r.by_whom, r.outcome, r.usefulness, r.noticed
    FROM assignment a LEFT JOIN review r ON r.assignment_id = a.id
    WHERE a.couple_id = ? ORDER BY a.given_on DESC, a.id DESC"""

SESSION = f"""
    SELECT s.number, s.held_on, s.started_at, s.stopped_at, s.kind, s.modality, s.a_attended,
           s.b_attended, s.others_attended, s.place_a, s.place_b, n.format, n.data, n.objective,
           n.goal, n.intervention, n.response, n.assessment, n.plan, n.version, n.saved_at
    FROM therapy_session s JOIN progress_note n ON n.session_id = s.id
    WHERE s.id = ? AND s.couple_id = ? AND {MINE.format("s.couple_id")}"""
SIGNED = """
    SELECT signed_as, signed_at FROM note_signature WHERE session_id = ? AND role = 'author'"""
ADDENDA = "SELECT text, signed_as, signed_at FROM note_addendum WHERE session_id = ? ORDER BY id"
OWN_NOTE = "SELECT 1 FROM psychotherapy_note WHERE session_id = ? AND author_id = ?"
RECENT = """
    SELECT id, held_on FROM therapy_session WHERE couple_id = ? AND number <= ?
    ORDER BY number DESC LIMIT 6"""
HELPED = """
    SELECT a.slug, count(DISTINCT a.id),
           count(DISTINCT a.id) FILTER (WHERE r.usefulness >= 3)
    FROM (SELECT id, slug FROM assignment WHERE by_user_id = ? ORDER BY id DESC LIMIT 200) a
    JOIN review r ON r.assignment_id = a.id WHERE r.outcome != '' GROUP BY a.slug"""

HEAD = "SELECT seq, digest FROM audit_event ORDER BY seq DESC LIMIT 1"
LINE = """
    INSERT INTO audit_event
      (seq, at, practice_id, user_id, couple_id, verb, subject, detail, previous, digest)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

Rows = list[tuple[Any, ...]]


class Floor:
    """A WSGI answer for each page.

    `connection` is the driver's, and the one that the application uses: with a connection of its
    own, each would empty the other's memory of the file with every line it writes.
    """

    def __init__(self, app: Flask, connection: Any) -> None:
        config = app.config
        self.connection = connection
        self.audit_key: bytes = config["AUDIT_KEY"]
        self.cookie_name: str = config["SESSION_COOKIE_NAME"]
        self.signer = URLSafeSerializer(
            config["SECRET_KEY"], salt="cookie", signer_kwargs={"key_derivation": "hmac"}
        )
        #: How many bytes each page answers; set from the page itself.
        self.length = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer like the page at this path."""
        who = self.who(environ)
        parts = environ["PATH_INFO"].split("/")
        if len(parts) < 3:
            found = self.today(who)
        elif len(parts) == 3:
            found = self.file(who, int(parts[2]))
        else:
            found = self.session(who, int(parts[2]), int(parts[4]))
        body = "".join(f"<p>{' '.join(map(str, row))}</p>\n" for row in found)
        page = body.encode().ljust(self.length)[: self.length]
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page]

    def ask(self, sql: str, *values: object) -> Rows:
        """The rows of one statement."""
        found: Rows = self.connection.execute(sql, values).fetchall()
        return found

    def among(self, sql: str, ids: Iterable[int], *values: object) -> Rows:
        """The rows of a statement that asks for some ids."""
        listed = list(ids)
        return self.ask(sql.format(", ".join("?" * len(listed))), *listed, *values)

    def who(self, environ: dict[str, Any]) -> tuple[Any, ...]:
        """The sign-in behind the cookie."""
        cookie = SimpleCookie(environ["HTTP_COOKIE"])[self.cookie_name].value
        token = self.signer.loads(cookie)["id"]
        row = self.ask(SIGN_IN, hashlib.sha256(token.encode()).hexdigest())[0]
        assert row[5]
        assert json.loads(row[1])["_user_id"] == row[6]
        return row

    def today(self, who: tuple[Any, ...]) -> Rows:
        """Today: visits with names, last plans and homework, and unsigned notes."""
        user_id, practice_id, day = who[0], who[7], clock.today_in(who[11])
        visits = self.ask(AHEAD, practice_id, str(day), str(day + timedelta(days=7)), user_id)
        ids = {row[1] for row in visits}
        plans = [row for id_ in ids for row in self.ask(LAST_PLAN, id_, str(day))]
        unsigned = self.ask(UNSIGNED, user_id, user_id)
        seen = ids | {row[0] for row in unsigned}
        rows = [
            who,
            *visits,
            *plans,
            *self.among(NAMES, seen),
            *self.among(OUT, ids),
            *self.among(OPENED, (row[0] for row in visits)),
            *unsigned,
            *self.ask(HOW_MANY, user_id, user_id),
        ]
        self.write_look(who, None, "today", {"couples": sorted(seen)})
        return rows

    def file(self, who: tuple[Any, ...], couple_id: int) -> Rows:
        """A couple's file: header, timeline, trends, what is out."""
        day = clock.today_in(who[11])
        sessions = self.ask(SESSIONS, couple_id)
        rows = [
            who,
            *self.ask(COUPLE, couple_id, who[0]),
            *self.header(couple_id, day),
            *sessions,
            *self.among(SEEN, (row[0] for row in sessions), couple_id),
            *self.ask(GIVEN, couple_id),
            *self.ask(MISSED, couple_id),
        ]
        self.write_look(who, couple_id, f"couple:{couple_id}", {})
        return rows

    def header(self, couple_id: int, day: date) -> Rows:
        """What stands above a file."""
        return [
            *self.ask(TEAM, couple_id),
            *self.ask(POLICY, couple_id),
            *self.ask(SCREENS, couple_id),
            *self.ask(NEXT, couple_id, str(day)),
        ]

    def session(self, who: tuple[Any, ...], couple_id: int, session_id: int) -> Rows:
        """A session: its note, what was seen, homework, what suggestions are made from."""
        found = self.ask(SESSION, session_id, couple_id, who[0])
        recent = self.ask(RECENT, couple_id, found[0][0])
        rows = [
            who,
            *found,
            *self.ask(COUPLE, couple_id, who[0]),
            *self.ask(SCREENS, couple_id),
            *self.ask(SIGNED, session_id),
            *self.ask(ADDENDA, session_id),
            *self.ask(OWN_NOTE, session_id, who[0]),
            *recent,
            *self.among(SEEN, (row[0] for row in recent), couple_id),
            *self.ask(GIVEN, couple_id),
            *self.ask(HELPED, who[0]),
        ]
        self.write_look(who, couple_id, f"therapy_session:{session_id}", {})
        return rows

    def write_look(
        self, who: tuple[Any, ...], couple_id: int | None, subject: str, detail: dict[str, Any]
    ) -> None:
        """One line at the end of the audit log's chain, on the disk before the answer."""
        at = clock.now()
        self.connection.execute("BEGIN IMMEDIATE")
        seq, previous = self.ask(HEAD)[0]
        line = [seq + 1, at.isoformat(), who[7], who[0], couple_id, "viewed", subject, detail]
        line.append(previous)
        said = json.dumps(line, separators=(",", ":")).encode()
        digest = hmac.new(self.audit_key, said, hashlib.sha256).hexdigest()
        line[1], line[7] = f"{at:%Y-%m-%d %H:%M:%S}.000000", json.dumps(detail)
        self.connection.execute(LINE, (*line, digest))
        self.connection.execute("COMMIT")
