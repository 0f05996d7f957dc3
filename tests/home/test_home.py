"""The owner's side as pli starts it, beside a real box: what comes is here in
clear, what is written here is there as ciphertext, and nothing is lost.
"""
import os, random, subprocess, sys, time
import pytest

import box as lib
import home
from home import ME, Client, Home
from jmap import Client as BoxClient

ROOT = home.ROOT
# ports below 1024, and everybody's memory
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')


class There(BoxClient):
    """JMAP of the box."""

    def connect(self, b):
        import http.client
        return http.client.HTTPSConnection(
            b.ip, 443, context=lib.insecure_tls(), timeout=60)


def there(b):
    return There(b, ME, home.PASSWORD)


def letter(subject, text, **more):
    head = {'From': 'Bob <bob@example.net>', 'To': ME, 'Subject': subject,
            'Date': 'Fri, 27 Nov 2026 06:00:00 +0000',
            'Message-ID': f'<{os.urandom(8).hex()}@example.net>', **more}
    return ''.join(f'{k}: {v}\r\n' for k, v in head.items()) + \
        '\r\n' + text + '\r\n'


@pytest.fixture(scope='module')
def bob(tmp_path_factory, h):
    """gpg, which has her key."""
    g = lib.Gpg(str(tmp_path_factory.mktemp('bob')), 'bob@example.net')
    g.call('--import', input=h.pli('key', 'export').stdout)
    yield g
    g.stop()


def pgp_mime(bob, subject, text, sign=True, by=None):
    inner = ('Content-Type: text/plain; protected-headers="v1"\r\n'
             f'Subject: {subject}\r\n\r\n{text}\r\n')
    out = subprocess.run(
        bob.words + ['--trust-model', 'always', '-r', ME, '--armor',
                     '--encrypt', *(['--sign'] if sign else [])],
        input=inner.encode(), capture_output=True, check=True).stdout.decode()
    body = ('--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1'
            '\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n'
            + out.replace('\n', '\r\n') + '\r\n--b--\r\n')
    return letter('...', body, MIME_Version='1.0').replace(
        'MIME_Version', 'MIME-Version').replace('\r\n\r\n', (
            '\r\nContent-Type: multipart/encrypted; boundary=b;'
            ' protocol="application/pgp-encrypted"\r\n\r\n'), 1)


def status(e):
    return (e['header:Pli-Status:asText'] or '').split(';')[0]


def until(what, seconds=60):
    got = lib.wait_for(what, seconds)
    assert got, got
    return got


def subjects(c):
    return sorted(e['subject'] for e in c.emails('subject'))


def same(b, h, c):
    """As many there as here, each id once, with the same keywords and in the
    same mailboxes."""
    t = there(b)
    names = []
    for x in (t, c):
        boxes = {m['id']: m['name'] for m in x.call('Mailbox/get')['list']}
        names.append(sorted(
            (e['messageId'][0] if e['messageId'] else '',
             sorted(boxes[i].lower() for i in e['mailboxIds']),
             sorted(e['keywords']))
            for e in x.emails('messageId', 'mailboxIds', 'keywords')))
    return names[0] == names[1] and len(names[0])


# the box's client pages as the mirror's does
There.find, There.emails, There.raw = Client.find, Client.emails, Client.raw


def test_letters(b, h, bob):
    """Two hundred, sealed and encrypted by their sender."""
    texts = []
    for i in range(200):
        text = f'the number is n{i}n, and the word hedgehog'
        texts.append(pgp_mime(bob, f'letter {i}', text, i % 20 == 0)
                     if i % 10 == 0 else letter(f'letter {i}', text))
    for at in range(0, 200, 50):
        b.deliver(texts[at:at + 50])
    c = h.client()
    until(lambda: len(c.find()) == 200, 120)
    assert subjects(c) == sorted(f'letter {i}' for i in range(200))
    all = c.emails('subject', 'header:Pli-Status:asText')
    for e in all:
        i = int(e['subject'].split()[1])
        assert status(e) == ('e2e' if i % 10 == 0 else 'sealed'), e
        if i % 10 == 0:
            assert ('sig=unknown' if i % 20 == 0 else 'sig=none') in \
                e['header:Pli-Status:asText'], e
    until(lambda: len(c.find(text='hedgehog')) == 200)
    for i in (0, 7, 190):
        id, = c.find(text=f'n{i}n')
        assert f'n{i}n'.encode() in c.raw(id)
    assert same(b, h, c)


def test_signatures(b, h, bob, tmp_path):
    """Good once his certificate is a contact's; his alone, and his alone."""
    cert = tmp_path / 'bob.asc'
    cert.write_text(bob.call('--armor', '--export', 'bob@example.net').stdout)
    h.pli('contact', 'add', 'bob@example.net', str(cert))
    mallory = pgp_mime(bob, 'not from bob', 'x').replace(
        'bob@example.net', 'mallory@example.net')
    b.deliver([pgp_mime(bob, 'from bob', 'x'), mallory])
    c = h.client()
    fpr = bob.call('--with-colons', '-k', 'bob@example.net').stdout.split(
        'fpr:')[1].split(':')[8]
    for subject, want in (('from bob', f'sig=good; key={fpr}'),
                          ('not from bob', 'sig=unknown')):
        until(lambda: subject in subjects(c))
        e, = [e for e in c.emails('subject', 'header:Pli-Status:asText')
              if e['subject'] == subject]
        assert want in e['header:Pli-Status:asText'], e
    c.call('Email/set', destroy=c.find(subject='from bob'))
    until(lambda: same(b, h, c) == 200)


def test_both_ways(b, h):
    c, t = h.client(), there(b)
    here, far = c.boxes(), t.boxes()
    ids = c.find()
    mids = dict((e['id'], e['messageId'][0]) for e in c.emails('messageId'))
    far_ids = {e['messageId'][0]: e['id'] for e in t.emails('messageId')}
    c.call('Email/set', update={
        ids[0]: {'keywords/$flagged': True},
        ids[1]: {'mailboxIds': {here['archive']: True}},
        ids[2]: {'keywords/later': True}}, destroy=[ids[3]])
    until(lambda: same(b, h, c) == 199)
    e, = t.emails('mailboxIds', ids=[far_ids[mids[ids[1]]]])
    assert e['mailboxIds'] == {far['archive']: True}
    t.call('Email/set', update={
        far_ids[mids[ids[10]]]: {'keywords/$seen': True,
                                 'keywords/$flagged': True},
        far_ids[mids[ids[11]]]: {'mailboxIds': {far['trash']: True}}},
        destroy=[far_ids[mids[ids[12]]]])
    until(lambda: same(b, h, c) == 198)
    e, = c.emails('keywords', ids=[ids[10]])
    assert e['keywords'] == {'$seen': True, '$flagged': True}


def test_told_at_once(b, h):
    """The box tells, so that no poll (fifteen seconds) is waited for."""
    c = h.client()
    for n in range(4):
        id = f'<prompt{n}@example.net>'
        b.deliver([letter(f'prompt {n}', 'x', **{'Message-ID': id})])
        since = time.time()
        until(lambda: f'prompt {n}' in subjects(c), 14)
        assert time.time() - since < 5


def draft(c, subject, text, **more):
    made = c.call('Email/set', create={'d': {
        'mailboxIds': {c.boxes()['drafts']: True},
        'keywords': {'$draft': True, '$seen': True}, 'subject': subject,
        'from': [{'email': ME}],
        'textBody': [{'type': 'text/plain', 'partId': '1'}],
        'bodyValues': {'1': {'value': text}}}}, **more)
    assert 'd' in (made.get('created') or {}), made.get('notCreated')
    return made['created']['d']['id']


def found_in_box(b, words):
    out = subprocess.run([sys.executable, ROOT + '/tools/canary', '-m', b.dir],
                         input=words, capture_output=True, text=True)
    assert out.returncode in (0, 1), out.stderr
    return out.returncode == 1


@pytest.fixture(scope='module')
def second(b, h):
    other = Home(b, like=h, device='desktop')
    yield other
    other.stop()


def test_draft(b, h):
    """Ciphertext there, its words nowhere in files or memory of the box."""
    c, t = h.client(), there(b)
    id = draft(c, 'the marmalade plan', 'secret walrus under the pier')
    mid, = c.emails('messageId', ids=[id])
    until(lambda: same(b, h, c))
    there_is, = [e for e in t.emails('messageId', 'keywords', 'subject')
                 if e['messageId'] == mid['messageId']]
    assert there_is['keywords'] == {'$draft': True, '$seen': True}
    assert there_is['subject'] == '[...]'
    raw = t.raw(there_is['id'])
    assert b'BEGIN PGP MESSAGE' in raw and b'walrus' not in raw
    assert raw.startswith(b'Pli-Seal: v=1; form=kept;')
    assert not found_in_box(b, 'secret walrus under the pier')
    assert not found_in_box(b, 'the marmalade plan')
    # what is outside is found, or the search is worth nothing
    assert found_in_box(b, mid['messageId'][0])
    assert c.find(text='walrus') == [id]


def test_second_mirror(b, h, second):
    c, d = h.client(), second.client()
    until(lambda: same(b, second, d) and len(d.find()) == len(c.find()), 120)
    assert subjects(c) == subjects(d)
    mine, = c.find(text='walrus')
    until(lambda: len(d.find(text='walrus')) == 1)
    hers, = d.find(text='walrus')
    e, = d.emails('header:Pli-Status:asText', ids=[hers])
    assert status(e) == 'own', e
    assert d.raw(hers).split(b'\r\n', 1)[1] == c.raw(mine)


def test_draft_replaced(b, h, second):
    c, d, t = h.client(), second.client(), there(b)
    before = len(t.find())
    old, = c.find(text='walrus')
    draft(c, 'the marmalade plan, again', 'walrus and penguin',
          destroy=[old])
    until(lambda: same(b, h, c) == before and same(b, second, d) == before)
    until(lambda: len(d.find(text='penguin')) == 1)
    assert len(d.find(text='walrus')) == 1
    assert 'the marmalade plan' not in subjects(d)


def in_sent(c, mid):
    """How many with that Message-ID."""
    return len([e for e in c.emails('messageId', ids=c.find(
        inMailbox=c.boxes()['sent'])) if e['messageId'] == [mid]])


def submit(b, text):
    import smtplib
    with smtplib.SMTP_SSL('127.0.0.1', b.submissions,
                          context=lib.insecure_tls()) as s:
        s.login(ME, home.PASSWORD)
        s.sendmail(ME, [ME], text)


@pytest.mark.parametrize('first', ['the copy', 'the letter'])
def test_one_copy_in_sent(b, h, first):
    """The mirror's copy, and that which the box makes of what is submitted, are
    one, whichever is there first."""
    c, t = h.client(), there(b)
    mid = os.urandom(8).hex() + '@example.org'
    text = letter('both in Sent', 'x', From=ME, **{'Message-ID': f'<{mid}>'})

    def put():
        c.call('Email/import', emails={'e': {
            'blobId': c.upload(text.encode())['blobId'],
            'mailboxIds': {c.boxes()['sent']: True}}})
    if first == 'the letter':
        submit(b, text)
        put()
    else:
        put()
        until(lambda: in_sent(t, mid))
        submit(b, text)
    until(lambda: same(b, h, c))
    time.sleep(2)
    assert same(b, h, c) and in_sent(t, mid) == 1 and in_sent(c, mid) == 1
    assert len([e for e in t.emails('messageId', ids=t.find(
        inMailbox=t.boxes()['inbox'])) if e['messageId'] == [mid]]) == 1


def test_offline(b, h):
    """Changes wait, and go out later."""
    c = h.client()
    n = same(b, h, c)
    b.halt()
    ids = c.find(inMailbox=c.boxes()['inbox'])
    c.call('Email/set', update={i: {'keywords/$answered': True}
                                for i in ids[:20]}, destroy=[ids[20]])
    draft(c, 'written offline', 'in the tunnel')
    time.sleep(3)
    assert 'written offline' in subjects(c)
    b.start()
    until(lambda: same(b, h, c) == n, 120)
    assert len(there(b).find(hasKeyword='$answered')) >= 20


def test_new_tls_key(b, h):
    """Another TLS key counts only when the identity key says so."""
    c, n = h.client(), same(b, h, h.client())
    pins = b.dir + '/etc/plid/keys/'
    mail = [f for f in os.listdir(pins) if f.startswith('mail.')]
    assert mail
    for f in mail:
        os.unlink(pins + f)
    b.plictl('reload')
    at = len(h.log())
    h.kill('sync')
    h.says('box-identity stranger=1', since=at)
    b.deliver([letter('with a new key', 'x')])
    until(lambda: 'with a new key' in subjects(c))
    # an identity key that is another one: nobody is believed
    for f in [f for f in os.listdir(pins)
              if f.startswith(('mail.', 'identity'))]:
        os.rename(pins + f, b.dir + '/' + f)
    b.plictl('reload')
    at = len(h.log())
    h.kill('sync')
    h.says('box-refuses step=session why=tls-key', since=at)
    b.deliver([letter('to be trusted again', 'x')])
    for f in os.listdir(b.dir):
        if f.startswith(('mail.', 'identity')):
            os.rename(b.dir + '/' + f, pins + f)
    b.plictl('reload')
    h.kill('sync')
    until(lambda: same(b, h, c) == n + 2)


def test_killed(b, h):
    """kill -9 of sync, store and agent while letters come and drafts are
    written: nothing is lost, nothing is there twice."""
    seed = random.randrange(1 << 30)
    print('seed', seed)
    r = random.Random(seed)
    wanted = subjects(h.client())
    for n in range(10):
        texts = [letter(f'round {n} letter {i}', f'r{n}i{i}')
                 for i in range(20)]
        wanted += [f'round {n} letter {i}' for i in range(20)]
        b.deliver(texts[:10])
        try:
            draft(h.client(), f'round {n} draft', 'd')
            wanted.append(f'round {n} draft')
        except (OSError, AssertionError, ValueError):
            wanted += [s for s in until_here(h) if s == f'round {n} draft']
        b.deliver(texts[10:])
        time.sleep(r.random())
        h.kill(r.choice(['sync', 'store', 'agent', 'sync', 'store']))
        time.sleep(r.random())
    c = until(lambda: h.client(), 60)
    until(lambda: subjects(c) == sorted(wanted), 120)
    until(lambda: same(b, h, c) == len(wanted), 120)


def until_here(h):
    return subjects(until(lambda: h.client(), 60))
