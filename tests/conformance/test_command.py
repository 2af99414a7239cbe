"""The command asks a program, counts its answers, and says in one line what went wrong."""

import os
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from custvalue import __main__ as command_line

SUPPORT = Path(__file__).parents[1] / "support"
ALL = "\n".join


@pytest.fixture
def program(tmp_path):
    """Write a program that answers with what an expression gives for `asked`."""

    def written(expression, before="pass"):
        path = tmp_path / "program.py"
        path.write_text(
            textwrap.dedent(f"""
            import json, sys, time
            {before}
            for line in sys.stdin:
                asked = json.loads(line)
                print({expression}, flush=True)
            """),
            encoding="utf-8",
        )
        return shlex.join([sys.executable, str(path)])

    return written


@pytest.fixture
def run(capsys):
    """Run the command; return its exit status, what it printed, and its complaint."""

    def ran(command, *options):
        status = command_line.main(["conformance", "--run", command, *options])
        said = capsys.readouterr()
        return status, said.out, said.err

    return ran


def test_custvalue_passes_through_the_pipe():
    code = str(SUPPORT / "own_answers.py")
    other = shlex.join([sys.executable, "-W", "ignore", code])
    command = [sys.executable, "-m", "custvalue", "conformance", "--run", other, "--only", "kano"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ALL(
        [
            "kano/category  25 passed",
            "kano/better    10 passed",
            "kano/worse     10 passed",
            "kano/mode      3 passed",
            "",
            "48 passed.",
            "",
        ]
    )


def test_wrong_answers_are_shown_with_all_about_them(program, run):
    word = '{"answer": "Q"}'
    status, printed, complaint = run(program(repr(word)), "--only", "kano/category/2")
    assert (status, complaint) == (1, "")
    assert printed == ALL(
        [
            "kano/category  1 failed",
            "",
            "failed: kano/category/2",
            '  inputs      {"functional": 1, "dysfunctional": 2}',
            "  expected    'A'",
            "  got         'Q'",
            "  source      Berger et al. (1993), Center for Quality of Management Journal 2(4)",
            "",
            "1 failed.",
            "",
        ]
    )


def test_how_far_a_number_is_off(program, run):
    status, printed, _ = run(program("json.dumps({'answer': 20.001})"), "--only",
                             "net_promoter_score/score/6")  # fmt: skip
    assert status == 1
    assert (
        "  expected    20.0\n  got         20.001\n  difference  0.001, allowed is 2.1e-11"
        in printed
    )


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1" + 400 * "0", "1e999"])
def test_what_is_no_finite_number_is_wrong(program, run, number):
    command = program(repr(f'{{"answer": {number}}}'))
    status, printed, complaint = run(command, "--only", "alpha/alpha/1")
    assert (status, complaint) == (1, "")
    assert "1 failed." in printed


def test_what_a_program_does_not_have_is_not_wrong(program, run):
    answer = "json.dumps({'skip': True} if asked['measure'] != 'mode' else {'answer': 'M'})"
    status, printed, _ = run(program(answer), "--only", "kano/mode/1", "--only", "kano/worse")
    assert status == 0
    assert printed == ALL(
        [
            "kano/worse  10 not supported",
            "kano/mode   1 passed",
            "",
            "1 passed, 10 not supported.",
            "",
        ]
    )


def test_who_answers_nothing_has_not_passed(program, run):
    assert run(program("json.dumps({'skip': True})"), "--only", "alpha") == (
        2,
        "",
        (
            'custvalue: the command answered {"skip": true} to each of 3 cases: there is '
            "nothing to compare. `--list` shows what is asked.\n"
        ),
    )


NO_ANSWER = (
    'the command must answer alpha/alpha/1 with a line such as {"answer": 0.5} or '
    '{"skip": true}, but it wrote '
)


@pytest.mark.parametrize(
    "line",
    [("hello"), ("1"), ("[1]"), ("{}"), ('{"answer": null}'), ('{"answer": true}'),
     ('{"answer": [1]}'), ('{"skip": 1}'), ("[" * 5000)],
    ids=range(9),
)  # fmt: skip
def test_garbage(program, run, line):
    status, printed, complaint = run(program(repr(line)), "--only", "alpha")
    assert (status, printed) == (2, "")
    assert complaint == f"custvalue: {NO_ANSWER}{line[:200]!r}.\n"


def test_a_program_that_ends_early(program, run):
    status, printed, complaint = run(program("1", "sys.exit('no table of customers')"))
    assert (status, printed) == (2, "")
    assert complaint == (
        "custvalue: the command ended with exit status 1, before it answered acsi/simple/1. The "
        "last line of its standard error is 'no table of customers'.\n"
    )


def test_a_program_that_hangs(program, run):
    status, printed, complaint = run(program("time.sleep(60)"), "--timeout", "0.3")
    assert (status, printed) == (2, "")
    assert complaint == (
        "custvalue: the command did not answer acsi/simple/1 within 0.3 seconds. It must write "
        "one line for each line that it reads, and flush it; or use a larger --timeout.\n"
    )


def test_a_program_that_writes_without_end_is_stopped(program, run):
    status, _, complaint = run(program("1", "while True: sys.stdout.write('x' * 1000)"))
    assert status == 2
    assert (
        complaint == f"custvalue: {NO_ANSWER.replace('alpha/alpha', 'acsi/simple')}{200 * 'x'!r}.\n"
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            "no-such-program --fast",
            (
                "--run must be a program and its arguments, but 'no-such-program' cannot be "
                "started: No such file or directory."
            ),
        ),
        ("", "--run must be a program and its arguments, but it is empty."),
        ("'", '--run must be a command with every quote closed, but it is "\'".'),
        (
            "a\0b",
            (
                "--run must be a program and its arguments, but 'a\\x00b' cannot be started: "
                "embedded null byte."
            ),
        ),
    ],
    ids=["unknown", "empty", "open quote", "null byte"],
)
def test_commands_that_do_not_start(run, command, expected):
    assert run(command) == (2, "", f"custvalue: {expected}\n")


@pytest.mark.parametrize(
    ("given", "shown"), [("0", "0"), ("-1", "-1"), ("nan", "nan"), ("1e9", "1e+09")]
)
def test_a_timeout_out_of_range(run, given, shown):
    assert run("true", "--timeout", given) == (
        2,
        "",
        (
            "custvalue: --timeout must be a number of seconds above 0 and at most 86,400, but it "
            f"is {shown}.\n"
        ),
    )


def test_a_name_that_is_not_there(run):
    status, printed, complaint = run("true", "--only", "bgnb")
    assert (status, printed) == (2, "")
    assert complaint.startswith("custvalue: --only must be one of acsi, alpha, bdw, bgbb, bgcnbd, ")
    assert complaint.endswith(", top_box, but it is 'bgnb'. Did you mean 'bgnbd'?\n")


def test_the_list_says_what_is_asked(capsys):
    assert command_line.main(["conformance", "--list", "--only", "bgnbd/probability_alive"]) == 0
    assert capsys.readouterr().out == ALL(
        [
            "bgnbd: BG/NBD: customers may leave after each repeat purchase",
            (
                "  Of one customer: x repeat purchases, the last one t_x after the first purchase, "
                "observed for T. All times have one unit."
            ),
            "  probability_alive (7 cases): probability that the customer is still active at T",
            "",
            "7 cases.",
            "",
        ]
    )


def test_one_of_the_two_is_needed(capsys):
    with pytest.raises(SystemExit) as stopped:
        command_line.main(["conformance"])
    assert stopped.value.code == 2
    assert "one of the arguments --run --list is required" in capsys.readouterr().err


def test_nothing_heavy_is_imported(program):
    code = (
        "import sys; from custvalue.__main__ import main; "
        f"main(['conformance', '--only', 'alpha', '--run', {program('1')!r}]); "
        "print(*sorted({'numpy', 'scipy', 'pydantic', 'narwhals'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
