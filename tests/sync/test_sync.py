"""The real sync between a box of paper and the real store."""
import json, random, time

import nacl.signing
import pytest

from stand import SEAL, Box, Side, encrypted, sealed

MAIL = (b'From: bob@example.net\r\nSubject: number %d\r\n'
        b'Message-ID: <%d@example.net>\r\n\r\ntext %d\r\n')


@pytest.fixture
def box():
    b = Box()
    yield b
    b.stop()


@pytest.fixture
def side(box):
    s = Side(box)
    yield s
    s.stop()


def fill(box, n):
    for i in range(n):
        make = (sealed, encrypted, bytes)[i % 3]
        box.add(make(MAIL % (i, i, i)), 'ma' if i % 7 == 0 else 'mi',
                ['$seen'] * (i % 2) + ['work'] * (i % 5 == 0))


def test_first(box, side):
    """Some hundred messages, then nothing but changes."""
    fill(box, 230)
    side.start()
    side.wait(side.same)
    side.sync.says('synced new=230')
    assert box.downloads == 230 and 'Email/query' in box.calls
    new = box.add(sealed(MAIL % (1, 1, 1)), 'ma')
    box.change('e00003', flagged=True, seen=False)
    box.change('e00004', box='ma')
    box.destroy('e00005')
    box.destroy('e00006')
    walks = box.calls.count('Email/query')
    side.wait(side.same)
    assert new in side.remotes() and box.downloads == 231
    assert box.calls.count('Email/query') == walks
    assert not box.sets, 'what came from the box goes back to it'


def test_large(box, side):
    """One that is larger than all that are in hand at once, among small
    ones."""
    fill(box, 20)
    text = b'line of a large one\r\n' * 1_500_000
    id = box.add(sealed(MAIL % (1, 1, 1) + text, word=b'PAPER:'))
    fill(box, 20)
    side.start()
    side.wait(side.same)
    assert side.size(id) > len(text)


def test_status(box, side):
    cases = [
        (sealed(MAIL % (1, 1, 1)),
         b'Pli-Status: sealed; t=1790000000; with=esmtps\r\nReturn-Path:'
         b' <a@b>\r\nReceived: by us\r\nFrom: bob@example.net\r\n'),
        (encrypted(MAIL % (1, 1, 1)),
         b'Pli-Status: e2e; cipher=AES256; sig=other; key=ABCD;'
         b' made=1700000000\r\n'),
        (MAIL % (1, 1, 1), b'Pli-Status: clear\r\nFrom: bob'),
        (encrypted(b'x', b'NO-KEY:'), b'Pli-Status: locked; why=no-key\r\n'),
        (sealed(b'A: b\r\n\r\nx', word=b'TAMPERED:'),
         b'Pli-Status: locked; why=tampered\r\n'),
        # somebody else's word for it, and ours for another text
        (sealed(MAIL % (1, 1, 1), nacl.signing.SigningKey(b'x' * 32)),
         b'Pli-Status: e2e; cipher=AES256; sig=other; key=ABCD;'
         b' made=1700000000; forged=1\r\n'),
        (sealed(MAIL % (1, 1, 1), twist=b'\r\n'),
         b'Pli-Status: e2e; cipher=AES256; sig=other; key=ABCD;'
         b' made=1700000000; forged=1\r\n'),
        (b'Pli-Status: sealed\r\n' + MAIL % (1, 1, 1),
         b'Pli-Status: clear\r\nFrom: bob'),
    ]
    ids = [box.add(stored) for stored, _ in cases]
    side.start()
    side.wait(side.same)
    for id, (_, begins) in zip(ids, cases):
        text = side.text(id)
        assert text.startswith(begins), text[:300]
        assert text.count(b'Pli-') == 1 or b'why=' in begins, text


def test_killed(box, side):
    """Killed at random points: nothing twice, nothing lost."""
    seed = random.randrange(1 << 30)
    print('seed', seed)
    r = random.Random(seed)
    fill(box, 150)
    for n in range(8):
        side.start()
        target = box.downloads + r.randrange(1, 40)
        if n % 2:       # in the middle of it, or somewhere later
            side.wait(lambda: box.downloads >= target or side.same())
        else:
            side.wait(lambda: len(side.remotes()) > r.randrange(150)
                      or side.same())
        side.kill()
        for _ in range(5):
            i = r.choice(sorted(box.emails))
            r.choice([lambda: box.change(i, flagged=r.random() < .5),
                      lambda: box.change(i, box=r.choice(['mi', 'ma'])),
                      lambda: box.destroy(i),
                      lambda: box.add(sealed(MAIL % (n, n, n)))])()
    side.start()
    side.wait(side.same)


def test_too_old(box, side):
    """No changes from this state: a walk, without a second download."""
    fill(box, 130)
    side.start()
    side.wait(side.same)
    side.kill()
    box.change('e00001', flagged=True)
    for i in range(10, 120):
        box.destroy(f'e{i:05d}')
    box.oldest = box.state
    side.start()
    side.wait(side.same)
    assert box.downloads == 130


def test_mailboxes(box, side):
    fill(box, 5)
    side.start()
    side.wait(side.same)
    box.boxes['mw'] = ('Work', None, None)
    box.boxes['my'] = ('2026', 'mw', None)
    box.add(sealed(MAIL % (1, 1, 1)), 'my')
    side.wait(side.same)
    assert side.mailboxes()['Work/2026'][1] == 1
    box.boxes['my'] = ('2027', 'mw', None)
    side.wait(lambda: 'Work/2027' in side.mailboxes())
    assert 'Work/2026' not in side.mailboxes()
    id, = [i for i, e in box.emails.items() if 'my' in e['mailboxIds']]
    box.change(id, box='mi')
    del box.boxes['my']
    side.wait(lambda: 'Work/2027' not in side.mailboxes())
    side.wait(side.same)
    # those that every account begins with were made there
    assert {'Sent', 'Drafts'} <= {n for n, _, _ in box.boxes.values()}


def test_push(box, side):
    """Flags, moves and deletions of ours; also of when there was no net."""
    fill(box, 60)
    side.start()
    side.wait(side.same)
    side.flag('e00002', 1, 4, ['later'])
    side.flag('e00003', 2, 1)
    side.move('e00004', 'Trash')
    side.delete('e00005')
    side.wait(lambda: 'e00005' not in box.emails and side.same())
    e = box.emails
    assert e['e00002']['keywords'].keys() >= {'$flagged', 'later'}
    trash, = e['e00004']['mailboxIds']
    assert box.boxes[trash][0] == 'Trash'
    box.offline = True
    side.sync.says('why=unreachable')
    for i in range(10, 60):
        side.flag(f'e{i:05d}', 1, 2)
    side.move('e00010', 'Archive')
    side.delete('e00011')
    box.offline = False
    side.wait(lambda: 'e00011' not in box.emails and side.same())
    assert all('$answered' in e[f'e{i:05d}']['keywords']
               for i in range(12, 60))


def test_conflict(box, side):
    """Both change the same: the box's mailbox, and everybody's flags."""
    fill(box, 6)
    side.start()
    side.wait(side.same)
    side.kill()
    side.move('e00002', 'Trash')
    side.flag('e00002', 1, 4)
    box.change('e00002', box='ma', seen=True, answered=True)
    side.delete('e00003')
    box.destroy('e00003')
    side.flag('e00004', 1, 4)
    box.destroy('e00004')
    side.start()
    side.wait(lambda: side.same() and '$flagged' in
              box.emails['e00002']['keywords'])
    assert box.emails['e00002']['mailboxIds'] == {'ma': True}
    assert box.emails['e00002']['keywords'].keys() >= {
        '$answered', '$seen', '$flagged'}


def test_locked(box, side):
    """Nothing comes in while the agent is locked, and then all does."""
    side.locked = True
    fill(box, 9)
    side.start()
    side.sync.says('why=agent')
    assert side.messages() == 0
    side.locked = False
    side.wait(side.same)


def swap(**new):
    return lambda v: dict(v, **new)


def first(key, **new):
    def lie(v):
        v = json.loads(json.dumps(v))
        for o in v[key][:1]:
            o.update(new)
        return v
    return lie


LIES = {
    'session-url': ('session', swap(apiUrl='https://evil.example/api')),
    'session-account': ('session', swap(primaryAccounts={})),
    'json': ('response', lambda v: b'{"a":1,"a":2}'),
    'response': ('response', swap(methodResponses=[])),
    'response-account': ('Email/changes', swap(accountId='a2')),
    'http': ('response', lambda v: b' ' * (17 << 20)),
    'mailboxes': ('Mailbox/get', swap(list=[])),
    'changes-state': ('Email/changes', swap(oldState='7')),
    'changes-stuck': ('Email/changes', lambda v: dict(
        v, hasMoreChanges=True, newState=v['oldState'])),
    'changes-ids': ('Email/changes', swap(destroyed=['e00001', 'e00001'])),
    'emails': ('Email/get', swap(list=[], notFound=[])),
    'emails-not-found': ('Email/get', lambda v: dict(
        v, list=v['list'][1:], notFound=['e99999']) if v['list'] else v),
    'emails-others': ('Email/get', first('list', id='e00001')),
    'email-size': ('Email/get', first('list', size='7')),
    'email-keywords': ('Email/get', first('list', keywords={'a b': True})),
    'email-mailboxes': ('Email/get', first('list', mailboxIds={})),
    'blob-size': ('blob', lambda v: v + b'x'),
}


def test_one_bad(box, side):
    """One that the box does not give as it said keeps no other from coming."""
    bad = box.add(sealed(MAIL % (9, 9, 9)), received=1800000000)
    whole = box.blobs['b' + bad]
    box.blobs['b' + bad] = whole[:-1]
    fill(box, 300)
    side.start()
    side.sync.says('box-lies')
    side.wait(lambda: len(side.remotes()) == 300)
    box.blobs['b' + bad] = whole
    side.wait(side.same)


@pytest.mark.parametrize('why', list(LIES) + ['blob-short'])
def test_lies(box, side, why):
    """Each is told by its name, and nothing of ours is lost by it."""
    where, lie = LIES.get(why, ('blob', lambda v: v[:-1]))
    fill(box, 4)
    side.start()
    side.wait(side.same)
    before = {i: side.text(i) for i in side.remotes()}
    box.lies[where] = lie
    box.add(sealed(MAIL % (9, 9, 9)))
    side.sync.says('box-lies')
    side.sync.says('why=' + ('blob-size' if why == 'blob-short' else why))
    assert before.items() <= {i: side.text(i)
                              for i in side.remotes()}.items()
    box.lies.clear()
    side.wait(side.same)


def test_pin(box, side):
    """Another TLS key: not one octet of a credential goes there."""
    fill(box, 3)
    box.close()
    box.certificate('two')
    box.listen(box.port)
    side.start()
    side.sync.says('box-refuses step=session why=tls-key')
    assert not box.calls and not box.downloads
    side.pin = box.pin
    side.wait(side.same)


def moved(box, side):
    """The box has another TLS key, and no connection of before."""
    box.offline = True
    side.sync.says('why=unreachable')
    box.close()
    box.certificate('two')
    box.listen(box.port)


def back(box):
    box.seen = {}
    box.offline = False


def test_identity(box, side):
    """Another TLS key that the pinned identity key has signed; it holds after
    a new start, too."""
    box.identify(2, box.pin)
    fill(box, 3)
    side.start()
    side.wait(side.same)
    moved(box, side)
    box.identify(3, box.pin)
    back(box)
    new = box.add(sealed(MAIL % (1, 1, 1)))
    side.wait(lambda: new in side.remotes())
    side.sync.says('box-identity stranger=1')
    assert b'serial: 3' in side.notes()['=identity']
    box.document = None
    side.kill()
    side.start()
    box.add(sealed(MAIL % (2, 2, 2)))
    side.wait(side.same)


FORGED = {
    'other-key': dict(serial=3, key=nacl.signing.SigningKey(b'x' * 32)),
    'other-host': dict(serial=3, host='mail.example.com'),
    'older': dict(serial=1),
    'none': None,
}


@pytest.mark.parametrize('how', list(FORGED))
def test_forged_identity(box, side, how):
    box.identify(2, box.pin)
    fill(box, 3)
    side.start()
    side.wait(side.same)
    moved(box, side)
    calls = len(box.calls)
    if FORGED[how]:
        box.identify(tls=box.pin, **FORGED[how])
    else:
        box.document = None
    back(box)
    side.sync.says('box-refuses step=session why=tls-key')
    assert len(box.calls) == calls and 'Authorization' not in box.seen


def test_new_seal(box, side):
    """The box seals with a newer key, which its document names."""
    key = nacl.signing.SigningKey(b'n' * 32)
    box.identify(2, box.pin, seal=key)
    ids = [box.add(sealed(MAIL % (1, 1, 1), k)) for k in (key, SEAL)]
    side.start()
    side.wait(side.same)
    for id in ids:
        assert side.text(id).startswith(b'Pli-Status: sealed; '), id


def test_told(box, side):
    """The box tells what changes: no poll is waited for."""
    box.tells, side.settings = True, 'poll 3600\n'
    fill(box, 3)
    side.start()
    side.wait(lambda: side.same() and box.listeners == 1)
    for _ in range(3):
        box.add(sealed(MAIL % (1, 1, 1)))
        side.wait(side.same, 5)
        box.change('e00001', flagged=True)
        side.wait(side.same, 5)
    assert box.listeners == 1
    # what is pushed from here is no news
    rounds = box.calls.count('Mailbox/get')
    side.flag('e00002', 1, 4)
    side.wait(lambda: '$flagged' in box.emails['e00002']['keywords'], 5)
    time.sleep(1)
    assert box.calls.count('Mailbox/get') - rounds <= 2
    # it was away, and tells again
    box.offline = True
    side.wait(lambda: box.listeners == 0, 5)
    box.offline = False


def test_silent(box, side):
    """It has closed the connection and says nothing more: polling."""
    box.tells = box.silent = True
    fill(box, 3)
    side.start()
    side.wait(lambda: side.same() and box.listeners == 1)
    box.tells = False
    box.offline = True
    side.wait(lambda: box.listeners == 0)
    box.offline = False
    box.add(sealed(MAIL % (1, 1, 1)))
    side.wait(side.same)


def test_store_anew(box, side):
    """The store dies, and its parent starts another one."""
    fill(box, 20)
    side.start()
    side.wait(side.same)
    for n in range(3):
        side.store_anew()
        box.add(sealed(MAIL % (n, n, n)))
        side.wait(side.same)


def test_password(box, side):
    box.password = 'other'
    side.start()
    side.sync.says('box-refuses step=session why=credential')
