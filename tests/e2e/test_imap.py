"""IMAP as imaplib, curl and a raw socket see it."""
import base64, imaplib, re, socket, ssl, threading, time

import pytest

import box, mail

ALICE = 'alice@example.org'
BOB = 'bob@example.org'


@pytest.fixture(scope='module')
def full(make_module_box):
    """bob has five letters of which he knows the text."""
    b = make_module_box
    for i in range(5):
        assert mail.deliver(b, BOB, mail.letter(
            f'letter number {i}\r\nsecond line', subject=f'Number {i}',
            To=BOB)) == 250
    return b


@pytest.fixture(scope='module')
def make_module_box(build):
    b = box.Box(build)
    b.alice()
    b.add_user(BOB)
    yield b
    from conftest import healthy
    try:
        healthy(b)
    finally:
        b.stop()


@pytest.fixture
def m(full):
    m = mail.imap(full, BOB)
    yield m
    try:
        m.logout()
    except (OSError, imaplib.IMAP4.error):
        pass


def raw(b, *lines):
    """A conversation by hand: everything the server said."""
    with socket.create_connection(('127.0.0.1', b.imap), 10) as s:
        s.sendall(b''.join(lines))
        s.settimeout(10)
        got = b''
        try:
            while d := s.recv(65536):
                got += d
        except OSError:
            pass
        return got


def login(user=BOB):
    return b'a LOGIN %s "%s"\r\n' % (user.encode(), box.PASSWORD.encode())


def test_capability(full):
    got = raw(full, b'a CAPABILITY\r\nb LOGOUT\r\n').decode()
    for w in ('IMAP4rev1', 'STARTTLS', 'IDLE', 'UIDPLUS', 'LITERAL+',
              'AUTH=PLAIN', 'AUTH=SCRAM-SHA-256'):
        assert w in got


def test_wrong_password(full):
    with pytest.raises(imaplib.IMAP4.error):
        mail.imap(full, BOB, 'wrong')
    with pytest.raises(imaplib.IMAP4.error):
        mail.imap(full, 'nobody@example.org')


def test_login_with_tls(full):
    assert mail.imap(full, BOB, tls=True).select()[0] == 'OK'


def test_starttls(full):
    m = imaplib.IMAP4('127.0.0.1', full.imap)
    m.starttls(box.insecure_tls())
    assert m.login(BOB, box.PASSWORD)[0] == 'OK'


def test_no_login_in_clear(build):
    """Only a listener marked so takes one."""
    class Strict(box.Box):
        def write_conf(self, extra=''):
            super().write_conf(extra)
            path = self.dir + '/etc/plid.conf'
            with open(path) as f:
                text = f.read().replace('/clear', '')
            with open(path, 'w') as f:
                f.write(text)
    b = Strict(build)
    try:
        b.add_user(BOB)
        got = raw(b, b'a CAPABILITY\r\n', login().replace(b'a ', b'b '),
                  b'c LOGOUT\r\n').decode()
        assert 'LOGINDISABLED' in got
        assert 'AUTH=PLAIN' not in got
        assert re.search(r'^b (NO|BAD)', got, re.M)
    finally:
        b.stop()


def test_plain(full):
    m = imaplib.IMAP4_SSL('127.0.0.1', full.imaps,
                          ssl_context=box.insecure_tls())
    text = f'\0{BOB}\0{box.PASSWORD}'.encode()
    assert m.authenticate('PLAIN', lambda _: text)[0] == 'OK'


def test_scram(full):
    m = imaplib.IMAP4_SSL('127.0.0.1', full.imaps,
                          ssl_context=box.insecure_tls())
    how = mail.Scram(BOB, box.PASSWORD)
    assert m.authenticate('SCRAM-SHA-256', how)[0] == 'OK'
    assert how.verified
    m = imaplib.IMAP4_SSL('127.0.0.1', full.imaps,
                          ssl_context=box.insecure_tls())
    with pytest.raises(imaplib.IMAP4.error):
        m.authenticate('SCRAM-SHA-256', mail.Scram(BOB, 'wrong'))


def test_list(m):
    names = b'\n'.join(m.list()[1])
    for special in (b'\\Sent', b'\\Drafts', b'\\Trash', b'\\Junk',
                    b'\\Archive'):
        assert special in names
    assert re.search(rb'"?INBOX"?$', names, re.M)


def test_status(m):
    got = m.status('INBOX', '(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)')[1][0]
    assert b'MESSAGES 5' in got and b'UIDVALIDITY' in got


def test_select(m):
    assert m.select('INBOX') == ('OK', [b'5'])
    assert m.response('UIDVALIDITY')[1][0] is not None
    assert m.select('"No such mailbox"')[0] == 'NO'


def test_examine_is_read_only(m):
    m.select('INBOX', readonly=True)
    assert m.store('1', '+FLAGS', r'(\Seen)')[0] == 'NO'


def test_fetch_items(m):
    m.select('INBOX', readonly=True)
    got = m.fetch('1', '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE'
                  ' BODYSTRUCTURE)')[1][0].decode()
    assert '"Number 0"' in got
    assert '(("Stranger" NIL "stranger" "example.net"))' in got
    assert '("TEXT" "PLAIN"' in got.upper()
    assert re.search(r'INTERNALDATE "[ 0-9][0-9]-[A-Z][a-z]{2}-\d{4}', got)


def part(m, what, which='1'):
    got = m.fetch(which, f'({what})')[1]
    return next(x[1] for x in got if isinstance(x, tuple))


def test_fetch_sections(m):
    m.select('INBOX', readonly=True)
    whole = part(m, 'BODY.PEEK[]')
    assert part(m, 'RFC822.HEADER') == part(m, 'BODY.PEEK[HEADER]')
    assert part(m, 'BODY.PEEK[TEXT]') == b'letter number 0\r\nsecond line\r\n'
    assert part(m, 'BODY.PEEK[1]') == b'letter number 0\r\nsecond line\r\n'
    assert part(m, 'BODY.PEEK[HEADER.FIELDS (SUBJECT)]') == \
        b'Subject: Number 0\r\n\r\n'
    assert b'Subject' not in part(m, 'BODY.PEEK[HEADER.FIELDS.NOT (SUBJECT)]')
    assert part(m, 'BODY.PEEK[]<3.10>') == whole[3:13]
    assert part(m, 'BODY.PEEK[]<3.999999>') == whole[3:]
    assert part(m, 'BODY.PEEK[]<999999.5>') == b''
    size = int(re.search(rb'SIZE (\d+)', m.fetch('1', '(RFC822.SIZE)')[1][0])[1])
    assert size == len(whole)


def test_sets(m):
    m.select('INBOX', readonly=True)
    n = lambda s: len([x for x in m.fetch(s, '(UID)')[1] if x])
    assert [n('1:*'), n('2,4'), n('*'), n('*:1'), n('4:2')] == [5, 2, 1, 5, 3]
    assert m.uid('FETCH', '9999:*', '(UID)')[1][0] is not None


def test_flags(m):
    m.select('INBOX')
    m.store('2', '+FLAGS', r'(\Flagged \Seen Important)')
    got = m.fetch('2', '(FLAGS)')[1][0]
    assert b'\\Flagged' in got and b'\\Seen' in got and b'Important' in got
    m.store('2', '-FLAGS', r'(\Flagged)')
    assert b'\\Flagged' not in m.fetch('2', '(FLAGS)')[1][0]
    m.store('2', 'FLAGS.SILENT', r'(\Answered)')
    got = m.fetch('2', '(FLAGS)')[1][0]
    assert b'\\Answered' in got and b'\\Seen' not in got


def test_body_sets_seen_and_peek_does_not(m):
    m.select('INBOX')
    m.fetch('3', '(BODY.PEEK[])')
    assert b'\\Seen' not in m.fetch('3', '(FLAGS)')[1][0]
    m.fetch('3', '(BODY[TEXT])')
    assert b'\\Seen' in m.fetch('3', '(FLAGS)')[1][0]


def test_expunge(full):
    assert mail.deliver(full, ALICE) == 250
    assert mail.deliver(full, ALICE) == 250
    m = mail.imap(full)
    n = int(m.select('INBOX')[1][0])
    uids = [re.search(rb'UID (\d+)', x)[1].decode()
            for x in m.fetch('1:*', '(UID)')[1]]
    m.store(f'{n - 1}:{n}', '+FLAGS', r'(\Deleted)')
    m.uid('EXPUNGE', uids[-1])
    assert int(m.status('INBOX', '(MESSAGES)')[1][0].split()[-1].strip(b')')) \
        == n - 1
    m.response('EXPUNGE')       # what has been told already
    assert m.expunge()[1] == [str(n - 1).encode()]
    assert int(m.select('INBOX')[1][0]) == n - 2
    m.logout()


def test_idle_hears_of_mail(full):
    with socket.create_connection(('127.0.0.1', full.imap), 15) as s:
        f = s.makefile('rb')
        f.readline()
        s.sendall(login(ALICE) + b'b SELECT INBOX\r\nc IDLE\r\n')
        line = f.readline()
        while not line.startswith(b'+'):
            assert line
            line = f.readline()
        threading.Thread(target=mail.deliver, args=(full, ALICE)).start()
        t = time.time()
        while b'EXISTS' not in f.readline():
            pass
        assert time.time() - t < 5
        s.sendall(b'DONE\r\n')
        line = f.readline()
        while not line.startswith(b'c OK'):
            assert line
            line = f.readline()


def test_two_sessions_see_each_other(full):
    a, b = mail.imap(full, BOB), mail.imap(full, BOB)
    a.select('INBOX')
    b.select('INBOX')
    a.store('5', '+FLAGS', r'(\Flagged)')
    b.noop()
    got = b'\n'.join(x for x in b.response('FETCH')[1] if x)
    assert b'\\Flagged' in got
    a.store('5', '-FLAGS', r'(\Flagged)')
    a.logout()
    b.logout()


def test_read_anew_is_seen_anew(full):
    """One session reads what another has just made unseen: it is seen, though
    the first has not been told that it was not."""
    one, two = mail.imap(full, BOB), mail.imap(full, BOB)
    for m in (one, two):
        m.select('INBOX')
    one.fetch('2', '(BODY[TEXT])')
    two.noop()
    for _ in range(20):
        two.store('2', '-FLAGS', '(\\Seen)')
        one.fetch('2', '(BODY[TEXT])')
        two.noop()
        assert b'\\Seen' in two.fetch('2', '(FLAGS)')[1][0]
    one.logout()
    two.logout()


def test_literals(full):
    got = raw(full, b'a LOGIN {15+}\r\nbob@example.org {%d+}\r\n%s\r\n'
              % (len(box.PASSWORD), box.PASSWORD.encode()), b'b LOGOUT\r\n')
    assert b'a OK' in got


@pytest.mark.parametrize('line', [
    b'a\r\n', b'\r\n', b'a XYZZY\r\n', b'a FETCH 1 (FLAGS)\r\n', b'* OK\r\n',
    b'a LOGIN\r\n', b'a LOGIN x\r\n', b'a LOGIN x y z\r\n', b'a SELECT\r\n',
    b'a LOGIN {9223372036854775808}\r\n', b'a LOGIN {99999999999999999999999}'
    b'\r\n', b'a LOGIN {4294967296+}\r\n', b'a LOGIN "x\r\n',
    b'a NOOP\0\r\n', b'\xff\xfe a NOOP\r\n', b'a ' + b'(' * 5000 + b'\r\n',
], ids=lambda l: repr(l[:30]))
def test_nonsense(full, line):
    got = raw(full, line, b'b NOOP\r\nz LOGOUT\r\n')
    assert b' BAD' in got or b' NO' in got or b'* BYE' in got


@pytest.mark.parametrize('line', [
    b'FETCH 0 (FLAGS)', b'FETCH 1 (BODY[)', b'FETCH 1 (NOTHING)',
    b'FETCH 99999999999 (FLAGS)', b'FETCH 1 (BODY[]<1.0>)',
    b'FETCH 1 (BODY[1.2.3.4.5.6.7.8.9.0])', b'STORE 1 FLAGS (\\Recent)',
    b'STORE 1 FLAGS', b'UID', b'UID XYZZY 1', b'FETCH 1:2:3 (FLAGS)',
    b'FETCH ' + b','.join(b'1' for _ in range(20000)) + b' (FLAGS',
], ids=lambda l: repr(l[:30]))
def test_nonsense_inside(full, line):
    got = raw(full, login(), b'b SELECT INBOX\r\nc ' + line
              + b'\r\nz LOGOUT\r\n')
    assert re.search(rb'^c (BAD|NO)', got, re.M) or b'* BYE' in got


def test_a_line_of_ten_megabytes(full):
    with socket.create_connection(('127.0.0.1', full.imap), 20) as s:
        try:
            s.sendall(b'a LOGIN ' + b'x' * (10 << 20))
            s.sendall(b'\r\n')
        except OSError:
            pass
    assert mail.imap(full, BOB).select()[0] == 'OK'


def test_curl(full):
    out = box.run('curl', '-sS', '-k', '--max-time', '20', '-K', '-',
                  f'imaps://127.0.0.1:{full.imaps}/INBOX;MAILINDEX=1',
                  input=f'user = "{BOB}:{box.PASSWORD}"')
    assert out.returncode == 0, out.stderr
    assert 'letter number 0' in out.stdout


def test_one_cannot_see_the_other(full):
    m = mail.imap(full, BOB)
    m.select('INBOX')
    assert not any(b'multipart/encrypted' in x.lower()
                   for x in mail.inbox(full, BOB))
    for name in ('alice@example.org/INBOX', '../alice@example.org/INBOX',
                 'user/alice/INBOX', '~alice/INBOX'):
        assert m.select(f'"{name}"')[0] == 'NO'
    m.logout()
