"""pli import and export: another account, files, there and back."""
import email.utils, hashlib, imaplib, os, pty, re, signal, socket, ssl
import subprocess, threading, time
import pytest

import box as lib
import dovecot
import home
from conftest import bad
from home import ME

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
real = pytest.mark.skipif(not dovecot.there(),
                          reason='tests/bench/peers.sh make brings Dovecot')
SINCE, MANY = 1_200_000_000, 150


def text(i, lines=12):
    return (f'From: Old Friend <f{i}@old.example>\r\nTo: bob@old.example\r\n'
            f'Subject: old letter {i}\r\nMessage-ID: <{i}@old.example>\r\n'
            f'Date: {email.utils.formatdate(SINCE + 60 * i)}\r\n\r\n'
            + 'From the past, é, .\r\n' * lines).encode()


def put(c, box, i, flags='', data=None):
    if box != 'INBOX':
        c.create(f'"{box}"')
    ok, why = c.append(f'"{box}"', flags, imaplib.Time2Internaldate(
        SINCE + 60 * i), data or text(i))
    assert ok == 'OK', why


def rows(c, boxes):
    """mailbox -> [(hash, date, flags)]"""
    out = {}
    for box in boxes:
        ok, n = c.select(f'"{box}"', readonly=True)
        assert ok == 'OK', (box, n)
        out[box] = []
        if n == [b'0']:
            continue
        for part in c.fetch('1:*', '(FLAGS INTERNALDATE BODY.PEEK[])')[1]:
            if not isinstance(part, tuple):
                continue
            head = part[0].decode()
            flags = set(re.search(r'FLAGS \(([^)]*)\)', head)[1].split())
            when = time.mktime(imaplib.Internaldate2tuple(part[0]))
            out[box].append((hashlib.sha256(part[1]).hexdigest(), when,
                             frozenset(flags - {'\\Recent'})))
        out[box].sort(key=lambda r: (r[1], r[0]))
    return out


def mirror(h):
    c = imaplib.IMAP4_SSL('127.0.0.1', h.port('imaps'),
                          ssl_context=lib.insecure_tls())
    c.login(ME, home.PASSWORD)
    return c


def ask_home(h, *words):
    return lib.run(home.BUILD + '/ctl/plictl', '-s',
                   h.account + '/run/control.sock', *words)


def left_nothing(h):
    """No password of a run stays."""
    assert 'pli-' not in ask_home(h, 'user', 'show', ME).stdout


@pytest.fixture(scope='module')
def b():
    """A mailbox of their own: nothing is in it before."""
    b = home.Box()
    yield b
    b.stop()


@pytest.fixture(scope='module')
def h(b):
    h = home.Home(b)
    b.plictl('user', 'password', ME, '--password-file', '-',
             input=home.PASSWORD)
    yield h
    assert not bad(h.log()), bad(h.log())
    h.stop()


def fill(d):
    c = d.client()
    for i in range(MANY):
        put(c, 'INBOX', i, ['', '\\Seen', '\\Seen \\Flagged $Work',
                            '\\Answered $Forwarded'][i % 4])
        # the list of folders that show what others hold
        put(c, 'INBOX.All', i)
    put(c, 'INBOX.All', 9001)
    put(c, 'INBOX.Starred', 2)
    for i in range(1000, 1010):
        put(c, 'INBOX.Sent Items', i, '\\Seen')
    put(c, 'INBOX.Lists.pli dev', 2000, '\\Draft')
    put(c, 'INBOX.&AMk-t&AOk-', 2001, '\\Seen', text(2001, 200_000))
    put(c, 'INBOX.&AMk-t&AOk-', 2002, '', b'Subject: no more\r\n\r\n\0x')


@pytest.fixture(scope='module')
def old():
    d = dovecot.Dovecot()
    try:
        fill(d)
        yield d
    finally:
        d.stop()


WHERE = {'INBOX': 'INBOX', 'INBOX.Sent Items': 'Sent',
         'INBOX.Lists.pli dev': 'Lists/pli dev', 'INBOX.&AMk-t&AOk-':
         '&AMk-t&AOk-'}


def words(h, d, ca=True, password=dovecot.PASSWORD, host='localhost'):
    with open(h.dir + '/old', 'w') as f:
        f.write(password + '\n')
    return ['import', f'imaps://{dovecot.USER}@{host}:{d.port}/',
            '--password-file', h.dir + '/old',
            *(['--ca', d.ca] if ca else [])]


@real
def test_refused(h, old):
    """A server that nobody vouches for never sees the password."""
    before = old.log().count('Login:')
    for how in ({'ca': False}, {'host': '127.0.0.1'}):
        got = h.pli(*words(h, old, **how), ok=False)
        assert got.returncode == 75 and 'not sent' in got.stderr, got
    assert old.log().count('Login:') == before
    assert 'auth attempts' not in old.log().replace('no auth attempts', '')
    got = h.pli(*words(h, old, password='wrong'), ok=False)
    assert got.returncode == 75 and 'AUTHENTICATIONFAILED' in got.stderr, got
    for url in ('imap://a@b', 'imaps://host', 'imaps://a@b:0'):
        got = h.pli('import', url, ok=False)
        assert got.returncode == 1 and 'imaps' in got.stderr
    left_nothing(h)


@real
def test_broken_off(h, old):
    """Ctrl-C after some letters; the bar moves, the session is cleaned up."""
    main, side = pty.openpty()
    p = subprocess.Popen(
        [home.BUILD + '/user/pli/pli', '--home', h.dir + '/home', '--libexec',
         home.BUILD + '/user:' + home.BUILD + '/box', *words(h, old)],
        stdin=side, stdout=subprocess.PIPE, stderr=side,
        start_new_session=True)
    os.close(side)
    seen = b''
    while b'#' not in seen:
        seen += os.read(main, 4096)
    p.send_signal(signal.SIGINT)
    out = p.communicate(timeout=60)[0].decode()
    assert p.returncode == 75, (p.returncode, seen)
    n = int(out.split()[0])
    assert 0 < n < MANY, out
    left_nothing(h)


@real
def test_account(h, old):
    """All of it, once; "all mail" brings what no other folder has."""
    want = rows(old.client(), WHERE)
    got = h.pli(*words(h, old))
    c = mirror(h)
    have = rows(c, [*WHERE.values(), 'Archive'])
    for there, here in WHERE.items():
        assert [r for r in have[here]] == want[there], here
    assert [r[1] for r in have['Archive']] == [SINCE + 60 * 9001]
    again = h.pli(*words(h, old)).stdout
    total = sum(map(len, want.values())) + 1
    assert again.startswith(f'0 messages brought, {total} '), again
    assert rows(c, [*WHERE.values(), 'Archive']) == have
    left_nothing(h)


@real
def test_at_the_box(b, h, old):
    """What was imported goes on to the box, encrypted."""
    c = imaplib.IMAP4_SSL('127.0.0.1', b.imaps,
                          ssl_context=lib.insecure_tls())
    c.login(ME, home.PASSWORD)

    def counts():
        n = {}
        for box in [*WHERE.values(), 'Archive']:
            ok, k = c.select(f'"{box}"', readonly=True)
            n[box] = int(k[0]) if ok == 'OK' else 0
        return n
    want = dict(zip([*WHERE.values(), 'Archive'], [MANY, 10, 1, 2, 1]))
    lib.wait_for(lambda: counts() == want, 300)
    assert counts() == want, h.log()[-2000:]
    c.select('Archive', readonly=True)
    raw = c.fetch('1', 'BODY.PEEK[]')[1][0][1]
    assert b'BEGIN PGP MESSAGE' in raw and b'From the past' not in raw


def test_files(h, tmp_path):
    """An mbox and a Maildir, out and in again."""
    box = tmp_path / 'old.mbox'
    box.write_bytes(b''.join(
        b'From a Fri Feb 22 17:06:23 2008\nStatus: RO\n'
        b'Message-ID: <f%d@file.example>\nSubject: file %d\n\n'
        b'>From here\n\n' % (i, i) for i in range(20)))
    got = h.pli('import', str(box), '--mailbox', 'Files/mbox').stdout
    assert got.startswith('20 messages brought, 0 '), got
    got = h.pli('import', str(box), '--mailbox', 'Files/mbox').stdout
    assert got.startswith('0 messages brought, 20 '), got
    out = tmp_path / 'out'
    h.pli('export', str(out))
    assert len(list((out / '.Files.mbox' / 'cur').iterdir())) == 20
    assert 'messages written' in h.pli('export', str(out)).stdout
    got = h.pli('import', str(out / '.Files.mbox'), '--mailbox', 'Files/m')
    assert got.stdout.startswith('20 messages brought'), got
    c = mirror(h)
    have = rows(c, ['Files/mbox', 'Files/m'])
    assert have['Files/mbox'] == have['Files/m']
    h.pli('export', '--mbox', str(tmp_path / 'mboxes'))
    text = (tmp_path / 'mboxes' / 'Files.mbox.mbox').read_bytes()
    assert text.count(b'\n\n>From here') == 20
    left_nothing(h)


class Liar:
    """A server that says what no server says, after a login."""

    def __init__(self, folder, answers):
        self.port, = lib.free_ports(1)
        self.ca, key = folder + '/liar.pem', folder + '/liar.key'
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
             '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
             '-keyout', key, '-out', self.ca], check=True,
            capture_output=True)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.ca, key)
        self.answers = answers
        self.s = tls.wrap_socket(socket.create_server(
            ('127.0.0.1', self.port)), server_side=True)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            c, _ = self.s.accept()
            c.sendall(b'* OK here\r\n')
            for line in c.makefile('rb'):
                tag, verb = line.split()[:2]
                if verb == b'UID':
                    verb = b'UID' if b'BODY.PEEK[]' in line else b'LOOK'
                said = self.answers.get(verb, b'')
                c.sendall(said + tag + b' OK so\r\n')
                if b'{99999999999}' in said:
                    break
            c.close()
        except OSError:
            pass

    def stop(self):
        self.s.close()


ROW = b'* 1 FETCH (UID 7 FLAGS () INTERNALDATE "22-Feb-2008 17:06:23 +0000"' \
      b' BODY[HEADER.FIELDS (MESSAGE-ID)] "")\r\n'
GOOD = {b'LIST': b'* LIST () "/" Told\r\n', b'LOOK': ROW,
        b'UID': b'* 1 FETCH (UID 7 BODY[] {12}\r\nSubject: x\r\n)\r\n'}
LIES = {
    'no list': {b'LIST': b'* BYE\r\n'},
    'an endless literal': {b'UID': b'* 1 FETCH (UID 7 BODY[] '
                           b'{99999999999}\r\nabc\r\n* BYE\r\n'},
    'an endless line': {b'LOOK': b'* ' + b'x' * (3 << 20)},
    'no IMAP': {b'LIST': b'\0\xff\xfe HTTP/1.1 200 OK\r\n\r\n'},
}


@pytest.mark.parametrize('lie', LIES)
def test_lies(h, tmp_path, lie):
    """It is said, nothing comes, and home runs on."""
    s = Liar(str(tmp_path), {**GOOD, **LIES[lie]})
    (tmp_path / 'pw').write_text('secret\n')
    got = h.pli('import', f'imaps://x@localhost:{s.port}', '--ca', s.ca,
                '--password-file', str(tmp_path / 'pw'), ok=False)
    s.stop()
    assert got.returncode == 75 and 'broke' in got.stderr, got
    left_nothing(h)


def test_strange_names(h, tmp_path):
    """Names that would leave their place, and what was not asked for."""
    s = Liar(str(tmp_path), {
        **GOOD, b'LIST': GOOD[b'LIST'] + b'* LIST () "/" "/up"\r\n',
        b'UID': GOOD[b'UID'] + b'* 2 FETCH (UID 9 BODY[] {3}\r\nnot)\r\n'
        + GOOD[b'UID']})
    (tmp_path / 'pw').write_text('secret\n')
    got = h.pli('import', f'imaps://x@localhost:{s.port}', '--ca', s.ca,
                '--password-file', str(tmp_path / 'pw'), ok=False)
    s.stop()
    # one came, once; then a name that is none ended it
    assert got.returncode == 75 and got.stdout.startswith('1 '), got
    c = mirror(h)
    assert len(rows(c, ['Told'])['Told']) == 1
    left_nothing(h)


def test_not_now(h, tmp_path):
    """Nothing there, or locked: it is said, and nothing is done."""
    got = h.pli('import', str(tmp_path / 'none'), ok=False)
    assert got.returncode == 1 and 'cannot be read' in got.stderr
    h.pli('lock')
    got = h.pli('export', str(tmp_path / 'x'), ok=False)
    assert got.returncode == 75 and 'locked' in got.stderr, got
    h.run()
    lib.wait_for(lambda: mirror(h), 60)
