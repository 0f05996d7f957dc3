"""DKIM: the example of RFC 8463 to the octet, and messages of the corpora,
signed by us, verified by dkimpy.
"""
import base64, email, hashlib, json, subprocess

import pytest

import suites
import test_mime

dkim = pytest.importorskip('dkim')
nacl_signing = pytest.importorskip('nacl.signing')
MOST = 300

# RFC 8463, A.2
ED_KEY = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='


def crlf(raw):
    return raw.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')


def ask(words, texts):
    return suites.ask('dkimsign', words, texts)


def field(raw, n, tag):
    """A tag of the nth signature of a message."""
    m = email.message_from_bytes(raw)
    v = m.get_all('DKIM-Signature')[n]
    parts = dict(p.strip().split('=', 1) for p in v.split(';') if '=' in p)
    return ''.join(parts[tag].split())


def test_rfc8463_example():
    raw = (suites.folder('dkim-rfc8463') /
           'UnitTests/TestData/dkim/rfc8463-example.msg').read_bytes()
    raw = crlf(raw)
    body, ed, rsa = (bytes.fromhex(h) for h in ask(['content'], [raw])[0])
    digest = hashlib.sha256(body).digest()
    for n in range(2):
        assert base64.b64decode(field(raw, n, 'bh')) == digest
    key = nacl_signing.VerifyKey(base64.b64decode(ED_KEY))
    key.verify(hashlib.sha256(ed).digest(),
               base64.b64decode(field(raw, 0, 'b')))
    assert rsa.count(b'\r\n') == ed.count(b'\r\n')


@pytest.fixture(scope='module')
def keys(tmp_path_factory):
    """Two keys, and what their records are."""
    folder = tmp_path_factory.mktemp('dkim')
    records = {}
    for name, kind, words in (('pe1', 'ed25519', ['-algorithm', 'ed25519']),
                              ('pr1', 'rsa', ['-algorithm', 'RSA'])):
        path = str(folder / name)
        subprocess.run(['openssl', 'genpkey', *words, '-out', path],
                       check=True, capture_output=True)
        der = subprocess.run(['openssl', 'pkey', '-in', path, '-pubout',
                              '-outform', 'DER'], check=True,
                             capture_output=True).stdout
        p = base64.b64encode(der[-32:] if kind == 'ed25519' else der)
        records[f'{name}._domainkey.example.org.'.encode()] = (
            b'v=DKIM1; k=' + kind.encode() + b'; p=' + p)
    return [str(folder / 'pe1'), str(folder / 'pr1')], records


# Of which a message has one: RFC 5322, 3.6.  rspamd fails a signature where
# there are two, and submission refuses them.
ONCE = {b'from', b'sender', b'reply-to', b'to', b'cc', b'subject', b'date',
        b'message-id', b'in-reply-to', b'references', b'mime-version',
        b'content-type', b'content-transfer-encoding'}


def is_fit(raw):
    """Would submission take it?  A header, a From, no bare CR or LF."""
    head = raw.split(b'\r\n\r\n')[0]
    names = [l.split(b':')[0].strip().lower() for l in head.split(b'\r\n')
             if l[:1] not in (b' ', b'\t')]
    return (b'\r' not in raw.replace(b'\r\n', b'') and
            b'from' in names and all(names.count(n) < 2 for n in ONCE) and b'\0' not in raw and
            all(b':' in l or l[:1] in (b' ', b'\t')
                for l in head.split(b'\r\n')) and
            b'\r\n\r\n' in raw and not raw.startswith(b'From '))


def messages(suite):
    found = []
    for _, raw in test_mime.messages(suite):
        raw = crlf(raw)
        if is_fit(raw) and b'dkim-signature:' not in raw.lower():
            found.append(raw)
    return found[:MOST]


@pytest.mark.parametrize('suite', sorted(test_mime.CORPORA))
def test_dkimpy_verifies(suite, keys):
    raws = messages(suite)
    if not raws:
        pytest.skip('no message with a sound header')
    paths, records = keys
    for raw, fields in zip(raws, ask(['sign'] + paths, raws)):
        for n in range(2):
            assert verifies(bytes.fromhex(fields) + raw, n, records), raw


@pytest.mark.parametrize('suite', sorted(test_mime.CORPORA))
def test_mail_dkim_verifies(suite, keys):
    """Perl's, which spamassassin and others use; it has no Ed25519."""
    if subprocess.run(['perl', '-MMail::DKIM', '-e1'],
                      capture_output=True).returncode:
        pytest.skip('no Mail::DKIM')
    raws = messages(suite)
    if not raws:
        pytest.skip('no message with a sound header')
    paths, records = keys
    signed = [bytes.fromhex(f) + r
              for r, f in zip(raws, ask(['sign'] + paths, raws))]
    done = subprocess.run(
        [suites.ROOT / 'tests/suites/dkimverify.pl',
         *(w.decode().rstrip('.') if n % 2 == 0 else w.decode()
           for pair in records.items() for n, w in enumerate(pair))],
        input=b''.join(b'%d\n' % len(m) + m for m in signed),
        capture_output=True, check=True)
    said = [dict(json.loads(l)) for l in done.stdout.splitlines()]
    assert len(said) == len(signed)
    for m, s in zip(signed, said):
        assert s['rsa-sha256'] == 'pass', m


def verifies(message, n, records):
    try:
        return dkim.DKIM(message).verify(
            n, dnsfunc=lambda name, **kw: records[name])
    except dkim.ValidationError:
        return False


def test_change_is_seen(keys):
    raw = b'From: a@example.org\r\nSubject: x\r\n\r\nbody\r\n'
    paths, records = keys
    fields = bytes.fromhex(ask(['sign'] + paths, [raw])[0])
    for other in (raw.replace(b'body', b'other'),
                  raw.replace(b': x', b': y'),
                  b'From: b@example.org\r\n' + raw,
                  b'To: b@example.org\r\n' + raw,
                  b'Content-Type: text/html\r\n' + raw):
        for n in range(2):
            assert not verifies(fields + other, n, records)
    assert verifies(fields + raw, 0, records)
