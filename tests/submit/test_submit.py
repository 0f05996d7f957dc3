"""test_submit.py - submission against a paper store: groups, faults, bad
input."""
import base64, email, os, re, struct, sys
import pytest

sys.path.insert(0, os.path.dirname(__file__))
from paper import (BOB, Client, Stand, YES, LATER, NO, OK, FULL, BUSY,
                   NO_MAILBOX, HELD, SEND_BUSY, EIGHT_BIT, UTF8, REQUIRETLS,
                   HDRS, FULL_RET, HOLD, PLAIN)

MAIL = (f'From: Bob <{BOB}>\r\nTo: alice@example.org\r\nSubject: a secret\r\n'
        'Bcc: hidden@example.net\r\n\r\nHello\r\n').encode()
FAR = 'x@far.example'


@pytest.fixture(scope='module')
def stand():
    s = Stand()
    yield s
    s.stop()


@pytest.fixture
def c(stand):
    stand.groups.clear()
    stand.asked.clear()
    stand.calm()
    c = Client(stand)
    assert c.greeting == '220 mail.example.org ESMTP'
    yield c
    c.close()


def kinds(group):
    return [p.kind for p in group]


def test_letter_and_sent(stand, c):
    c.to(FAR, 'y@Far.Example', more=' RET=HDRS ENVID=e+2B1')
    assert c.data(MAIL) == '250 2.0.0 Delivered'
    sent, letter = stand.groups[0]
    assert (sent.kind, letter.kind) == ('plain', 'letter')
    assert letter.flags == HDRS and letter.envid == b'e+2B1'
    assert letter.sender == BOB.encode()
    assert letter.rcpts == [(0, b'x', b'far.example', b''),
                            (0, b'y', b'far.example', b'')]
    out = stand.open(letter)
    head, body = out.split(b'\r\n\r\n', 1)
    assert body == b'Hello\r\n'
    assert b'hidden@' not in out and b'Return-Path' not in out
    names = [l.split(b':')[0] for l in head.split(b'\r\n')
             if l[:1] not in b' \t']
    assert names == [b'DKIM-Signature', b'DKIM-Signature', b'Received',
                     b'From', b'To', b'Subject', b'Date', b'Message-ID']
    mid = re.search(rb'^Message-ID: (.*)\r$', out, re.M)[1]
    assert letter.message_id == mid and ('sent', mid) in stand.asked
    assert b'Bcc: hidden@example.net\r\n' in sent.data
    assert sent.data.endswith(b'\r\n\r\nHello\r\n')


def test_group_of_all_kinds(stand, c):
    """Sealed first, then plain, then Sent, then the letter."""
    c.to('all@example.org', FAR, 'carol@example.org')
    assert c.data(MAIL)[:3] == '250'
    group, = stand.groups
    assert kinds(group) == ['sealed', 'plain', 'plain', 'plain', 'letter']
    assert [p.ticket for p in group[:3]] == [1001, 1002, 1003]
    assert group[3].ticket == stand.sent_ticket
    assert b'Bcc' not in group[0].data + group[1].data
    assert group[1].data.startswith(f'Return-Path: <{BOB}>\r\n'.encode())
    assert re.fullmatch(rb't=\d+; with=esmtpsa; from=bob@example\.org',
                        group[0].stamp)
    assert b'secret' not in group[0].outer


def test_sent_is_sealed(stand, c):
    stand.sent_cert = 7
    c.to('alice@example.org')
    assert c.data(MAIL)[:3] == '250'
    mine, = [p for p in stand.groups[0] if p.ticket == stand.sent_ticket]
    hers, = [p for p in stand.groups[0] if p.ticket == 1001]
    assert kinds(stand.groups[0]) == ['sealed', 'sealed']
    assert b'Bcc: hidden' in mine.data and b'Bcc' not in hers.data
    assert b'Bcc' not in mine.outer and b'secret' not in mine.outer


def test_flags(stand, c):
    c.to(FAR, more=' SMTPUTF8 REQUIRETLS RET=FULL')
    assert c.data(MAIL)[:3] == '250'
    assert stand.groups[-1][-1].flags == UTF8 | REQUIRETLS | FULL_RET
    c.to(FAR)
    assert c.data(MAIL.replace(b'Hello', b'caf\xc3\xa9'))[:3] == '250'
    assert stand.groups[-1][-1].flags == EIGHT_BIT
    c.to(FAR)
    assert c.data(MAIL.replace(b'secret', b'caf\xc3\xa9'))[:3] == '250'
    assert stand.groups[-1][-1].flags == EIGHT_BIT
    stand.may_say = (YES, HELD)
    c.to(FAR)
    assert c.data(MAIL)[:3] == '250'
    assert stand.groups[-1][-1].flags == HOLD


def test_recipient_records(stand, c):
    assert c.say(f'MAIL FROM:<{BOB}> SMTPUTF8')[:3] == '250'
    for line, code in (
            ('<x@far.example> NOTIFY=NEVER', '250'),
            ('<x@FAR.example> NOTIFY=DELAY', '250'),    # the same
            ('<"a b"@far.example> NOTIFY=SUCCESS,FAILURE'
             ' ORCPT=rfc822;a+20b@far.example', '250'),
            ('<x@B\u00fcCHER.example>', '250'),
            ('<x@[192.0.2.1]>', '250'), ('<@relay:x@third.example>', '250')):
        assert c.say('RCPT TO:' + line)[:3] == code, line
    assert c.data(MAIL)[:3] == '250'
    assert stand.groups[-1][-1].rcpts == [
        (1, b'x', b'far.example', b''),
        (6, b'"a b"', b'far.example', b'rfc822;a+20b@far.example'),
        (0, b'x', b'xn--bcher-kva.example', b''),
        (0, b'x', b'[192.0.2.1]', b''), (0, b'x', b'third.example', b'')]


def test_records_have_a_limit(stand, c):
    """Long ones: the channel takes so many and no more."""
    long = 'd' * 60 + '.' + 'e' * 60 + '.' + 'f' * 60 + '.example'
    assert c.say(f'MAIL FROM:<{BOB}>')[:3] == '250'
    codes = [c.say(f'RCPT TO:<{"l" * 250}{i:03}@{long}>'
                   f' ORCPT=rfc822;{"o" * 480}')[:3] for i in range(100)]
    good = codes.count('250')
    assert codes == ['250'] * good + ['452'] * (100 - good) and good > 50
    assert c.data(MAIL)[:3] == '250'
    assert len(stand.groups[-1][-1].rcpts) == good


@pytest.mark.parametrize('cert', [0, 7])
def test_notice_of_delivery(stand, c, cert):
    """RFC 3461, 5.2.3: of recipients of ours we tell."""
    stand.certs[2] = stand.sent_cert = cert
    try:
        assert c.say(f'MAIL FROM:<{BOB}> ENVID=e1 RET=FULL')[:3] == '250'
        for line in ('alice@example.org> NOTIFY=SUCCESS,FAILURE'
                     ' ORCPT=rfc822;al+2Bice@example.org',
                     'carol@example.org> NOTIFY=NEVER',
                     FAR + '> NOTIFY=SUCCESS'):
            assert c.say('RCPT TO:<' + line)[:3] == '250'
        assert c.data(MAIL)[:3] == '250'
    finally:
        stand.certs[2] = stand.sent_cert = 0
    group = stand.groups[0]
    kind = 'sealed' if cert else 'plain'
    assert kinds(group) == ['sealed', 'plain', kind, kind, 'letter']
    notice = group[3].data
    assert notice.startswith(b'Return-Path: <>\r\n') and \
        group[3].ticket == 1002
    m = email.message_from_bytes(notice)
    if cert:
        assert b'Bcc' not in group[3].outer
    assert m.get_content_type() == 'multipart/report'
    assert m.get_param('report-type') == 'delivery-status'
    assert m['To'] == f'<{BOB}>' and 'postmaster@example.org' in m['From']
    words, status, head = m.get_payload()
    whole, one = status.get_payload()
    assert whole['Original-Envelope-Id'] == 'e1'
    assert one['Final-Recipient'] == 'rfc822; alice@example.org'
    assert one['Original-Recipient'] == 'rfc822;al+2Bice@example.org'
    assert one['Action'] == 'delivered' and one['Status'] == '2.0.0'
    assert head.get_content_type() == 'text/rfc822-headers'
    assert 'Subject: a secret' in head.get_payload()
    assert 'Bcc' not in head.get_payload()
    assert 'Hello' not in notice.decode()


def test_no_notice(stand, c):
    """Of <> nobody is told; a notice that has no room keeps nothing."""
    c.to('alice@example.org', sender='', more=' RET=HDRS')
    assert c.say('RCPT TO:<carol@example.org> NOTIFY=SUCCESS')[:3] == '250'
    assert c.data(MAIL)[:3] == '250'
    assert kinds(stand.groups[-1]) == ['sealed', 'plain', 'plain']
    people = dict(stand.people)
    assert c.say(f'MAIL FROM:<{BOB}>')[:3] == '250'
    assert c.say('RCPT TO:<carol@example.org> NOTIFY=SUCCESS')[:3] == '250'
    del stand.people[BOB.encode()]
    try:
        assert c.data(MAIL)[:3] == '250'
    finally:
        stand.people.update(people)
    assert kinds(stand.groups[-1]) == ['plain', 'plain']


def test_no_sent_mailbox(stand, c):
    stand.sent_says = (NO, NO_MAILBOX)
    c.to(FAR)
    assert c.data(MAIL)[:3] == '250'
    assert kinds(stand.groups[0]) == ['letter']


@pytest.mark.parametrize('says, code', [
    ((LATER, FULL), '452'), ((NO, FULL), '552'), ((LATER, BUSY), '451'),
])
def test_sent_is_refused(stand, c, says, code):
    stand.sent_says = says
    c.to(FAR)
    assert c.data(MAIL)[:3] == code and not stand.groups


@pytest.mark.parametrize('says, code', [
    ((LATER, BUSY), '451'), ((LATER, FULL), '452'), ((NO, FULL), '552'),
    ((NO, BUSY), '554'),
])
def test_store_refuses(stand, c, says, code):
    stand.store_says = says
    c.to(FAR, 'alice@example.org')
    assert c.data(MAIL)[:3] == code
    stand.store_says = None
    c.to(FAR)
    assert c.data(MAIL)[:3] == '250' and len(stand.groups) == 1


def test_store_dies(stand, c):
    stand.store_says = 'die'
    c.to(FAR)
    assert c.data(MAIL)[:3] == '451'
    assert c.say(f'MAIL FROM:<{BOB}>')[:3] == '421' and c.reply() == ''


@pytest.mark.parametrize('says, code', [(LATER, '451'), (NO, '554'),
                                        ('die', '451')])
def test_seal_refuses(stand, c, says, code):
    stand.seal_says = says
    c.to(FAR, 'alice@example.org')
    assert c.data(MAIL)[:3] == code and not stand.groups


def test_sender_questions(stand, c):
    assert c.say('MAIL FROM:<eve@example.org>')[:9] == '553 5.7.1'
    stand.may_say = (LATER, SEND_BUSY)
    assert c.say(f'MAIL FROM:<{BOB}>')[:3] == '451'
    stand.may_say = None
    assert c.to('nobody@example.org')[0][:3] == '550'
    assert c.say('RCPT TO:<carol@example.org>')[:3] == '250'
    stand.may_say = (LATER, SEND_BUSY)
    assert c.data(MAIL)[:3] == '451'
    stand.may_say = 'die'
    assert c.say(f'MAIL FROM:<{BOB}>')[:3] == '451'
    assert c.say(f'MAIL FROM:<{BOB}>')[:3] == '421'


def test_every_address_is_asked_for(stand, c):
    c.to(FAR)
    assert c.data(b'From: "x" <sales@example.org>,\r\n bob@example.org (c)'
                  b'\r\nSender: bob@EXAMPLE.org\r\n\r\n')[:3] == '250'
    assert [a[1] for a in stand.asked if a[0] == 'may'] == [
        b'bob@example.org', b'sales@example.org', b'bob@example.org',
        b'bob@example.org']
    many = b', '.join([BOB.encode()] * 51)
    c.to(FAR)
    assert c.data(b'From: ' + many + b'\r\n\r\n')[:3] == '550'


ENCRYPTED = (
    f'From: {BOB}\r\nTo: alice@example.org\r\nMIME-Version: 1.0\r\n'
    'Bcc: hidden@example.net\r\nContent-Type: multipart/encrypted; boundary=b;'
    ' protocol="application/pgp-encrypted"\r\n\r\n--b\r\n'
    'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--b\r\n'
    'Content-Type: application/octet-stream\r\n\r\n'
    '-----BEGIN PGP MESSAGE-----\r\n\r\n%s\r\n'
    '-----END PGP MESSAGE-----\r\n\r\n--b--\r\n')

PACKETS = (bytes([0xc1, 14, 3]) + b'12345678' + bytes([18]) + b'abcd' +
           bytes([0xd2, 60, 1]) + b'z' * 59)
AS_IS = (ENCRYPTED % base64.b64encode(PACKETS).decode()).encode()


def test_as_is_and_not_quite(stand, c):
    """What seal does not believe is sealed, with a ticket that is new."""
    stand.sent_cert = 7
    c.to('alice@example.org', FAR)
    assert c.data(AS_IS)[:3] == '250'
    assert kinds(stand.groups[-1]) == ['as-is', 'as-is', 'letter']
    assert all(b'Bcc' not in p.data for p in stand.groups[-1][:2])
    stand.seal_says = lambda as_is: NO if as_is else None
    tickets = stand.sent_ticket
    c.to('alice@example.org', FAR)
    assert c.data(AS_IS)[:3] == '250'
    assert kinds(stand.groups[-1]) == ['sealed', 'sealed', 'letter']
    assert stand.sent_ticket == tickets + 2
    stand.seal_says = None
    c.to('alice@example.org', FAR)
    assert c.data(AS_IS + b'epilogue\r\n')[:3] == '250'
    assert kinds(stand.groups[-1]) == ['sealed', 'sealed', 'letter']


def test_login(stand):
    stand.calm()
    c = Client(stand, login=False)
    assert c.say('AUTH PLAIN ' + base64.b64encode(
        b'\0bob@example.org\0wrong').decode())[:9] == '535 5.7.8'
    stand.auth_says = LATER
    assert c.say('AUTH PLAIN ' + PLAIN)[:9] == '454 4.7.0'
    stand.auth_says = None
    assert c.say('AUTH PLAIN')[:4] == '334 '
    assert c.say(PLAIN)[:3] == '235'
    assert stand.asked[-1][2:] == (b'tls-exporter', 32)
    c.close()
    c = Client(stand, login=False)
    stand.auth_says = 'die'
    assert c.say('AUTH PLAIN ' + PLAIN)[:3] == '454'
    assert c.say('AUTH PLAIN ' + PLAIN)[:3] == '454'
    stand.auth_says = None
    c.close()


@pytest.mark.parametrize('line', [
    'AUTH', 'AUTH ', 'AUTH =', 'AUTH PLAIN  x', 'AUTH PLAIN =x',
    'AUTH PLAIN \u00e9', 'AUTH pl@in', 'AUTH PLAIN ' + 'A' * 1500,
])
def test_bad_auth(stand, line):
    c = Client(stand, login=False)
    assert c.say(line)[0] == '5', line
    assert c.say('NOOP')[:3] == '250'
    c.close()


@pytest.mark.parametrize('line', [b'*\r\n', b'x\n', b'!\r\n', b'\r\n',
                                  b'A' * 70000 + b'\r\n', b'A\0==\r\n'])
def test_bad_responses(stand, line):
    c = Client(stand, login=False)
    assert c.say('AUTH PLAIN')[:3] == '334'
    assert c.say(line)[0] == '5'
    assert c.say(f'MAIL FROM:<{BOB}>')[:3] == '530'
    c.close()


def test_starttls(stand):
    stand.calm()
    c = Client(stand, tls=False, login=False)
    assert 'AUTH' not in c.hello and 'STARTTLS' in c.hello
    assert c.say('AUTH PLAIN ' + PLAIN)[:3] == '538'
    assert c.say('STARTTLS x')[:3] == '501'
    assert c.say('STARTTLS')[:3] == '220'
    c.secure()
    assert c.say(f'MAIL FROM:<{BOB}>')[:3] == '530'
    assert 'STARTTLS' not in c.say('EHLO again')
    assert c.say('AUTH PLAIN ' + PLAIN)[:3] == '235'
    c.to(FAR)
    assert c.data(MAIL)[:3] == '250'
    assert c.say('STARTTLS')[:3] == '502'
    c.close()


def proxy2(source=b'\xc0\0\2\7', port=40000):
    return (b'\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c' + source + b'\x7f\0\0\1' +
            struct.pack('>HH', port, 465))


def test_gate(stand):
    """An address that speaks for others says for whom, before TLS."""
    c = Client(stand, source='127.0.0.9', first=proxy2())
    c.to(FAR)
    assert c.data(MAIL)[:3] == '250'
    c.close()
    with pytest.raises(OSError):
        Client(stand, source='127.0.0.9', first=b'no header, rather text')


def test_keys_die():
    """Between login and message: later, and nothing half done."""
    s = Stand()
    try:
        c = Client(s)
        c.to(FAR, 'carol@example.org')
        s.keys.kill()
        s.keys.wait()
        assert c.data(MAIL)[:3] == '451' and not s.groups
        assert c.say(f'MAIL FROM:<{BOB}>')[:3] == '421'
        c.close()
    finally:
        s.stop()


def test_size(stand, c):
    assert c.say(f'MAIL FROM:<{BOB}> SIZE=1048577')[:3] == '552'
    c.to(FAR)
    assert c.data(MAIL + b'x' * 70 + b'\r\n' * 600000)[:3] == '552'
    c.to(FAR)
    assert c.data(b'From: ' + BOB.encode() + b'\r\n' +
                  b'X: ' + b'y' * 900 + b'\r\n' * 1 +
                  (b'Z: ' + b'z' * 900 + b'\r\n') * 300)[:3] == '552'
    assert not stand.groups


def test_header_that_cannot_be_signed(stand, c):
    """Past what a channel takes."""
    c.to(FAR)
    assert c.data(MAIL.replace(b'To: ', b'To: ' + b'a@b.example,\r\n ' *
                               6000))[:9] == '552 5.3.4'
    assert not stand.groups


@pytest.mark.parametrize('bad', [b'a\nb\r\n', b'a\rb\r\n', b'\0\r\n',
                                 b'a\n.\nMAIL FROM:<x>\r\n', b'\r.\r\r\n'])
def test_bare_ends(stand, c, bad):
    c.to(FAR)
    assert c.data(MAIL + bad)[:10] == '550 5.6.11'
    assert not stand.groups
