"""RFC 9788: what its examples repeat in the text for other readers is not shown
by `open`; the text is that which the RFC says.
"""
import html
import re
import socket
import struct
import sys

import pytest

import suites

sys.path.insert(0, str(suites.ROOT / 'tests/lib'))
import role

OPEN = suites.BUILD / 'user/open/open'
VIEW, TEXT, IS = 1, 2, 3
STATUS = b'Pli-Status: e2e; cipher=AES256; sig=none\r\n'


@pytest.fixture(scope='module')
def opened():
    if not OPEN.exists():
        pytest.skip('open is not built')
    ours, theirs = role.pair()
    it = role.Role(str(OPEN), sync=theirs)

    def ask(kind, message):
        fd = role.memfd(message)
        socket.send_fds(ours, [struct.pack('<HQQI', kind, 1, len(message),
                                           0)], [fd])
        wire, fds, _, _ = socket.recv_fds(ours, 65536, 1)
        assert struct.unpack_from('<H', wire)[0] == IS
        with open(fds[0], 'rb') as f:
            f.seek(0)
            return f.read().decode()
    yield ask
    it.kill()


def words(text):
    return ' '.join(text.split())


def body(page):
    page = page[page.index('<body>'):]
    return words(html.unescape(re.sub('<[^>]*>', ' ', page)))


CASES = ['E.1-text-legacy-display', 'E.2-html-legacy-display']


@pytest.mark.parametrize('name', CASES)
def test_legacy_display(opened, name):
    at = suites.folder('hp-rfc9788')
    inner = (at / f'{name}.inner').read_bytes()
    want = words((at / f'{name}.rendered').read_text())
    assert body(opened(VIEW, STATUS + inner)) == want
    assert words(opened(TEXT, STATUS + inner)) == want
    # of a message that came in clear all is shown
    for status in (b'', b'Pli-Status: clear\r\n'):
        assert 'Subject: Dinner plans' in body(opened(VIEW, status + inner))
