import ast
import asyncio
from pathlib import Path

import pytest
from passage import checks
from record.seen import Seen

PROXY = Path(checks.__file__).parents[1]


def names_in_the_chain():
    """Return the names of the addons that proxy.py puts together: variables are called like their classes."""
    tree = ast.parse((PROXY / "proxy.py").read_text(encoding="utf-8"))
    (made,) = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "addons"]
    (chain,) = [one.value for one in ast.walk(made) if isinstance(one, ast.Return)]
    called = [one.func if isinstance(one, ast.Call) else one for one in chain.elts]
    return [(one.attr if isinstance(one, ast.Attribute) else one.id).lower() for one in called]


def hooks_of_classes():
    """Return what every class of the proxy can be asked, by its name."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in PROXY.rglob("*.py")]
    classes = [one for tree in trees for one in ast.walk(tree) if isinstance(one, ast.ClassDef)]
    return {
        one.name.lower(): {step.name for step in one.body if isinstance(step, ast.FunctionDef)}
        for one in classes
    }


@pytest.mark.full
@pytest.mark.parametrize("hook", checks.CHECKS)
def test_everybody_in_the_chain_who_is_asked_has_to_agree(hook):
    asked = hooks_of_classes()

    assert {name for name in names_in_the_chain() if hook in asked[name]} == checks.CHECKS[hook]


def seen(**change):
    made = Seen("f1", 0.0, "GET", "https", "example.org", 443, "/")
    made.yes = {(hook, check) for hook, needed in checks.CHECKS.items() for check in needed}
    made.is_written = True
    for key, value in change.items():
        setattr(made, key, value)
    return made


def led(*steps):
    """Lead a hook through steps. Returns who said yes, and who broke with what."""
    yes, broke = [], []
    asyncio.run(checks.lead(steps, yes.append, lambda who, error: broke.append((who, str(error)))))
    return yes, broke


def raises():
    raise ValueError("²")


def test_a_call_with_every_yes_and_a_line_may_leave():
    assert checks.may_leave(seen())


@pytest.mark.parametrize("check", sorted(checks.CHECKS["requestheaders"]))
def test_a_call_without_one_yes_may_not_leave(check):
    call = seen()
    call.yes.discard(("requestheaders", check))

    assert not checks.may_leave(call)


@pytest.mark.parametrize("check", sorted(checks.CHECKS["request"]))
def test_a_body_that_was_held_needs_the_yes_of_whoever_reads_it(check):
    call = seen(hold_request=True)
    call.yes.discard(("request", check))

    assert not checks.may_leave(call)
    call.hold_request = False
    assert checks.may_leave(call)


def test_a_call_of_which_no_line_is_written_may_not_leave():
    assert not checks.may_leave(seen(is_written=False))


def test_a_refused_call_may_not_leave_whoever_agreed():
    assert not checks.may_leave(seen(denied=("key", "a real key is in a call")))


@pytest.mark.parametrize("check", sorted(checks.CHECKS["responseheaders"]))
def test_an_answer_without_one_yes_is_not_given_back(check):
    call = seen()
    call.yes.discard(("responseheaders", check))

    assert checks.may_return(seen())
    assert not checks.may_return(call)


@pytest.mark.parametrize("check", sorted(checks.CHECKS["response"]))
def test_an_answer_that_was_held_needs_the_yes_of_whoever_changes_it(check):
    call = seen(hold_response=True)
    call.yes.discard(("response", check))

    assert not checks.may_return(call)


def test_whoever_raises_has_not_said_yes_and_nobody_after_it_is_asked():
    assert led(("gate", lambda: None), ("policy", raises), ("keys", lambda: None)) == (
        ["gate"],
        [("policy", "²")],
    )


def test_a_check_that_has_to_be_waited_for_says_yes_when_it_is_done():
    async def waits():
        await asyncio.sleep(0)

    async def breaks():
        await asyncio.sleep(0)
        raise ValueError("late")

    assert led(("gate", waits), ("keys", breaks)) == (["gate"], [("keys", "late")])
