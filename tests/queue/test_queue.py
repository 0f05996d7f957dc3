"""Who gets a connection, and who must not take it from others."""
import struct
import pytest
import stand
from stand import LATER, NEXT, NO, READY, YES, result

DEAD = 1000
# queue.h: LINES_UNSURE_MAX, LINES_BAD_MAX, LINES_MAX + STUCK_MAX
UNSURE, BAD, ROOM = 48, 32, 64 + 128
FAST = 'send-port 2525/loopback\n'
# what may come on top while all of it waits and all lines are taken
MORE_KIB = 1024


@pytest.fixture
def start():
    kept = []

    def make(conf=''):
        kept.append(stand.Queue(conf))
        return kept[-1]
    yield make
    for q in kept:
        q.stop()


def put_dead(q, n=DEAD, each=10, attempts=0):
    for i in range(n):
        q.put(f'{i}.dead.example', each, attempts)


def test_good_goes_at_once(start):
    """While dead ones hold all that they can get, and none of them ends."""
    q = start()
    q.put('live.example')
    q.news()
    q.wait(lambda: q.taken('live.example'))
    put_dead(q)
    q.news()
    q.wait(lambda: len(q.silent()) >= UNSURE)
    q.put('live.example', 200)
    q.news()
    q.wait(lambda: len(q.taken('live.example')) == 201)
    assert not q.stopped and not [m for m in q.marks if m[1] != YES]
    assert len(q.silent()) >= UNSURE


def test_new_goes_while_bad_are_tried(start):
    q = start()
    put_dead(q, attempts=1)
    q.news()
    q.wait(lambda: len(q.silent()) >= BAD)
    q.put('live.example', 100)
    q.news()
    q.wait(lambda: len(q.taken('live.example')) == 100)
    assert not q.stopped


@pytest.mark.parametrize('attempts', [0, 3])
def test_last_in_the_line(start, attempts):
    """Nothing tells it from 300 others, and they never end."""
    q = start(FAST)
    put_dead(q, 300, attempts=attempts)
    q.put('live.example', 100, attempts)
    most = []
    q.news()

    def done():
        most.append(len(q.open()))
        return len(q.taken('live.example')) == 100
    q.wait(done, 120)
    assert max(most) <= ROOM
    # some had to leave: each letter has its mark, and so has the rest
    assert q.stopped
    gone = [m for m in q.marks if m[1] == LATER]
    assert {m[3] for m in gone} == {'4.4.1'}
    assert len([m for m in gone if m[0] == 0]) == len(
        [m for m in gone if m[0] != 0])


def test_nobody_has_to_leave_without_need(start):
    q = start(FAST)
    put_dead(q, 100)
    q.news()
    q.wait(lambda: len(q.silent()) == 100)
    q.put('live.example', 100)
    q.news()
    q.wait(lambda: len(q.taken('live.example')) == 100)
    assert len(q.silent()) == 100 and not q.stopped


def test_busy_ones_share(start):
    """Eight that have letters without end: as many as all lines hold."""
    q = start()
    q.endless = [f'{i}.busy.example' for i in range(7)]
    for d in q.endless:
        q.put(d)
    q.news()
    q.wait(lambda: len(q.open()) >= 40)
    q.put('live.example')
    q.news()
    q.wait(lambda: q.taken('live.example'))


def obeying(q, domain='live.example', letters=1):
    """A child that does what the test says; its letter."""
    q.obeys = lambda child: child.to == domain
    q.put(domain, letters)
    q.news()
    q.wait(lambda: [c for c in q.children if c.to == domain and c.letters])
    child = [c for c in q.children if c.to == domain][-1]
    return child, child.letters[0]


def ended(q, child):
    q.wait(lambda: child.stopped)


@pytest.mark.parametrize('wire', [
    lambda n: result(n + 1, 0, NO),                 # another letter
    lambda n: result(n, 1, NO),                     # another recipient
    lambda n: result(0, 0, YES),
    lambda n: result(n, 0, 3),                      # no verdict
    lambda n: result(n, 0, YES, reply=b'a\nb'),
    lambda n: struct.pack('<HQ', READY, 1),         # a second letter
    lambda n: struct.pack('<H', stand.NO_MORE),
    lambda n: b'\xff\x00',
    lambda n: b'\x05'])
def test_a_child_that_lies(start, wire):
    """It loses its line; its letter is tried again, no other is touched."""
    q = start()
    child, letter = obeying(q, letters=2)
    q.obeys = lambda child: False
    child.say(wire(letter))
    ended(q, child)
    q.wait(lambda: len(q.marks) >= 2)
    assert (letter, LATER, '', '4.3.0') in q.marks
    q.wait(lambda: len(q.taken('live.example')) >= 1)
    assert not [m for m in q.marks if m[1] == NO or m[0] == 0]


def test_no_is_of_its_own_letter_alone(start):
    """There is no such destination, it says."""
    q = start()
    child, letter = obeying(q, letters=3)
    q.obeys = lambda child: False
    child.say(result(0, 0, NO, b'5.1.2'))
    q.wait(lambda: len(q.taken('live.example')) == 2)
    assert [m[0] for m in q.marks if m[1] == NO] == [letter]
    assert not [m for m in q.marks if m[0] == 0]


def test_a_number_of_another(start):
    """A child gets the line that it was forked for, and no other's letter."""
    q = start()
    child, _ = obeying(q)
    q.from_send = lambda data: orders.append(data)
    orders = []
    q.put('other.example')
    q.news()
    q.wait(lambda: orders)
    number, = struct.unpack_from('<Q', orders[0], 2)
    thief = stand.Child(q, number + 100, claims=number)
    ended(q, thief)
    assert not thief.letters
    honest = stand.Child(q, number)
    q.wait(lambda: honest.letters)


def test_a_child_that_goes_before_it_is_there(start):
    """Its line is free at once: there is another child."""
    q = start()
    heard, q.from_send = q.from_send, lambda data: orders.append(data)
    orders = []
    q.put('live.example')
    q.news()
    q.wait(lambda: orders)
    q.from_send = heard
    dumb = stand.Child(q, struct.unpack_from('<Q', orders[0], 2)[0],
                       claims=99)
    ended(q, dumb)
    q.wait(lambda: q.taken('live.example'), 30)


def test_asks_what_is_owed_with_reason_only(start):
    q = start()
    q.wait(lambda: q.owed >= 1 and q.asked >= 1)
    for _ in range(3):
        first, owed = q.asked, q.owed
        q.next = 1              # something is always due: it asks each tick
        q.news()
        q.wait(lambda: q.owed == owed + 1)
        q.wait(lambda: q.asked >= first + 5)
        q.next = 0
        assert q.owed == owed + 1


def test_one_notice_that_fails_holds_up_no_other(start):
    """Letters without a ticket, each paid once there is one."""
    q = start()
    q.broken = {3, 7, 8}
    q.debts = set(range(1, 11))
    q.news()
    q.wait(lambda: q.debts == q.broken)
    # those rest; what is new does not
    q.debts.add(11)
    q.news()
    q.wait(lambda: q.debts == q.broken)


def test_what_waits_takes_no_memory(start):
    """10,000 letters for 1,000 destinations, with every line taken."""
    q = start(FAST)
    q.put('live.example')
    q.news()
    q.wait(lambda: q.taken('live.example'))
    idle = q.rss()
    put_dead(q)
    q.put('live.example', 100)
    q.news()
    q.wait(lambda: len(q.silent()) >= 64 and
           len(q.taken('live.example')) == 101)
    assert q.rss() - idle < MORE_KIB


def test_says_which_boot_key_is_there(start):
    """To the store, as soon as both are there; again when one begins anew."""
    q = start()
    q.wait(lambda: q.boots == [stand.BOOT_ID])
    q.renew('store')
    q.wait(lambda: q.boots == [stand.BOOT_ID] * 2)
    q.boot_id = b'nextboot'
    q.renew('keys')
    q.wait(lambda: q.boots == [stand.BOOT_ID] * 2 + [b'nextboot'])
