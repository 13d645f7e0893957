"""Guessing is slowed, not punished for ever."""

from consentry.model.time import MINUTE, SECOND
from consentry.web.limits import FORGET_AFTER, FREE_ATTEMPTS, LONGEST_WAIT, Limiter, address_key
from tests.web.hand_clock import HandClock


def test_mistyping_costs_nothing() -> None:
    """The first few failures make nobody wait."""
    limiter = Limiter(HandClock())
    for _ in range(FREE_ATTEMPTS - 1):
        limiter.failed("a")
    assert limiter.wait("a") == 0


def test_each_failure_doubles_the_wait() -> None:
    """After the free ones, waits are 1, 2, 4 ... s and never more than a minute."""
    clock = HandClock()
    limiter = Limiter(clock)
    for _ in range(FREE_ATTEMPTS):
        limiter.failed("a")
    waits = []
    for _ in range(9):
        waits.append(limiter.wait("a") // SECOND)
        limiter.failed("a")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    clock.advance(LONGEST_WAIT)
    assert limiter.wait("a") == 0


def test_ten_thousand_wrong_passwords_lock_nobody_out_for_ever() -> None:
    """However many failures, a minute of patience is enough."""
    clock = HandClock()
    limiter = Limiter(clock)
    for _ in range(10_000):
        limiter.failed("a")
    assert limiter.wait("a") == LONGEST_WAIT
    clock.advance(MINUTE)
    assert limiter.wait("a") == 0


def test_failures_are_forgotten() -> None:
    """After half an hour, and after a success, it starts anew."""
    clock = HandClock()
    limiter = Limiter(clock)
    for _ in range(20):
        limiter.failed("a")
        limiter.failed("b")
    clock.advance(FORGET_AFTER + 1)
    limiter.failed("a")
    assert limiter.wait("b") == 0
    limiter.succeeded("a")
    assert limiter.wait("a") == 0


def test_memory_is_bounded_and_the_youngest_stay() -> None:
    """A flood of addresses pushes out the oldest only."""
    limiter = Limiter(HandClock())
    for index in range(20_000):
        limiter.failed(str(index))
    for _ in range(FREE_ATTEMPTS):
        limiter.failed("19999")
    assert limiter.wait("19999") > 0
    assert len(limiter._failures) == 10_000


def test_one_ipv6_household_is_one_address() -> None:
    """A /64 counts as one address, an IPv4 address inside IPv6 as itself."""
    assert address_key("2001:db8:1:2:3::4") == address_key("2001:db8:1:2:ffff::1")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key("::ffff:192.0.2.7") == "192.0.2.7"
    assert address_key("this machine") == "this machine"
