"""No false claim is ever proven, in any notation; and bugs planted into the comparison are caught by that law."""

import re

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from marpweave.check import claims, compare, patterns, raised, sessions, verdicts
from marpweave.check.verdicts import State, check_cell
from marpweave.model.options import CheckOptions, Compare
from marpweave.model.outcome import Answer, Error, Outcome, Stream, Write
from tests.attack.claims import JOINTS, MODES, NOTATIONS, ONE_LINE, cell, judged, outputs, shown, wrong_outputs
from tests.planted import plant


@st.composite
def false_claims(draw):
    """A notation, a claim, and another output than it claims."""
    notation = draw(st.sampled_from(sorted(NOTATIONS)))
    got = draw(outputs)
    want = draw(wrong_outputs(got))
    text = shown(want)
    if notation in ONE_LINE:
        text = draw(st.sampled_from((", ", "、", " ", " / "))).join(text.split("\n"))
        assume(JOINTS.sub(" ", text) != JOINTS.sub(" ", shown(got)))  # it differs in more than its lines
    assume(text.strip() and not re.search(r"\s\([^()]*\)$", text))  # a remark behind a claim is none of it
    return notation, text, shown(got), draw(st.sampled_from(MODES))


def is_never_proven(claim):
    states = judged(*claim)
    assert State.PROVEN not in states, claim
    notation, _, got, _ = claim
    once = notation in ("marked", "worded") and "\n" in got  # one line of a statement that ran several times
    assert states == [State.MISMATCH] or notation == "bare" or (once and states == [State.SUSPECT]), claim


def law(prove, claims, *, examples=400):
    settings(max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
             suppress_health_check=list(HealthCheck))(given(claims)(prove))()


def test_a_false_claim_is_never_proven_in_any_notation():
    law(is_never_proven, false_claims(), examples=1500)


@st.composite
def true_claims(draw):
    notation = draw(st.sampled_from(sorted(NOTATIONS)))
    got = shown(draw(outputs))
    want = draw(st.sampled_from((", ", "、", " ", " / "))).join(got.split("\n")) if notation in ONE_LINE else got
    return notation, want, got


def is_proven(claim):
    assert judged(*claim) == [State.PROVEN], claim


def test_a_true_claim_is_proven_in_every_notation():
    law(is_proven, true_claims(), examples=1000)


# -- special claims ------------------------------------------------------------------------------------------

FALSE = [
    ("[0. 1.]", "[0.04 1.  ]", None), ("a\nb", "a b", None), ("{'a': 1}", "{'a': 2}", None), ("{'a': 1}", "{'b': 1}", None),
    ("{'a': [1, 2]}", "{'a': [2, 1]}", None), ("a ... c", "a b", None), ("... 1", "0 1 2", None), ("0.67", "0.6549", None), ("1e2", "149", None), ("1e3", "1499.0", None), ("1e-3", "0.00102", None), ("1.5e2", "149", None), ("1.0e2", "111.0", None),
    ("[1, 2]", "(1, 2)", None), ("1e-3", "0.01", None), ("(1+2j)", "(1+3j)", None), ("nan", "inf", None), ("hello", "Hello", None),
    ("2.1.0", "2.12.0", None), ("2.1.dev0", "2.12.dev0", None), ("192.17.0.1", "192.168.0.1", None), ("7", "007", None), ("1,000", "1,0", None), ("12:5", "12:05", None),
    ("0x40000000", "0x80000000", None), ("10% 100%", "10%\r100%", None),
    ("a...b", "axbx", Compare.ELLIPSIS), ("a...b...c", "acb", Compare.ELLIPSIS), ("0.1 ...", "0.12 x", Compare.ELLIPSIS),
    (r"\d+", "12 ms", Compare.REGEX), (r"\d+ ms", "x 12 ms", Compare.REGEX), ("a  b", "a b", Compare.EXACT), ("0.1", "0.10", Compare.EXACT),
]


def special_claims_are_refused():
    for want, got, mode in FALSE:
        assert not compare.same(want, got, CheckOptions(check=mode)), (want, got)


def sessions_are_exact():
    for want, got in (("0.3", "0.30000000000000004"), ("{'a', 'b'}", "{'b', 'a'}"), ("a b", "a  b"), ("2", "2.0"), ("1\n2", "1\n3"), ("a", "a\nb")):
        assert judged("session", want, got) == [State.MISMATCH], (want, got)


def claims_belong_to_their_statements():
    """Each of two prints has its own output, each prompt its own answer."""
    both = cell("print(x)  # => 1\nprint(y)  # => 1")
    outcome = Outcome(writes=(Write("1\n", (2,)), Write("2\n", (3,))))
    assert [v.state for v in check_cell(both, outcome).verdicts] == [State.PROVEN, State.MISMATCH]
    both = cell(">>> x\n1\n>>> y\n1")
    outcome = Outcome(answers=(Answer(2, "1\n"), Answer(4, "2\n")))
    assert [v.state for v in check_cell(both, outcome).verdicts] == [State.PROVEN, State.MISMATCH]


ERRORS = [("ValueError", "TypeError", "no"), ("TypeError: yes", "TypeError", "no"), ("KeyError", "IndexError", "3"),
          ("ValueError: a b", "ValueError", "a c"), ("ZeroDivisionError", "ValueError", "division by zero")]


def documented_errors_are_exact():
    for want, name, message in ERRORS:
        error = Outcome(outputs=(Error(name, message, 2),))
        for one in (cell(f"f()  # {want}"), cell(f"f()  # => {want}"), cell(f"f()\n# {want}"), cell("f()", want)):
            assert [v.state for v in check_cell(one, error).verdicts] == [State.MISMATCH], (one.source, want)


def what_comes_behind_an_error_is_no_claim():
    one = cell("print(1)  # => 1\nf()  # ValueError\nprint(2)\n#> 2")
    outcome = Outcome(outputs=(Stream("stdout", "1\n"), Error("ValueError", "no", 3)), writes=(Write("1\n", (2,)),))
    states = {v.expected.want: v.state for v in check_cell(one, outcome).verdicts}
    assert states == {"1": State.PROVEN, "ValueError": State.PROVEN, "2": State.PROSE}


SPECIAL = (special_claims_are_refused, sessions_are_exact, claims_belong_to_their_statements, documented_errors_are_exact,
           what_comes_behind_an_error_is_no_claim)


@pytest.mark.parametrize("prove", SPECIAL, ids=lambda prove: prove.__name__)
def test_special_claims(prove):
    prove()


# -- planted bugs --------------------------------------------------------------------------------------------


def never_proven():
    law(is_never_proven, false_claims(), examples=6000)


def first_line(text):
    return text.split("\n")[0]


PLANTED = [
    # what is planted, where, what stands there instead of the original, what catches it
    ("everything is the same", verdicts, "same", lambda real: lambda *args, **kwargs: True, never_proven),
    ("words in small letters", compare, "tidy", lambda real: lambda text: real(text).lower(), never_proven),
    ("only the first line counts", compare, "tidy", lambda real: lambda text: first_line(real(text)), never_proven),
    ("signs of numbers forgotten", compare, "same_number",
     lambda real: lambda want, got, **k: real(want.lstrip("-"), got.lstrip("-"), **k), never_proven),
    ("tolerance of a tenth", compare, "FINEST_RTOL", lambda real: 0.1, never_proven),
    ("brackets dropped", compare, "tokens", lambda real: lambda text: [t for t in real(text) if t[1] not in "[](){}"], never_proven),
    ("tokens in any order", compare, "tokens", lambda real: lambda text: sorted(real(text)), never_proven),
    ("line breaks dropped", compare, "tokens", lambda real: lambda text: [t for t in real(text) if t[0] != "newline"],
     special_claims_are_refused),
    ("tokens without their kinds' words", compare, "tokens",
     lambda real: lambda text: [(kind, "") if kind == "word" else (kind, word) for kind, word in real(text)], never_proven),
    ("nan and inf are alike", compare, "canonical_words", lambda real: lambda text: real(text).replace("inf", "nan"),
     special_claims_are_refused),
    ("a pattern that need not take all", patterns, "MATCHING", lambda real: real.replace("fullmatch", "search"), special_claims_are_refused),
    ("claims without their last word", claims, "wants_of", lambda real: lambda want: [*real(want), want.rpartition(" ")[0] or want],
     never_proven),
    ("any line of the output will do", claims, "spellings",
     lambda real: lambda got, want: [*real(got, want), *got.split("\n")], never_proven),
    ("lines in any order", claims, "spellings",
     lambda real: lambda got, want: [*real(got, want), *(real("\n".join(sorted(got.split("\n"))), want))], never_proven),
    ("every answer is an open one", claims, "BLANK", lambda real: re.compile(r"(?s).*"), never_proven),
    ("any answer for every prompt", sessions, "answers",
     lambda real: lambda want, got, flags, options: True, sessions_are_exact),
    ("sessions in doctest's loosest way", sessions, "same_session",
     lambda real: lambda want, got, flags, options: real(want, got, flags | 12, options), sessions_are_exact),
    ("answers as numbers", sessions, "same_session",
     lambda real: lambda want, got, flags, options: compare.same(want, got, options), sessions_are_exact),
    ("any exception will do", raised, "is_called", lambda real: lambda name, error: True, documented_errors_are_exact),
    ("any comment tells of the error", raised, "names_error", lambda real: lambda text, error: True, documented_errors_are_exact),
]

EDITED = [
    # what is planted, where, what is edited, what stands there instead, what catches it
    ("integers as floats", compare, "plain and (_is_integer(want) or _is_integer(got))", "False", never_proven),
    ("integers without their last digit", compare, "_integer(want) == _integer(got)", "_integer(want)[:-1] == _integer(got)[:-1]", never_proven),
    ("an integer rounded to a power of ten", compare, "return w == g\n            return", "pass\n            return", special_claims_are_refused),
    ("rounding by ten units", compare, "_rounds_to(w, g)", "_rounds_to(w / 10, g / 10)", never_proven),
    ("rounding to digits that are not written", compare, "_has_decimals(want) and ", "", special_claims_are_refused),
    ("what the output has more is passed over", compare, "tokens(got), options)", "tokens(got)[:len(tokens(want))], options)", never_proven),
    ("what the claim has more is passed over", compare, "_match(tokens(want), ", "_match(tokens(want)[:len(tokens(got))], ", never_proven),
    ("strings without their characters", compare, "word = _unquoted(word)", "word = ''", never_proven),
    ("lists sorted like sets", compare, "return _braces_sorted(result)", "return sorted(result)", never_proven),
    ("an ellipsis at the end of every claim", compare, "_matches_around_ellipses(want, got)", "_matches_around_ellipses(want + '...', got)",
     special_claims_are_refused),
    ("outputs of the statement above for each", verdicts, "_gots(outcome, first, last)",
     "[*_gots(outcome, first, last), *_gots(outcome, first - 1, last - 1)]", claims_belong_to_their_statements),
    ("any message will do", raised, '_is_message(spoken["message"] or spoken["called"] or "", error.message)', "True", documented_errors_are_exact),
    ("what did not run is judged", verdicts, "stop = raised.ended_at(cell, outcome)", "stop = None", what_comes_behind_an_error_is_no_claim),
]


@pytest.mark.parametrize(("module", "name", "bug", "catch"), [planted[1:] for planted in PLANTED], ids=[planted[0] for planted in PLANTED])
def test_a_planted_bug_is_caught(module, name, bug, catch, monkeypatch):
    monkeypatch.setattr(module, name, bug(getattr(module, name)))
    with pytest.raises(AssertionError):
        catch()


@pytest.mark.parametrize(("module", "old", "new", "catch"), [edited[1:] for edited in EDITED], ids=[edited[0] for edited in EDITED])
def test_a_bug_that_is_planted_into_the_source_is_caught(module, old, new, catch, monkeypatch):
    plant(monkeypatch, module, (old, new))
    with pytest.raises(AssertionError):
        catch()
