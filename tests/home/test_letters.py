"""Letters of the owner's side: encrypted where a key is known, and on their way
through her own box alone; what is locked is locked; and nobody signs for
another.
"""
import email, os, re, smtplib, socket, ssl, subprocess, threading
import pytest

import box as lib
import home
from home import ME
from test_home import letter, pgp_mime, until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
BOB = 'bob@example.org'
TEXT = 'The ferry leaves at nine, and nobody else knows of it.'


@pytest.fixture
def bob(neighbour):
    return neighbour


@pytest.fixture
def known(h, bob, tmp_path):
    """Alice knows his key."""
    path = tmp_path / 'bob.asc'
    path.write_text(bob.call('--armor', '--export', BOB).stdout)
    out = h.pli('contact', 'add', BOB, str(path)).stdout
    shown = bob.call('--with-colons', '--fingerprint', BOB).stdout
    assert re.search('fpr:+([0-9A-F]{40})', shown)[1] in out.replace(' ', '')
    yield
    h.pli('contact', 'remove', BOB)
    assert BOB not in h.pli('contact', 'list').stdout


def send(h, subject, to=BOB, rcpts=(BOB,), text=TEXT):
    with smtplib.SMTP_SSL('127.0.0.1', h.port('submissions'),
                          context=lib.insecure_tls()) as s:
        s.login(ME, home.PASSWORD)
        s.sendmail(ME, list(rcpts), f'From: {ME}\r\nTo: {to}\r\n'
                   f'Subject: {subject}\r\n\r\n{text}\r\n')


def of_bob(b, ident):
    """His letters, as his mail program gets them: the one with that word in its
    header."""
    m = lib.imaplib.IMAP4_SSL('127.0.0.1', b.imaps,
                              ssl_context=lib.insecure_tls())
    m.login(BOB, home.PASSWORD)
    m.select('INBOX')
    found = [d[1] for d in m.fetch('1:*', '(BODY.PEEK[])')[1]
             if isinstance(d, tuple)]
    m.logout()
    return [f for f in found if ident.encode() in f]


def test_in_clear_without_a_key(b, h, bob):
    send(h, 'no key yet')
    raw, = until(lambda: of_bob(b, 'no key yet'))
    assert TEXT.encode() in raw
    # signed by the box alone, which its owner trusts to say who it is
    assert raw.count(b'DKIM-Signature:') == 2
    assert b'127.0.0.1' not in raw.split(b'Received: by localhost')[0]


def test_encrypted_and_signed(b, h, bob, known):
    ident = os.urandom(6).hex()
    send(h, f'the ferry {ident}')
    raw = until(lambda: [r for r in of_bob(b, 'multipart/encrypted')
                         if ident.encode() in bob.decrypt(r)])[0]
    assert TEXT.encode() not in raw and b'ferry' not in raw
    m = email.message_from_bytes(raw)
    assert m['Subject'] == '[...]' and m['To'] == BOB
    payload = m.get_payload()[1].get_payload(decode=True)
    got = subprocess.run(bob.words + ['--status-fd', '2', '--decrypt'],
                         input=payload, capture_output=True)
    assert b'GOODSIG' in got.stderr and ME.encode() in got.stderr, got.stderr
    inner = email.message_from_bytes(got.stdout)
    assert inner['Subject'] == f'the ferry {ident}'
    assert inner.get_param('hp') == 'cipher' or \
        inner.get_param('protected-headers') == 'v1'
    assert TEXT in inner.get_payload()


def test_no_blind_copy_of_what_shows_its_readers(h, bob, known):
    with pytest.raises(smtplib.SMTPDataError) as e:
        send(h, 'blind', to='friends:;')
    assert e.value.smtp_code == 550 and b'Bcc' in e.value.smtp_error


def test_no_clear_text_by_accident(h, bob):
    """The webmail asks before what cannot be encrypted goes out."""
    c = h.client()
    using = ('urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail',
             'urn:ietf:params:jmap:submission',
             'urn:pli:params:jmap:protection')
    got, = c.calls(('Protection/forecast', {'addresses': [BOB]}), using=using)
    assert got[1]['clear'] == [BOB]
    made, = c.calls(('Email/set', {'create': {'d': {
        'mailboxIds': {c.boxes()['drafts']: True}, 'subject': 'asked',
        'from': [{'email': ME}], 'to': [{'email': BOB}],
        'bodyValues': {'1': {'value': TEXT}},
        'textBody': [{'partId': '1', 'type': 'text/plain'}]}}}), using=using)
    draft = made[1]['created']['d']['id']
    who, = c.calls(('Identity/get', {}), using=using)
    who = who[1]['list'][0]['id']
    got, = c.calls(('EmailSubmission/set', {'create': {'s': {
        'emailId': draft, 'identityId': who}}}), using=using)
    assert got[1]['notCreated']['s']['type'] == 'pliClear', got
    got, = c.calls(('EmailSubmission/set', {'create': {'s': {
        'emailId': draft, 'identityId': who, 'pliClear': True}}}), using=using)
    assert got[1]['created']['s']


def status_of(h, subject):
    c = h.client()
    found = until(lambda: [e for e in c.emails(
        'subject', 'header:Pli-Status:asText') if e['subject'] == subject])
    return found[0]['header:Pli-Status:asText'].strip()


def test_whose_signature(b, h, bob, known):
    ident = os.urandom(4).hex()
    b.deliver([pgp_mime(bob, f'his {ident}', TEXT).replace(
        'bob@example.net', BOB)], BOB)
    said = status_of(h, f'his {ident}')
    assert re.match(r'e2e; .*sig=good; .*of=bob@example.org; first=\d+; '
                    'how=file', said), said
    # Bob's key, and inside somebody else's name
    text = pgp_mime(bob, f'hers {ident}\r\nFrom: carol@example.net', TEXT)
    b.deliver([text.replace('bob@example.net', BOB)], BOB)
    said = status_of(h, f'hers {ident}')
    assert 'sig=other' in said and 'of=' not in said, said


def test_known_by_its_key_alone(b, h, bob):
    """Somebody else where the box was: he gets no password, and no letter."""
    got, cert = [], b.dir + '/other.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-keyout', cert,
                    '-out', cert, '-days', '2', '-subj', '/CN=' + b.ip],
                   check=True, capture_output=True)
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(cert)
    listen = socket.create_server(('127.0.0.1', 0))

    def impostor():
        while True:
            try:
                s = ctx.wrap_socket(listen.accept()[0], server_side=True)
                s.sendall(b'220 mail.example.org ESMTP\r\n')
                got.append(s.recv(4096))
                s.close()
            except ValueError:
                return
            except OSError:
                if listen.fileno() < 0:
                    return
    threading.Thread(target=impostor, daemon=True).start()
    path = h.account + '/conf'
    with open(path) as f:
        conf = f.read()
    try:
        with open(path, 'w') as f:
            f.write(re.sub(r'smarthost \S+', 'smarthost [127.0.0.1]:'
                           f'{listen.getsockname()[1]}', conf))
        h.pli('stop')
        h.run()
        ident = os.urandom(4).hex()
        send(h, f'intercepted {ident}')
        h.says('verdict=later')
        assert b''.join(got) == b'', got
    finally:
        listen.close()
        with open(path, 'w') as f:
            f.write(conf)
    h.pli('stop')
    h.run()
    # it has waited through both restarts
    until(lambda: 'queue' in h.roles())
    h.admin('queue retry', ('id', 'all'))
    until(lambda: of_bob(b, f'intercepted {ident}'), 300)


def test_locked(h):
    marker = os.urandom(6).hex()
    send(h, f'a secret of hers {marker}')
    h.pli('lock')
    until(lambda: set(h.roles()) == {'agent', 'control'})
    assert 'locked' in h.pli('status').stdout
    assert h.client_refused()
    canary = os.path.join(home.ROOT, 'tools/canary')
    out = subprocess.run([canary, h.account], input=marker.encode(),
                         capture_output=True)
    assert out.returncode == 0, out.stdout
    with open(h.dir + '/wrong', 'w') as f:
        f.write('not this one\n')
    got = h.pli('run', '--no-browser', '--passphrase-file', h.dir + '/wrong',
                ok=False)
    assert got.returncode == 1 and 'passphrase' in got.stderr, got.stderr
    assert set(h.roles()) == {'agent', 'control'}
    h.run()
    assert until(lambda: [e for e in h.client().emails('subject')
                          if marker in e['subject']])
