"""The queue: what waits, what the sender is told, what lies on the disk."""
import email, email.policy, json, os, smtplib, socket, time
import pytest
import box, mail
from conftest import ROOT, healthy
from mail import eventually
from outside import Outside

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


def canary(b, secret=SECRET):
    out = box.run(os.path.join(ROOT, 'tools', 'canary'), b.dir + '/var',
                  b.dir + '/run', b.dir + '/etc', input=secret)
    assert (out.returncode, out.stdout) == (0, '')


def report(b, user='alice@example.org'):
    """The newest message of the INBOX, opened, as Python's parser sees it."""
    return opened(b, mail.newest(b, user))


def opened(b, data):
    if b'PGP MESSAGE' in data:
        data = b.gpg.decrypt(data)
    m = email.message_from_bytes(data, policy=email.policy.default)
    assert m.get_content_type() == 'multipart/report'
    assert m['Auto-Submitted'] == 'auto-replied'
    text, status, *rest = list(m.iter_parts())
    assert not m.defects and not status.defects
    blocks = status.get_payload()
    return m, text.get_content().replace('\r', ''), blocks[0], blocks[1:], rest


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
    eventually(lambda: not queue(b))
    assert b'PGP MESSAGE' in mail.newest(b, 'alice@example.org')
    m, text, head, rcpts, rest = report(b)
    assert m['To'] == 'alice@example.org'
    assert m['In-Reply-To'] == '<1@example.org>'
    assert head['Reporting-MTA'] == 'dns; mail.example.org'
    assert [r['Final-Recipient'] for r in rcpts] == [
        'rfc822; x@elsewhere.example', 'rfc822; y@elsewhere.example']
    assert {r['Action'] for r in rcpts} == {'failed'}
    assert 'x@elsewhere.example' in text and "n'a pas pu" in text
    english, french = text.split('\n--\n')
    assert 'Cancelled by the operator' in english
    assert 'Annulé par' in french and 'Cancelled' not in french
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


@pytest.fixture
def world(tmp_path, make_box, request):
    """(box, outside)"""
    o = Outside(str(tmp_path))
    b = make_box(extra=o.conf)
    b.alice()
    yield b, o
    if not {'dies', 'disk'} & set(request.node.name.replace('[', '_').split('_')):
        healthy(b)
    o.stop()


def test_goes_out(world):
    b, o = world
    send(b, 'alice@example.org', ['x@one.example', 'y@one.example',
                                  'z@two.example'])
    eventually(lambda: len(o.sink.got) == 2)
    rcpts = sorted(tuple(g[1]) for g in o.sink.got)
    assert rcpts == [('x@one.example', 'y@one.example'), ('z@two.example',)]
    for sender, _, text in o.sink.got:
        assert sender == 'alice@example.org'
        assert SECRET.encode() in text and b'DKIM-Signature' in text
        assert b'127.0.0.1' not in text
    eventually(lambda: not queue(b))
    canary(b)


def test_refused_comes_back(world):
    b, o = world
    send(b, 'alice@example.org', ['x@no.example', 'y@yes.example'])
    eventually(lambda: mail.inbox(b, 'alice@example.org'))
    m, text, head, rcpts, rest = report(b)
    assert len(rcpts) == 1
    assert rcpts[0]['Final-Recipient'] == 'rfc822; x@no.example'
    assert (rcpts[0]['Action'], rcpts[0]['Status']) == ('failed', '5.1.1')
    assert rcpts[0]['Remote-MTA'] == 'dns; mx.no.example'
    assert 'no such user here' in rcpts[0]['Diagnostic-Code']
    assert 'no such user here' in text
    eventually(lambda: not queue(b))
    assert len(o.sink.got) == 1
    canary(b)


@pytest.mark.parametrize('domain', ['gone.example', 'null.example'])
def test_nobody_there_ever(world, domain):
    b, o = world
    send(b, 'alice@example.org', ['x@' + domain])
    eventually(lambda: mail.inbox(b, 'alice@example.org'))
    m, text, head, rcpts, rest = report(b)
    assert rcpts[0]['Action'] == 'failed'
    assert rcpts[0]['Status'].startswith('5.')
    assert 'Le domaine ' + domain in text.split('\n--\n')[1]


@pytest.mark.parametrize('domain', ['later.example', 'dead.example',
                                    'cut.example'])
def test_comes_again(world, domain):
    b, o = world
    send(b, 'alice@example.org', ['x@' + domain])
    row = eventually(lambda: [r for r in queue(b) if r['attempts'] != '0'])[0]
    assert row['state'] == 'waits' and int(row['next']) > time.time() + 60
    assert row['reply']
    shown = b.plictl('queue', 'show', row['id']).stdout
    assert row['reply'][:20] in shown
    b.plictl('queue', 'retry', row['id'])
    eventually(lambda: queue(b)[0]['attempts'] == '2')
    b.plictl('queue', 'cancel', row['id'])
    eventually(lambda: not queue(b))


def test_one_dead_does_not_delay_others(world):
    b, o = world
    for i in range(40):
        send(b, 'alice@example.org', [f'x@{i}.dead.example'])
    send(b, 'alice@example.org', ['x@alive.example'])
    eventually(lambda: o.sink.got)


def told(b, n):
    """n reports of the INBOX, opened: recipient -> message and its parts."""
    eventually(lambda: len(mail.inbox(b, 'alice@example.org')) == n)
    all_of_them = {}
    for data in mail.inbox(b, 'alice@example.org'):
        m, text, head, rcpts, rest = opened(b, data)
        all_of_them[rcpts[0]['Final-Recipient'][8:]] = (m, text, rest)
    return all_of_them


def test_a_restart_loses_nothing(world):
    """The box ends and begins anew, with it the key of what waits: its senders
    are told at once, not in minutes, when it would be tried, nor when the
    operator lets go of what is held."""
    b, o = world
    for i in range(2):
        send(b, 'alice@example.org', [f'x@{i}.later.example'])
    rows = eventually(lambda: [r for r in queue(b) if r['attempts'] != '0'
                               and len(queue(b)) == 2])
    assert all(int(r['next']) > time.time() + 60 for r in rows)
    b.plictl('queue', 'hold', rows[0]['id'])
    b.halt()
    canary(b)
    b.start()
    reports = told(b, 2)
    assert sorted(reports) == ['x@0.later.example', 'x@1.later.example']
    for m, text, rest in reports.values():
        assert 'send again' in m['Subject']
        assert m['In-Reply-To'] == '<1@example.org>' and rest == []
    eventually(lambda: not queue(b))
    canary(b)


def start_with(b, key):
    """As systemd does with a descriptor that it has kept."""
    words = b.words()
    b.words = lambda: ['bash', '-c', 'export LISTEN_FDS=1 LISTEN_PID=$$;'
                       f'exec "$@" 3<&{key}', 'bash', *words]
    b.start(pass_fds=[key])


def test_a_key_that_was_kept_opens_what_waits(world, tmp_path):
    """systemd has kept it over the end of plid: nobody is told anything."""
    b, o = world
    keep = str(tmp_path / 'keep')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(keep)
        b.halt()
        b.start(env=os.environ | {'NOTIFY_SOCKET': keep})
        s.settimeout(20)
        key = []
        while not key:
            key = socket.recv_fds(s, 1000, 1)[1]
    send(b, 'alice@example.org', ['x@later.example'])
    row = eventually(lambda: [r for r in queue(b) if r['attempts'] != '0'])[0]
    b.halt()
    start_with(b, key[0])
    b.plictl('queue', 'retry', row['id'])
    eventually(lambda: queue(b)[0]['attempts'] == '2')
    assert not mail.inbox(b, 'alice@example.org')
    os.close(key[0])


@pytest.mark.parametrize('role', ['queue', 'send', 'store', 'keys', 'dns'])
def test_a_role_dies(world, role):
    b, o = world
    o.sink.hold.clear()
    for _ in range(5):
        send(b, 'alice@example.org', ['x@one.example'])
    os.kill(b.roles()[role], 9)
    time.sleep(0.3)
    o.sink.hold.set()
    b.plictl('queue', 'retry', 'all', ok=False)

    def done():
        b.plictl('queue', 'retry', 'all', ok=False)
        return len(o.sink.got) >= 5 and not queue(b)
    eventually(done)


def test_a_reload_brings_another_resolver(make_box, tmp_path):
    """dns and send begin anew with what the file says now; the queue turns to
    them."""
    o = Outside(str(tmp_path))
    b = make_box(extra='resolver 127.0.0.1@1\n'
                 f'send-port {o.sink.port}/loopback\n')
    b.alice()
    send(b, 'alice@example.org', ['x@one.example'])
    row = eventually(lambda: [r for r in queue(b) if r['attempts'] != '0'],
                     60)[0]
    assert 'one.example' in row['reply']
    b.write_conf(o.conf)
    b.plictl('reload')
    b.plictl('queue', 'retry', 'all')
    eventually(lambda: o.sink.got, 60)
    eventually(lambda: not queue(b))
    healthy(b)
    o.stop()


def test_the_disk_tells_nothing(world):
    """What waits: after a reload, kill -9 of all, and a new start."""
    b, o = world
    send(b, 'alice@example.org', ['x@later.example'])
    eventually(lambda: [r for r in queue(b) if r['attempts'] != '0'])
    canary(b)
    b.plictl('reload')
    canary(b)
    # the new keys have the same boot key: it can still go out
    b.plictl('queue', 'retry', 'all')
    eventually(lambda: queue(b)[0]['attempts'] == '2')
    pids = list(b.roles().values())
    b.p.kill()
    for p in pids:
        os.kill(p, 9)
    b.p.wait()
    canary(b)
    b.start()
    assert list(told(b, 1)) == ['x@later.example']
    canary(b)
