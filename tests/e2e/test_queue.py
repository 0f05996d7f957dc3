"""The queue: what waits, what the sender is told, what lies on the disk."""
import email, email.policy, json, os, smtplib, time
import box, mail
from conftest import ROOT, healthy

SECRET = 'the lighthouse keeper reads Sappho'


def send(b, sender, rcpts, text=SECRET, **kw):
    s = smtplib.SMTP_SSL('127.0.0.1', b.submissions,
                         context=box.insecure_tls())
    try:
        s.login(sender, box.PASSWORD)
        return s.sendmail(sender, rcpts, (
            f'From: {sender}\r\nTo: {", ".join(rcpts)}\r\n'
            f'Subject: {text}\r\nMessage-ID: <1@example.org>\r\n\r\n'
            f'{text}\r\n').encode(), **kw)
    finally:
        s.quit()


def queue(b):
    return json.loads(b.plictl('-j', 'queue', 'list').stdout)


def wait_for(what, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        got = what()
        if got:
            return got
        time.sleep(0.05)
    raise AssertionError('it did not come')


def canary(b, secret=SECRET):
    out = box.run(os.path.join(ROOT, 'tools', 'canary'), b.dir + '/var',
                  b.dir + '/run', b.dir + '/etc', input=secret)
    assert (out.returncode, out.stdout) == (0, '')


def report(b, user='alice@example.org'):
    """The newest message of the INBOX, opened, as Python's parser sees it."""
    data = mail.newest(b, user)
    if b'PGP MESSAGE' in data:
        data = b.gpg.decrypt(data)
    m = email.message_from_bytes(data, policy=email.policy.default)
    assert m.get_content_type() == 'multipart/report'
    assert m['Auto-Submitted'] == 'auto-replied'
    text, status, *rest = list(m.iter_parts())
    assert not m.defects and not status.defects
    blocks = status.get_payload()
    return m, text.get_content(), blocks[0], blocks[1:], rest


def test_cancelled_comes_back_sealed(make_box):
    b = make_box(extra='resolver 127.0.0.1@1\n')
    b.alice()
    assert send(b, 'alice@example.org', ['x@elsewhere.example',
                                         'y@elsewhere.example']) == {}
    rows = queue(b)
    assert [r['recipient'] for r in rows] == ['x@elsewhere.example',
                                              'y@elsewhere.example']
    canary(b)
    b.plictl('queue', 'hold', rows[0]['id'])
    assert {r['state'] for r in queue(b)} == {'held'}
    b.plictl('queue', 'cancel', rows[0]['id'])
    wait_for(lambda: not queue(b))
    assert b'PGP MESSAGE' in mail.newest(b, 'alice@example.org')
    m, text, head, rcpts, rest = report(b)
    assert m['To'] == 'alice@example.org'
    assert m['In-Reply-To'] == '<1@example.org>'
    assert head['Reporting-MTA'] == 'dns; mail.example.org'
    assert [r['Final-Recipient'] for r in rcpts] == [
        'rfc822; x@elsewhere.example', 'rfc822; y@elsewhere.example']
    assert {r['Action'] for r in rcpts} == {'failed'}
    assert 'x@elsewhere.example' in text and "n'a pas pu" in text
    assert rest[0].get_content_type() == 'message/rfc822'
    assert rest[0].get_payload()[0]['Subject'] == SECRET
    canary(b)
    healthy(b)


def test_plictl_says_what_there_is_not(make_box):
    b = make_box(extra='resolver 127.0.0.1@1\n')
    for verb in ('show', 'retry', 'hold', 'cancel'):
        out = b.plictl('queue', verb, '99', ok=False)
        assert out.returncode == 1
        assert 'queue list' in out.stderr
    assert 'Nothing waits' in b.plictl('queue', 'list').stdout
