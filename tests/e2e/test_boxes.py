"""Mailboxes and synchronisation, several clients at once."""
import re, socket

import pytest

import box, mail

BOB = 'bob@example.org'


class Line:
    """A client that sends lines and keeps what is answered."""

    def __init__(self, b, user=BOB):
        self.s = socket.create_connection(('127.0.0.1', b.imap), 20)
        self.f = self.s.makefile('rb')
        self.n = 0
        self.f.readline()
        assert self.ok(f'LOGIN {user} "{box.PASSWORD}"') == []

    def command(self, text):
        self.n += 1
        self.s.sendall(f't{self.n} {text}\r\n'.encode())
        got = []
        while True:
            line = self.f.readline().decode().rstrip('\r\n')
            assert line, got
            if line.startswith(f't{self.n} '):
                return got, line.partition(' ')[2]
            got.append(line)

    def ok(self, text):
        got, end = self.command(text)
        assert end.startswith('OK'), end
        return got

    def no(self, text):
        end = self.command(text)[1]
        assert end.startswith('NO'), end
        return end

    def number(self, code, text):
        return int(re.search(rf'\[{code} (\d+)\]', '\n'.join(text))[1])


@pytest.fixture(scope='module')
def b(build):
    from conftest import healthy
    b = box.Box(build)
    b.add_user(BOB)
    yield b
    try:
        healthy(b)
    finally:
        b.stop()


def deliver(b, n):
    for i in range(n):
        assert mail.deliver(b, BOB, mail.letter(f'letter {i}', To=BOB)) == 250


def test_begin(b):
    """The five of RFC 6154 are there, and subscribed to."""
    c = Line(b)
    got = c.ok('LIST (SPECIAL-USE SUBSCRIBED) "" *')
    for use in 'Archive Drafts Junk Sent Trash'.split():
        assert any(f'\\{use})' in l and f'"{use}"' in l for l in got), got


def test_life_of_a_mailbox(b):
    c, d = Line(b), Line(b)
    c.ok('CREATE work/2026')
    first = d.ok('SELECT work/2026')
    c.no('CREATE work/2026')
    assert '[HASCHILDREN]' in c.no('DELETE work')
    c.ok('RENAME work done')
    assert d.ok('NOOP') == []           # it goes on, by another name
    assert c.ok('LIST "" done/*') == [
        '* LIST (\\HasNoChildren) "/" "done/2026"']
    c.ok('DELETE done/2026')
    d.ok('NOOP')
    assert d.f.read().startswith(b'* BYE The mailbox that was open')
    c.ok('CREATE work/2026')
    assert c.number('UIDVALIDITY', c.ok('SELECT work/2026')) > \
        c.number('UIDVALIDITY', first)
    c.ok('CLOSE')
    c.ok('DELETE work/2026')


def test_inbox_renamed(b):
    """Its letters go, it stays: RFC 3501, 6.3.5."""
    deliver(b, 3)
    c, d = Line(b), Line(b)
    d.ok('ENABLE QRESYNC')
    d.ok('SELECT INBOX')
    uids = [l.split()[-1].rstrip(')') for l in d.ok('FETCH 1:* UID')]
    c.ok('RENAME INBOX old')
    assert any(l.startswith('* VANISHED ') for l in d.ok('NOOP'))
    assert '* 3 EXISTS' in c.ok('SELECT old')
    assert [l.split()[-1].rstrip(')') for l in c.ok('FETCH 1:* UID')] == uids
    deliver(b, 1)
    assert '* 1 EXISTS' in d.ok('NOOP')


def test_away_and_back(b):
    """QRESYNC: one client works, the other returns and learns all of it."""
    c, d = Line(b), Line(b)
    c.ok('CREATE sync')
    c.ok('SELECT old')
    c.ok('COPY 1:3 sync')
    c.ok('COPY 1:3 sync')
    d.ok('ENABLE QRESYNC')
    was = d.ok('SELECT sync')
    valid, modseq = (d.number(w, was) for w in ('UIDVALIDITY',
                                                'HIGHESTMODSEQ'))
    d.ok('UNSELECT')
    c.ok('SELECT sync')
    c.ok('STORE 2 +FLAGS (\\Flagged $Work)')
    c.ok('STORE 1,4:5 +FLAGS.SILENT \\Deleted')
    c.ok('EXPUNGE')
    got = d.ok(f'SELECT sync (QRESYNC ({valid} {modseq} 1:6))')
    assert '* VANISHED (EARLIER) 1,4:5' in got
    fetched = [l for l in got if ' FETCH ' in l]
    assert len(fetched) == 1, got
    assert re.match(r'\* 1 FETCH \(UID 2 FLAGS \((\\Recent )?\\Flagged \$Work'
                    r'\) MODSEQ \(\d+\)\)', fetched[0])
    now = d.number('HIGHESTMODSEQ', got)
    # the same question once more has no answer
    got = d.ok(f'SELECT sync (QRESYNC ({valid} {now}))')
    assert not [l for l in got if 'VANISHED' in l or 'FETCH' in l]
    assert d.number('HIGHESTMODSEQ', got) == now
    # two change one letter
    c.ok('STORE 1 +FLAGS \\Seen')
    got, end = d.command(f'UID STORE 2:3 (UNCHANGEDSINCE {now}) '
                         '+FLAGS.SILENT \\Answered')
    assert end.startswith('OK [MODIFIED 2]'), end
    assert any('UID 2 FLAGS' in l and '\\Seen' in l for l in got)
    assert any(re.match(r'\* 2 FETCH \(UID 3 MODSEQ', l) for l in got)
    assert any('\\Answered' in l for l in c.ok('NOOP'))


def test_quota(b):
    c = Line(b)
    assert '* QUOTA "" ()' in c.ok('GETQUOTAROOT INBOX')
    b.plictl('user', 'quota', BOB, '1M')
    got, = c.ok('GETQUOTA ""')
    used, limit = map(int, re.fullmatch(
        r'\* QUOTA "" \(STORAGE (\d+) (\d+)\)', got).groups())
    assert 0 < used < limit == 1024
    b.plictl('user', 'quota', BOB, '0')


def test_recent(b):
    """For the first session that is told, and for no other."""
    c, d = Line(b), Line(b)
    deliver(b, 2)
    assert '* STATUS "INBOX" (RECENT 2)' in c.ok('STATUS INBOX (RECENT)') or \
        '* STATUS "INBOX" (RECENT 3)' in c.ok('STATUS INBOX (RECENT)')
    c.ok('SELECT INBOX')
    assert '\\Recent' in c.ok('FETCH * FLAGS')[0]
    c.ok('CLOSE')
    assert '* 0 RECENT' in d.ok('SELECT INBOX')
    assert '\\Recent' not in d.ok('FETCH * FLAGS')[0]
