"""Letters to servers that work, and to servers of every other kind: each ends
in the right verdict, in bounded time, with a sentence."""
import os, socket, threading, time

import pytest

import mail
import servers
from mail import (A, AAAA, BOGUS, FAILED, LATER, MX, NO, NO_NAME, TIMEOUT, YES,
                  mx)

BODY = b'Subject: x\r\n\r\nhello\r\n'
HELLO = [b'220 hi\r\n', 'line', b'250 there\r\n']
MANY = BODY + b'.a dot\r\n..\r\n.\r\n' + b'line of a large letter\r\n' * 40000


@pytest.fixture(scope='module')
def cert():
    return servers.certificate()


def start(server, **kw):
    s = mail.Send('send-port %d/loopback\n' % server.port, **kw)
    s.names[('example.net', MX)] = [mx(10, 'mx.example.net')]
    s.names[('mx.example.net', A)] = [socket.inet_aton('127.0.0.1')]
    return s


@pytest.fixture
def to():
    """to(server) -> a Send whose example.net is that server."""
    kept = []

    def make(server, **kw):
        s = start(server, **kw)
        kept.extend((s, server))
        return s
    yield make
    for k in kept:
        if isinstance(k, mail.Send):
            assert k.p.poll() is None, k.log()
        k.stop()


def test_a_letter(to):
    server = servers.Server()
    got = to(server).deliver()
    assert (got.verdict, got.status) == (YES, '2.0.0'), got
    assert got.reply == '250 2.0.0 taken' and got.host == 'mx.example.net'
    assert got.facts == 'peer=mx.example.net[127.0.0.1] tls=none'
    assert server.letters == [(b'x@example.org', [b'bob@example.net'], BODY,
                               False)]
    assert server.commands[0] == b'EHLO mx.example.org'


def test_the_queue_hears_of_a_greeting(to):
    line = to(servers.Server()).line()
    assert line.one(BODY).verdict == YES and line.talks
    line.end()


@pytest.mark.parametrize('speaks', [False, True])
def test_a_child_that_is_put_off(to, speaks):
    """The queue has no time for it; nobody speaks, or not enough."""
    ended = threading.Event()

    def hang(s):
        if speaks:
            s.sendall(b'220-wait')
        assert s.recv(100) == b''
        ended.set()
    server = servers.Script([hang])
    send = to(server)
    line = send.line()

    def close():
        while not server.connections:
            time.sleep(0.01)
        line.s.shutdown(socket.SHUT_RDWR)
    threading.Thread(target=close, daemon=True).start()
    assert line.send(BODY, b'bob@example.net') == {}
    assert not line.next
    assert ended.wait(60)


def test_tls_when_offered(to, cert):
    server = servers.Server(cert=cert)
    got = to(server).deliver()
    assert got.verdict == YES, got
    assert server.letters[0][3]
    assert ' tls=TLSv1.3 cipher=TLS_' in got.facts
    assert got.facts.endswith('verified=no') and ' group=X25519' in got.facts


@pytest.mark.parametrize('offers', [(), ('PIPELINING',)])
def test_many_letters_one_connection(to, offers):
    server = servers.Server(offers=offers)
    line = to(server).line()
    for i in range(20):
        body = BODY + b'%d\r\n' % i
        assert line.one(body).verdict == YES
    assert line.one(MANY).verdict == YES
    line.end()
    assert server.connections == 1 and len(server.letters) == 21
    assert server.letters[20][2] == MANY
    for _ in range(100):
        if server.commands[-1] == b'QUIT':
            break
        time.sleep(0.05)
    assert server.commands[-1] == b'QUIT'


def test_each_recipient_has_a_verdict(to):
    for offers in ((), ('PIPELINING', 'DSN')):
        server = servers.Server(offers=offers, says={
            ('RCPT', b'no@example.net'): '550 5.1.1 no such user',
            ('RCPT', b'full@example.net'): '452 4.2.2 full'})
        line = to(server).line()
        got = line.send(BODY, b'bob@example.net', b'no@example.net',
                        b'full@example.net')
        assert [got[i].verdict for i in (1, 2, 3)] == [YES, NO, LATER], got
        assert got[2].status == '5.1.1' and got[3].status == '4.2.2'
        assert got[2].reply == '550 5.1.1 no such user'
        assert bool(got[1].relayed) == ('DSN' not in offers)
        # and the connection goes on
        got = line.send(BODY, b'no@example.net')
        assert got[1].verdict == NO
        assert line.one(BODY).verdict == YES
        line.end()


def test_dsn_and_odd_addresses(to):
    server = servers.Server()
    got = to(server).deliver(rcpt=b'a b@example.net', envid=b'QQ+2B',
                             notify=6, orcpt=b'rfc822;a+20b@example.net',
                             flags=mail.RET_HDRS, sender=b'')
    assert got.verdict == YES and not got.relayed
    assert b'MAIL FROM:<> SIZE=%d RET=HDRS ENVID=QQ+2B' % len(BODY) \
        in server.commands
    assert (b'RCPT TO:<"a b"@example.net> NOTIFY=SUCCESS,FAILURE '
            b'ORCPT=rfc822;a+20b@example.net') in server.commands


def test_8bit_and_utf8(to):
    server = servers.Server(offers=())
    s = to(server)
    eight = BODY + b'caf\xc3\xa9\r\n'
    got = s.deliver(eight)
    assert (got.verdict, got.status) == (NO, '5.6.3')
    got = s.deliver(rcpt='jos\u00e9@example.net'.encode())
    assert (got.verdict, got.status) == (NO, '5.6.7')
    assert not server.letters
    server.offers = ['8BITMIME', 'SMTPUTF8']
    assert s.deliver(eight).verdict == YES
    assert s.deliver(eight, rcpt='jos\u00e9@example.net'.encode()).verdict \
        == YES
    assert any(c.endswith(b'SMTPUTF8') for c in server.commands)


def test_what_is_not_fit_is_not_sent(to):
    server = servers.Server()
    s = to(server)
    for bad in (BODY + b'a\nb\r\n', BODY + b'a\rb\r\n', BODY + b'a\0b\r\n',
                BODY + b'\r\n.\n', BODY + b'\n.\r\n', BODY + b'x\r'):
        got = s.deliver(bad)
        assert (got.verdict, got.status) == (NO, '5.6.0'), (bad, got)
    got = s.deliver(octets=5)
    assert (got.verdict, got.status) == (LATER, '4.3.0')
    got = s.deliver(spoil=lambda d: d[:-1] + bytes([d[-1] ^ 1]))
    assert (got.verdict, got.status) == (LATER, '4.3.0')
    got = s.deliver(spoil=lambda d: d[:-5])
    assert (got.verdict, got.status) == (LATER, '4.3.0')
    assert not server.letters and server.connections == 0


@pytest.mark.parametrize('says', [{}, {'most': '421 4.3.2 enough'}])
def test_a_server_that_goes_between_letters(to, says):
    server = servers.Server(most=2, says=says)
    line = to(server).line()
    for _ in range(5):
        assert line.one(BODY).verdict == YES
    line.end()
    assert len(server.letters) == 5 and server.connections == 3


def test_requiretls(to, cert):
    server = servers.Server(cert=cert)
    s = to(server)
    got = s.deliver(to_flags=4, flags=4)
    assert (got.verdict, got.status) == (NO, '5.7.30'), got
    server.offers.append('REQUIRETLS')
    assert s.deliver(to_flags=4, flags=4).verdict == YES
    assert any(b' REQUIRETLS' in c for c in server.commands)
    server.cert = None
    got = s.deliver(to_flags=4, flags=4)
    assert (got.verdict, got.letter) == (LATER, 0), got
    assert 'TLS' in got.reply
    assert len(server.letters) == 1


# What a server does -> the verdict, and a word of the sentence
HOSTILE = {
    'closes at once': ([b''], LATER, 'closed'),
    'resets': (['rst'], LATER, 'connection'),
    'never greets': ([40], LATER, 'in time'),
    'not now': ([b'421 4.3.2 busy\r\n'], LATER, 'busy'),
    'nobody here': ([b'554 5.3.2 no mail here\r\n'], NO, 'no mail here'),
    'is no mail server': ([b'SSH-2.0-x\r\n'], LATER, 'not SMTP'),
    'garbage': ([b'\xff\x00\x01' * 1000 + b'\r\n'], LATER, 'no end'),
    'garbage for ever': ([lambda s: pour(s, b'\x80')], LATER, 'no end'),
    'a greeting without end': ([lambda s: pour(s, b'220-x\r\n')], LATER,
                               'no end'),
    'a greeting of 4 MB': ([b'220 ' + b'x' * (4 << 20) + b'\r\n', 'line'],
                           LATER, 'no end'),
    'drips': ([lambda s: drip(s)], LATER, 'in time'),
    'closes at EHLO': ([b'220 x\r\n', 'line'], LATER, 'closed'),
    'refuses EHLO and HELO': ([b'220 x\r\n', 'line', b'502 a\r\n', 'line',
                               b'502 5.5.1 b\r\n'], NO, '502'),
    'closes at MAIL': (HELLO + ['line'], LATER, 'closed'),
    'wrong code to MAIL': (HELLO + ['line', b'354 x\r\n'], LATER, 'place'),
    'closes at RCPT': (HELLO + ['line', b'250 x\r\n', 'line'], LATER,
                       'closed'),
    'closes at DATA': (HELLO + ['line', b'250 x\r\n', 'line', b'250 x\r\n',
                                'line'], LATER, 'closed'),
    'closes in the text': (HELLO + ['line', b'250 x\r\n', 'line',
                                    b'250 x\r\n', 'line', b'354 x\r\n'],
                           LATER, ''),
    'takes it and drops': (HELLO + ['line', b'250 x\r\n', 'line',
                                    b'250 x\r\n', 'line', b'354 x\r\n',
                                    'read'], LATER, 'closed'),
    'takes it and is silent': (HELLO + ['line', b'250 x\r\n', 'line',
                                        b'250 x\r\n', 'line', b'354 x\r\n',
                                        'read', 40], LATER, 'in time'),
    '4 MB of refusal': (HELLO + ['line', b'250 x\r\n', 'line',
                                 b'550-x\r\n' * 600000, 'line'], LATER,
                        'no end'),
    'STARTTLS, then clear text': (
        [b'220 x\r\n', 'line', b'250-x\r\n250 STARTTLS\r\n', 'line',
         b'220 go\r\n', 'line', b'250 nothing\r\n', 'line'], LATER, ''),
}


def pour(s, what):
    while True:
        s.sendall(what * 1000)


def drip(s):
    for _ in range(60):
        s.sendall(b'220-x\r\n')
        time.sleep(1)


@pytest.mark.parametrize('what', HOSTILE)
def test_hostile(to, what):
    steps, verdict, word = HOSTILE[what]
    s = to(servers.Script(steps))
    since = time.time()
    got = s.deliver(MANY)
    assert time.time() - since < 30
    assert got.verdict == verdict, got
    assert word in got.reply and len(got.reply) > 10, got
    assert '\n' not in got.reply and len(got.reply.encode()) <= 1024


def alert(s):
    s.recv(10000)
    s.sendall(b'\x15\x03\x03\0\2\2\x28')


def huge_certificate(s):
    # a ServerHello is not needed: a record of a handshake that is too long
    s.recv(10000)
    body = os.urandom(1 << 20)
    msg = b'\x0b' + len(body).to_bytes(3, 'big') + body
    for i in range(0, len(msg), 16000):
        part = msg[i:i + 16000]
        s.sendall(b'\x16\x03\x03' + len(part).to_bytes(2, 'big') + part)


@pytest.mark.parametrize('break_it', [
    alert, huge_certificate, lambda s: None, lambda s: s.sendall(b'\0' * 9),
    lambda s: time.sleep(10)], ids=['alert', 'huge', 'close', 'junk',
                                    'silent'])
def test_tls_fails_and_clear_goes(to, break_it):
    """A handshake that fails costs a connection, not the letter; unless TLS is
    asked for."""
    class Broken(servers.Server):
        def tls(self, s):
            break_it(s)
            raise OSError

    server = Broken(cert=True)
    s = to(server)
    got = s.deliver()
    assert got.verdict == YES and got.facts.endswith('tls=none'), got
    assert server.connections == 2
    got = s.deliver(to_flags=4, flags=4)
    assert got.verdict == LATER and 'TLS' in got.reply
    assert server.connections == 3


def test_next_server_in_order(to):
    server = servers.Server()
    s = to(server)
    s.names[('example.net', MX)] = [mx(5, 'dead.example.net'),
                                    mx(1, 'gone.example.net'),
                                    mx(10, 'mx.example.net')]
    s.names[('dead.example.net', A)] = [socket.inet_aton('127.0.0.99')]
    s.names[('gone.example.net', A)] = NO_NAME
    got = s.deliver()
    assert got.verdict == YES and got.host == 'mx.example.net'


def test_ipv6_first_and_ipv4_if_it_hangs(to):
    server = servers.Server()
    s = to(server)
    s.names[('mx.example.net', AAAA)] = [
        socket.inet_pton(socket.AF_INET6, '::1')]
    since = time.time()
    got = s.deliver()
    assert got.verdict == YES and '[127.0.0.1]' in got.facts
    assert time.time() - since < 5


@pytest.mark.parametrize('names,verdict,status,word', [
    ({('example.net', MX): NO_NAME}, NO, '5.1.2', 'does not exist'),
    ({('example.net', MX): BOGUS}, LATER, '4.4.3', 'DNSSEC'),
    ({('example.net', MX): FAILED}, LATER, '4.4.3', 'fail'),
    ({('example.net', MX): TIMEOUT}, LATER, '4.4.3', 'do not answer'),
    ({('example.net', MX): [mx(0, '')]}, NO, '5.1.10', 'takes no mail'),
    ({('example.net', MX): []}, NO, '5.1.2', 'no mail server'),
    ({('example.net', MX): [mx(1, 'a.b')]}, NO, '5.4.4', 'has an address'),
    ({('example.net', MX): [mx(1, 'a.b')], ('a.b', A): TIMEOUT}, LATER,
     '4.4.3', 'do not answer'),
    ({('example.net', MX): [mx(1, 'a.b')],
      ('a.b', A): [socket.inet_aton('10.0.0.1'),
                   socket.inet_aton('192.168.1.1')]}, NO, '5.4.4',
     'not on the Internet'),
    ({('example.net', MX): [mx(1, 'a.b')],
      ('a.b', A): [socket.inet_aton('127.0.0.99')]}, LATER, '4.4.1',
     'refuses the connection'),
])
def test_what_the_dns_says(to, names, verdict, status, word):
    s = to(servers.Server())
    s.names = names
    got = s.deliver()
    assert (got.verdict, got.status, got.letter) == (verdict, status, 0), got
    assert word in got.reply


def test_loopback_is_for_tests_only():
    server = servers.Server()
    s = mail.Send('send-port %d\n' % server.port)
    s.names[('example.net', MX)] = [mx(1, 'a.b')]
    s.names[('a.b', A)] = [socket.inet_aton('127.0.0.1')]
    got = s.deliver()
    assert (got.verdict, got.status) == (NO, '5.4.4'), got
    assert server.connections == 0
    s.stop()
    server.stop()


def test_a_domain_without_mx(to):
    server = servers.Server()
    s = to(server)
    s.names = {('example.net', A): [socket.inet_aton('127.0.0.1')]}
    assert s.deliver().verdict == YES


def test_a_hundred_mx(to):
    server = servers.Server()
    s = to(server)
    s.names[('example.net', MX)] = [mx(i, 'm%d.example.net' % i)
                                    for i in range(100)]
    got = s.deliver()
    assert got.verdict == NO
    assert len(s.asked) <= 21


def test_ourselves(to):
    server = servers.Server(name='mx.example.org')
    got = to(server).deliver()
    assert (got.verdict, got.status) == (NO, '5.4.6')


def test_a_literal(to):
    server = servers.Server()
    s = to(server)
    got = s.deliver(domain='[127.0.0.1]', rcpt=b'bob@[127.0.0.1]')
    assert got.verdict == YES and s.asked == []
    assert s.deliver(domain='[x]').verdict == NO


def test_a_literal_leads_nowhere_behind_us():
    server = servers.Server()
    s = mail.Send('send-port %d\n' % server.port)
    for ip in '127.0.0.1', '10.0.0.1', '192.168.1.1', 'IPv6:::1':
        got = s.deliver(domain='[%s]' % ip, rcpt=b'bob@[192.0.2.1]')
        assert (got.verdict, got.status) == (NO, '5.4.4'), ip
    assert server.connections == 0
    s.stop()
    server.stop()


def test_what_a_server_says_is_made_readable(to):
    server = servers.Server(says={
        'RCPT': '550 \033[31mred\x07 caf\u00e9 ' + 'x' * 1500})
    got = to(server).deliver()
    assert got.verdict == NO
    assert got.reply.startswith('550 ?[31mred? caf\u00e9 xxx')
    assert len(got.reply.encode()) <= 1024


class TestSmartHost:
    def start(self, server, cert, name='localhost', secret=None):
        conf = 'smarthost %s:%d user /x\n' % (name, server.port)
        if secret is None:
            with open(cert[0]) as f:
                secret = 'user\npass word\n' + f.read()
        s = mail.Send(conf, secret)
        s.names[('localhost', A)] = [socket.inet_aton('127.0.0.1')]
        return s

    @pytest.fixture(scope='class')
    def own(self):
        return servers.certificate('localhost')

    def test_password_under_verified_tls(self, own):
        server = servers.Server(cert=own, offers=['AUTH PLAIN LOGIN'],
                                says={'AUTH': '235 in'})
        s = self.start(server, own)
        got = s.deliver()
        assert got.verdict == YES and got.facts.endswith('verified=pkix'), got
        assert b'AUTH PLAIN AHVzZXIAcGFzcyB3b3Jk' in server.commands
        assert s.asked == [('localhost', AAAA), ('localhost', A)]
        s.stop()
        server.stop()

    def test_password_for_nobody_else(self, own, cert):
        for shown in (cert, None):
            server = servers.Server(cert=shown, offers=['AUTH PLAIN'])
            s = self.start(server, own)
            got = s.deliver()
            assert got.verdict == LATER and 'TLS' in got.reply, got
            assert not any(c.startswith(b'AUTH') for c in server.commands)
            s.stop()
            server.stop()

    def test_wrong_password_waits(self, own):
        server = servers.Server(cert=own, offers=['AUTH PLAIN'],
                                says={'AUTH': '535 5.7.8 no'})
        s = self.start(server, own)
        got = s.deliver()
        assert (got.verdict, got.letter) == (LATER, 0)
        assert got.reply == '535 5.7.8 no'
        s.stop()
        server.stop()

    def test_a_bad_file_is_said(self, own):
        server = servers.Server()
        s = self.start(server, own, secret='only a user\n')
        assert s.p.wait(30) != 0
        assert any('smarthost-unreadable' in l for l in s.log())
        s.stop()
        server.stop()


def test_many_at_once(to):
    server = servers.Server()
    s = to(server)
    lines = [s.line() for _ in range(60)]
    for l in lines:
        assert l.one(BODY).verdict == YES
    for l in lines:
        l.end()
    assert len(server.letters) == 60
