"""Every address there is, asked as a visitor, as a colleague and as someone of another practice.

A page nobody has written yet is covered too: a route without an example here fails the suite.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import func, select, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from practice import clock
from practice.access_gate import OPEN_TO_ALL
from practice.application import create_app
from practice.couples.partner_details import PartnerDetails
from practice.courses.catalog import built_in
from practice.courses.models import CourseEnrollment
from practice.database.base import db
from practice.identity.models import PracticeLogo, User
from practice.jobs.models import Job
from practice.records.client_lists.importing import new_import
from tests.browser import Browser
from tests.databases import Databases, table_names
from tests.factories import (
    ACouple,
    a_couple,
    a_letter,
    a_practice,
    a_review,
    a_session,
    a_user,
    an_appointment,
    an_assignment,
    in_the_name_of,
    today,
)
from tests.house import close
from tests.records.client_lists import choose
from tests.sessions.forms import the_page
from tests.waiting import wait_until

#: In every private field of Dana's couple; no answer to anyone else may hold it.
CANARY = "quincecanary"
SLUG = "the-two-minute-shared-load"
COURSE = "two-weeks-to-begin"

#: What every signed-in user may ask for: it names no couple, or only couples of one's own.
FOR_EVERYONE = {
    "identity.lock",
    "practice_admin.logo",
    "practice_admin.practice",
    "practice_admin.profile",
    "practice_admin.put_logo",
    "practice_admin.remove_logo",
    "identity.add_passkey",
    "identity.end_sign_in",
    "identity.sign_ins",
    "identity.new_passkey_challenge",
    "identity.prove",
    "identity.recovery_codes",
    "identity.remove_passkey",
    "identity.second_factor",
    "identity.security",
    "identity.set_up_second_factor",
    "identity.still_here",
    "casefile.today",
    "couples.index",
    "couples.new",
    "couples.open_in_emergency",
    "couples.search",
    "homework.begin",
    "homework.export",
    "homework.favourite",
    "homework.import",
    "homework.ours",
    "homework.background_index",
    "homework.background_sheet",
    "homework.blank_options",
    "homework.blank_sheet",
    "homework.catalogue_sheet",
    "homework.course",
    "homework.course_outline",
    "homework.courses",
    "homework.library",
    "homework.make_course",
    "homework.show",
    "records.bring_list",
    "records.forget_list",
    "records.index",
    "records.list_rows",
    "records.list_template",
    "records.match_list",
    "records.mend_row",
    "records.read_list_as",
    "records.take_all_own",
    "security.change_password",
    "security.logout",
}
#: Of these, what only leads on to another page.
LEADS_ON = {"identity.second_factor", "records.read_list_as"}
#: What only who looks after people and backups may ask for: here its owner, Dana.
FOR_THE_OWNER = {
    "activity.log",
    "practice_admin.account",
    "practice_admin.invite",
    "practice_admin.make_password_link",
    "practice_admin.people",
    "practice_admin.person",
    "practice_admin.take_back",
    "practice_admin.take_back_password_link",
    "care_of_people.care",
    "care_of_people.custodian",
    "care_of_people.end_supervision",
    "care_of_people.hand_over",
    "care_of_people.take_back_hand_over",
    "care_of_people.reviewed",
    "care_of_people.supervise",
    "couples.desk",
    "keeping.back_up",
    "keeping.backups",
    "keeping.progress",
    "records.begin",
    "records.fetch",
    "records.progress",
    "records.stop",
}
#: What only a couple's care team may ask for.
FOR_THE_TEAM = {
    "activity.access",
    "attachments.add",
    "attachments.bring_back",
    "attachments.correct",
    "attachments.file",
    "attachments.index",
    "attachments.picture",
    "attachments.set_aside",
    "attachments.show",
    "casefile.homework",
    "casefile.session",
    "casefile.show",
    "couples.appoint",
    "couples.change_appointment",
    "couples.close",
    "couples.details",
    "couples.edit",
    "couples.policy",
    "couples.reopen",
    "couples.screen",
    "couples.team",
    "homework.give",
    "homework.move_course",
    "homework.start_course",
    "homework.taken_outline",
    "homework.given",
    "homework.handout",
    "homework.handout_on_screen",
    "homework.packet",
    "homework.packet_pdf",
    "homework.packet_state",
    "homework.preview_sheet",
    "homework.stop_packet",
    "homework.print_options",
    "homework.review",
    "homework.suggestions",
    "records.ask_for_copy",
    "records.fetch_copy",
    "records.progress_of_copy",
    "records.stop_copy",
    "records.take_copy",
    "records.take_own",
    "sessions.amend",
    "sessions.psychotherapy",
    "sessions.save",
    "sessions.sections",
    "sessions.sign",
    "sessions.start",
    "sessions.tag",
}
#: What only its author may ask for: it names no couple, and it is in nobody’s file.
FOR_THE_AUTHOR = {
    "homework.archive",
    "homework.archive_course",
    "homework.change_course",
    "homework.discard",
    "homework.edit",
    "homework.share",
    "records.progress_of_list",
    "records.show_list",
    "records.stop_list",
    "records.take_list_back",
}
#: What only the custodian may ask for to whom it was handed over: here nothing was.
FOR_THE_CUSTODIAN = {
    "handed_over.accept",
    "handed_over.note",
    "handed_over.show",
    "records.take_handed_over",
}
#: All that asks for a sign-in.
BEHIND_THE_DOOR = FOR_EVERYONE | FOR_THE_OWNER | FOR_THE_AUTHOR | FOR_THE_TEAM | FOR_THE_CUSTODIAN
#: What a form of each kind may hold, so that a request would do something if it were let in.
FILLED_IN: dict[str, Any] = {
    **the_page(data="Written by someone else."),
    "once": "someone",
    "obstacle": "screens",
    "on": "1",
    "outcome": "done",
    "move": "pause",
    "by_whom": "a",
    "text": "Written by someone else.",
    "due_on": (today() + timedelta(days=7)).isoformat(),
    "on_day": (today() + timedelta(days=3)).isoformat(),
    "at_time": "10:00",
    "closed_on": today().isoformat(),
    "asked_on": today().isoformat(),
    "seen_alone": "yes",
    "in_force_from": today().isoformat(),
    "leaving": "1",
    "title": "Written by someone else.",
    "kind": "letter",
    "whose": "couple",
    "dated_on": today().isoformat(),
    "readers": "everyone",
    "because": "Written by someone else.",
    "confirmed": "1",
    "q": "Someone",
}


@dataclass
class World:
    """An installation with two practices, and what is Dana's in it."""

    app: Flask
    dana: Browser
    noor: Browser
    stranger: Browser
    visitor: Browser
    #: Values for the arguments of an address: Dana's couple, and Noor's.
    danas: dict[str, Any]
    noors: dict[str, Any]

    def rules(self, *endpoints: str) -> list[Rule]:
        """Every rule of these endpoints."""
        found = self.app.url_map.iter_rules()
        return [rule for rule in found if rule.endpoint in endpoints]

    def address(self, rule: Rule, values: dict[str, Any]) -> str:
        """The rule's address with these values in it."""
        with self.app.test_request_context():
            adapter = self.app.url_map.bind("localhost")
            return adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})


def a_packet(of: Browser, couple_id: int) -> str:
    """The name of a packet that is being made."""
    begun = of.post(f"/couples/{couple_id}/packet", reader="couple", backgrounds="feelings")
    return str(begun.location).rpartition("/")[2]


def examples_of(of: Browser, mark: str) -> dict[str, Any]:
    """A couple's file with something of every kind, `mark` in all its words; ids by argument."""
    private = PartnerDetails(
        "",
        goes_by=f"G{mark}",
        pronouns=mark,
        email=f"{mark}@example.com",
        phone=mark,
        came_for=mark,
        emergency_name=mark,
        diagnosis=mark,
        medication=mark,
        earlier_care=mark,
    )
    a, b = f"A{mark} Okafor{mark}", f"B{mark} Reyes{mark}"
    couple = a_couple(of=of, a=a, b=b, partner=private, children=mark, strengths=mark)
    a_session(of, couple, seen=("busyness",), signed=True, data=mark, assessment=mark, plan=mark)
    session = a_session(of, couple, data=mark, assessment=mark, plan=mark, others_attended=mark)
    of.post(f"{session.url}/psychotherapy-note", text=mark, version="0")
    course = a_course(of, couple, mark)
    assignment = an_assignment(of, couple, anchor=mark, personal_word=mark, session=session)
    a_review(of, assignment, "a", noticed=mark)
    letter = a_letter(of, couple, mark.encode(), content_type="image/png", title=mark)
    draft = of.post("/homework/own", once=mark).location
    of.post(draft, title=mark, version="1")
    return {
        "couple_id": couple.id,
        "session_id": session.id,
        "assignment_id": assignment.id,
        "attachment_id": letter,
        "appointment_id": an_appointment(of, couple, on_day=today()),
        "homework_id": int(draft.split("/")[3]),
        "slug": SLUG,
        "language": "en",
        "topic": "busyness",
        **course,
        "copy": "a",
        "letter": "a",
        "name": a_packet(of, couple.id),
        "passkey_id": 7,
        "invitation_id": 7,
        "access_id": 7,
        "handover_id": 7,
        "note_id": 7,
        "import_id": a_list(of, mark),
        "entry_key": "1",
        "supervisor_id": of.user_id,
        "clinician_id": of.user_id,
        "user_id": of.user_id,
        "token": "no-such-invitation",
    }


def a_list(of: Browser, mark: str) -> int:
    """A list of clients between its steps, and the id of one that was brought in earlier."""
    choose(of, f"Partner 1,Partner 2\nA{mark} Okafor,B{mark} Reyes\n")
    with in_the_name_of(of):
        user = db.session.get_one(User, of.user_id)
        made = new_import(user, 1, clock.now())
        made.finished_at = made.started_at
        return made.id


def a_course(of: Browser, couple: ACouple, mark: str) -> dict[str, Any]:
    """A course the couple is in, and one of the user's own; ids by argument."""
    of.post(f"/couples/{couple.id}/courses/start/{COURSE}")
    first, second = (week.homework for week in built_in()[COURSE].weeks)
    weeks = {"weeks-0-homework": first, "weeks-1-homework": second}
    made = of.post("/homework/courses/new", title=mark, promise=mark, **weeks)
    own_id = int(made.location.rpartition("-")[2])
    with in_the_name_of(of):
        course_id = db.session.scalar(select(CourseEnrollment.id).filter_by(couple_id=couple.id))
    return {"key": COURSE, "course_id": course_id, "own_id": own_id}


@pytest.fixture(scope="module")
def world(
    databases: Databases,
    compiled_templates: FileSystemBytecodeCache,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """One installation for all of these tests; none of them may change a couple's file."""
    app = create_app(databases.installation(tmp_path_factory.mktemp("world")))
    app.jinja_env.bytecode_cache = compiled_templates
    ours, elsewhere = a_practice(app), a_practice(app, "Harbor Family Practice")
    with app.app_context():
        db.session.add_all(
            PracticeLogo(practice_id=one, png=b"a picture") for one in (ours, elsewhere)
        )
        db.session.commit()
    dana = Browser(app, a_user(app, ours, owner=True))
    noor = Browser(app, a_user(app, ours, name="Noor Haddad"))
    stranger = Browser(app, a_user(app, elsewhere, name="Ines Marlow", owner=True))
    choose(stranger, "Partner 1,Partner 2\nIda Sol,Uma Sol\n")
    danas, noors = examples_of(dana, CANARY), examples_of(noor, "pearwords")
    wait_until(lambda: not jobs_under_way(app), "the end of what is made beside the pages")
    yield World(app, dana, noor, stranger, Browser(app), danas=danas, noors=noors)
    close(app)


def jobs_under_way(app: Flask) -> int:
    """How many jobs wait or are being done."""
    with app.app_context():
        under_way = select(func.count()).where(Job.state.in_(("waiting", "running")))
        return db.session.scalars(under_way).one()


def everything(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but those that a look or a sign-in writes."""
    leave_out = {"audit_event", "sign_in_session", "rate_count"}
    with app.app_context():
        return {
            name: [tuple(row) for row in db.session.execute(text(f'SELECT * FROM "{name}"'))]
            for name in sorted(set(table_names(db.session.connection())) - leave_out)
        }


def asked(
    world: World, who: Browser, rules: list[Rule], values: dict[str, Any]
) -> Iterator[tuple[str, str, TestResponse]]:
    """Each rule asked by each of its methods: method, address and answer."""
    for rule in rules:
        address = world.address(rule, values)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if method == "GET":
                yield method, address, who.get(address)
            else:
                yield method, address, who.post(address, **FILLED_IN)


def holds_canary(answer: TestResponse) -> bool:
    """Whether an answer, or a header of it, holds a word of Dana's couple."""
    return CANARY.encode() in answer.data.lower() or CANARY in str(answer.headers).lower()


def test_every_route_has_an_example(world: World) -> None:
    routes = {rule.endpoint for rule in world.app.url_map.iter_rules()}
    known = BEHIND_THE_DOOR | OPEN_TO_ALL
    assert routes - known == set(), "say here, and with `needs`, who may ask"
    assert known - routes == set(), "these are gone: take them out of this file"
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint != "static":
            assert rule.arguments <= world.danas.keys(), f"no example for {rule}"


def test_whatever_names_a_couple_is_for_its_team(world: World) -> None:
    for rule in world.app.url_map.iter_rules():
        assert ("couple_id" in rule.arguments) == (rule.endpoint in FOR_THE_TEAM), rule


def test_the_examples_are_real_and_open_to_dana(world: World) -> None:
    for rule in world.rules(
        *FOR_THE_TEAM, *FOR_THE_OWNER, *FOR_THE_AUTHOR, *FOR_EVERYONE - LEADS_ON
    ):
        if "GET" in (rule.methods or set()):
            address = world.address(rule, world.danas)
            assert world.dana.get(address).status_code == 200, address
    for page in (f"/couples/{world.danas['couple_id']}", "/", "/couples"):
        assert holds_canary(world.dana.get(page)), page


def test_a_visitor_is_asked_to_sign_in_everywhere(world: World) -> None:
    before = everything(world.app)
    closed = world.rules(*BEHIND_THE_DOOR - {"security.logout"})
    for method, address, answer in asked(world, world.visitor, closed, world.danas):
        if method == "GET":
            assert answer.status_code == 302, address
            assert answer.location.startswith("/sign-in"), address
        else:
            assert answer.status_code == 401, address
        assert not holds_canary(answer), address
    for rule in closed:
        address = world.address(rule, world.danas)
        fetch = {"X-Requested-With": "fetch"}
        answer = world.visitor.client.get(address, headers=fetch)
        assert answer.status_code in (401, 405), address
    assert everything(world.app) == before


def test_open_pages_tell_a_visitor_nothing(world: World) -> None:
    for method, address, answer in asked(
        world, world.visitor, world.rules(*OPEN_TO_ALL - {"static"}), world.danas
    ):
        assert answer.status_code < 500, (method, address)
        assert not holds_canary(answer), (method, address)


@pytest.mark.parametrize("who", ["noor", "stranger"])
def test_nobody_else_opens_or_changes_anything_of_a_couple(world: World, who: str) -> None:
    other: Browser = getattr(world, who)
    before = everything(world.app)
    closed = world.rules(*FOR_THE_TEAM, *FOR_THE_AUTHOR)
    for method, address, answer in asked(world, other, closed, world.danas):
        assert answer.status_code == 404, (method, address)
        assert not holds_canary(answer), (method, address)
    assert everything(world.app) == before


def test_only_an_owner_looks_after_people_and_only_those_of_the_practice(world: World) -> None:
    before = everything(world.app)
    rules = world.rules(*FOR_THE_OWNER)
    for method, address, answer in asked(world, world.noor, rules, world.danas):
        assert answer.status_code == 403, (method, address)
    named = [rule for rule in rules if "user_id" in rule.arguments]
    for method, address, answer in asked(world, world.stranger, named, world.danas):
        assert answer.status_code == 404, (method, address)
    assert everything(world.app) == before


@pytest.mark.parametrize("who", ["dana", "noor", "stranger"])
def test_what_was_handed_over_opens_to_nobody_else(world: World, who: str) -> None:
    """What it opens to its custodian: tests/security/test_handover.py."""
    before = everything(world.app)
    rules = world.rules(*FOR_THE_CUSTODIAN)
    for method, address, answer in asked(world, getattr(world, who), rules, world.danas):
        assert answer.status_code == 404, (method, address)
    assert everything(world.app) == before


@pytest.mark.parametrize("who", ["noor", "stranger"])
def test_what_is_for_everyone_shows_nobody_elses_couple(world: World, who: str) -> None:
    other: Browser = getattr(world, who)
    for rule in world.rules(*FOR_EVERYONE - LEADS_ON):
        if "GET" in (rule.methods or set()):
            address = world.address(rule, world.danas)
            answer = other.get(address)
            assert answer.status_code == 200, address
            assert not holds_canary(answer), address
    for words in (CANARY[:6], "Okafor", "a", "%", "_", ""):
        answer = other.post("/couples/search", q=words)
        assert answer.status_code == 200
        assert "Okaforquince" not in answer.text


def test_ones_own_couple_opens_nothing_of_another(world: World) -> None:
    """Another's session, assignment or appointment under one's own couple is not found."""
    before = everything(world.app)
    for who, own, far in (
        (world.noor, world.noors, world.danas),
        (world.dana, world.danas, world.noors),
    ):
        for inner in (
            "session_id",
            "assignment_id",
            "appointment_id",
            "attachment_id",
            "course_id",
        ):
            mixed = own | {inner: far[inner]}
            rules = [rule for rule in world.rules(*FOR_THE_TEAM) if inner in rule.arguments]
            assert rules
            for method, address, answer in asked(world, who, rules, mixed):
                assert answer.status_code == 404, (method, address)
                assert not holds_canary(answer), (method, address)
    assert everything(world.app) == before


def test_two_couples_of_ones_own_do_not_mix_either(world: World) -> None:
    before = everything(world.app)
    second = {"couple_id": a_couple(of=world.dana, a="Ana Ruiz", b="Bo Lind").id}
    rules = [rule for rule in world.rules(*FOR_THE_TEAM) if len(rule.arguments) > 1]
    for method, address, answer in asked(
        world,
        world.dana,
        [rule for rule in rules if any("_id" in name for name in rule.arguments - {"couple_id"})],
        world.danas | second,
    ):
        assert answer.status_code == 404, (method, address)
    after = everything(world.app)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"couple", "partner", "care_team_member", "safety_screen", "secrets_policy"}


def test_ids_behind_a_question_mark_are_guarded_too(world: World) -> None:
    own, far = world.noors, world.danas
    for couple_id, session_id in (
        (far["couple_id"], far["session_id"]),
        (far["couple_id"], own["session_id"]),
        (own["couple_id"], far["session_id"]),
    ):
        answer = world.noor.get(f"/homework?couple={couple_id}&session={session_id}")
        assert answer.status_code == 404
        assert not holds_canary(answer)
    good = f"/homework?couple={own['couple_id']}&session={own['session_id']}"
    assert world.noor.get(good).status_code == 200


def test_fields_nobody_offered_change_nothing(world: World) -> None:
    """Whose it is, who wrote it and whether it is signed cannot be said by a form."""
    extra = {
        "practice_id": str(world.stranger.practice_id),
        "couple_id": str(world.noors["couple_id"]),
        "by_user_id": str(world.noor.user_id),
        "is_signed": "1",
        "number": "99",
        "id": "99",
        "version": "1",
    }
    address = f"/couples/{world.danas['couple_id']}/sessions/{world.danas['session_id']}"
    query = text("SELECT * FROM therapy_session WHERE id = :id")
    with world.app.app_context():
        before = db.session.execute(query, {"id": world.danas["session_id"]}).mappings().one()
    world.dana.post(address, **the_page(data="Only the words.") | extra)
    with world.app.app_context():
        after = db.session.execute(query, {"id": world.danas["session_id"]}).mappings().one()
    same = ("practice_id", "couple_id", "by_user_id", "is_signed", "number", "id")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_no_form_is_taken_without_its_token(world: World) -> None:
    before = everything(world.app)
    for rule in world.rules(*BEHIND_THE_DOOR):
        if "POST" not in (rule.methods or set()):
            continue
        address = world.address(rule, world.danas)
        answer = world.dana.client.post(address, data=FILLED_IN)
        assert answer.status_code == 400, address
        assert not answer.location, address
    assert everything(world.app) == before


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 2**64, 10**30, 0])
def test_ids_that_cannot_be_are_not_found(world: World, number: int) -> None:
    for rule in world.rules(*FOR_THE_TEAM, *FOR_THE_AUTHOR):
        for name in sorted(one for one in rule.arguments if one.endswith("_id")):
            address = world.address(rule, world.danas | {name: 424242})
            odd = address.replace("424242", str(number))
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                ask = world.dana.get if method == "GET" else world.dana.post
                assert ask(odd).status_code in (404, 405), (method, odd)


class Remembered(HTMLParser):
    """The fields for words on a page that a browser may keep what is typed in."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.in_form: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.in_form = told.get("autocomplete")
        for_words = tag == "textarea" or (
            tag == "input" and told.get("type", "text") in ("text", "search", "tel", "email", "url")
        )
        of_account = told.get("autocomplete") in ("one-time-code", "username")
        if for_words and not of_account and "readonly" not in told and self.in_form != "off":
            self.names.append(f"{tag} {told.get('name')}")


def test_s70_no_form_but_those_of_an_account_lets_the_browser_keep_what_is_typed(
    world: World,
) -> None:
    """A browser heeds what the form says (tests/in_the_browser/test_browser_leftovers.py)."""
    for rule in world.rules(*BEHIND_THE_DOOR - LEADS_ON - {"security.change_password"}):
        if "GET" in (rule.methods or set()):
            address = world.address(rule, world.danas)
            page = Remembered()
            answer = world.dana.get(address)
            if answer.data.startswith(b"<!doctype html>"):
                page.feed(answer.text)
            assert page.names == [], address


def lines_about(world: World) -> int:
    """How many lines of the log name Dana's couple."""
    query = text("SELECT COUNT(*) FROM audit_event WHERE couple_id = :couple_id")
    with world.app.app_context():
        return int(db.session.scalar(query, world.danas) or 0)


def test_whatever_shows_a_word_of_a_couple_leaves_a_line_in_the_log(world: World) -> None:
    """Also what is asked for by sending a form, as the look at a sheet before it is given is."""
    shown = set()
    for rule in world.rules(*FOR_THE_TEAM):
        before = lines_about(world)
        for method, address, answer in asked(world, world.dana, [rule], world.danas):
            if holds_canary(answer):
                shown.add((rule.endpoint, method))
                assert lines_about(world) > before, (method, address)
            before = lines_about(world)
    assert {("homework.preview_sheet", "POST"), ("casefile.show", "GET")} <= shown
