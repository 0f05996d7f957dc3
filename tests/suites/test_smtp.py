"""smtp-smuggling and the SMTP half of smtp-postfix-vectors, against a live mx
whose store is of paper (tests/smtp/stand.py)."""
import base64
import os
import re
import sys

import pytest

import suites

sys.path.insert(0, str(suites.ROOT / 'tests' / 'smtp'))
from stand import Client, Stand    # noqa: E402

MX = suites.BUILD / 'box' / 'mx' / 'mx'


class Paper(Stand):
    people = dict(Stand.people)
    people.update({n + b'@example.com': ([2], 0) for n in
                   (b'bar', b'bar_canon', b'foo_canon')})

    def look_up(self, local, domain):
        if domain == b'example.com':
            domain, known = b'example.org', (local + b'@example.com' in
                                             self.people)
            if not known:
                return super().look_up(b'nobody', domain)
            return super().look_up(b'bob', domain)
        return super().look_up(local, domain)


@pytest.fixture(scope='module')
def stand():
    if not MX.exists():
        pytest.skip('mx is not built')
    s = Paper(build=str(suites.BUILD))
    yield s
    s.stop()


def sequences():
    path = suites.SUITES / 'smtp-smuggling'
    if not path.is_dir():
        return []
    out = []
    for line in open(path / 'end-of-data.tsv'):
        if not line.startswith('#') and line.strip():
            name, octets = line.rstrip('\n').split('\t')[:2]
            out.append((name, bytes.fromhex(octets)))
    text = open(path / 'payloads' / 'payloads.yaml').read()
    for name, b64 in re.findall(r'- id: (\S+)\n\s+bytes_b64: "([^"]+)"',
                                text):
        out.append((name, base64.b64decode(b64)))
    return out


def test_all_sequences_are_here():
    suites.folder('smtp-smuggling')
    assert len(sequences()) == 25


SMUGGLED = (b'EHLO evil.test\r\nMAIL FROM:<attacker@evil.test>\r\n'
            b'RCPT TO:<bob@example.org>\r\nDATA\r\n'
            b'From: attacker@evil.test\r\nSubject: SMUGGLED\r\n\r\nx\r\n.\r\n')


@pytest.mark.parametrize('name,octets', sequences())
@pytest.mark.parametrize('rcpt', ['alice', 'bob'])
def test_smuggling(stand, name, octets, rcpt):
    """The whole is refused after its real end, nothing that follows in the
    stream is a command, and nothing is kept.  Only A13 is a message and its
    end: there what follows is not listened to."""
    stand.letters.clear()
    c = Client(stand)
    c.say('EHLO peer.example')
    c.to(rcpt + '@example.org')
    assert c.say('DATA')[:3] == '354'
    first = c.say(b'Subject: first\r\n\r\nbody' + octets + SMUGGLED)
    if name == 'A13':
        assert first[:3] == '250'
        assert c.reply()[:3] == '500'
        assert len(stand.letters) == 1
        assert b'SMUGGLED' not in stand.letters[0].data
    else:
        assert first[:10] == '550 5.6.11', first
        assert not stand.letters
    assert c.reply() == ''
    c.close()


@pytest.mark.parametrize('name,octets', sequences())
def test_smuggling_in_chunks(stand, name, octets):
    """With BDAT nothing can be smuggled in, and nothing is kept that would
    smuggle when somebody sends it on."""
    stand.letters.clear()
    c = Client(stand)
    c.say('EHLO peer.example')
    c.to('bob@example.org')
    text = b'Subject: first\r\n\r\nbody' + octets + SMUGGLED
    got = c.say(b'BDAT %d LAST\r\n' % len(text) + text + b'NOOP\r\n', 2)
    bad = re.search(rb'\0|\r(?!\n)|(?<!\r)\n', text)
    assert [g[:3] for g in got] == ['550' if bad else '250', '250']
    assert len(stand.letters) == (0 if bad else 1)
    c.close()


def vectors(name):
    return suites.folder('smtp-postfix-vectors') / 'postfix' / 'src' / name


def lines(name):
    return open(vectors(name), 'rb').read().decode(
        'utf-8', 'surrogateescape').split('\n')


@pytest.fixture
def c(stand):
    stand.asked.clear()
    c = Client(stand)
    c.say('EHLO peer.example')
    yield c
    c.close()


def test_tokens(c):
    """What the tokeniser calls an error is one here, and much besides: no
    path is taken that is not in angle brackets, none with comments."""
    good = {'mail from:<wietse@porcupine.org>',
            'mail from:<"wietse venema"@porcupine.org>'}
    for line in filter(None, lines('smtpd/smtpd_token.in')):
        code = c.say(line)[:3]
        assert code == ('250' if line in good else '501'), line
        c.say('RSET')


def test_addr_valid(c):
    """Of recipients, those that exist.  Senders are not looked up here."""
    want = None
    tried = 0
    for line in lines('smtpd/smtpd_addr_valid.in'):
        if line.startswith('# Expect'):
            want = line.split()[2]
        if line.startswith('mail '):
            c.say('RSET')
            assert c.say('MAIL FROM:<%s>' % line[5:])[:3] == '250'
        if line.startswith('rcpt '):
            got = c.say('RCPT TO:<%s>' % line[5:])
            assert got[:9] == {'accept': '250 2.1.5',
                               'reject': '550 5.1.1'}[want], line
            tried += 1
    assert tried == 4


def hostnames():
    """name: is it a host name?  From the warnings of the reference."""
    out, name = {}, None
    for line in lines('util/valid_hostname.ref'):
        m = re.match(r'\./valid_hostname: testing: "(.*)"', line)
        if m:
            name = m.group(1)
            out[name] = True
        elif 'warning: valid_hostname:' in line:
            out[name] = 'numeric' in line and out[name]
    return out


def test_hostnames(stand):
    """As domains of recipients: refused by grammar, or by policy."""
    for name, good in hostnames().items():
        if name == '*.foo.bar':
            good = False        # a pattern of Postfix's, no host name
        c = Client(stand)
        c.say('EHLO peer.example')
        c.say('MAIL FROM:<>')
        got = c.say('RCPT TO:<a@%s>' % name)
        assert got[:9] == ('550 5.7.1' if good else '501 5.1.3'), name
        c.close()


def test_idna(c, stand):
    """What is no domain in any form; the rest is for the store's IDNA."""
    c.say('MAIL FROM:<> SMTPUTF8')
    for name in filter(None, lines('util/midna_domain_test.in')):
        if name.startswith('#'):
            bad = 'Invalid' in name or 'Aliases' in name
            continue
        got = c.say('RCPT TO:<a@%s>' % name)
        assert got[:3] == ('501' if bad else '550'), name
    greek = lines('util/midna_domain_test.in')[1]
    assert stand.asked[0][1].decode() == greek


def test_quoting(c, stand):
    """quote_822_local, mail_addr_crunch: what a quoted name means."""
    c.say('MAIL FROM:<>')
    for path, local in (('"a@b@c"@d', b'a@b@c'), ('foo@example.com', b'foo'),
                        ('"foo bar"@example.com', b'foo bar'),
                        ('foo+ext@example.com', b'foo+ext')):
        c.say('RCPT TO:<%s>' % path)
        assert stand.asked[-1][0] == local
    for path in ('"a@b@c"', '"a@b@c"@d@e', 'a@b@c@d'):
        assert c.say('RCPT TO:<%s>' % path)[:3] == '501'


def test_rewriting_is_not_done(c):
    """rewrite_clnt: no "!", no "%", no empty half means anything."""
    c.say('MAIL FROM:<>')
    for line in filter(None, lines('global/rewrite_clnt.in')):
        address = line.split(' ', 1)[1]
        code = c.say('RCPT TO:<%s>' % address)[:3]
        assert code == ('550' if address == 'a@b' else '501'), address
