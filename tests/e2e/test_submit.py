"""Our users send: ports 465 and 587, met by smtplib, swaks, curl, msmtp."""
import base64, email, json, os, re, smtplib, socket, subprocess, time
import pytest

import box, mail
from conftest import ROOT, release_only

ALICE, BOB, CAROL = (f'{n}@example.org' for n in ('alice', 'bob', 'carol'))
# a host that is not there, so that what is for it waits
FAR = 'friend@[192.0.2.1]'


def session(b, user=BOB, tls=True, login=True):
    if tls:
        s = smtplib.SMTP_SSL('127.0.0.1', b.submissions,
                             context=box.insecure_tls(), timeout=30)
    else:
        s = smtplib.SMTP('127.0.0.1', b.submission, timeout=30)
    s.ehlo('client.example')
    if login:
        s.login(user, box.PASSWORD)
    return s


def text(subject='A letter', body='hello', sender=BOB, **fields):
    head = {'From': f'Somebody <{sender}>', 'To': CAROL, 'Subject': subject,
            **fields}
    return (''.join(f"{k.replace('_', '-')}: {v}\r\n"
                    for k, v in head.items() if v is not None) +
            '\r\n' + body + '\r\n').encode()


def boxed(b, user, name):
    """Every message of a mailbox, whole, with its flags."""
    m = mail.imap(b, user)
    n = int(m.select(name, readonly=True)[1][0])
    out = [(p[0], p[1]) for p in m.fetch('1:*', '(FLAGS BODY.PEEK[])')[1]
           if isinstance(p, tuple)] if n else []
    m.logout()
    return out


def find(b, user, subject, name='INBOX'):
    return [raw for _, raw in boxed(b, user, name)
            if mail.field(raw, 'Subject') == subject]


@pytest.fixture(scope='module')
def full(build):
    b = box.Box(build)
    try:
        b.alice()
        b.add_user(BOB)
        b.add_user(CAROL)
        b.plictl('alias', 'add', 'sales@example.org', BOB)
        yield b
        bad = [l for l in b.log().splitlines()
               if 'child-crashed' in l or 'role-died' in l]
        assert not bad, bad
    finally:
        b.stop()


def test_what_is_offered(full):
    s = session(full, login=False)
    for word in ('size', 'dsn', '8bitmime', 'smtputf8', 'chunking',
                 'pipelining', 'enhancedstatuscodes', 'auth', 'requiretls'):
        assert s.has_extn(word), word
    assert not s.has_extn('starttls')
    assert set(s.esmtp_features['auth'].split()) == {
        'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'}
    s = session(full, tls=False, login=False)
    assert s.has_extn('starttls') and s.has_extn('dsn')
    assert not s.has_extn('auth') and not s.has_extn('requiretls')


def test_nothing_without_login(full):
    for tls in (True, False):
        s = session(full, tls=tls, login=False)
        for line in (f'MAIL FROM:<{BOB}>', f'RCPT TO:<{CAROL}>', 'DATA',
                     'VRFY bob', 'EXPN bob'):
            assert s.docmd(line)[0] == 530, line
        assert s.docmd('NOOP')[0] == 250
        assert s.docmd('QUIT')[0] == 221


def test_no_login_without_tls(full):
    s = session(full, tls=False, login=False)
    plain = base64.b64encode(f'\0{BOB}\0{box.PASSWORD}'.encode()).decode()
    assert s.docmd('AUTH', 'PLAIN ' + plain)[0] == 538
    assert s.docmd('AUTH', 'SCRAM-SHA-256')[0] == 538
    s.starttls(context=box.insecure_tls())
    s.ehlo()
    assert s.docmd('AUTH', 'PLAIN ' + plain)[0] == 235
    assert s.docmd('AUTH', 'PLAIN ' + plain)[0] == 503


def test_what_was_said_in_clear_is_forgotten(full):
    """A command put in before the handshake is not one after it."""
    with socket.create_connection(('127.0.0.1', full.submission), 20) as s:
        s.recv(1000)
        s.sendall(b'EHLO x\r\n')
        time.sleep(0.2)
        s.recv(4000)
        s.sendall(b'STARTTLS\r\nEHLO injected\r\n')
        assert s.recv(1000).startswith(b'220 ')
        t = box.insecure_tls().wrap_socket(s)
        t.settimeout(1)
        with pytest.raises(TimeoutError):
            t.recv(1)
        t.sendall(b'MAIL FROM:<bob@example.org>\r\n')
        assert t.recv(1000).startswith(b'530 ')


def test_login_exchange(full):
    plain = base64.b64encode(f'\0{BOB}\0{box.PASSWORD}'.encode()).decode()
    wrong = base64.b64encode(f'\0{BOB}\0wrong'.encode()).decode()
    s = session(full, login=False)
    assert s.docmd('AUTH', 'PLAIN')[0] == 334
    assert s.docmd('*')[0] == 501
    assert s.docmd('AUTH', 'PLAIN !!!')[0] == 501
    assert s.docmd('AUTH', 'CRAM-MD5')[0] == 504
    assert s.docmd('AUTH', 'PLAIN ' + wrong)[0] == 535
    s = session(full, login=False)
    assert s.docmd('AUTH', 'PLAIN')[0] == 334
    assert s.docmd(plain)[0] == 235
    s = session(full, login=False)
    codes = []
    for _ in range(10):
        try:
            codes.append(s.docmd('AUTH', 'LOGIN')[0])
        except smtplib.SMTPServerDisconnected:
            break
    assert codes[-1] == 421 and len(codes) < 9


def scram(s, name, how):
    code, text = s.docmd('AUTH', name + ' ' +
                         base64.b64encode(how(b'')).decode())
    while code == 334:
        answer = how(base64.b64decode(text))
        code, text = s.docmd(base64.b64encode(answer).decode())
    return code


def test_scram(full):
    how = mail.Scram(BOB, box.PASSWORD)
    assert scram(session(full, login=False), 'SCRAM-SHA-256', how) == 235
    assert how.verified
    assert scram(session(full, login=False), 'SCRAM-SHA-256',
                 mail.Scram(BOB, 'wrong')) == 535


class Bound:
    """A session in openssl's client, which tells the channel's binding."""

    def __init__(self, b):
        self.p = subprocess.Popen(
            ['openssl', 's_client', '-connect', f'127.0.0.1:{b.submissions}',
             '-keymatexport', 'EXPORTER-Channel-Binding', '-keymatexportlen',
             '32', '-crlf', '-ign_eof'], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.binding = bytes.fromhex(self.until(b'Keying material: ')[-64:]
                                     .decode())
        self.until(b'220 ')

    def until(self, start):
        while True:
            line = self.p.stdout.readline().strip()
            if start in line:
                return line

    def docmd(self, *words):
        self.p.stdin.write(' '.join(words).encode() + b'\n')
        self.p.stdin.flush()
        while True:
            line = self.p.stdout.readline().strip()
            m = re.fullmatch(rb'(\d{3})( .*)?', line)
            if m:
                return int(m[1]), (m[2] or b'')[1:]

    def close(self):
        self.p.kill()
        self.p.wait()


@pytest.mark.parametrize('right', [True, False])
def test_scram_plus(full, right):
    s = Bound(full)
    try:
        assert s.docmd('EHLO', 'x')[0] == 250
        how = mail.Scram(BOB, box.PASSWORD,
                         s.binding if right else b'x' * 32)
        assert scram(s, 'SCRAM-SHA-256-PLUS', how) == (235 if right else 535)
    finally:
        s.close()


def test_between_two_users(full):
    s = session(full)
    assert s.sendmail(BOB, [CAROL], text('Between two')) == {}
    raw, = find(full, CAROL, 'Between two')
    assert mail.field(raw, 'Return-Path') == f'<{BOB}>'
    assert mail.body(raw) == b'hello\r\n'
    (flags, sent), = [x for x in boxed(full, BOB, 'Sent')
                      if b'Between two' in x[1]]
    assert b'\\Seen' in flags
    assert mail.field(sent, 'Return-Path') is None
    assert mail.field(sent, 'Message-ID') == mail.field(raw, 'Message-ID')


def test_append_to_sent_is_the_same_copy(full):
    """Mail programs put what they have sent into Sent: it is there."""
    message = text('Put twice', Message_ID='<twice@laptop>')
    session(full).sendmail(BOB, [CAROL], message)
    m = mail.imap(full, BOB)
    ok, said = m.append('Sent', r'(\Seen)', None, message)
    assert ok == 'OK' and b'APPENDUID' in said[0]
    m.logout()
    assert len(find(full, BOB, 'Put twice', 'Sent')) == 1


def test_sealed_users(full):
    """To alice sealed; by alice, a copy sealed to her."""
    session(full).sendmail(BOB, [ALICE], text('For her eyes', 'grey harbour'))
    raw = mail.newest(full)
    assert b'grey harbour' not in raw and b'her eyes' not in raw
    clear = full.gpg.decrypt(raw)
    assert b'grey harbour' in clear and b'Subject: For her eyes' in clear
    seal = mail.field(raw, 'Pli-Seal')
    assert 'peer=' not in seal and '127.0.0.1' not in seal
    session(full, ALICE).sendmail(ALICE, [CAROL, FAR], text(
        'From her', 'green harbour', sender=ALICE, Bcc='hidden@example.net'))
    assert b'green harbour' in find(full, CAROL, 'From her')[0]
    sent = boxed(full, ALICE, 'Sent')[-1][1]
    assert b'green harbour' not in sent and b'hidden@' not in sent
    clear = full.gpg.decrypt(sent)
    assert b'green harbour' in clear and b'Bcc: hidden@example.net' in clear


def test_kept_as_it_came(full):
    """What she has encrypted herself is not sealed once more."""
    armour = subprocess.run(
        full.gpg.words + ['--trust-model', 'always', '-r', ALICE, '--armor',
                          '--encrypt'], input=b'once only',
        capture_output=True, check=True).stdout.decode().replace('\n', '\r\n')
    body = ('--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n'
            'Version: 1\r\n\r\n--b\r\n'
            'Content-Type: application/octet-stream\r\n\r\n' + armour +
            '\r\n--b--')
    kind = ('multipart/encrypted; boundary=b;'
            ' protocol="application/pgp-encrypted"')
    for tail, once in (('', True), ('\r\nmore', False)):
        session(full, ALICE).sendmail(ALICE, [ALICE], text(
            'As it came', body + tail, sender=ALICE, MIME_Version='1.0',
            Bcc=CAROL, Content_Type=kind))
        raw = mail.newest(full)
        assert (b'once only' in full.gpg.decrypt(raw)) == once
        assert b'Bcc' not in mail.head(raw).encode()
        sent = boxed(full, ALICE, 'Sent')[-1][1]
        assert (b'once only' in full.gpg.decrypt(sent)) == once
        assert 'Bcc' not in mail.head(sent)


@pytest.mark.parametrize('sender, code', [
    (BOB, 250), ('BOB@Example.ORG', 250), ('bob+list@example.org', 250),
    ('sales@example.org', 250), ('', 250), (CAROL, 553),
    ('bob@example.net', 553), ('nobody@example.org', 553),
])
def test_envelope_sender(full, sender, code):
    assert session(full).docmd(f'MAIL FROM:<{sender}>')[0] == code


@pytest.mark.parametrize('field, code', [
    (f'From: {BOB}', 250), (f'From: Sales <sales@example.org>, {BOB}', 250),
    (f'From: {CAROL}', 550), (f'From: {BOB}, {CAROL}', 550),
    (f'From: "{BOB}" <{CAROL}>', 550), ('From: bob', 550), ('From: ', 550),
    ('X: y', 550), (f'From: {BOB}\r\nFrom: {BOB}', 550),
    (f'From: {BOB}\r\nSender: {CAROL}', 550),
    (f'From: {BOB}\r\nSender: sales@example.org', 250),
    (f'From: {BOB}\r\nSender: {BOB}\r\nSender: {BOB}', 550),
    (f'From: friends: {BOB};', 250), ('From: nobody: ;', 550),
    (f'From : {BOB}', 250), (f' From: {BOB}', 550),
    (f'From:\r\n {BOB}', 250), (f'From: {BOB}\r\n <{CAROL}>', 550),
])
def test_from(full, field, code):
    s = session(full)
    s.mail(BOB)
    s.rcpt(CAROL)
    assert s.data(field.encode() + b'\r\nSubject: x\r\n\r\nx\r\n')[0] == code


def test_bcc_goes_and_stays_in_sent(full):
    session(full).sendmail(BOB, [CAROL], text('Blind', Bcc=(
        'secret@example.net,\r\n more@example.net')))
    raw, = find(full, CAROL, 'Blind')
    assert b'Bcc' not in raw and b'secret@' not in raw and b'more@' not in raw
    sent, = find(full, BOB, 'Blind', 'Sent')
    assert 'more@example.net' in mail.field(sent, 'Bcc')


def test_what_is_added(full):
    session(full).sendmail(BOB, [CAROL], text('Bare'))
    raw, = find(full, CAROL, 'Bare')
    assert re.fullmatch(r'<[0-9a-f]{32}@example\.org>',
                        mail.field(raw, 'Message-ID'))
    date = email.utils.parsedate_to_datetime(mail.field(raw, 'Date'))
    assert abs(date.timestamp() - time.time()) < 60
    session(full).sendmail(BOB, [CAROL], text(
        'Not bare', Date='Thu, 26 Nov 2026 12:00:00 +0000',
        Message_ID='<mine@laptop>', Return_Path='<forged@example.net>'))
    raw, = find(full, CAROL, 'Not bare')
    assert mail.field(raw, 'Message-ID') == '<mine@laptop>'
    assert raw.count(b'Date:') == raw.count(b'Return-Path:') == 1


def test_trace_tells_nothing_of_the_client(full):
    s = session(full, login=False)
    s.ehlo('laptop.of.bob')
    s.login(BOB, box.PASSWORD)
    s.sendmail(BOB, [CAROL], text('No trace'))
    raw, = find(full, CAROL, 'No trace')
    received = mail.field(raw, 'Received')
    assert re.match(r'by mail\.example\.org with ESMTPSA id \w+; ', received)
    assert b'127.0.0.1' not in raw and b'laptop' not in raw


def records(b):
    found = json.loads(b.plictl('-j', 'dkim', 'show').stdout)
    return {(r['name'] + '.').encode(): r['value'].encode() for r in found}


def test_dkim(full):
    dkim = pytest.importorskip('dkim')
    bodies = {'plain': 'hello', 'blanks': 'a  b \t \r\n\r\n\r\n',
              'none': '', 'wide': 'caf\u00e9', 'dots': '.\r\n..\r\n.x'}
    for subject, body in bodies.items():
        s = session(full)
        s.sendmail(BOB, [CAROL], text(subject, 'x').replace(
            b'x\r\n', body.encode() + b'\r\n', 1)
            if body != 'hello' else text(subject))
        raw, = find(full, CAROL, subject)
        d = dkim.DKIM(raw)
        known = records(full)
        for n in range(2):
            assert d.verify(n, dnsfunc=lambda name, **kw: known[name]), raw
        assert raw.count(b'DKIM-Signature:') == 2


def test_for_outside(full):
    """One letter for all of them, in the queue, unreadable on the disk."""
    secret = 'the yellow lighthouse'
    s = session(full)
    assert s.sendmail(BOB, [FAR, CAROL], text('Far away', secret)) == {}
    assert len(find(full, CAROL, 'Far away')) == 1
    assert '192.0.2.1' in full.plictl('-j', 'queue', 'list').stdout
    # bob's own copies are not sealed: only alice's letter is for the canary
    session(full, ALICE).sendmail(ALICE, [FAR], text(
        'Far', 'violet lighthouse', sender=ALICE))
    assert subprocess.run(
        [ROOT + '/tools/canary', full.dir + '/var/lib/plid',
         full.dir + '/etc'], input='violet lighthouse', text=True).returncode == 0


def test_dsn_and_requiretls(full):
    s = session(full)
    assert s.docmd(f'MAIL FROM:<{BOB}> RET=HDRS ENVID=q+2B1 REQUIRETLS'
                   ' BODY=8BITMIME SIZE=100 AUTH=<>')[0] == 250
    assert s.docmd(f'RCPT TO:<{FAR}> NOTIFY=SUCCESS,DELAY'
                   f' ORCPT=rfc822;{FAR}')[0] == 250
    assert s.docmd(f'RCPT TO:<{FAR}> NOTIFY=NEVER,DELAY')[0] == 501
    assert s.docmd(f'RCPT TO:<{FAR}> NOTIFY=SOMETIMES')[0] == 501
    assert s.data(text('Told'))[0] == 250
    for line in ('RET=ALL', 'ENVID=a+2', 'ENVID=', 'RET=FULL RET=FULL',
                 'SIZE=x', 'REQUIRETLS=1'):
        assert s.docmd(f'MAIL FROM:<{BOB}> {line}')[0] == 501, line
    assert s.docmd(f'MAIL FROM:<{BOB}> SIZE=99999999999')[0] == 552
    assert s.docmd(f'MAIL FROM:<{BOB}> FOO=1')[0] == 555


def test_told_of_delivery(full):
    """Both of them: bob reads it, alice opens it."""
    for who in (BOB, ALICE):
        s = session(full, who)
        assert s.docmd(f'MAIL FROM:<{who}>')[0] == 250
        assert s.docmd(f'RCPT TO:<{CAROL}> NOTIFY=SUCCESS')[0] == 250
        assert s.data(text('Tell me', sender=who))[0] == 250
        raws = mail.inbox(full, who)
        if who == ALICE:
            raws = [full.gpg.decrypt(r) for r in raws]
        assert any(b'Final-Recipient: rfc822; carol@example.org' in r and
                   b'Action: delivered' in r for r in raws)


def test_bad_recipients(full):
    s = session(full)
    s.mail(BOB)
    assert s.rcpt('nobody@example.org')[0] == 550
    assert s.docmd('RCPT TO:<a@b@c>')[0] == 501
    assert s.docmd('DATA')[0] == 554
    assert s.rcpt('x@[192.0.2.1]')[0] == 250


def test_many_recipients(full):
    s = session(full)
    s.mail(BOB)
    codes = [s.rcpt(f'u{i}@[192.0.2.1]')[0] for i in range(102)]
    assert codes == [250] * 100 + [452] * 2
    assert s.data(text('For many'))[0] == 250


def test_smtputf8(full):
    s = session(full)
    s.ehlo('client.example')
    wide = 'fran\u00e7ois@elsewhere.invalid'
    s.send(f'MAIL FROM:<{BOB}>\r\n'.encode())
    assert s.getreply()[0] == 250
    s.send(f'RCPT TO:<{wide}>\r\n'.encode())
    assert s.getreply()[0] == 553
    s.rset()
    s.send(f'MAIL FROM:<{BOB}> SMTPUTF8\r\n'.encode())
    assert s.getreply()[0] == 250
    s.send(f'RCPT TO:<{wide}>\r\n'.encode())
    assert s.getreply()[0] == 250
    s.send('RCPT TO:<x@B\u00dcCHER.invalid>\r\n'.encode())
    assert s.getreply()[0] == 250
    assert s.data(text('Gr\u00fc\u00dfe'))[0] == 250


def test_chunks(full):
    s = session(full)
    s.mail(BOB)
    s.rcpt(CAROL)
    message = text('In chunks', 'one\r\n.\r\ntwo')
    for at, last in ((slice(0, 30), ''), (slice(30, 60), ''),
                     (slice(60, None), ' LAST')):
        part = message[at]
        s.send(f'BDAT {len(part)}{last}\r\n'.encode() + part)
        assert s.getreply()[0] == 250
    raw, = find(full, CAROL, 'In chunks')
    assert mail.body(raw) == b'one\r\n.\r\ntwo\r\n'


@pytest.mark.parametrize('bad', [b'a\nb\r\n', b'a\rb\r\n', b'a\0b\r\n'])
def test_bare_ends_are_refused(full, bad):
    s = session(full)
    s.mail(BOB)
    s.rcpt(CAROL)
    assert s.docmd('DATA')[0] == 354
    s.send(text('Bare ends') + bad + b'.\r\n')
    assert s.getreply()[0] == 550
    assert find(full, CAROL, 'Bare ends') == []


def test_no_header(full):
    """The first line is not a field: then nothing is."""
    s = session(full)
    s.mail(BOB)
    s.rcpt(CAROL)
    assert s.data(b'hello\r\nFrom: ' + BOB.encode() + b'\r\n\r\n')[0] == 550
    s.mail(BOB)
    s.rcpt(CAROL)
    assert s.data(f'From: {BOB}\r\nSubject: Cut\r\nnot a field\r\nX: y\r\n'
                  .encode())[0] == 250
    raw, = find(full, CAROL, 'Cut')
    assert mail.body(raw) == b'not a field\r\nX: y\r\n'


@release_only
def test_large(full):
    line = b'x' * 76 + b'\r\n'
    s = session(full)
    big = text('Large') + line * (20 * 1024 * 1024 // len(line))
    assert s.sendmail(BOB, [CAROL, ALICE, FAR], big) == {}
    raw, = find(full, CAROL, 'Large')
    assert raw.endswith(line * 100)
    s.mail(BOB)
    s.rcpt(CAROL)
    assert s.data(text('Too large') + line * (51 * 1024 * 1024 //
                                              len(line)))[0] == 552
    assert find(full, CAROL, 'Too large') == []


def test_removed_users_session_ends(full):
    full.add_user('dave@example.org')
    s = session(full, 'dave@example.org')
    full.plictl('user', 'remove', 'dave@example.org', '--yes')
    with pytest.raises(smtplib.SMTPException):
        code, _ = s.docmd('MAIL FROM:<dave@example.org>')
        assert code in (421, 451)
        s.docmd('NOOP')
        code, _ = s.docmd('MAIL FROM:<dave@example.org>')
        assert code == 421
        s.docmd('NOOP')


def test_swaks(full):
    for words in (['-tlsc', '-p', str(full.submissions)],
                  ['-tls', '-p', str(full.submission)]):
        out = subprocess.run(
            ['swaks', '-s', '127.0.0.1', *words, '-a', 'PLAIN', '-au', BOB,
             '-ap', box.PASSWORD, '-f', BOB, '-t', CAROL, '--h-Subject',
             'By swaks'], capture_output=True, text=True)
        assert out.returncode == 0, out.stdout
    assert len(find(full, CAROL, 'By swaks')) == 2


def test_curl(full, tmp_path):
    path = tmp_path / 'm'
    path.write_bytes(text('By curl'))
    for url, more in ((f'smtps://127.0.0.1:{full.submissions}', []),
                      (f'smtp://127.0.0.1:{full.submission}', ['--ssl-reqd'])):
        out = subprocess.run(
            ['curl', '-sSk', url, *more, '-u', f'{BOB}:{box.PASSWORD}',
             '--mail-from', BOB, '--mail-rcpt', CAROL, '-T', str(path)],
            capture_output=True, text=True)
        assert out.returncode == 0, out.stderr
    assert len(find(full, CAROL, 'By curl')) == 2


def test_msmtp(full):
    for words in ([f'--port={full.submissions}', '--tls-starttls=off'],
                  [f'--port={full.submission}', '--tls-starttls=on']):
        out = subprocess.run(
            ['msmtp', '--host=127.0.0.1', *words, '--tls=on',
             '--tls-certcheck=off', '--auth=scram-sha-256', f'--user={BOB}',
             '--passwordeval=echo ' + box.PASSWORD, f'--from={BOB}', CAROL],
            input=text('By msmtp'), capture_output=True)
        assert out.returncode == 0, out.stderr
    assert len(find(full, CAROL, 'By msmtp')) == 2
