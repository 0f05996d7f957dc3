"""smtp-smuggling outbound: what our own users send is refused or sent as one
message; nothing is passed on as it came (tests/submit/paper.py)."""
import sys

import pytest

import suites
import test_smtp

sys.path.insert(0, str(suites.ROOT / 'tests' / 'submit'))
paper = pytest.importorskip('paper')

pytestmark = pytest.mark.skipif(
    not (suites.BUILD / 'box' / 'submit' / 'submit').exists(),
    reason='submit is not built')
SMUGGLED = (b'EHLO evil.test\r\nMAIL FROM:<bob@example.org>\r\n'
            b'RCPT TO:<victim@far.example>\r\nDATA\r\n'
            b'From: bob@example.org\r\nSubject: SMUGGLED\r\n\r\nx\r\n.\r\n')
FIRST = b'From: bob@example.org\r\nSubject: first\r\n\r\nbody'


@pytest.fixture(scope='module')
def stand():
    s = paper.Stand(build=str(suites.BUILD))
    yield s
    s.stop()


@pytest.mark.parametrize('name,octets', test_smtp.sequences())
def test_smuggling_out(stand, name, octets):
    stand.groups.clear()
    c = paper.Client(stand)
    c.to('friend@far.example')
    assert c.say('DATA')[:3] == '354'
    first = c.say(FIRST + octets + SMUGGLED)
    if name == 'A13':           # a message and its end; then no command
        assert first[:3] == '250' and c.reply()[:3] == '500'
        (_, letter), = stand.groups
        assert b'SMUGGLED' not in stand.open(letter)
    else:
        assert first[:10] == '550 5.6.11', first
        assert not stand.groups
    assert c.reply() == ''
    c.close()


@pytest.mark.parametrize('name,octets', test_smtp.sequences())
def test_smuggling_out_in_chunks(stand, name, octets):
    """BDAT: octets are text, whatever they look like; what goes on as DATA
    has no line end but CRLF, and its dots are the sender's to stuff."""
    stand.groups.clear()
    c = paper.Client(stand)
    c.to('friend@far.example')
    text = FIRST + octets + SMUGGLED
    reply = c.say(b'BDAT %d LAST\r\n' % len(text) + text)
    if reply[:3] == '250':
        (_, letter), = stand.groups
        out = stand.open(letter).replace(b'\r\n', b'')
        assert not set(out) & set(b'\r\n\0')
    else:
        assert reply[:10] == '550 5.6.11' and not stand.groups
    c.close()
