"""What an attacker would try on the owner's side: each of these was open once.
"""
import os, re, signal, smtplib, socket, subprocess
import pytest

import box as lib
import home
from home import ME
from test_home import letter, until
from test_letters import BOB, TEXT, bob, known, of_bob, send, status_of

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')


def signed(bob, header, fields):
    """An entity that Bob has signed for her; the fields outside."""
    out = subprocess.run(
        bob.words + ['--trust-model', 'always', '-r', ME, '--armor', '--sign',
                     '--encrypt'], input=f'{header}\r\n\r\n{TEXT}\r\n'.encode(),
        capture_output=True, check=True).stdout.decode()
    body = ('--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1'
            '\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n'
            + out.replace('\n', '\r\n') + '\r\n--b--\r\n')
    return (fields + f'To: {ME}\r\nMIME-Version: 1.0\r\nContent-Type: '
            'multipart/encrypted; boundary=b; protocol="application/'
            'pgp-encrypted"\r\n\r\n' + body)


BOBS, CAROLS = f'From: {BOB}\r\n', 'From: Carol <carol@example.net>\r\n'
HP = 'Content-Type: text/plain; hp="cipher"\r\n'
# what is signed; what is outside: each shows Carol's name somewhere
FORGED = {
    'outside': ('Content-Type: text/plain', BOBS + CAROLS),
    'inside': (HP + BOBS + CAROLS.strip(), BOBS),
    # before Pli-Edit stands what nobody is shown
    'edited': (HP + BOBS + 'Pli-Edit: none\r\n' + CAROLS +
               'Content-Type: text/plain', BOBS),
}


@pytest.mark.parametrize('how', FORGED)
def test_nobody_signs_for_another(b, h, bob, known, how):
    header, outer = FORGED[how]
    ident = f'{how} {os.urandom(4).hex()}'
    if 'hp=' in header:
        header += f'\r\nSubject: {ident}'
    b.deliver([signed(bob, header, outer + f'Subject: {ident}\r\n')], BOB)
    said = status_of(h, ident)
    assert said.startswith('e2e') and 'sig=other' in said, said
    assert 'of=' not in said, said


def test_not_in_clear_when_the_agent_is_away(b, h, bob, known):
    """Whoever fills its channel must not have letters sent in clear."""
    agent = h.roles()['agent']
    ident = os.urandom(6).hex()
    port = h.port('submissions')
    os.kill(agent, signal.SIGSTOP)
    try:
        for _ in range(400):
            socket.create_connection(('127.0.0.1', port)).close()
        s = smtplib.SMTP_SSL('127.0.0.1', port, context=lib.insecure_tls())
        s.login(ME, home.PASSWORD)
        with pytest.raises(smtplib.SMTPDataError) as e:
            s.sendmail(ME, [BOB], f'From: {ME}\r\nTo: {BOB}\r\nSubject: '
                       f'{ident}\r\n\r\n{TEXT}\r\n')
        assert e.value.smtp_code in (421, 451), e.value
    finally:
        os.kill(agent, signal.SIGCONT)
    until(lambda: h.pli('status').returncode == 0)
    send(h, f'later {ident}')
    raw = until(lambda: [r for r in of_bob(b, 'multipart/encrypted')
                         if ident.encode() in bob.decrypt(r)])
    assert len(raw) == 1 and not of_bob(b, ident)


def test_what_only_says_that_it_is_encrypted(b, h, bob, known):
    ident = os.urandom(6).hex()
    with smtplib.SMTP_SSL('127.0.0.1', h.port('submissions'),
                          context=lib.insecure_tls()) as s:
        s.login(ME, home.PASSWORD)
        s.sendmail(ME, [BOB], f'From: {ME}\r\nTo: {BOB}\r\nSubject: it\r\n'
                   'MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; '
                   'boundary=b; protocol="application/pgp-encrypted"\r\n\r\n'
                   f'--b\r\n\r\n{ident}\r\n--b--\r\n')
    until(lambda: [r for r in of_bob(b, 'multipart/encrypted')
                   if ident.encode() in bob.decrypt(r)])
    assert not of_bob(b, ident)


def test_the_link_is_nobody_elses(h, tmp_path):
    """Any program on this machine reads the arguments of all others."""
    said = tmp_path / 'said'
    (tmp_path / 'xdg-open').write_text(f'#!/bin/sh\necho "$@" >{said}.new\n'
                                       f'mv {said}.new {said}\n')
    (tmp_path / 'xdg-open').chmod(0o755)
    env = {k: os.environ.get(k) for k in ('PATH', 'DISPLAY')}
    os.environ.update(PATH=f'{tmp_path}:{env["PATH"]}', DISPLAY=':99')
    try:
        out = h.pli('run').stdout
        until(said.exists)
    finally:
        for k, v in env.items():
            os.environ.pop(k) if v is None else os.environ.update({k: v})
    link = re.search(r'http://\S+#[0-9a-f]{32}', out)[0]
    page, = said.read_text().split()
    assert link.split('#')[1] not in page
    assert os.stat(page).st_mode & 0o077 == 0
    assert link in open(page).read()
    for path in (h.account, h.account + '/run', h.account + '/mirror',
                 h.account + '/tls', h.account + '/run/control.sock'):
        assert os.stat(path).st_mode & 0o077 == 0, path


def test_a_browser_keeps_no_mail(b, h):
    c = h.client()
    ident = os.urandom(4).hex()
    b.deliver([letter(f'kept {ident}', TEXT)])
    e = until(lambda: [e for e in c.emails('subject', 'blobId')
                       if ident in e['subject']])[0]
    for wanted in ('text/html', 'image/svg+xml', 'text/javascript',
                   'text/css', 'image/png', 'text/plain'):
        c.c.request('GET', '/jmap/download/%s/%s/a?type=%s' % (
            c.account, e['blobId'], wanted.replace('+', '%2B')),
            headers=c.login)
        r = c.c.getresponse()
        r.read()
        assert r.getheader('Cache-Control') == 'no-store'
        assert r.getheader('Content-Disposition').startswith('attachment')
        assert r.getheader('Content-Type') == (
            wanted if wanted in ('image/png', 'text/plain')
            else 'application/octet-stream')


def test_who_talks_to_the_box_at_pairing_has_no_agent(b, h):
    """It reads what is foreign; the agent in reach is unlocked."""
    ip = '127.201.%d.%d' % tuple(1 + x % 250 for x in os.urandom(2))
    silent = socket.create_server((ip, 443))
    words = [home.BUILD + '/user/pli/pli', '--home', h.dir + '/home',
             '--libexec', home.BUILD + '/user:' + home.BUILD + '/box',
             '--passphrase-file', h.dir + '/phrase', 'pair', b.code(
                 'pair', ME), '--address', ip, '--device', 'other']
    p = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        s, _ = silent.accept()
        child, = [c for c in lib.children_of(p.pid) if sockets(c)]
        mine = set(sockets(p.pid))
        assert mine and not mine & set(sockets(child))
        s.close()
        p.wait(60)
    finally:
        p.kill()
        silent.close()


def test_no_session_outlives_its_master(h):
    """Else it would hold mail in clear after `pli lock`."""
    m = lib.imaplib.IMAP4_SSL('127.0.0.1', h.port('imaps'),
                              ssl_context=lib.insecure_tls())
    m.login(ME, home.PASSWORD)
    m.select('INBOX', readonly=True)
    master = h.roles()['imapd']
    session, = lib.children_of(master)
    os.kill(master, signal.SIGKILL)
    until(lambda: not os.path.exists(f'/proc/{session}'), 10)
    until(lambda: h.roles().get('imapd') not in (None, master))


def sockets(pid):
    found = []
    for fd in os.listdir(f'/proc/{pid}/fd'):
        try:
            to = os.readlink(f'/proc/{pid}/fd/{fd}')
        except OSError:
            continue
        if to.startswith('socket:'):
            found.append(to)
    return found
