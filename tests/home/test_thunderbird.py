"""Thunderbird opens and verifies what pli sends.  test_bridge.py has it on the
owner's side.
"""
import base64, os, re, shutil, ssl, sys
import pytest

import box as lib
import home
from home import ME
from test_letters import send

sys.path.insert(0, os.path.join(home.ROOT, 'tests/lab'))
import tbird

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason='needs root'),
    pytest.mark.skipif(not tbird.present() or not shutil.which('socat'),
                       reason='apt-get install thunderbird socat')]
BOB = 'robert@example.org'
WORD = 'a password of robert'
SUBJECT, TEXT = 'Meet me by the sundial', 'At noon. Bring the second key.'
HERE = '127.0.0.1'


@pytest.fixture
def thunderbird(tmp_path):
    begun = []

    def begin():
        port, = lib.free_ports(1)
        begun.append(tbird.Thunderbird(str(tmp_path / 'profile'), None,
                                       HERE, port))
        return begun[-1]
    yield begin
    for t in begun:
        t.quit()


def trust(t, *ports):
    pem = ssl.get_server_certificate((HERE, ports[0]))
    t.js(tbird.OVERRIDE, base64.b64encode(
        ssl.PEM_cert_to_DER_cert(pem)).decode(), list(ports))


def fingerprint(listing):
    return re.search('^fpr:+([0-9A-F]+):', listing, re.M)[1]


def test_reads_what_pli_sends(b, h, thunderbird, tmp_path):
    """Her public key is all that it has of her."""
    b.plictl('user', 'add', BOB, '--unsealed', '--password-file', '-',
             input=WORD)
    g = lib.Gpg(str(tmp_path / 'gpg'), BOB)
    try:
        secret = g.call('--armor', '--export-secret-keys').stdout
        mine = fingerprint(g.call('--with-colons', '--fingerprint').stdout)
        h.pli('contact', 'add', BOB, g.cert)
        hers = h.pli('key', 'export').stdout
        g.call('--import', input=hers)
        alice = fingerprint(g.call('--with-colons', '--fingerprint',
                                   ME).stdout)
    finally:
        g.stop()
    send(h, SUBJECT, to=BOB, rcpts=(BOB,), text=TEXT)
    t = thunderbird()
    trust(t, b.imaps)
    t.js(tbird.KEY, secret, mine)
    t.js(tbird.PUBLIC, hers, alice, ME)
    t.js(tbird.ACCOUNT, HERE, BOB, WORD, b.imaps)
    assert t.js(tbird.INBOX, 1) in (['[...]'], [SUBJECT])
    subject, text, lock, signed = t.js(tbird.SHOW, SUBJECT, TEXT)
    assert SUBJECT in subject and TEXT in text and lock, (subject, text)
    assert 'signed-verified' in signed, signed
