"""plictl import and export: there and back without a difference."""
import email.utils, hashlib, mailbox, os, pty, random, re, signal, subprocess, time

import pytest

import box, mail
from conftest import SANITIZED, healthy

ALICE, BOB, CAROL, DAVE, EVE = (n + '@example.org' for n in (
    'alice', 'bob', 'carol', 'dave', 'eve'))
MANY = 200 if SANITIZED else 1000
SINCE = 1_100_000_000


@pytest.fixture(scope='module')
def b(build):
    b = box.Box(build)
    b.alice()
    for user in (BOB, CAROL, DAVE, EVE):
        b.add_user(user)
    yield b
    try:
        healthy(b)
    finally:
        b.stop()


def text_of(i, r):
    lines = [r.choice(['a line', 'From here', '>From there', '', '>>From x',
                       'é' * 40, '.', 'From a Fri Feb 22 17:06:23 2008'])
             for _ in range(r.randrange(1, 30))] + [f'end {i}']
    ident = f'Message-ID: <{i}@import.example>\n' if i % 10 else ''
    return (f'From: a@a.example\nSubject: number {i}\n{ident}'
            f'Date: {email.utils.formatdate(SINCE + 60 * i)}\n\n'
            + '\n'.join(lines) + '\n').encode()


class Letter:
    def __init__(self, i):
        r = random.Random(i)
        self.text, self.date = text_of(i, r), SINCE + 60 * i
        self.flags = {f for f in ('\\Seen', '\\Answered', '\\Flagged',
                                  '\\Draft', '\\Deleted')
                      if r.random() < 0.3}
        self.words = {w for w in ('work', '$Forwarded', 'K3')
                      if r.random() < 0.2}

    def row(self):
        return (hashlib.sha256(self.text.replace(b'\n', b'\r\n')).hexdigest(),
                self.date, frozenset(self.flags | self.words))


LETTERS = [Letter(i) for i in range(MANY)]


def in_mbox(letters):
    out = b''
    for l in letters:
        t = time.strftime('%a %b %e %H:%M:%S %Y', time.gmtime(l.date))
        status = ''.join(c for f, c in (
            ('\\Answered', 'A'), ('\\Flagged', 'F'), ('\\Draft', 'T'),
            ('\\Deleted', 'D')) if f in l.flags)
        head = f'From a@a.example {t}\n' \
               f'Status: {"R" if chr(92) + "Seen" in l.flags else ""}O\n' \
               f'X-Status: {status}\nX-Keywords: {" ".join(l.words)}\n'
        body = re.sub(rb'(?m)^(>*From )', rb'>\1',
                      l.text.split(b'\n\n', 1)[1])
        out += head.encode() + l.text.split(b'\n\n', 1)[0] + b'\n\n' + body \
            + b'\n'
    return out


def write_maildir(path, letters):
    for d in ('', '/cur', '/new', '/tmp'):
        os.makedirs(path + d, exist_ok=True)
    with open(path + '/dovecot-keywords', 'w') as f:
        f.write('0 work\n1 K3\n')
    for i, l in enumerate(letters):
        flags = ''.join(c for f, c in (
            ('\\Draft', 'D'), ('\\Flagged', 'F'), ('$Forwarded', 'P'),
            ('\\Answered', 'R'), ('\\Seen', 'S'), ('\\Deleted', 'T'),
            ('work', 'a'), ('K3', 'b')) if f in l.flags | l.words)
        name = f'{path}/cur/{l.date}.M{i}.host:2,{flags}'
        with open(name, 'wb') as f:
            f.write(l.text)
        os.utime(name, (l.date, l.date))


def rows(b, user, name='INBOX'):
    """What the box has, as Letter.row() says it."""
    m = mail.imap(b, user)
    n = int(m.select(f'"{name}"', readonly=True)[1][0])
    out = []
    if n:
        got = m.fetch('1:*', '(FLAGS INTERNALDATE BODY.PEEK[])')[1]
        for part in got:
            if not isinstance(part, tuple):
                continue
            head = part[0].decode()
            flags = re.search(r'FLAGS \(([^)]*)\)', head)[1].split()
            date = re.search(r'INTERNALDATE "([^"]+)"', head)[1]
            out.append((hashlib.sha256(part[1]).hexdigest(),
                        email.utils.parsedate_to_datetime(
                            date.replace('-', ' ', 2)).timestamp(),
                        frozenset(flags) - {'\\Recent'}))
    m.logout()
    return out


def same(got, letters):
    want = [l.row() for l in letters]
    assert len(got) == len(want)
    for g, w in zip(got, want):
        assert g == w


def counts(out):
    return [int(n) for n in re.findall(r'\d+', out.stdout)]


def test_mbox_there_and_back(b, tmp_path):
    path = str(tmp_path / 'old.mbox')
    with open(path, 'wb') as f:
        f.write(in_mbox(LETTERS))
    assert counts(b.plictl('import', BOB, path)) == [MANY, 0]
    same(rows(b, BOB), LETTERS)
    assert counts(b.plictl('import', BOB, path)) == [0, MANY]
    out = str(tmp_path / 'out')
    assert counts(b.plictl('export', BOB, out, '--mbox')) == [MANY, 0]
    assert counts(b.plictl('export', BOB, out, '--mbox')) == [0, MANY]
    # Python's own reader counts the same messages
    assert len(mailbox.mbox(out + '/INBOX.mbox')) == MANY
    b.plictl('import', BOB, out + '/INBOX.mbox', '--mailbox', 'Back/Été')
    same(rows(b, BOB, 'Back/&AMk-t&AOk-'), LETTERS)
    # no password of a run stays
    assert 'plictl' not in b.plictl('user', 'show', BOB).stdout


def test_maildir_there_and_back(b, tmp_path):
    path = str(tmp_path / 'Maildir')
    write_maildir(path, LETTERS)
    write_maildir(path + '/.Lists.a&AC4-b', LETTERS[:20])
    assert counts(b.plictl('import', CAROL, path)) == [MANY + 20, 0]
    same(rows(b, CAROL), LETTERS)
    same(rows(b, CAROL, 'Lists/a.b'), LETTERS[:20])
    out = str(tmp_path / 'out')
    assert counts(b.plictl('export', CAROL, out)) == [MANY + 20, 0]
    assert counts(b.plictl('export', CAROL, out)) == [0, MANY + 20]
    assert len(mailbox.Maildir(out, create=False)) == MANY
    b.plictl('import', CAROL, out, '--mailbox', 'Back')
    assert sorted(rows(b, CAROL, 'Back'), key=str) == \
        sorted((l.row() for l in LETTERS), key=str)
    same(rows(b, CAROL, 'Back/Lists/a.b'), LETTERS[:20])


def test_export_follows_flags(b, tmp_path):
    path, out = str(tmp_path / 'm'), str(tmp_path / 'out')
    write_maildir(path, LETTERS[:5])
    b.plictl('import', EVE, path)
    b.plictl('export', EVE, out)
    m = mail.imap(b, EVE)
    m.select()
    m.store('1:*', 'FLAGS', '(\\Flagged New)')
    m.store('2', '+FLAGS', '(\\Deleted)')
    m.expunge()
    m.logout()
    mail.deliver(b, EVE)
    assert counts(b.plictl('export', EVE, out)) == [1, 4]
    with open(out + '/dovecot-keywords') as f:
        new = next(l.split()[0] for l in f if l.strip().endswith('New'))
    letter = chr(ord('a') + int(new))
    names = sorted(os.listdir(out + '/cur'))
    assert sum(n.endswith(':2,F' + letter) for n in names) == 4


def test_broken_off(b, tmp_path):
    """SIGTERM and kill -9 in the middle: the next run goes on."""
    path = str(tmp_path / 'old.mbox')
    with open(path, 'wb') as f:
        f.write(in_mbox(LETTERS))
    words = [b.build + '/ctl/plictl', '-p', b.dir, 'import', DAVE, path]
    stopped = 0
    for sig in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
        p = subprocess.Popen(words, stdout=subprocess.PIPE, text=True,
                             stderr=subprocess.DEVNULL)
        time.sleep(0.3)
        p.send_signal(sig)
        p.communicate(timeout=60)
        stopped += p.returncode in (75, -9)
    # the server may still be at the last one of a run that was killed
    time.sleep(0.5)
    b.plictl('import', DAVE, path)
    same(rows(b, DAVE), LETTERS)


def test_sealed_as_it_comes(b, tmp_path):
    path = str(tmp_path / 'm')
    write_maildir(path, LETTERS[1:6])
    assert counts(b.plictl('import', ALICE, path)) == [5, 0]
    assert counts(b.plictl('import', ALICE, path)) == [0, 5]
    for raw, l in zip(mail.inbox(b), LETTERS[1:6]):
        assert l.text.split(b'\n')[-2] not in raw
        assert mail.field(raw, 'Content-Type').startswith(
            'multipart/encrypted')
        assert l.text.split(b'\n')[-2] in b.gpg.decrypt(raw)


def test_progress_on_a_terminal(b, tmp_path):
    path = str(tmp_path / 'one.mbox')
    with open(path, 'wb') as f:
        f.write(in_mbox(LETTERS[:30]))
    ours, theirs = pty.openpty()
    p = subprocess.Popen([b.build + '/ctl/plictl', '-p', b.dir, 'import', BOB,
                          path, '--mailbox', 'Bar'], stderr=theirs,
                         stdout=subprocess.DEVNULL)
    assert p.wait(60) == 0
    os.close(theirs)
    assert b'100%' in os.read(ours, 1 << 16)
    os.close(ours)


def test_refusals(b, tmp_path):
    def says(*words):
        out = b.plictl(*words, ok=False)
        assert out.returncode != 0
        return out.stderr
    path = str(tmp_path / 'no.mbox')
    with open(path, 'w') as f:
        f.write('Subject: no mbox\n\ntext\n')
    assert 'not an mbox' in says('import', BOB, path)
    assert 'cannot be read' in says('import', BOB, path + '.none')
    assert 'Maildir' in says('import', BOB, str(tmp_path))
    assert 'nobody@example.org' in says('import', 'nobody@example.org', path)
    assert 'cannot be written' in says('export', BOB, '/proc/no')
    assert '--device' in says('user', 'password', BOB, '--remove')
    assert 'no password' in says('user', 'password', BOB, '--device', 'x',
                                 '--remove')


def test_no_room(b, tmp_path):
    """What is refused is counted, and why; with room, the rest follows."""
    frank = 'frank@example.org'
    path = str(tmp_path / 'm')
    write_maildir(path, LETTERS[:20])
    b.add_user(frank)
    b.plictl('user', 'quota', frank, '4k')
    out = b.plictl('import', frank, path, ok=False)
    brought, refused = counts(out)[0], int(re.search(
        r'(\d+) messages were refused', out.stderr)[1])
    assert out.returncode == 1 and 'OVERQUOTA' in out.stderr
    assert brought and brought + refused == 20
    b.plictl('user', 'quota', frank, 'none')
    assert counts(b.plictl('import', frank, path)) == [refused, brought]
    assert sorted(rows(b, frank), key=str) == \
        sorted((l.row() for l in LETTERS[:20]), key=str)
