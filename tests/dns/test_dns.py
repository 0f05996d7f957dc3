"""The role dns against servers that lie, keep silent, or say nothing useful."""
import os, shutil, socket, subprocess, tempfile, time

import pytest

import paper
from paper import (A, AAAA, BOGUS, FAILED, MX, NO_NAME, OK, TIMEOUT, a, aaaa,
                   cname, mx)

TABLE = {
    ('one.example', A): [a('one.example', '192.0.2.1')],
    ('one.example', AAAA): [aaaa('one.example', '2001:db8::1')],
    ('mail.example', MX): [mx('mail.example', 20, 'b.example'),
                           mx('mail.example', 10, 'A.example')],
    ('alias.example', MX): [cname('alias.example', 'mail.example'),
                            mx('mail.example', 5, 'a.example')],
    ('many.example', MX): [mx('many.example', i, 'm%d.example' % i)
                           for i in range(20)],
    ('big.example', MX): 'truncate',
    ('gone.example', A): 'nxdomain',
    ('fails.example', A): 'servfail',
    ('silent.example', A): 'drop',
    ('garbage.example', A): 'garbage',
    ('loop.example', A): [cname('loop.example', 'loop.example')],
    ('x.signed.example', A): [a('x.signed.example', '192.0.2.9')],
}
# so that nothing but below signed.example is expected to be signed
ANCHOR = ('; a comment\nsigned.example. IN DS 1 8 2 ' + '00' * 32 + '\n')


@pytest.fixture(scope='module')
def server():
    s = paper.Server(dict(TABLE))
    s.tcp = {('big.example', MX): [mx('big.example', i, 'mx%d.example' % i)
                                   for i in range(150)]}
    yield s
    s.stop()


@pytest.fixture(scope='module')
def dns(server):
    d = paper.Dns('resolver 127.0.0.1@%d\n' % server.port, ANCHOR)
    yield d
    assert d.p.poll() is None, d.log()
    d.stop()


def test_addresses(dns):
    p = dns.peer()
    got = p.ask('one.example', A)
    assert (got.status, got.secure) == (OK, 0)
    assert got.records == [socket.inet_aton('192.0.2.1')]
    assert 0 < got.ttl <= 60
    got = p.ask('One.Example.', AAAA)
    assert got.records == [socket.inet_pton(socket.AF_INET6, '2001:db8::1')]
    got = p.ask('one.example', MX)
    assert (got.status, got.records) == (OK, [])


def test_mx_and_cname(dns):
    p = dns.peer()
    got = p.ask('mail.example', MX)
    assert sorted(got.records) == [b'\0\x0a' + paper.wire('A.example'),
                                   b'\0\x14' + paper.wire('b.example')]
    got = p.ask('alias.example', MX)
    assert got.canonical == 'mail.example'
    assert got.status == OK and len(got.records) >= 1


def test_cache_is_shared(dns, server):
    dns.peer().ask('one.example', A)
    before = len(server.asked)
    assert dns.peer().ask('one.example', A).status == OK
    assert len(server.asked) == before


def test_truncated_comes_by_tcp_and_is_cut_at_100(dns):
    got = dns.peer().ask('big.example', MX)
    assert (got.status, len(got.records)) == (OK, 100)


def test_what_is_not_there(dns):
    p = dns.peer()
    assert p.ask('gone.example', A).status == NO_NAME
    assert p.ask('no such name', A).status == NO_NAME
    assert p.ask('a' * 64, A).status == NO_NAME
    assert p.ask('localhost', A).status == OK


def test_what_fails_says_so(dns):
    p = dns.peer()
    for name in ('fails.example', 'garbage.example', 'loop.example'):
        got = p.ask(name, A)
        assert got.status in (FAILED, TIMEOUT), (name, got.status)
        assert got.why and not got.records


def test_bogus_is_never_handed_on(dns):
    got = dns.peer().ask('x.signed.example', A)
    assert got.status == BOGUS and got.records == [] and got.why


def test_silence_ends_in_time_and_holds_up_nobody(dns):
    p, q = dns.peer(), dns.peer()
    since = time.time()
    p.send('silent.example', A)
    assert q.ask('one.example', A).status == OK
    assert time.time() - since < 5
    got = p.hear()
    assert got.status in (TIMEOUT, FAILED)
    assert time.time() - since < 40


def test_who_leaves_is_forgotten(dns):
    p = dns.peer()
    for _ in range(10):
        p.send('silent.example', A)
    p.s.close()
    assert dns.peer().ask('one.example', A).status == OK


def test_too_many_questions(dns):
    p = dns.peer()
    for _ in range(40):
        p.send('silent.example', AAAA if _ % 2 else A)
    got = [p.hear() for _ in range(8)]
    assert all(g.status != OK or not g.records for g in got)


def test_a_malformed_question_costs_the_channel(dns):
    p = dns.peer()
    p.s.send(b'\1\0garbage')
    assert p.s.recv(100) == b''
    p = dns.peer()
    p.send('one.example', 255)
    assert p.s.recv(100) == b''
    assert dns.peer().ask('one.example', A).status == OK


def test_a_bad_anchor_is_said():
    d = paper.Dns('', 'nonsense\n')
    assert d.p.wait(30) != 0
    assert any('anchor' in l for l in d.log())
    d.stop()


ZONE = '''$TTL 60
@ SOA ns.example. x.example. 1 60 60 600 1
@ NS ns.
ns A 127.0.0.1
one.example A 192.0.2.7
mail.example MX 10 one.example.
'''


@pytest.mark.skipif(shutil.which('knotd') is None, reason='needs knot')
def test_signed_by_knot():
    """A signed root: secure, and bogus once the anchor is another's."""
    with tempfile.TemporaryDirectory(dir='/tmp') as d:
        s = socket.socket()
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
        s.close()
        with open(d + '/k.conf', 'w') as f:
            f.write(f'''server:
    listen: 127.0.0.1@{port}
    rundir: {d}
database:
    storage: {d}
policy:
  - id: p
    algorithm: ecdsap256sha256
    single-type-signing: on
zone:
  - domain: .
    file: {d}/root.zone
    dnssec-signing: on
    dnssec-policy: p
    semantic-checks: off
''')
        with open(d + '/root.zone', 'w') as f:
            f.write(ZONE)
        knot = subprocess.Popen(['knotd', '-c', d + '/k.conf'],
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
        try:
            ds = ''
            for _ in range(100):
                ds = subprocess.run(
                    ['keymgr', '-c', d + '/k.conf', '.', 'ds'],
                    capture_output=True, text=True).stdout
                if ' 2 ' in ds:
                    break
                time.sleep(0.1)
            line = [l for l in ds.splitlines() if l.split()[-2] == '2'
                    or len(l.split()[-1]) == 64][0]
            conf = f'resolver 127.0.0.1@{port}\n'
            good = paper.Dns(conf, line.replace('. DS', '. IN DS') + '\n')
            got = None
            for _ in range(20):     # knot may still be signing
                got = good.peer().ask('mail.example', MX)
                if got.status == OK:
                    break
                time.sleep(0.5)
            assert (got.status, got.secure) == (OK, 1), got.why
            got = good.peer().ask('nothing.example', A)
            assert (got.status, got.secure) == (NO_NAME, 1)
            good.stop()
            bad = paper.Dns(conf)           # the real root's keys
            assert bad.peer().ask('mail.example', MX).status == BOGUS
            bad.stop()
        finally:
            knot.terminate()
            knot.wait()
