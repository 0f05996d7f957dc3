"""Port 25: the extensions as swaks uses them, addresses, and refusals."""
import shutil, smtplib, socket, struct

import pytest

import box, mail


def swaks(b, *words, to='alice@example.org'):
    return box.run('swaks', '--server', '127.0.0.1', '--port', str(b.mx),
                   '--from', 'stranger@example.net', '--to', to, *words)


needs_swaks = pytest.mark.skipif(not shutil.which('swaks'), reason='no swaks')


@needs_swaks
@pytest.mark.parametrize('words', [
    [], ['--tls'], ['--pipeline'], ['--tls', '--pipeline'],
    ['--tls-protocol', 'tlsv1_2', '--tls'],
    ['--helo', 'client.example', '--protocol', 'SMTP'],
    ['--header', 'Subject: grüße'],
], ids=lambda w: ' '.join(w) or 'plain')
def test_swaks(shared, words):
    out = swaks(shared, *words)
    assert out.returncode == 0, out.stdout + out.stderr


@needs_swaks
@pytest.mark.parametrize('version', ['tlsv1', 'tlsv1_1'])
def test_no_old_tls(shared, version):
    out = swaks(shared, '--tls', '--tls-protocol', version)
    assert out.returncode != 0


def test_extensions(shared):
    with mail.Smtp(shared) as s:
        words = s.extensions.split('\n')
    assert words[0].split()[0] == 'mx.example.org'
    for w in ('PIPELINING', '8BITMIME', 'SMTPUTF8', 'CHUNKING',
              'ENHANCEDSTATUSCODES', 'STARTTLS'):
        assert w in words
    assert any(w.startswith('SIZE ') for w in words)


def test_smtplib(shared):
    with smtplib.SMTP('127.0.0.1', shared.mx) as s:
        s.starttls(context=box.insecure_tls())
        s.sendmail('stranger@example.net', 'alice@example.org',
                   mail.letter('by smtplib'))
    assert b'by smtplib' in shared.gpg.decrypt(mail.newest(shared))


def test_pipelined(shared):
    with mail.Smtp(shared) as s:
        s.send('MAIL FROM:<stranger@example.net>\r\n'
               'RCPT TO:<nobody@example.org>\r\n'
               'RCPT TO:<alice@example.org>\r\nDATA\r\n')
        assert [s.reply()[0] for _ in range(4)] == [250, 550, 250, 354]
        s.send(mail.letter('pipelined') + '.\r\nNOOP\r\nQUIT\r\n')
        assert [s.reply()[0] for _ in range(4)] == [250, 250, 221, 0]


def test_chunking(shared):
    text = mail.letter('in chunks\r\n.\r\nwith a dot alone').encode()
    with mail.Smtp(shared) as s:
        s.envelope('alice@example.org')
        s.send(b'BDAT 20\r\n' + text[:20] + b'BDAT %d LAST\r\n'
               % len(text[20:]) + text[20:])
        assert [s.reply()[0] for _ in range(2)] == [250, 250]
    assert b'\r\n.\r\nwith a dot' in shared.gpg.decrypt(mail.newest(shared))


def test_chunk_without_recipient(shared):
    with mail.Smtp(shared) as s:
        s.send('BDAT 5 LAST\r\nhelloNOOP\r\n')
        assert s.reply()[0] == 503
        assert s.reply()[0] == 250


def test_smtputf8(shared):
    with mail.Smtp(shared) as s:
        assert s.do('MAIL FROM:<jürgen@example.net> SMTPUTF8')[0] == 250
        assert s.do('RCPT TO:<alice@example.org>')[0] == 250
        assert s.data(mail.letter('utf8', subject='grüße'))[0] == 250
        assert s.do('MAIL FROM:<jürgen@example.net>')[0] in (501, 550, 553)


def test_size_parameter(shared):
    with mail.Smtp(shared) as s:
        assert s.do('MAIL FROM:<a@example.net> SIZE=1000')[0] == 250
        s.do('RSET')
        assert s.do('MAIL FROM:<a@example.net> SIZE=99999999999')[0] == 552
        for bad in ('SIZE=', 'SIZE=-1', 'SIZE=1x', 'SIZE=' + '9' * 25,
                    'COLOUR=red', 'BODY=9BIT'):
            code = s.do('MAIL FROM:<a@example.net> ' + bad)[0]
            assert 500 <= code < 560, bad


def test_enhanced_codes(shared):
    with mail.Smtp(shared) as s:
        assert s.do('MAIL FROM:<>')[1].startswith('2.1.0 ')
        assert s.do('RCPT TO:<nobody@example.org>')[1].startswith('5.1.1 ')
        assert s.do('RCPT TO:<a@elsewhere.example>')[1].startswith('5.7.1 ')


@pytest.mark.parametrize('address,code', [
    ('alice@example.org', 250), ('ALICE@EXAMPLE.ORG', 250),
    ('"alice"@example.org', 250), ('alice+news@example.org', 250),
    ('postmaster', 250), ('Postmaster@example.org', 250),
    ('nobody@example.org', 550), ('alice@elsewhere.example', 550),
    ('alice%elsewhere.example@example.org', 550),
    ('alice@sub.example.org', 550), ('alice@example.org.', 501),
    ('alic@example.org', 550), ('alicee@example.org', 550),
    ('@example.org', 501), ('alice', 501), ('alice@', 501),
    ('alice@example..org', 501), ('x' * 300 + '@example.org', 501),
])
def test_whom_we_know(make_addresses, address, code):
    with mail.Smtp(make_addresses) as s:
        got = s.envelope(address)[0]
    assert got == code or {got, code} <= {501, 550, 553, 554}, got


@pytest.fixture(scope='module')
def make_addresses(shared):
    shared.plictl('alias', 'add', 'postmaster@example.org',
                  'alice@example.org')
    return shared


def test_alias(shared):
    shared.plictl('alias', 'add', 'sales@example.org', 'alice@example.org',
                  'bob@example.org')
    assert mail.deliver(shared, 'sales@example.org',
                        mail.letter('for both by alias')) == 250
    assert b'by alias' in shared.gpg.decrypt(mail.newest(shared))
    assert b'by alias' in mail.newest(shared, 'bob@example.org')
    shared.plictl('alias', 'remove', 'sales@example.org')
    assert mail.deliver(shared, 'sales@example.org') == 550


def test_catch_all(shared):
    shared.plictl('alias', 'add', '@example.org', 'bob@example.org')
    assert mail.deliver(shared, 'whoever@example.org') == 250
    shared.plictl('alias', 'remove', '@example.org')
    assert mail.deliver(shared, 'whoever@example.org') == 550


def test_loop(shared):
    hops = ''.join(f'Received: from a.example by b.example; {i}\r\n'
                   for i in range(120))
    assert mail.deliver(shared, 'alice@example.org',
                        hops + mail.letter()) == 554


def test_null_sender(shared):
    assert mail.deliver(shared, 'alice@example.org', sender='') == 250


def test_helo_is_enough(shared):
    with mail.Smtp(shared, hello=False) as s:
        assert s.do('HELO client.example')[0] == 250
        assert s.envelope('alice@example.org') == [250]
        assert s.data(mail.letter())[0] == 250


def test_order(shared):
    with mail.Smtp(shared, hello=False) as s:
        assert s.do('MAIL FROM:<a@example.net>')[0] == 503
        s.ehlo()
        assert s.do('RCPT TO:<alice@example.org>')[0] == 503
        assert s.do('DATA')[0] == 503
        assert s.do('MAIL FROM:<a@example.net>')[0] == 250
        assert s.do('MAIL FROM:<a@example.net>')[0] == 503
        assert s.do('DATA')[0] in (503, 554)


def test_verbs(shared):
    with mail.Smtp(shared) as s:
        assert s.do('VRFY alice')[0] == 252
        assert s.do('EXPN list')[0] in (502, 550)
        assert s.do('HELP')[0] in (214, 502)
        assert s.do('AUTH PLAIN AGEAYg==')[0] in (500, 502, 503)
        assert s.do('XYZZY')[0] == 500
        assert s.do('NOOP anything')[0] == 250


@pytest.mark.parametrize('end', [b'\n.\n', b'\n.\r\n', b'\r.\r', b'\r.\r\n',
                                 b'\r\n.\n', b'\r\n.\r', b'\n.\r',
                                 b'\r\n\x00.\r\n'], ids=repr)
def test_smuggling(shared, end):
    """One DATA is one message at most, whatever its lines end in."""
    before = len(mail.inbox(shared, 'bob@example.org'))
    inner = (b'MAIL FROM:<admin@example.org>\r\nRCPT TO:<bob@example.org>\r\n'
             b'DATA\r\nFrom: admin@example.org\r\n\r\nsmuggled\r\n.\r\n')
    with mail.Smtp(shared) as s:
        s.envelope('bob@example.org')
        assert s.do('DATA')[0] == 354
        try:
            s.send(mail.letter('first').encode() + end + inner + b'QUIT\r\n')
            while s.reply()[0] not in (0, 221):
                pass
        except OSError:
            pass
    after = mail.inbox(shared, 'bob@example.org')
    assert len(after) - before <= 1
    assert not any(mail.body(m) == b'smuggled\r\n' for m in after)


def test_starttls_forgets(shared):
    with mail.Smtp(shared) as s:
        s.envelope('alice@example.org')
        code, _ = s.do('STARTTLS')
        assert code in (220, 503)
        if code == 503:
            s.do('RSET')
            assert s.do('STARTTLS')[0] == 220
        s.f.close()
        s.s = box.insecure_tls().wrap_socket(s.s)
        s.f = s.s.makefile('rb')
        assert s.do('MAIL FROM:<a@example.net>')[0] == 503
        s.ehlo()
        assert s.do('RCPT TO:<alice@example.org>')[0] == 503


def test_nothing_slips_through_starttls(shared):
    """RFC 3207 and its injection: what came in clear is not heard after."""
    with mail.Smtp(shared) as s:
        s.send('STARTTLS\r\nNOOP\r\n')
        code = s.reply()[0]
        if code == 220:
            try:
                s.s.settimeout(10)
                tls = box.insecure_tls().wrap_socket(s.s)
            except OSError:
                return          # the handshake fails: nothing was heard
            tls.sendall(b'XYZZY\r\n')
            assert tls.recv(100).startswith(b'500')
        else:
            assert 500 <= code < 560


def proxy_header(addr):
    a = struct.pack('!4s4sHH', socket.inet_aton(addr),
                    socket.inet_aton('127.0.0.1'), 4711, 25)
    return b'\r\n\r\n\0\r\nQUIT\n\x21\x11' + struct.pack('!H', len(a)) + a


def test_proxy(make_box):
    b = make_box(extra='proxy 127.0.0.1\n')
    b.add_user('bob@example.org')
    s = mail.Smtp.__new__(mail.Smtp)
    s.s = socket.create_connection(('127.0.0.1', b.mx), 20)
    s.f = s.s.makefile('rb')
    s.send(proxy_header('192.0.2.7'))
    assert s.reply()[0] == 220
    s.ehlo()
    assert s.envelope('bob@example.org') == [250]
    assert s.data(mail.letter('through a gate'))[0] == 250
    s.close()
    # who does not say it is not served
    s = socket.create_connection(('127.0.0.1', b.mx), 20)
    s.sendall(b'EHLO client.example\r\nQUIT\r\n')
    assert not s.recv(100).startswith(b'220')
    s.close()
    b.write_conf()
    b.plictl('reload')
    raw = mail.eventually(lambda: mail.newest(b, 'bob@example.org'))
    assert '192.0.2.7' in mail.field(raw, 'Received')
