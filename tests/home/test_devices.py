"""Codes and devices: who comes in, who does not, who is out at once."""
import os, socket, sqlite3, ssl, subprocess, threading
import pytest

import box as lib
import home
from home import ME, Home

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')


@pytest.fixture(scope='module')
def h(b):
    h = Home(b)
    yield h
    h.stop()


@pytest.fixture(scope='module')
def spare(b, h):
    """The same keys on a computer that is paired with nobody."""
    other = Home(b, like=h, device='spare', code='')
    yield other
    other.stop()


def letter(i):
    return (f'From: bob@example.net\r\nTo: {ME}\r\nSubject: number {i}\r\n'
            f'Message-ID: <{i}@example.net>\r\n\r\nthe text of {i}\r\n')


def find(m, what):
    return m.search(None, what)[1][0].split()


def names(h):
    return {d['device']: d for d in h.json('device', 'list')}


def test_listed(h):
    by = names(h)
    assert by['laptop']['here'] and by['laptop']['created'] > 0
    assert 'this computer' in h.pli('device', 'list').stdout
    assert 'cet ordinateur' in h.pli('device', 'list', lang='fr').stdout


def test_two_devices_of_one_owner(h, b, spare):
    """The second is paired by the first; both see the same mail, until it is
    removed."""
    said = h.pli('device', 'add', 'desk').stdout
    assert '\u2588' in said and 'pli pair --device desk pli1:' in said
    old = 'pli1:' + said.split('pli1:')[1].split()[0]
    got = h.json('device', 'add')
    assert got['account'] == ME
    # the one of before is good no more, and none is good twice
    assert 'used' in spare.refused('pair', old, '--address', b.ip)
    second = Home(b, like=h, device='desk', code=got['code'])
    try:
        assert 'used' in spare.refused('pair', got['code'], '--address', b.ip)
        assert set(names(h)) >= {'laptop', 'desk'}
        assert names(second)['desk']['here']
        b.deliver([letter(i) for i in range(3)])
        h.here(3)
        second.here(3)
        m, n = h.bridge(), second.bridge()
        m.select('INBOX')
        m.store(find(m, 'SUBJECT "number 1"')[0], '+FLAGS', '\\Flagged')

        def flagged():
            n.select('INBOX')
            return find(n, 'FLAGGED') == find(n, 'SUBJECT "number 1"')
        assert lib.wait_for(flagged, 40)
        assert 'no device' in h.refused('device', 'remove', 'nosuch')
        h.pli('device', 'remove', 'desk')
        assert 'desk' not in names(h)
        b.deliver([letter(3)])
        h.here(4)
        second.says('why=credential', 40)
        assert second.json('status')['messages'] == 3
        assert 'refuses' in second.refused('device', 'list')
    finally:
        second.stop()


def test_a_device_gets_a_few_codes(h):
    for _ in range(6):
        got = h.pli('-j', 'device', 'add', ok=False)
    assert got.returncode == 1 and 'ten minutes' in got.stderr


def test_wrong_codes(h, b, spare):
    assert 'no code' in spare.refused('pair', 'pli1:AAAA')
    good = b.code('pair', ME)
    worse = good[:-1] + ('A' if good[-1] != 'A' else 'B')
    assert 'no code' in spare.refused('pair', worse)
    # too old
    db = sqlite3.connect(b.dir + '/var/lib/plid/store/mail.db', timeout=20)
    with db:
        assert db.execute('UPDATE pairings SET expires = 1').rowcount == 1
    db.close()
    assert 'ten minutes' in spare.refused('pair', good, '--address', b.ip)
    assert 'spare' not in names(h)
    assert 'pli pair' in spare.refused('run')


class Between:
    """Takes every connection, with a TLS key of its own."""

    def __init__(self, folder):
        pem = f'{folder}/between.pem'
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ed25519',
                        '-nodes', '-subj', '/CN=mail.example.org', '-keyout',
                        pem, '-out', pem + '.crt'], check=True,
                       capture_output=True)
        self.c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.c.load_cert_chain(pem + '.crt', pem)
        self.ip = '127.%d.%d.%d' % tuple(1 + b % 250 for b in os.urandom(3))
        self.s = socket.create_server((self.ip, 443))
        self.heard, self.met = b'', 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while self.s.fileno() >= 0:
            try:
                peer, _ = self.s.accept()
                self.met += 1
                with self.c.wrap_socket(peer, server_side=True) as t:
                    t.settimeout(5)
                    while more := t.recv(4096):
                        self.heard += more
            except OSError:
                pass


def test_somebody_in_between(h, b, spare, tmp_path):
    """Another TLS key: nothing is said to it, and the code stays good."""
    middle = Between(tmp_path)
    good = b.code('pair', ME)
    said = spare.refused('pair', good, '--address', middle.ip)
    assert 'in between' in said
    assert middle.met == 1 and middle.heard == b''
    spare.pair(good)
    assert 'spare' in names(h)
    # nor is a credential
    conf = spare.pli('device', 'list')
    assert 'spare' in conf.stdout
    middle.s.close()


def test_this_computer_goes(h, b):
    """It is asked first."""
    assert '--yes' in h.refused('device', 'remove', 'laptop')
    assert 'laptop' in names(h)
    h.pli('device', 'remove', 'laptop', '--yes')
    assert 'pli pair' in h.refused('device', 'list')
    assert 'laptop' not in b.plictl('user', 'show', ME).stdout
    h.pair(b.code('pair', ME))
    assert names(h)['laptop']['here']
