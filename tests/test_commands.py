"""The `rekindle` command."""

import socket
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from waitress.buffers import TempfileBasedBuffer

from practice import server_sockets, serving
from practice.application import create_app
from practice.cli import main as commands
from practice.plain_text import NOT_AN_ADDRESS
from practice.server_sockets import listen, port_of
from practice.settings import Settings, Unsafe, from_environment
from tests.browser import Browser
from tests.factories import a_practice
from tests.house import close
from tests.server import served_by

CLINICIAN = ["--name", "Noor Haddad", "--credentials", "PhD", "--email", "noor@alderstreet.org"]
CHOSEN = "nine lamps along the river"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine of its own: its database and its key, and no debug mode."""
    monkeypatch.setenv("REKINDLE_DATABASE", str(tmp_path / "data" / "rekindle.db"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("REKINDLE_KEY_FILE", raising=False)
    monkeypatch.delenv("FLASK_DEBUG", raising=False)
    return tmp_path


def run(*arguments, **more):
    return CliRunner().invoke(commands.main, list(arguments), **more)


def shut(listeners):
    for one in listeners:
        one.close()


def test_the_database_is_made_and_brought_up_to_date(machine):
    for _ in range(2):
        answer = run("migrate")
        assert answer.exit_code == 0
        assert "is up to date" in answer.output


def test_a_clinician_is_added_and_can_sign_in(machine):
    run("migrate")
    app = create_app(from_environment())
    a_practice(app)
    answer = run("add-clinician", *CLINICIAN, input=f"{CHOSEN}\n{CHOSEN}\n")
    assert answer.exit_code == 0, answer.output
    assert "Noor Haddad, PhD can sign in now" in answer.output
    assert CHOSEN not in answer.output
    browser = Browser(app)
    sent = browser.post("/sign-in", email="noor@alderstreet.org", password=CHOSEN)
    assert sent.status_code == 302
    close(app)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("short\nshort\n", "at least 12"), ("noor haddad 1\nnoor haddad 1\n", "Anyone who knows")],
)
def test_a_clinicians_password_follows_the_rules(machine, typed, words):
    run("migrate")
    app = create_app(from_environment())
    a_practice(app)
    answer = run("add-clinician", *CLINICIAN, input=typed)
    assert answer.exit_code == 1
    assert words in answer.output
    close(app)


@pytest.mark.parametrize(
    ("name", "email", "said"),
    [
        ("\u200b\xad", "noor@alderstreet.org", "Enter a name."),
        ("Noor Haddad", "noor@alderstreet,org", NOT_AN_ADDRESS),
        ("Noor Haddad", "noor@alderstreet.org.", NOT_AN_ADDRESS),
    ],
)
def test_a_clinician_has_a_name_and_an_address(machine, name, email, said):
    run("migrate")
    app = create_app(from_environment())
    a_practice(app)
    typed = f"{CHOSEN}\n{CHOSEN}\n"
    answer = run(
        "add-clinician", "--name", name, "--credentials", "", "--email", email, input=typed
    )
    assert answer.exit_code == 1
    assert said in answer.output
    close(app)


def test_nobody_joins_before_there_is_a_practice(machine):
    answer = run("add-clinician", *CLINICIAN, input=f"{CHOSEN}\n{CHOSEN}\n")
    assert answer.exit_code == 1
    assert "There is no practice yet" in answer.output


def test_what_is_no_copy_of_records_is_not_brought_in(machine):
    run("migrate")
    answer = run("import", str(machine / "nowhere.zip"))
    assert answer.exit_code == 1
    assert "There is no file at" in answer.output


def test_an_unbroken_audit_log_is_confirmed_and_a_broken_one_found(machine):
    run("migrate")
    app = create_app(from_environment())
    a_practice(app)
    run("add-clinician", *CLINICIAN, input=f"{CHOSEN}\n{CHOSEN}\n")
    answer = run("audit", "verify")
    assert answer.exit_code == 0
    assert answer.output.startswith("1 events")
    with app.app_context(), commands.db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_event_no_update")
        connection.exec_driver_sql("UPDATE audit_event SET verb = 'looked'")
    answer = run("audit", "verify")
    assert answer.exit_code == 1
    assert "Event 1 was changed" in answer.output
    close(app)


@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
def test_debug_mode_is_refused(machine, monkeypatch, command):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    answer = run(command)
    assert answer.exit_code == 1
    assert "FLASK_DEBUG is set" in answer.output


def test_a_key_that_others_can_read_is_refused_in_words(machine):
    run("migrate")
    key = machine / "config" / "rekindle" / "rekindle.key"
    key.chmod(0o644)
    answer = run("serve")
    assert answer.exit_code == 1
    assert f"chmod 600 {key}" in answer.output
    assert "Traceback" not in answer.output


def not_served(monkeypatch):
    """What the command would serve, and how the server would be set."""
    served = {}

    def instead(app, sockets, settings):
        how = serving.adjustments(app, sockets, settings)
        served.update(app=app, sockets=sockets, how=how)

    monkeypatch.setattr(commands.serving, "serve", instead)
    monkeypatch.setattr(commands.request_log, "to_standard_error", lambda: None)
    return served


def test_serving_says_where_and_warns_about_the_key(machine, monkeypatch):
    served = not_served(monkeypatch)
    answer = run("serve", "--port", "8431")
    addresses = [one.getsockname()[:2] for one in served["sockets"]]
    port = addresses[0][1]
    assert addresses in ([("127.0.0.1", port)], [("127.0.0.1", port), ("::1", port)])
    assert f"Rekindle is open at http://localhost:{port}" in answer.output
    assert "It does not protect a machine that is stolen" in answer.output
    assert served["how"].threads == 8
    assert served["how"].trusted_proxy is None
    shut(served["sockets"])
    close(served["app"])


def test_only_a_declared_proxy_on_this_machine_is_believed(machine, monkeypatch):
    served = not_served(monkeypatch)
    monkeypatch.setenv("REKINDLE_HTTPS", "1")
    run("serve")
    assert served["how"].trusted_proxy == "127.0.0.1"
    assert served["how"].clear_untrusted_proxy_headers is True
    shut(served["sockets"])
    close(served["app"])


def test_a_port_that_is_taken_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        listeners = listen(port)
        assert port_of(listeners) in range(port + 1, port + server_sockets.PORTS_TRIED)
        shut(listeners)


def test_a_port_whose_newer_address_is_another_programs_is_passed_over():
    taken = listen(0)
    if len(taken) == 1:
        pytest.skip("this machine has no ::1")
    taken[0].close()
    taken[1].listen()
    listeners = listen(port_of(taken[1:]))
    assert port_of(listeners) != port_of(taken[1:])
    shut([*taken, *listeners])


def test_an_address_of_another_machine_is_refused_in_words():
    with pytest.raises(Unsafe, match=r"cannot listen at 10\.99\.98\.97"):
        listen(8000, "10.99.98.97")


def test_when_every_port_is_taken_it_says_so(monkeypatch):
    monkeypatch.setattr(server_sockets, "PORTS_TRIED", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Unsafe, match="Choose one with --port"):
            listen(taken.getsockname()[1])


def test_the_demo_is_kept_for_its_day_and_starts_afresh_on_the_next(machine, monkeypatch):
    database = machine / "data" / "demo.db"
    answer = run("demo")
    assert answer.exit_code == 0, answer.output
    assert "dana@alderstreet.example" in answer.output
    made = database.stat().st_ino
    run("demo")
    assert database.stat().st_ino == made
    today_in = commands.clock.today_in
    monkeypatch.setattr(commands.clock, "today_in", lambda zone: today_in(zone) + timedelta(days=1))
    run("demo")
    assert database.stat().st_ino != made


def test_a_real_practice_is_never_replaced_by_the_demo(machine):
    run("migrate")
    (machine / "data" / "rekindle.db").rename(machine / "data" / "demo.db")
    keys = machine / "config" / "rekindle"
    (keys / "rekindle.key").rename(keys / "demo.key")
    app = create_app(from_environment(demo=True))
    a_practice(app)
    answer = run("demo")
    assert answer.exit_code == 1
    assert "holds a real practice" in answer.output
    close(app)


def test_the_server_writes_nothing_that_is_sent_or_answered_to_a_scratch_file(monkeypatch):
    """A letter on its way in, or a copy on its way out, would lie there to be read."""
    monkeypatch.setattr(serving.body_size, "taken_in_of", lambda *_: 6_000_000)

    def echo(environ, start_response):
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    def no_file(_self):
        raise AssertionError("a scratch file")

    monkeypatch.setattr(TempfileBasedBuffer, "newfile", no_file)
    sent = b"x" * 5_000_000
    served = served_by(echo, Settings(Path("unused.db"), b""))
    with served as address, urlopen(address, sent) as answered:
        assert answered.read() == sent


@pytest.mark.parametrize("said", ["0", "51", "many"])
def test_the_size_of_an_attachment_is_a_number_that_can_be(machine, monkeypatch, said):
    monkeypatch.setenv("REKINDLE_ATTACHMENT_MB", said)
    with pytest.raises(Unsafe, match="from 1 to 50"):
        from_environment()
