"""smtp-smuggling, outbound: send never relays such a text as it is.

The real send, a queue and a resolver of paper, a server that works
(tests/send)."""
import re
import socket
import sys

import pytest

import suites
from test_smtp import SMUGGLED, sequences

sys.path.insert(0, str(suites.ROOT / 'tests' / 'send'))
import mail         # noqa: E402
import servers      # noqa: E402

SEND = suites.BUILD / 'box' / 'send' / 'send'


@pytest.fixture(scope='module')
def world():
    if not SEND.exists():
        pytest.skip('send is not built')
    server = servers.Server()
    s = mail.Send('send-port %d/loopback\n' % server.port,
                  build=str(suites.BUILD))
    s.names[('example.net', mail.MX)] = [mail.mx(1, 'mx.example.net')]
    s.names[('mx.example.net', mail.A)] = [socket.inet_aton('127.0.0.1')]
    yield s, server
    s.stop()
    server.stop()


@pytest.mark.parametrize('name,octets', sequences())
def test_never_relayed_as_it_is(world, name, octets):
    s, server = world
    server.letters.clear()
    server.commands.clear()
    text = b'Subject: first\r\n\r\nbody' + octets + SMUGGLED
    got = s.deliver(text)
    if re.search(rb'\0|\r(?!\n)|(?<!\r)\n', text):
        assert (got.verdict, got.status) == (mail.NO, '5.6.0'), got
        assert not server.letters and not server.commands
    else:
        assert got.verdict == mail.YES
        assert [l[2] for l in server.letters] == [text]
        assert not any(b'evil' in c for c in server.commands)
