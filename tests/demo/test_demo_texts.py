"""The demo practice is data written by hand; these tests read it as the loader will."""

import re
import tomllib
from collections import Counter
from datetime import date, time
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from practice.library import readability
from practice.library.homework import SPANISH
from practice.library.parse import parsed

PRACTICE = Path(__file__).resolve().parents[2] / "practice"
DEMO = PRACTICE / "demo"
LIBRARY = PRACTICE / "library" / "content" / "en"

Table = dict[str, Any]


def read(path: Path) -> Table:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def front_matter(path: Path) -> Table:
    return tomllib.loads(path.read_text(encoding="utf-8").split("+++")[1])


HOUSE = read(DEMO / "practice.toml")
FILES = sorted(DEMO.glob("[0-9][0-9]-*.toml"))
COUPLES = [read(path) for path in FILES]
OWN_TEXTS = {path.stem: path for path in sorted((DEMO / "homework").glob("*.md"))}
HOMEWORKS = {path.stem: front_matter(path) for path in LIBRARY.glob("*.md")} | {
    row["name"]: front_matter(OWN_TEXTS[row["wordings"][0]["text"]]) for row in HOUSE["homework"]
}
OBSTACLES = set(read(PRACTICE / "curriculum.toml")["obstacles"])

every_couple = pytest.mark.parametrize("couple", COUPLES, ids=[c["key"] for c in COUPLES])

COUPLE = {
    "key": str,
    "clinicians": list,
    "opened": int,
    "closed": int,
    "closed_because": str,
    "together_since": int,
    "children": str,
    "strengths": str,
    "minutes_a_day": int,
    "warning_signs": list,
    "secrets_policy": str,
    "policy_signed": dict,
    "course": dict,
    "a": dict,
    "b": dict,
    "sessions": list,
    "appointments": list,
    "attachments": list,
}
COUPLE_MAY_OMIT = {
    *("closed", "closed_because", "appointments", "attachments", "minutes_a_day", "course"),
}
PARTNER = {
    "first_name": str,
    "last_name": str,
    "goes_by": str,
    "pronouns": str,
    "born": date,
    "email": str,
    "email_safe": str,
    "phone": str,
    "phone_safe": str,
    "language": str,
    "came_for": str,
    "emergency_name": str,
    "emergency_phone": str,
    "emergency_relation": str,
    "diagnosis": str,
    "medication": str,
    "earlier_care": str,
    "screen": dict,
}
SCREEN = {"on": int, "seen_alone": bool, "outcome": str, "next_on": int, "note": str}
SESSION = {
    "day": int,
    "start": str,
    "stop": str,
    "kind": str,
    "modality": str,
    "place_a": str,
    "place_b": str,
    "attended": list,
    "others": str,
    "format": str,
    "sections": dict,
    "signed": bool,
    "sightings": list,
    "psychotherapy_note": str,
    "homework": list,
}
SESSION_MAY_OMIT = {"place_a", "place_b", "homework"}
SIGHTING = {"obstacle": str, "who": str, "strength": int, "words": str}
GIVEN = {
    "slug": str,
    "for": str,
    "dose": int,
    "days": int,
    "anchor": str,
    "where": str,
    "obstacle": str,
    "if_then": str,
    "confidence_a": int,
    "confidence_b": int,
    "due": int,
    "word": str,
    "screen_reason": str,
    "review": dict,
}
GIVEN_MAY_OMIT = {"confidence_a", "confidence_b", "screen_reason", "review"}
REVIEW = {
    "day": int,
    "clinician": str,
    "a": str,
    "b": str,
    "useful_a": int,
    "useful_b": int,
    "noticed_a": str,
    "noticed_b": str,
    "noticed_clinician": str,
}
APPOINTMENT = {
    "day": int,
    "time": str,
    "minutes": int,
    "modality": str,
    "kind": str,
    "outcome": str,
}
ATTACHMENT = {
    "day": int,
    "file": str,
    "title": str,
    "kind": str,
    "whose": str,
    "pages": int,
}

SECTIONS = {
    "soap": {"data", "objective", "assessment", "plan"},
    "dap": {"data", "assessment", "plan"},
    "birp": {"data", "intervention", "response", "plan"},
    "girp": {"goal", "intervention", "response", "plan"},
    "narrative": {"data"},
}
WARNING_SIGNS = {
    "disconnected",
    "less-touch",
    "more-arguments",
    "loneliness",
    "broken-trust",
}
KINDS = {"intake", "conjoint", "individual-a", "individual-b", "closing"}
OUTCOMES = {"done", "partly", "tried", "not-yet", "chose-not-to"}
CLEAR = {"none-known", "situational"}


def check_keys(table: Table, shape: dict[str, type], may_omit: set[str] | None = None) -> None:
    """Fail unless `table` has the keys of `shape`, no others, each of its type."""
    assert set(table) <= set(shape)
    assert set(shape) - set(table) <= (may_omit or set())
    for key, value in table.items():
        assert type(value) is shape[key], key


def given(couple: Table) -> list[tuple[Table, Table]]:
    """Every homework of a couple with the session it was given at, in order."""
    return [(s, h) for s in couple["sessions"] for h in s.get("homework", [])]


def partners_of(homework: Table) -> set[str]:
    return {"a", "b"} if homework["for"] == "couple" else {homework["for"]}


def is_conjoint(homework: Table) -> bool:
    return homework["for"] == "couple" and bool(HOMEWORKS[homework["slug"]]["conjoint"])


def outcomes(couple: Table) -> set[str]:
    return {couple[p]["screen"]["outcome"] if "screen" in couple[p] else "missing" for p in "ab"}


def gate_is_clear(couple: Table, day: int) -> bool:
    """Whether, on `day`, both partners had been screened with a clear outcome."""
    screens = [couple[p].get("screen") for p in "ab"]
    return all(s and s["on"] <= day and s["outcome"] in CLEAR for s in screens)


def minutes_between(start: str, stop: str) -> int:
    begin, end = time.fromisoformat(start), time.fromisoformat(stop)
    return (end.hour - begin.hour) * 60 + end.minute - begin.minute


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.?])\s+", text) if len(s.split()) >= 6]


def notes() -> list[str]:
    return [text for c in COUPLES for s in c["sessions"] for text in s["sections"].values()]


# The practice


def test_the_practice_has_its_letterhead_and_its_two_clinicians() -> None:
    assert HOUSE["name"] == "Alder Street Couples Therapy"
    assert HOUSE["address_lines"] == ["410 Alder Street, Suite 3", "Portland, OR 97205"]
    assert (HOUSE["time_zone"], HOUSE["paper"]) == ("America/Los_Angeles", "letter")
    assert [(c["key"], c["credentials"]) for c in HOUSE["clinicians"]] == [
        ("dana", "LMFT"),
        ("noor", "PhD"),
    ]


def test_every_address_and_number_is_an_invented_one() -> None:
    people = [c[p] for c in COUPLES for p in "ab"] + HOUSE["clinicians"]
    assert all(
        person["email"].endswith(".example") or "@example." in person["email"] for person in people
    )
    numbers = [HOUSE["phone"]]
    numbers += [c[p][k] for c in COUPLES for p in "ab" for k in ("phone", "emergency_phone")]
    assert all(re.fullmatch(r"\(555\) 010-\d{4}", number) for number in numbers)


# The homework that the practice wrote


def test_two_of_their_own_homeworks_are_shared_one_is_kept_back_and_one_was_revised() -> None:
    ours = HOUSE["homework"]
    assert [row["is_shared"] for row in ours].count(False) == 1
    assert sorted(len(row["wordings"]) for row in ours) == [1, 1, 2]
    assert all(wording["day"] < 0 for row in ours for wording in row["wordings"])
    used = {wording["text"] for row in ours for wording in row["wordings"]}
    assert used == {name for name in OWN_TEXTS if not name.endswith(".es")}


def test_one_of_them_was_given_and_then_read_differently() -> None:
    (told,) = [row for row in HOUSE["homework"] if len(row["wordings"]) > 1]
    first, later = (wording["day"] for wording in told["wordings"])
    (when,) = [s["day"] for c in COUPLES for s, h in given(c) if h["slug"] == told["name"]]
    assert first < when < later


@pytest.mark.parametrize("name", OWN_TEXTS)
def test_their_own_homework_reads_as_easily_as_the_library(name: str) -> None:
    english = parsed(OWN_TEXTS[name.removesuffix(".es")].read_text(encoding="utf-8"), name)
    one, text = english, OWN_TEXTS[name].read_text(encoding="utf-8")
    if name.endswith(".es"):
        one = parsed(text, name, SPANISH, english)
    told = "\n".join([one.why, one.example, *(f"{step.lead} {step.text}" for step in one.steps)])
    assert (
        readability.ease_in_spanish(told) >= 70
        if one.language == SPANISH
        else readability.grade(told) <= 7
    )
    assert max(len(readability.words(line)) for line in readability.sentences(told)) <= 20
    assert "terapeuta" in one.care or "therapist" in one.care
    assert '"' not in text.split("+++")[2] and "'" not in text


# Courses


def test_one_couple_is_in_a_course_and_one_stopped_theirs() -> None:
    taken = {c["key"]: c["course"] for c in COUPLES if "course" in c}
    assert sorted("ended" in course for course in taken.values()) == [False, True]
    for couple in COUPLES:
        if course := taken.get(couple["key"]):
            days = [s["day"] for s in couple["sessions"]]
            assert course["day"] in days and course.get("ended", days[-1]) in days
            assert ("because" in course) == ("ended" in course)


# The couples


def test_files_are_numbered_in_order_and_named_by_their_key() -> None:
    assert [p.name for p in FILES] == [
        f"{n:02d}-{c['key']}.toml" for n, c in enumerate(COUPLES, start=1)
    ]


@every_couple
def test_a_couple_has_only_keys_the_loader_knows(couple: Table) -> None:
    check_keys(couple, COUPLE, COUPLE_MAY_OMIT)
    assert ("closed" in couple) == bool(couple.get("closed_because"))
    assert set(couple["clinicians"]) <= {c["key"] for c in HOUSE["clinicians"]}
    assert set(couple["warning_signs"]) <= WARNING_SIGNS
    assert couple["secrets_policy"] in {"no-secrets", "limited", "confidential", ""}
    assert set(couple["policy_signed"]) <= {"a", "b"}


@every_couple
def test_each_partner_has_only_keys_the_loader_knows(couple: Table) -> None:
    for partner in (couple["a"], couple["b"]):
        check_keys(partner, PARTNER, {"screen"})
        assert {partner["email_safe"], partner["phone_safe"]} <= {"yes", "no", "ask"}
        assert partner["language"] in {"en", "es"}
        if "screen" in partner:
            check_keys(partner["screen"], SCREEN)
            assert partner["screen"]["next_on"] > partner["screen"]["on"]


def test_there_are_six_couples_of_dana_and_three_of_noor_and_one_is_shared() -> None:
    leads = Counter(c["clinicians"][0] for c in COUPLES)
    assert leads == {"dana": 6, "noor": 3}
    assert sum(len(c["clinicians"]) == 2 for c in COUPLES) == 1


def test_partners_are_between_24_and_71_years_old() -> None:
    years = sorted(c[p]["born"].year for c in COUPLES for p in "ab")
    assert (years[0], years[-1]) == (1955, 2002)


def test_one_file_is_closed_and_was_finished_in_a_closing_meeting() -> None:
    (closed,) = [c for c in COUPLES if "closed" in c]
    assert closed["sessions"][-1]["kind"] == "closing"
    assert closed["sessions"][-1]["day"] == closed["closed"]
    assert not closed.get("appointments")
    assert all("review" in homework for _, homework in given(closed))


def test_screens_are_told_apart_as_the_product_does() -> None:
    worst = Counter(
        next(
            o
            for o in ("coercive", "missing", "unclear", "situational", "none-known")
            if o in outcomes(c)
        )
        for c in COUPLES
    )
    assert worst == {
        "coercive": 1,
        "missing": 1,
        "unclear": 1,
        "situational": 1,
        "none-known": 5,
    }


# Sessions


@every_couple
def test_a_session_has_only_keys_the_loader_knows(couple: Table) -> None:
    for session in couple["sessions"]:
        check_keys(session, SESSION, SESSION_MAY_OMIT)
        assert session["kind"] in KINDS
        assert session["modality"] in {"office", "video", "phone"}
        places = {key for key in ("place_a", "place_b") if key in session}
        away = session["modality"] != "office"
        assert places == ({f"place_{p}" for p in session["attended"]} if away else set())
        only = {"individual-a": ["a"], "individual-b": ["b"]}
        assert session["attended"] == only.get(session["kind"], ["a", "b"])


@every_couple
def test_a_note_has_exactly_the_sections_of_its_format(couple: Table) -> None:
    for session in couple["sessions"]:
        assert set(session["sections"]) == SECTIONS[session["format"]]
        assert all(text.strip() == text and text for text in session["sections"].values())


@every_couple
def test_sightings_name_known_obstacles_once_a_session(couple: Table) -> None:
    for session in couple["sessions"]:
        seen = [s["obstacle"] for s in session["sightings"]]
        assert len(seen) == len(set(seen)) and set(seen) <= OBSTACLES
        for sighting in session["sightings"]:
            check_keys(sighting, SIGHTING)
            assert sighting["who"] in {"a", "b", "both", ""}
            assert 0 <= sighting["strength"] <= 3
            assert sighting["who"] in {*session["attended"], "both", ""}


@every_couple
def test_sessions_run_in_order_from_the_opening_to_a_day_already_past(
    couple: Table,
) -> None:
    days = [s["day"] for s in couple["sessions"]]
    assert 4 <= len(days) <= 12
    assert all(earlier < later for earlier, later in pairwise(days))
    assert couple["opened"] <= days[0] and days[-1] < 0
    assert couple["sessions"][0]["kind"] == "intake"


@every_couple
def test_a_session_stops_after_it_starts(couple: Table) -> None:
    for session in couple["sessions"]:
        assert 40 <= minutes_between(session["start"], session["stop"]) <= 90


@pytest.mark.parametrize("clinician", ["dana", "noor"])
def test_no_clinician_is_in_two_rooms_at_once(clinician: str) -> None:
    hours = [
        (s["day"], time.fromisoformat(s["start"]), time.fromisoformat(s["stop"]))
        for c in COUPLES
        if c["clinicians"][0] == clinician
        for s in c["sessions"]
    ]
    for (day, _, stop), (next_day, start, _) in pairwise(sorted(hours)):
        assert day != next_day or stop <= start


def test_the_first_couple_is_maya_and_jonah_as_in_the_pictures() -> None:
    couple = COUPLES[0]
    trend = {
        o: [
            next((s["strength"] for s in t["sightings"] if s["obstacle"] == o), 0)
            for t in couple["sessions"]
        ]
        for o in ("busyness", "protest-behavior", "low-safety")
    }
    assert (couple["a"]["first_name"], couple["b"]["first_name"]) == ("Maya", "Jonah")
    assert couple["sessions"][-1]["day"] == -7 and len(couple["sessions"]) == 8
    assert 0 in [a["day"] for a in couple["appointments"]]
    assert trend["busyness"] == [1, 0, 1, 2, 3, 3, 2, 1]
    assert trend["protest-behavior"] == [3, 3, 2, 2, 1, 2, 1, 0]
    assert trend["low-safety"] == [2, 2, 1, 1, 0, 0, 0, 0]


def test_all_five_formats_are_used_and_each_clinician_has_a_favorite() -> None:
    formats = {"dana": Counter[str](), "noor": Counter[str]()}
    for couple in COUPLES:
        formats[couple["clinicians"][0]].update(s["format"] for s in couple["sessions"])
    assert set(formats["dana"]) | set(formats["noor"]) == set(SECTIONS)
    for used in formats.values():
        assert used.most_common(1)[0][1] > used.total() / 2


def test_two_notes_wait_to_be_signed_and_both_are_the_latest() -> None:
    unsigned = [(c, n) for c in COUPLES for n, s in enumerate(c["sessions"], 1) if not s["signed"]]
    assert len(unsigned) == 2
    assert all(n == len(c["sessions"]) for c, n in unsigned)


def test_a_few_sessions_have_a_psychotherapy_note_of_their_own() -> None:
    kept_apart = [s for c in COUPLES for s in c["sessions"] if s["psychotherapy_note"]]
    assert 3 <= len(kept_apart) <= 4


# Homework


@every_couple
def test_a_homework_has_only_keys_the_loader_knows(couple: Table) -> None:
    for session, homework in given(couple):
        check_keys(homework, GIVEN, GIVEN_MAY_OMIT)
        assert homework["for"] in {"couple", "a", "b"}
        assert partners_of(homework) <= set(session["attended"])
        sure = {p for p in "ab" if f"confidence_{p}" in homework}
        assert sure == partners_of(homework)
        assert all(0 <= homework[f"confidence_{p}"] <= 10 for p in sure)
        assert 1 <= homework["days"] <= 7
        assert homework["due"] > session["day"]


@every_couple
def test_a_homework_is_in_the_library_and_has_the_dose_given(couple: Table) -> None:
    for _, homework in given(couple):
        assert homework["slug"] in HOMEWORKS
        doses = [dose["minutes"] for dose in HOMEWORKS[homework["slug"]]["doses"]]
        assert homework["dose"] in doses, homework["slug"]


@every_couple
def test_a_plan_for_the_obstacle_reads_if_and_then(couple: Table) -> None:
    for _, homework in given(couple):
        assert re.fullmatch(r"If .+,”? then .+\.", homework["if_then"])


@every_couple
def test_a_review_says_how_it_went_for_those_who_were_asked(couple: Table) -> None:
    for _, homework in given(couple):
        if review := homework.get("review"):
            for_one = {key for key in REVIEW if key[-2:] in {"_a", "_b"} or key in {"a", "b"}}
            check_keys(review, REVIEW, for_one)
            asked = {p for p in "ab" if p in review}
            assert asked == partners_of(homework)
            assert {review["clinician"], *(review[p] for p in asked)} <= OUTCOMES
            assert all(0 <= review[f"useful_{p}"] <= 4 for p in asked)


@every_couple
def test_homework_is_reviewed_when_its_partners_are_next_in_the_room(
    couple: Table,
) -> None:
    for session, homework in given(couple):
        asked = partners_of(homework)
        later = [
            s["day"]
            for s in couple["sessions"]
            if s["day"] > session["day"] and asked <= set(s["attended"])
        ]
        if later:
            assert homework["review"]["day"] == later[0]
        else:
            assert "review" not in homework and homework["due"] >= 0


def test_most_couples_have_one_homework_out() -> None:
    out = [sum("review" not in h for _, h in given(c)) for c in COUPLES]
    assert max(out) == 1 and out.count(1) > len(out) / 2


def test_reviews_go_every_way_they_can() -> None:
    went = Counter(h["review"]["clinician"] for c in COUPLES for _, h in given(c) if "review" in h)
    assert set(went) == OUTCOMES


@every_couple
def test_conjoint_homework_without_two_clear_screens_has_a_reason(
    couple: Table,
) -> None:
    for session, homework in given(couple):
        needed = is_conjoint(homework) and not gate_is_clear(couple, session["day"])
        assert needed == bool(homework.get("screen_reason")), homework["slug"]


def test_after_a_coercive_screen_there_is_only_individual_work() -> None:
    (couple,) = [c for c in COUPLES if "coercive" in outcomes(c)]
    screens = [couple[p]["screen"] for p in "ab"]
    since = min(s["on"] for s in screens if s["outcome"] == "coercive")
    after = [s for s in couple["sessions"] if s["day"] >= since]
    assert after and all(s["kind"].startswith("individual") for s in after)
    assert all(a["kind"].startswith("individual") for a in couple["appointments"])
    for _, homework in given(couple):
        assert homework["for"] != "couple"
        assert not HOMEWORKS[homework["slug"]]["conjoint"]


# Appointments


@every_couple
def test_an_attachment_has_only_keys_the_loader_knows(couple: Table) -> None:
    for attachment in couple.get("attachments", []):
        check_keys(attachment, ATTACHMENT, {"pages"})
        assert attachment["day"] <= 0


@every_couple
def test_an_appointment_has_only_keys_the_loader_knows(couple: Table) -> None:
    held = {s["day"] for s in couple["sessions"]}
    for appointment in couple.get("appointments", []):
        check_keys(appointment, APPOINTMENT)
        time.fromisoformat(appointment["time"])
        assert appointment["kind"] in KINDS
        assert (appointment["day"] < 0) == bool(appointment["outcome"])
        assert appointment["day"] not in held


def test_today_dana_sees_four_couples_and_noor_one_at_different_hours() -> None:
    today = {"dana": list[str](), "noor": list[str]()}
    for couple in COUPLES:
        for appointment in couple.get("appointments", []):
            if appointment["day"] == 0:
                today[couple["clinicians"][0]].append(appointment["time"])
    assert len(today["dana"]) == len(set(today["dana"])) == 4
    assert len(today["noor"]) == 1


def test_one_couple_once_did_not_come_and_one_once_canceled_late() -> None:
    past = Counter(a["outcome"] for c in COUPLES for a in c.get("appointments", []))
    assert (past["no-show"], past["late-cancellation"]) == (1, 1)
    assert set(past) == {"", "no-show", "late-cancellation"}


# The writing


def test_no_sentence_of_a_note_is_used_twice() -> None:
    used = Counter(s for text in notes() for s in sentences(text))
    assert [s for s, n in used.items() if n > 1] == []


def test_no_two_notes_share_a_run_of_seven_words() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[n : n + 7]) for n in range(len(words) - 6)}

    whole = [" ".join(s["sections"].values()) for c in COUPLES for s in c["sessions"]]
    for one, other in combinations([runs(text) for text in whole], 2):
        assert one.isdisjoint(other), one & other


def test_no_text_shouts_or_uses_words_the_product_does_not() -> None:
    for path in [*FILES, DEMO / "practice.toml"]:
        text = path.read_text(encoding="utf-8")
        assert "!" not in text
        assert not re.search(r"complian|dysregulat|intimacy|—", text, re.IGNORECASE)


def test_what_the_couple_reads_fits_on_their_sheet() -> None:
    for couple in COUPLES:
        for _, homework in given(couple):
            assert len(homework["word"]) <= 140
            assert len(homework["if_then"]) <= 140
