"""What is born in the mirror, at the box: once, whatever happens."""
import pytest

from stand import Box, Side, sealed

DRAFT = (b'From: alice@example.org\r\nSubject: the secret plan %d\r\n'
         b'X-Private: mine\r\n\r\nwords of a draft %d\r\n')


@pytest.fixture
def box():
    b = Box()
    yield b
    b.stop()


@pytest.fixture
def side(box):
    s = Side(box)
    s.start()
    s.wait(lambda: s.same() and 'Drafts' in {n for n, _, _ in
                                             box.boxes.values()})
    yield s
    s.stop()


def stored(box):
    return [box.blobs[e['blobId']] for e in box.emails.values()]


def at(box, id):
    return box.boxes[next(iter(box.emails[id]['mailboxIds']))][0]


def test_import(box, side):
    """Encrypted, with its keywords, mailbox and date; the same email after."""
    email = side.born(DRAFT % (1, 1), keywords=['later'])
    side.wait(lambda: len(box.emails) == 1 and side.same())
    (id, e), = box.emails.items()
    assert at(box, id) == 'Drafts' and side.remotes()[id][0] == email
    assert e['keywords'].keys() == {'$draft', 'later'}
    assert e['receivedAt'] == '2020-09-13T12:26:40Z'
    outside = b''.join(stored(box))
    assert b'Subject: [...]\r\n' in outside and b'From: alice@' in outside
    assert b'secret plan' not in outside and b'X-Private' not in outside
    assert side.text(id) == DRAFT % (1, 1)
    side.wait(lambda: side.found('secret plan') == {email})
    assert box.downloads == 0 and box.imports == 1
    # on another mirror it is what it was
    other = Side(box)
    other.start()
    other.wait(other.same)
    text = other.text(id)
    assert text.startswith(b'Pli-Status: own; key=' + b'AB' * 20)
    assert text.split(b'\r\n', 1)[1] == DRAFT % (1, 1)
    other.stop()


def test_many(box, side):
    for i in range(60):
        side.born(DRAFT % (i, i), 'Sent' if i % 2 else 'Drafts', i % 2)
    side.wait(lambda: len(box.emails) == 60 and side.same())
    assert box.imports == 60


def test_replaced(box, side):
    """A draft is written anew: the old one goes."""
    side.born(DRAFT % (1, 1))
    side.wait(lambda: len(box.emails) == 1 and side.same())
    old, = box.emails
    side.delete(old)
    side.born(DRAFT % (2, 2))
    side.wait(lambda: old not in box.emails and len(box.emails) == 1 and
              side.same())


def test_copied(box, side):
    """A copy of what came from the box is an email of its own."""
    id = box.add(sealed(DRAFT % (7, 7)))
    side.wait(side.same)
    side.copy(id, 'Sent')
    side.wait(lambda: len(box.emails) == 2 and side.same())


@pytest.mark.parametrize('when', ['before', 'after'])
def test_killed(box, side, when):
    """The box has it, and nobody has told us."""
    side.kill()
    email = side.born(DRAFT % (1, 1))
    calls = []

    def on_import():
        calls.append(1)
        if len(calls) == (1 if when == 'before' else 2):
            side.sync.p.kill()
    box.on_import = on_import
    side.start()
    side.sync.p.wait(60)
    side.sync.parent.close()
    box.on_import = lambda: None
    side.start()
    side.wait(lambda: len(box.emails) == 1 and side.same())
    id, = box.emails
    assert side.remotes()[id][0] == email
    assert side.text(id) == DRAFT % (1, 1)
    assert not [n for n in side.notes() if n.startswith('=i:')]


def test_late(box, side):
    """The first attempt comes about after the second: it goes again."""
    late, method = [], box.method

    def slowly(name, args):
        if name != 'Email/import' or late:
            return method(name, args)
        late.append(args)
        return {'type': 'serverFail'}
    box.method = slowly
    side.born(DRAFT % (1, 1))
    side.wait(lambda: len(box.emails) == 1 and side.same())
    late[0].pop('ifInState')
    box.email_import(late[0])
    assert len(box.emails) == 2
    side.sync.says('import-twice')
    side.wait(lambda: len(box.emails) == 1 and side.same())
    # what somebody copies there stays
    id, = box.emails
    box.add(box.blobs[box.emails[id]['blobId']], 'ma')
    side.wait(lambda: len(box.emails) == 2 and side.same())


def test_full(box, side):
    """What the box does not take stays here; the rest goes on."""
    box.full = True
    side.born(DRAFT % (1, 1))
    side.sync.says('push-refused what=import')
    id = box.add(sealed(DRAFT % (2, 2)))
    side.wait(lambda: id in side.remotes())
    side.flag(id, 1, 4)
    side.wait(lambda: '$flagged' in box.emails[id]['keywords'])
    box.full = False
    side.kill()
    side.start()
    side.wait(lambda: len(box.emails) == 2 and side.same())


@pytest.mark.parametrize('why', ['upload', 'upload-size', 'import-id',
                                 'import-neither'])
def test_lies(box, side, why):
    def each(v, **new):
        return dict(v, created={k: dict(o, **new)
                                for k, o in v['created'].items()})
    box.lies[{'upload': 'upload', 'upload-size': 'upload',
              'import-id': 'Email/import',
              'import-neither': 'Email/import'}[why]] = {
        'upload': lambda v: dict(v, accountId='a2'),
        'upload-size': lambda v: dict(v, size=v['size'] + 1),
        'import-id': lambda v: each(v, id='?'),
        'import-neither': lambda v: dict(v, created={})}[why]
    side.born(DRAFT % (1, 1))
    side.sync.says('why=' + why)
    box.lies.clear()
    side.wait(lambda: len(box.emails) == 1 and side.same())
