"""Programs that people read their mail with: they read, write, move, search
and send.  mbsync and offlineimap are in tests/clients, at any size."""
import email, os, pty, re, select, shutil, subprocess, sys, time

import pytest

import box, mail
from conftest import SANITIZED, healthy

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'clients'))
import sync

BOB, CAROL = 'bob@example.org', 'carol@example.org'
MANY = 100 if SANITIZED else 300


def needs(name):
    return pytest.mark.skipif(not shutil.which(name),
                              reason=name + ' is not here')


@pytest.fixture(scope='module')
def b(build):
    b = box.Box(build)
    b.add_user(CAROL)
    yield b
    try:
        healthy(b)
    finally:
        b.stop()


@pytest.fixture
def bob(b):
    """bob, new, with three letters."""
    b.add_user(BOB)
    for i in range(3):
        assert mail.deliver(b, BOB, mail.letter(
            f'text {i}', subject=f'Number {i}', To=BOB)) == 250
    yield b
    b.plictl('user', 'remove', BOB, '--yes')


def subjects(b, user, name='INBOX'):
    """subject -> flags"""
    m = mail.imap(b, user)
    n = int(m.select(name, readonly=True)[1][0])
    out = {}
    for p in m.fetch('1:*', '(FLAGS BODY.PEEK[])')[1] if n else []:
        if isinstance(p, tuple):
            flags = re.search(rb'FLAGS \(([^)]*)\)', p[0])[1].decode()
            out[mail.field(p[1], 'Subject')] = set(flags.split()) - {
                '\\Recent'}
    m.logout()
    return out


@pytest.mark.parametrize('client', [
    pytest.param(c, marks=needs(c.name), id=c.name) for c in sync.CLIENTS])
def test_synchronise(b, client):
    sync.synchronise(b, client, MANY)


# curl

def curl(b, path, *words, scheme='imap', port=None, **kw):
    words = ['curl', '-sS', '-k', '--max-time', '30', '--user',
             f'{BOB}:{box.PASSWORD}', *words,
             f'{scheme}://127.0.0.1:{port or b.imap}/{path}']
    p = subprocess.run(words, capture_output=True, text=True, **kw)
    assert p.returncode == 0, p.stderr
    return p.stdout


@needs('curl')
def test_curl(bob, tmp_path):
    b = bob
    assert 'INBOX' in curl(b, '') and 'Drafts' in curl(b, '')
    assert 'text 1' in curl(b, 'INBOX;MAILINDEX=2')
    assert 'text 1' in curl(b, 'INBOX;UID=2', scheme='imaps', port=b.imaps)
    assert curl(b, 'INBOX', '-X', 'SEARCH SUBJECT "number 2"').split() == \
        ['*', 'SEARCH', '3']
    assert curl(b, 'INBOX?SUBJECT%20%22number%202%22').split()[-1] == '3'
    path = tmp_path / 'new.eml'
    path.write_text(mail.letter('by curl', subject='Brought'), newline='')
    curl(b, 'Drafts', '-T', str(path))
    assert 'Brought' in subjects(b, BOB, 'Drafts')
    curl(b, 'INBOX', '-X', 'STORE 1 +FLAGS \\Flagged')
    curl(b, 'INBOX', '-X', 'MOVE 1 Archive')
    assert subjects(b, BOB, 'Archive') == {'Number 0': {'\\Flagged'}}
    assert set(subjects(b, BOB)) == {'Number 1', 'Number 2'}


@needs('curl')
def test_curl_sends(bob, tmp_path):
    path = tmp_path / 'out.eml'
    path.write_text(mail.letter('sent by curl', subject='From curl',
                                From=BOB, To=CAROL), newline='')
    curl(bob, 'client.example', '--mail-from', BOB, '--mail-rcpt', CAROL,
         '-T', str(path), '--ssl-reqd', scheme='smtp', port=bob.submission)
    mail.eventually(lambda: 'From curl' in subjects(bob, CAROL))
    assert 'From curl' in subjects(bob, BOB, 'Sent')


# neomutt, on a terminal

RC = '''set folder = "imap://{user}@127.0.0.1:{imap}/"
set spoolfile = "+INBOX"
set imap_user = "{user}"
set imap_pass = "{password}"
set imap_authenticators = "login"
set smtp_url = "smtps://{user}@127.0.0.1:{submissions}/"
set smtp_pass = "{password}"
set smtp_authenticators = "plain"
set ssl_starttls = no
set ssl_force_tls = no
set certificate_file = "{cert}"
set ssl_verify_host = no
set from = "{user}"
set use_from = yes
set envelope_from = yes
set record = "+Sent"
set postponed = "+Drafts"
set imap_keepalive = 30
set delete = yes
set confirmappend = no
set confirmcreate = no
set wait_key = no
set sort = date
unset mark_old
unset imap_passive
set header_cache = ""
set crypt_use_gpgme = no
set quit = yes
'''


class Neomutt:
    def __init__(self, b, home):
        self.home = str(home)
        cert = self.home + '/cert.pem'
        with open(cert, 'w') as f:
            f.write(server_cert(b))
        with open(self.home + '/rc', 'w') as f:
            f.write(RC.format(user=BOB, password=box.PASSWORD, imap=b.imap,
                              submissions=b.submissions, cert=cert))
        self.env = {**os.environ, 'HOME': self.home, 'TERM': 'xterm',
                    'LANG': 'C.UTF-8', 'LINES': '40', 'COLUMNS': '100'}

    def keys(self, keys):
        """Runs what a user would type, on a terminal; it must end."""
        pid, fd = pty.fork()
        if pid == 0:
            os.execvpe('neomutt', ['neomutt', '-n', '-F', self.home + '/rc',
                                   '-e', f'push {keys}'], self.env)
        seen, until = b'', time.time() + 60
        while time.time() < until:
            if not select.select([fd], [], [], 1)[0]:
                continue
            try:
                seen += os.read(fd, 65536)
            except OSError:
                break
        else:
            os.kill(pid, 9)
        os.close(fd)
        status = os.waitpid(pid, 0)[1]
        assert status == 0, seen[-2000:]
        return seen

    def send(self, subject, text):
        p = subprocess.run(['neomutt', '-n', '-F', self.home + '/rc', '-s',
                            subject, '--', CAROL], input=text, text=True,
                           env=self.env, capture_output=True, timeout=60)
        assert p.returncode == 0, p.stdout + p.stderr


def server_cert(b):
    p = subprocess.run(['openssl', 's_client', '-connect',
                        f'127.0.0.1:{b.imaps}', '-servername',
                        'mail.example.org'], input='', text=True,
                       capture_output=True)
    return re.search('-----BEGIN.*?END CERTIFICATE-----\n', p.stdout,
                     re.S)[0]


@needs('neomutt')
def test_neomutt(bob, tmp_path):
    """Opens one, marks one, moves one, removes one, found by searching."""
    n = Neomutt(bob, tmp_path)
    n.keys('"<search>~s \\"number 0\\"<enter><display-message><exit>'
           '<search>~s \\"number 1\\"<enter><flag-message>'
           '<sync-mailbox><quit>"')
    got = subjects(bob, BOB)
    assert '\\Seen' in got['Number 0'] and '\\Flagged' in got['Number 1']
    assert not got['Number 2'] & {'\\Seen', '\\Flagged'}
    n.keys('"<limit>~b \\"text 1\\"<enter><save-message>+Archive<enter>'
           '<limit>~A<enter><search>~s \\"number 2\\"<enter>'
           '<delete-message><sync-mailbox><quit>"')
    assert set(subjects(bob, BOB)) == {'Number 0'}
    assert '\\Flagged' in subjects(bob, BOB, 'Archive')['Number 1']


@needs('neomutt')
def test_neomutt_sends(bob, tmp_path):
    """Its own copy for Sent is the one that submission has made."""
    n = Neomutt(bob, tmp_path)
    n.send('From neomutt', 'hello\n')
    mail.eventually(lambda: 'From neomutt' in subjects(bob, CAROL))
    m = mail.imap(bob, BOB)
    assert m.select('Sent')[1] == [b'1']
    m.logout()


# fetchmail and msmtp

@needs('fetchmail')
@pytest.mark.parametrize('keep', [True, False])
def test_fetchmail(bob, tmp_path, keep):
    rc, out = tmp_path / 'rc', tmp_path / 'out'
    rc.write_text(f'poll 127.0.0.1 protocol IMAP port {bob.imap}\n'
                  f'  user "{BOB}" password "{box.PASSWORD}" sslproto ""\n'
                  f'  mda "cat >> {out}" {"keep" if keep else "nokeep"}\n')
    rc.chmod(0o600)
    words = ['fetchmail', '-f', str(rc), '--nosyslog', '--pidfile',
             str(tmp_path / 'pid'), '-i', str(tmp_path / 'ids')]
    p = subprocess.run(words, capture_output=True, text=True, timeout=60,
                       env={**os.environ, 'HOME': str(tmp_path)})
    assert p.returncode == 0, p.stdout + p.stderr
    got = out.read_text()
    assert [f'text {i}' in got for i in range(3)] == [True] * 3
    left = subjects(bob, BOB)
    assert len(left) == (3 if keep else 0)
    assert all('\\Seen' in flags for flags in left.values())
    # 1: there is no new mail
    p = subprocess.run(words, capture_output=True, timeout=60,
                       env={**os.environ, 'HOME': str(tmp_path)})
    assert p.returncode == 1


@needs('msmtp')
def test_msmtp_sends(bob):
    p = subprocess.run(
        ['msmtp', '--host=127.0.0.1', f'--port={bob.submissions}', '--tls=on',
         '--tls-starttls=off', '--tls-certcheck=off', '--auth=plain',
         f'--user={BOB}', f'--passwordeval=echo {box.PASSWORD}',
         f'--from={BOB}', CAROL],
        input=mail.letter('by msmtp', subject='From msmtp', From=BOB,
                          To=CAROL), text=True, capture_output=True,
        timeout=60)
    assert p.returncode == 0, p.stderr
    mail.eventually(lambda: 'From msmtp' in subjects(bob, CAROL))
