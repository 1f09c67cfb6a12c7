"""A client list on its way in: chosen, matched, looked at row by row, opened, taken back whole."""

from datetime import date, timedelta
from threading import Event

import pytest
from sqlalchemy import select

from practice.audit.models import AuditEvent
from practice.couples.models import Couple, SecretsPolicy
from practice.database.base import db
from practice.jobs.kinds import JobContext
from practice.jobs.worker import Workers, workers_of
from practice.records import import_jobs
from practice.records.client_lists import pending
from practice.records.client_lists.entries import Choices
from practice.records.client_lists.parse import Sheet
from practice.records.client_lists.pending import PendingLists, pending_lists
from practice.records.models import ClientListImport
from tests.browser import Browser
from tests.factories import (
    ACouple,
    a_couple,
    a_session,
    an_appointment,
    in_the_name_of,
    on_the_team,
)
from tests.records.client_lists import (
    answer,
    bring_in,
    choose,
    couples_of,
    how_many,
    match,
    matched_on,
    open_files,
    rows_of,
    token_of,
    wait_for,
    words_on,
)
from tests.records.workbooks import a_workbook
from tests.waiting import PATIENCE

LIST = """\
Frist Name,Last Name,Partner First Name,Partner Last Name,DOB,E-mail,Phone,Intake date,Notes
Mia,Stone,Lev,Stone,3/14/1988,mia@example.com,'+1 555 010 2231,2026-01-05,tea
Ana,Ruiz,Bo,Lind,,,,,
"""
MANY = "Partner 1,Partner 2\n" + "".join(f"Mia{n} Stone,Lev{n} Stone\n" for n in range(25))


def lines_of_log(browser: Browser, verb: str) -> list[dict[str, object]]:
    """What the audit log has of a deed."""
    with in_the_name_of(browser):
        return [line.detail for line in db.session.scalars(select(AuditEvent).filter_by(verb=verb))]


def the_import(browser: Browser) -> int:
    """The id of the one list that was brought in."""
    with in_the_name_of(browser):
        return db.session.scalars(select(ClientListImport.id)).one()


def ids_of(browser: Browser) -> list[int]:
    """The ids of the couples on someone's caseload."""
    with in_the_name_of(browser):
        return list(db.session.scalars(select(Couple.id).order_by(Couple.id)))


def test_a_list_is_looked_at_before_anything_is_stored(dana: Browser) -> None:
    columns = choose(dana, LIST)
    assert "9 columns, 2 rows" in words_on(columns)
    assert matched_on(columns)[:4] == [
        "a-first_name",
        "a-last_name",
        "b-first_name",
        "b-last_name",
    ]
    rows = match(dana, columns)
    words = words_on(rows)
    for shown in ("First name Mia", "March 14, 1988", "+1 555 010 2231", "January 5, 2026"):
        assert shown in words
    assert "Open 2 files" in words
    assert how_many(dana) == 0


def test_all_files_are_opened_together_and_only_once(dana: Browser) -> None:
    rows = rows_of(dana, LIST)
    brought = open_files(dana, rows)
    assert "2 files are open" in words_on(brought)
    mia = couples_of(dana)[0]
    assert mia["names"] == [("Mia", "Stone"), ("Lev", "Stone")]
    assert (mia["opened_on"], mia["born"][0]) == (date(2026, 1, 5), date(1988, 3, 14))
    assert (mia["phones"], mia["emails"]) == (["+1 555 010 2231", ""], ["mia@example.com", ""])
    answer(dana, rows, "open")
    assert how_many(dana) == 2, "the same page sent twice"
    assert lines_of_log(dana, "imported") == [{"couples": 2}]


def test_what_cannot_be_read_is_asked_about_and_nothing_is_opened(dana: Browser) -> None:
    wrong = LIST.replace("3/14/1988", "14-3-88-2").replace("Ana,Ruiz", ",Ruiz")
    rows = rows_of(dana, wrong)
    words = words_on(rows)
    assert "“14-3-88-2”: Write this date as 1988-03-14." in words
    assert "The partner’s first name is missing." in words
    assert "2 rows wait for an answer" in words
    refused = answer(dana, rows, "open")
    assert refused.status_code == 422
    assert "Answer what is asked, or leave those rows out." in words_on(refused)
    assert how_many(dana) == 0


def test_a_cell_may_stay_empty_and_a_row_be_left_out_and_brought_back(dana: Browser) -> None:
    wrong = LIST.replace("mia@example.com", "no address").replace("Bo,Lind", ",")
    rows = rows_of(dana, wrong)
    answered = answer(dana, rows, empty="1:a-email", out="2")
    assert "Open 1 file" in words_on(answered)
    out = answer(dana, answered, "show:out:1")
    assert "You left it out." in words_on(out)
    back = answer(dana, out)
    assert "1 row waits for an answer" in words_on(back)
    open_files(dana, answer(dana, back, out="2"))
    [mia] = couples_of(dana)
    assert mia["emails"] == ["", ""]


def test_a_row_is_mended_on_a_page_of_its_own(dana: Browser) -> None:
    rows = rows_of(dana, LIST.replace("3/14/1988", "5/6/1988").replace("Bo,Lind", ","))
    page = answer(dana, rows, "mend:2")
    assert "Mend a row" in page.text
    assert 'value="Ana"' in page.text
    sent = {"a-first_name": "Ana", "a-last_name": "Ruiz", "b-first_name": "Bo"}
    url, token = "/records/clients/rows/2", token_of(page)
    wrong = dana.post(url, token=token, **sent, **{"b-email": "bo@", "b-born_on": "2999-01-01"})
    assert wrong.status_code == 422
    assert "That does not look like an e-mail address." in wrong.text
    assert 'value="bo@"' in wrong.text, "nothing typed is lost"
    ahead = dana.post(url, token=token, **sent, **{"b-born_on": "2099-01-01"})
    assert "This date of birth is still to come." in ahead.text
    dana.post(url, token=token, **sent, **{"b-phone": "555 010 9", "together_since": "2011"})
    first = answer(dana, dana.get("/records/clients/rows"), "mend:1")
    filled = {"a-first_name": "Mia", "b-first_name": "Lev", "a-born_on": "1988-06-05"}
    ready = dana.post_and_follow("/records/clients/rows/1", token=token_of(first), **filled)
    open_files(dana, ready)
    mia, ana = couples_of(dana)
    assert mia["born"] == [date(1988, 6, 5), None]
    assert (ana["names"], ana["phones"]) == ([("Ana", "Ruiz"), ("Bo", "")], ["", "555 010 9"])
    assert ana["together_since"] == 2011


def test_two_rows_of_a_household_are_a_couple_once_that_is_confirmed(dana: Browser) -> None:
    text = (
        'Household,Name,Phone\n7,Mia Stone,555 0101\n9,"Ruiz, Ana",555 0102\n'
        "7,Lev Stone,555 0103\n9,Bo Lind,555 0104\n"
    )
    rows = rows_of(dana, text)
    assert answer(dana, rows, "open").status_code == 422
    both = answer(dana, dana.get("/records/clients/rows"), "all:pairs")
    open_files(dana, both)
    mia, ana = couples_of(dana)
    assert mia["names"] == [("Mia", "Stone"), ("Lev", "Stone")]
    assert mia["phones"] == ["555 0101", "555 0103"]
    assert ana["names"] == [("Ana", "Ruiz"), ("Bo", "Lind")]
    assert ana["phones"] == ["555 0102", "555 0104"]


def test_two_of_a_family_who_are_no_couple_are_taken_apart_and_paired_by_line(
    dana: Browser,
) -> None:
    text = (
        "Family ID,First Name,Last Name,Birth Date\n1,Mia,Stone,1980-01-01\n"
        "1,Kim,Stone,2015-01-01\n2,Lev,Stone,1981-01-01\n"
    )
    rows = rows_of(dana, text)
    assert "One of them was born in 2015. Are they a couple?" in words_on(rows)
    assert "all couples" not in words_on(rows), "a child is not confirmed with others"
    apart = answer(dana, rows, out="3", said={"couple-1+2": "no"})
    assert "2 rows wait" in words_on(apart)
    page = answer(dana, dana.get("/records/clients/rows"), "mend:1")
    url, named = "/records/clients/rows/1", {"a-first_name": "Mia", "a-last_name": "Stone"}
    for line in ("77", "2"):
        refused = dana.post(url, token=token_of(page), partner_line=line, **named)
        assert "Enter the line of another row of this list." in refused.text
    dana.post(url, token=token_of(page), partner_line="4", **named)
    left = answer(dana, dana.get("/records/clients/rows"), out="2")
    open_files(dana, left)
    assert [one["names"] for one in couples_of(dana)] == [[("Mia", "Stone"), ("Lev", "Stone")]]


def test_three_of_a_household_are_never_paired_by_themselves(dana: Browser) -> None:
    text = "Household,Name\n1,Mia Stone\n1,Lev Stone\n1,Kim Stone\n"
    words = words_on(rows_of(dana, text))
    assert words.count("3 rows share this household. Say who of them is a couple.") == 3
    assert "3 rows wait" in words and "Are they a couple?" not in words


def test_rows_that_name_each_other_are_one_couple(dana: Browser) -> None:
    text = (
        "First Name,Last Name,Mobile Phone,Spouse\n"
        "Mia,Stone,555 0101,Lev Stone\nLev,Stone,555 0103,Mia Stone\n"
    )
    rows = rows_of(dana, text)
    assert "Each row names the other. Are they a couple?" in words_on(rows)
    open_files(dana, answer(dana, rows, said={"couple-1+2": "yes"}))
    [couple] = couples_of(dana)
    assert couple["phones"] == ["555 0101", "555 0103"]


def test_who_has_a_file_already_is_noticed(dana: Browser, noor: Browser) -> None:
    a_couple(of=noor, a="Mia Stone", b="Lev Stone")
    rows = rows_of(dana, f"{LIST}Ana,Ruiz,Bo,Lind,,,,,\n")
    words = words_on(rows)
    assert "Known here already: Mia Stone and Lev Stone." in words
    assert "These two stand in an earlier row too." in words
    refused = answer(dana, rows, "open")
    assert refused.status_code == 422
    assert "Tick that you looked at them" in words_on(refused)
    assert how_many(dana) == 0
    open_files(dana, refused, knowingly="y")
    assert how_many(dana) == 3


def test_columns_have_to_name_people_and_tell_each_thing_once(dana: Browser) -> None:
    columns = choose(dana, "one,two\nMia,Lev\n")
    for keys, said in (
        (["", "b-name"], "Match a column to partner A’s first name"),
        (["a-name", "a-name"], "Two columns are matched to “Partner A: Full name”"),
        (["a-name", "b-last_name"], "Match a column to partner B’s first name too"),
    ):
        page = match(dana, columns, column=keys)
        assert page.status_code == 422
        assert said in words_on(page)
    open_files(dana, match(dana, columns, column=["a-first_name", "b-first_name"]))
    assert couples_of(dana)[0]["names"] == [("Mia", ""), ("Lev", "")]


def test_the_line_with_the_names_of_the_columns_can_be_said(dana: Browser) -> None:
    text = "Clients of Alder Street\n\nwho,other\nMia Stone,Lev Stone\nTotal,1\n"
    columns = choose(dana, text)
    assert "2 rows" in words_on(columns)
    again = match(dana, columns, header_line="1")
    assert "Match the columns" in again.text
    wrong = match(dana, again, header_line="99")
    assert "Choose a line near the top" in words_on(wrong)
    none = match(dana, again, header_line="")
    assert "Column 1" in none.text and "Column 2" in none.text
    right = match(dana, none, header_line="3")
    rows = match(dana, right, column=["a-name", "b-name"])
    out = answer(dana, rows, "show:out:1")
    assert "It tells of the list itself, such as a total." in words_on(out)
    open_files(dana, answer(dana, dana.get("/records/clients/rows?shown=ready")))
    assert couples_of(dana)[0]["names"] == [("Mia", "Stone"), ("Lev", "Stone")]


def test_a_list_that_can_be_read_in_several_ways_is_shown_in_each(dana: Browser) -> None:
    raw = "Partner 1,Partner 2\nKovács Béla,Őry Ágnes\n".encode("cp1250")
    page = choose(dana, raw)
    assert "Which of these is right?" in page.text
    assert "Kovács Béla · Őry Ágnes" in page.text and "Kovács Béla · Õry Ágnes" in page.text
    nothing = dana.post("/records/clients/reading", token=token_of(page))
    assert nothing.status_code == 422
    columns = dana.post_and_follow("/records/clients/reading", token=token_of(page), reading="1")
    open_files(dana, match(dana, columns))
    assert couples_of(dana)[0]["names"][1] == ("Őry", "Ágnes")
    book = a_workbook(
        {
            "About": [["This is", "a list"], ["of", "clients"]],
            "Clients": [["Partner 1", "Partner 2"], ["Mia Stone", "Lev Stone"]],
            "Secret": [["a", "b"], ["c", "d"]],
        },
        hidden=("Secret",),
    )
    page = choose(dana, book, "clients.xlsx")
    assert "Clients" in page.text and "About" in page.text and "Secret" not in page.text
    columns = dana.post_and_follow("/records/clients/reading", token=token_of(page), reading="1")
    assert matched_on(columns) == ["a-name", "b-name"]


def test_a_list_stays_whole_when_something_stands_in_one_of_its_files(dana: Browser) -> None:
    bring_in(dana, LIST)
    page = f"/records/clients/lists/{the_import(dana)}/take-back"
    assert "All 2 files that it opened are removed" in words_on(dana.get(page))
    a_session(dana, ACouple(ids_of(dana)[0]))
    refused = dana.post(page)
    assert refused.status_code == 422
    assert "In 1 file of this list something else stands by now (Mia and partner: a session)" in (
        words_on(refused)
    )
    assert how_many(dana) == 2


def test_a_list_taken_back_leaves_nothing_but_lines_in_the_log(dana: Browser) -> None:
    kept = a_couple(of=dana)
    bring_in(dana, LIST)
    gone = [one for one in ids_of(dana) if one != kept.id]
    page = f"/records/clients/lists/{the_import(dana)}/take-back"
    back = dana.post_and_follow(page)
    assert "The list is taken back: 2 files are gone." in words_on(back)
    assert ids_of(dana) == [kept.id]
    assert [dana.get(f"/couples/{one}").status_code for one in gone] == [404, 404]
    assert lines_of_log(dana, "took back") == [{"couples": 2}]
    assert len(lines_of_log(dana, "removed")) == 2
    dana.post(page)
    assert lines_of_log(dana, "took back") == [{"couples": 2}], "sent twice"
    log = words_on(dana.get("/log"))
    assert "Took back whole a list of couples" in log and "Removed the file" in log
    bring_in(dana, LIST)
    assert how_many(dana) == 3, "it can be brought in anew"


@pytest.mark.parametrize("what", ["appointment", "details", "policy", "team", "closed"])
def test_a_list_stays_when_anything_was_added_to_a_file(
    dana: Browser, noor: Browser, what: str
) -> None:
    bring_in(dana, LIST)
    first = ids_of(dana)[0]
    if what == "appointment":
        an_appointment(dana, ACouple(first))
    elif what == "team":
        on_the_team(dana, ACouple(first), noor)
    else:
        with in_the_name_of(dana):
            couple = db.session.get_one(Couple, first)
            policy = db.session.scalars(select(SecretsPolicy).filter_by(couple_id=first)).one()
            if what == "details":
                couple.version += 1
            elif what == "policy":
                policy.signed_a_on = couple.opened_on
            else:
                couple.closed_on = couple.opened_on + timedelta(days=1)
    refused = dana.post(f"/records/clients/lists/{the_import(dana)}/take-back")
    assert refused.status_code == 422
    assert how_many(dana) == 2


def test_a_list_is_its_own_users_alone(dana: Browser, noor: Browser) -> None:
    bring_in(dana, LIST)
    rows_of(dana, LIST)
    made = the_import(dana)
    for path in ("", "/progress", "/take-back"):
        assert noor.get(f"/records/clients/lists/{made}{path}").status_code == 404
    assert noor.post(f"/records/clients/lists/{made}/take-back").status_code == 404
    assert noor.get("/records/clients/rows").location == "/records/clients"
    assert "no longer here" in noor.get("/records/clients").text
    assert how_many(dana) == 2


def test_bringing_in_can_be_stopped_and_then_nothing_stays(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = Event(), Event()
    really = import_jobs.refuse_unless_allowed

    def slowly(user_id: int) -> None:
        if begun.is_set():
            go_on.wait(PATIENCE)
        begun.set()
        really(user_id)

    monkeypatch.setattr(import_jobs, "refuse_unless_allowed", slowly)
    page = answer(dana, rows_of(dana, MANY), "open")
    assert "of 25 files are open" in words_on(page)
    assert begun.wait(PATIENCE)
    url = f"/records/clients/lists/{the_import(dana)}"
    assert "It is being stopped" in words_on(dana.post_and_follow(f"{url}/stop"))
    go_on.set()
    over = wait_for(dana, page)
    assert "The list is taken back" in words_on(over)
    assert how_many(dana) == 0
    again = dana.get("/records/clients/rows")
    assert "Open 25 files" in words_on(again), "what was chosen is not lost"
    monkeypatch.undo()
    open_files(dana, again)
    assert how_many(dana) == 25


def test_a_list_that_was_cut_short_is_gone_on_with(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is gone after ten files, as when the program is ended; another opens the rest."""
    for_real, begun = import_jobs.open_files, Event()

    def closing(context: JobContext, batch: list[object]) -> None:
        for_real(context, batch)  # type: ignore[arg-type]
        context.stop.set()
        begun.set()

    monkeypatch.setattr(import_jobs, "open_files", closing)
    page = answer(dana, rows_of(dana, MANY), "open")
    assert begun.wait(10)
    workers_of(dana.app).close()
    assert how_many(dana) == 10
    monkeypatch.undo()
    workers = Workers(dana.app, workers_of(dana.app).kinds)
    workers.look()
    assert "25 files are open" in words_on(wait_for(dana, page))
    assert how_many(dana) == 25
    workers.close()


def test_a_failure_midway_keeps_nothing(dana: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for_real = import_jobs.open_files

    def failing(context: JobContext, batch: list[object]) -> None:
        if context.progress["done"]:
            raise RuntimeError("the disk is full")
        for_real(context, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(import_jobs, "open_files", failing)
    over = open_files(dana, rows_of(dana, MANY))
    assert "nothing of it was kept" in words_on(over)
    assert how_many(dana) == 0


def test_what_is_kept_between_steps_is_sealed_and_forgotten(dana: Browser) -> None:
    rows = rows_of(dana, LIST.replace("Mia", "Miacanary"))
    with dana.app.app_context():
        lists = pending_lists()
        kept = lists.list_of(dana.user_id)
        assert kept
        held = b"".join([*kept.columns, kept.choices])
        assert b"Miacanary" not in held and b"Stone" not in held
    assert "canary" not in dana.get("/records/clients/rows").request.url
    kept.touched_at -= pending.KEPT_FOR + timedelta(seconds=1)
    assert lists.list_of(dana.user_id) is None
    gone = answer(dana, rows)
    assert "no longer here" in words_on(gone)
    assert how_many(dana) == 0


def test_lists_between_steps_take_bounded_memory(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending, "MOST_BYTES", 4_000)
    lists = PendingLists()
    for user_id in range(20):
        lists.keep(user_id, Sheet([["Partner 1", "Partner 2"], ["Mia", "Lev"]], [1, 2]), Choices())
    kept = [lists.list_of(user_id) for user_id in range(20)]
    assert kept[-1] is not None and kept[0] is None
    assert sum(one.size for one in kept if one) <= 4_000


def test_a_page_about_another_list_changes_nothing(dana: Browser) -> None:
    first = rows_of(dana, LIST)
    choose(dana, "Partner 1,Partner 2\nIda Sol,Uma Sol\n")
    page = answer(dana, first, "open")
    assert "another list" in words_on(page)
    assert how_many(dana) == 0
    thrown = dana.post_and_follow("/records/clients/forget")
    assert "thrown away" in words_on(thrown)


def test_the_template_is_understood_column_by_column(dana: Browser) -> None:
    template = dana.get("/records/clients/template.csv")
    assert template.mimetype == "text/csv"
    filled = template.data.decode("utf-8-sig") + "Mia,Stone,,she/her,1988-03-14,mia@example.com\r\n"
    keys = matched_on(choose(dana, filled))
    assert "" not in keys and len(set(keys)) == len(keys)
    assert keys[0] == "a-first_name" and keys[7] == "b-first_name"
    assert keys[-3:] == ["opened_on", "together_since", "children"]
