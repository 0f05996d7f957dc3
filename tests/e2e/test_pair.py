"""Pairing: an account that waits, a code, a device; and what is refused."""
import base64, hashlib, hmac, http.client, imaplib, json, os, pty, smtplib
import sqlite3, ssl, subprocess, tempfile, threading
import pytest
import box
from box import insecure_tls
from conftest import healthy

# RFC 8410, 4: what stands before a key's octets in its SPKI.
ED25519 = bytes.fromhex('302a300506032b6570032100')


def decode(code):
    """proto/pli_code.h, once more."""
    assert code.startswith('pli1:')
    text = code[5:]
    raw = base64.b32decode(text + '=' * (-len(text) % 8))
    n = raw[48]
    return {'tls': raw[:32], 'token': raw[32:48].hex(),
            'address': raw[49:49 + n].decode(), 'host': raw[49 + n:-3].decode()}


def document(text):
    """proto/pli_identity.h, verified."""
    signed, _, last = text.partition('signature: ')
    d = dict(l.split(': ', 1) for l in signed.splitlines())
    with tempfile.TemporaryDirectory() as at:
        for name, octets in (('key', ED25519 + bytes.fromhex(d['identity'])),
                             ('sig', bytes.fromhex(last)),
                             ('text', signed.encode())):
            with open(f'{at}/{name}', 'wb') as f:
                f.write(octets)
        out = box.run('openssl', 'pkeyutl', '-verify', '-rawin', '-pubin',
                      '-keyform', 'DER', '-inkey', at + '/key', '-sigfile',
                      at + '/sig', '-in', at + '/text')
    assert out.returncode == 0, out.stdout + out.stderr
    return d


def verifier(password, rounds=4096):
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac('sha256', password.encode(), salt, rounds)
    client = hmac.digest(salted, b'Client Key', 'sha256')
    b64 = lambda b: base64.b64encode(b).decode()
    return {'salt': b64(salt), 'iterations': rounds,
            'storedKey': b64(hashlib.sha256(client).digest()),
            'serverKey': b64(hmac.digest(salted, b'Server Key', 'sha256'))}


def ask(b, method, path, body=None, login=None):
    c = http.client.HTTPSConnection('127.0.0.1', b.https, timeout=60,
                                    context=insecure_tls())
    head = {}
    if login:
        head['Authorization'] = 'Basic ' + base64.b64encode(
            ':'.join(login).encode()).decode()
    if isinstance(body, dict):
        body = json.dumps(body)
    c.request(method, path, body=body, headers=head)
    r = c.getresponse()
    text = r.read().decode()
    c.close()
    return r.status, json.loads(text) if text.startswith('{') else text


def request(token, cert, device='laptop', password='a password', **more):
    return {'token': token, 'device': device, 'certificate': cert,
            'credential': verifier(password), **more}


def pair(b, *words, **more):
    return ask(b, 'POST', '/pli/pair', request(*words, **more))


def code_of(b, *words):
    out = json.loads(b.plictl('-j', 'user', *words).stdout)
    return {**decode(out['code']), **out}


def rcpt(b, address):
    s = smtplib.SMTP('127.0.0.1', b.mx, timeout=60)
    s.ehlo('a.example')
    s.mail('x@a.example')
    reply = s.rcpt(address)
    s.close()
    return reply[0]


def imap(b, user, password):
    m = imaplib.IMAP4('127.0.0.1', b.imap, timeout=60)
    m.login(user, password)
    return m


def shown(b, name):
    return json.loads(b.plictl('-j', 'user', 'show', name).stdout)


@pytest.fixture(scope='module')
def keys(tmp_path_factory):
    made = [box.Gpg(str(tmp_path_factory.mktemp(n)), n + '@example.org')
            for n in ('carol', 'other')]
    yield [open(k.cert).read() for k in made]
    for k in made:
        k.stop()


@pytest.fixture(scope='module')
def b():
    from conftest import BUILD
    b = box.Box(BUILD)
    try:
        yield b
        healthy(b)
    finally:
        b.stop()


def test_the_identity_is_signed_and_names_the_tls_key(b):
    status, text = ask(b, 'GET', '/.well-known/pli')
    d = document(text)
    assert status == 200 and d['host'] == 'mail.example.org'
    pem = ssl.get_server_certificate(('127.0.0.1', b.https))
    key = box.run('openssl', 'x509', '-pubkey', '-noout', input=pem).stdout
    spki = base64.b64decode(''.join(key.splitlines()[1:-1]))
    assert d['tls'] == hashlib.sha256(spki).hexdigest()
    b.plictl('reload')
    assert ask(b, 'GET', '/.well-known/pli') == (200, text)


def test_from_a_code_to_mail(b, keys):
    code = code_of(b, 'add', 'carol@example.org')
    assert code['address'] == 'carol@example.org'
    assert code['host'] == f'mail.example.org:{b.https}'
    assert rcpt(b, 'carol@example.org') == 450
    assert 'WAITING' in b.plictl('user', 'list').stdout
    assert b.plictl('check', 'store').returncode == 0
    status, is_ = pair(b, code['token'], keys[0])
    assert status == 200 and is_['account'] == 'carol@example.org'
    assert document(is_['identity'])['tls'] == code['tls'].hex()
    assert rcpt(b, 'carol@example.org') == 250
    imap(b, 'carol@example.org/laptop', 'a password').logout()
    # once
    status, is_ = pair(b, code['token'], keys[0], device='second')
    assert (status, is_['error']) == (403, 'wrong-code')
    # the token is nowhere on the box
    for root, _, files in os.walk(b.dir):
        for f in files:
            if not os.path.isfile(os.path.join(root, f)):
                continue
            with open(os.path.join(root, f), 'rb') as data:
                all_ = data.read()
            assert bytes.fromhex(code['token']) not in all_
            assert code['token'].encode() not in all_


def test_a_second_code_for_the_same_certificate_alone(b, keys):
    code = code_of(b, 'pair', 'carol@example.org')
    status, is_ = pair(b, code['token'], keys[1], device='phone')
    assert (status, is_['error']) == (409, 'cert-other')
    status, is_ = pair(b, code['token'], keys[0], device='laptop')
    assert (status, is_['error']) == (409, 'device-exists')
    # neither has used it up
    assert pair(b, code['token'], keys[0], device='phone')[0] == 200


def test_a_new_code_replaces_the_old(b, keys):
    old = code_of(b, 'pair', 'carol@example.org')
    code_of(b, 'pair', 'carol@example.org')
    assert pair(b, old['token'], keys[0], device='x')[0] == 403


def test_a_code_ends(make_box, keys):
    b = make_box()
    code = code_of(b, 'add', 'carol@example.org')
    b.halt()
    db = sqlite3.connect(b.dir + '/var/lib/plid/store/mail.db')
    assert db.execute('UPDATE pairings SET expires = expires - 600').rowcount
    db.commit()
    db.close()
    b.start()
    status, is_ = pair(b, code['token'], keys[0])
    assert (status, is_['error']) == (403, 'wrong-code')


def test_two_at_once_are_one(b, keys):
    code = code_of(b, 'pair', 'carol@example.org')
    got = []
    both = [threading.Thread(target=lambda n=n: got.append(
        pair(b, code['token'], keys[0], device=f'twin{n}')[0]))
        for n in range(4)]
    for t in both:
        t.start()
    for t in both:
        t.join()
    assert sorted(got) == [200, 403, 403, 403]
    assert sum('twin' in r.get('device', '') for r in
               shown(b, 'carol@example.org')) == 1


@pytest.mark.parametrize('body', [
    '', '{', '[]', '{}', '"x"', '{"token": 1}', '{"token": "00"}',
    '{"token": "' + '0' * 32 + '", "token": "' + '0' * 32 + '"}',
    '\x00', '{"token": "' + 'A' * 32 + '"}', '[' * 100000])
def test_malformed_json(b, body):
    status, is_ = ask(b, 'POST', '/pli/pair', body)
    assert (status, is_['error']) == (400, 'bad-request')


@pytest.mark.parametrize('change,status', [
    ({'device': ''}, 422), ({'device': 'x' * 65}, 422), ({'device': 7}, 422),
    ({'device': 'a/b'}, 422), ({'device': 'a@b'}, 422),
    ({'device': 'a\nb'}, 422),
    ({'credential': {}}, 422), ({'credential': None}, 422),
    ({'credential': {**verifier('x'), 'iterations': 0}}, 422),
    ({'credential': {**verifier('x'), 'iterations': 2 ** 32}}, 422),
    ({'credential': {**verifier('x'), 'storedKey': 'AAAA'}}, 422),
    ({'credential': {**verifier('x'), 'salt': '*'}}, 422),
    ({'certificate': ''}, 400), ({'certificate': 7}, 400),
    ({'certificate': '*'}, 400), ({'certificate': 'A' * 300000}, 413),
    ({'certificate': 'AAAA'}, 422),
    ({'certificate': '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n'}, 422),
])
def test_what_is_refused_leaves_the_code_good(b, keys, change, status):
    code = code_of(b, 'pair', 'carol@example.org')
    rq = {**request(code['token'], keys[0], device='new'), **change}
    assert ask(b, 'POST', '/pli/pair', rq)[0] == status
    rq = request(code['token'], keys[0], device='new')
    assert ask(b, 'POST', '/pli/pair', rq)[0] == 200
    b.plictl('user', 'device', 'remove', 'carol@example.org', 'new')


def test_guesses_are_throttled(make_box, keys):
    b = make_box()
    code = code_of(b, 'add', 'carol@example.org')
    for _ in range(6):
        status, is_ = pair(b, os.urandom(16).hex(), keys[0])
        assert (status, is_['error']) == (403, 'wrong-code')
    # auth's line of that network: longer than it waits, and so refused
    got = []
    many = [threading.Thread(target=lambda: got.append(pair(
        b, os.urandom(16).hex(), keys[0])[0])) for _ in range(24)]
    for t in many:
        t.start()
    for t in many:
        t.join()
    assert 503 in got and set(got) <= {403, 503}
    healthy(b)
    box.wait_for(lambda: pair(b, code['token'], keys[0])[0] == 200, 60)


def test_devices_of_the_owner(b):
    me = ('carol@example.org/laptop', 'a password')
    assert ask(b, 'GET', '/pli/device')[0] == 401
    assert ask(b, 'GET', '/pli/device', login=(me[0], 'wrong'))[0] == 401
    new = {'device': 'tablet é', 'credential': verifier('of tablet')}
    assert ask(b, 'POST', '/pli/device', new)[0] == 401
    status, is_ = ask(b, 'POST', '/pli/device', new, login=me)
    assert status == 200
    by = {d['device']: d for d in is_['devices']}
    assert by['laptop']['used'] > 0 and by['laptop']['used'] % 86400 == 0
    assert by['tablet é']['used'] == 0 < by['tablet é']['created']
    status, is_ = ask(b, 'POST', '/pli/device', new, login=me)
    assert (status, is_['error']) == (409, 'device-exists')
    assert ask(b, 'DELETE', '/pli/device/nosuch', login=me)[0] == 404
    assert ask(b, 'DELETE', '/pli/device/' + 'x' * 65, login=me)[0] == 404
    status, is_ = ask(b, 'DELETE', '/pli/device/tablet%20%C3%A9', login=me)
    assert status == 200
    assert 'tablet é' not in [d['device'] for d in is_['devices']]
    rows = [r for r in shown(b, 'carol@example.org') if 'device' in r]
    assert {'laptop', 'phone'} <= {r['device'] for r in rows}
    out = b.plictl('user', 'show', 'carol@example.org').stdout
    assert 'laptop, since ' in out and ', last used ' in out


def test_a_code_for_another_device(b, keys):
    """Made by a device for its own account: once, ten minutes, a few."""
    me = ('carol@example.org/laptop', 'a password')
    token = os.urandom(16)

    def code(token, **kw):
        hash = base64.b64encode(hashlib.sha256(token).digest()).decode()
        return ask(b, 'POST', '/pli/device-code', {'hash': hash}, **kw)

    assert code(token)[0] == 401
    assert ask(b, 'GET', '/pli/device-code', login=me)[0] == 405
    for bad in ({}, {'hash': 'AAAA'}, {'hash': 5}, {'hash': 'A' * 60}):
        assert ask(b, 'POST', '/pli/device-code', bad, login=me)[0] == 400
    status, is_ = code(token, login=me)
    assert status == 200 and 'laptop' in [d['device'] for d in is_['devices']]
    status, is_ = pair(b, token.hex(), keys[0], device='by laptop')
    assert (status, is_['account']) == (200, 'carol@example.org')
    assert pair(b, token.hex(), keys[0], device='again')[1]['error'] == \
        'wrong-code'
    # the last one alone is good
    first, last = os.urandom(16), os.urandom(16)
    assert code(first, login=me)[0] == code(last, login=me)[0] == 200
    assert pair(b, first.hex(), keys[0], device='x')[0] == 403
    assert pair(b, last.hex(), keys[0], device='of last')[0] == 200
    got = [code(os.urandom(16), login=me) for _ in range(3)]
    assert [s for s, _ in got] == [200, 200, 429]
    assert got[2][1]['error'] == 'codes-many'
    # the operator's are not counted
    token = code_of(b, 'pair', 'carol@example.org')['token']
    assert pair(b, token, keys[0], device='of operator')[0] == 200


@pytest.mark.parametrize('by', ['plictl', 'itself'])
def test_a_removed_device_ends_at_once(b, by):
    me = ('carol@example.org/laptop', 'a password')
    lost = ('carol@example.org/lost', 'of lost')
    new = {'device': 'lost', 'credential': verifier(lost[1])}
    assert ask(b, 'POST', '/pli/device', new, login=me)[0] == 200
    other, mine = imap(b, *lost), imap(b, *me)
    assert other.select('INBOX')[0] == mine.select('INBOX')[0] == 'OK'
    if by == 'plictl':
        b.plictl('user', 'device', 'remove', 'carol@example.org', 'lost')
    else:
        assert ask(b, 'DELETE', '/pli/device/lost', login=lost)[0] == 200
    with pytest.raises(imaplib.IMAP4.error):
        for _ in range(2):
            if other.select('INBOX')[0] != 'OK':
                raise imaplib.IMAP4.error('refused')
    with pytest.raises(imaplib.IMAP4.error):
        imap(b, *lost)
    # other devices notice nothing
    assert mine.select('INBOX')[0] == 'OK'
    mine.logout()


def test_the_qr_on_a_terminal(b, build, tmp_path):
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(build + '/ctl/plictl', ['plictl', '-p', b.dir, 'user',
                  'pair', 'carol@example.org'],
                  {**os.environ, 'LC_ALL': 'C'})
    text = b''
    try:
        while more := os.read(fd, 65536):
            text += more
    except OSError:
        pass
    os.waitpid(pid, 0)
    text = text.decode()
    assert '\u2588' in text and '\033[97;40m' in text
    code = [l for l in text.split() if l.startswith('pli1:')]
    assert len(code) == 1
    assert decode(code[0])['address'] == 'carol@example.org'


def test_french(b, build):
    out = subprocess.run([build + '/ctl/plictl', '-p', b.dir, 'user', 'pair',
                          'carol@example.org'], capture_output=True,
                         text=True, env={**os.environ, 'LC_ALL': 'fr'})
    assert out.returncode == 0 and 'dix minutes' in out.stdout
    out = b.plictl('user', 'pair', 'nobody@example.org', ok=False)
    assert out.returncode == 1 and out.stderr
