"""Mail that others made comes to homes that have the suites' keys: what is
shown of it, and what is said of its protection.
"""
import base64, html, json, os, pathlib, re, subprocess
import pytest

import box as lib
import home
from arrive import arrive, crlf, framed, inert, page, words

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
ROOT = pathlib.Path(home.ROOT)
SUITES = pathlib.Path(os.environ.get('PLI_SUITES') or next(
    (p / 'shared/suites' for p in ROOT.parents
     if (p / 'shared/suites').is_dir()), '/nowhere'))
CHAT = SUITES / 'pgpmime-deltachat/test-data'
INTEROP = SUITES / ('pgp-interop-testcases/tests/openpgp-interop/testcases/'
                    'messages')


def here(path):
    if not path.exists():
        pytest.skip(f'{path.name} is not here')
    return path


@pytest.fixture(scope='module')
def homes(b, tmp_path_factory):
    """A home for a key of a suite, made when it is first asked for.  One at a
    time runs."""
    made = []

    def of(key, phrase='', contacts=()):
        if made and made[-1][0] == key:
            return made[-1][1]
        if made:
            made.pop()[1].stop()
        me = f'{os.urandom(4).hex()}@example.org'
        made.append((key, home.Home(b, me=me, key=str(key), phrase=phrase)))
        for who, cert in contacts:
            made[-1][1].pli('contact', 'add', who, str(cert))
        return made[-1][1]
    yield of
    for _, h in made:
        h.stop()


# --- Delta Chat's

# name: (which home, subject shown, start of Pli-Status, signature)
DELTACHAT = {
    'alice_to_bob_no_intended_recipient_fingerprint':
        ('bob', 'Message from alice@example.org', 'e2e', 'good'),
    'encrypted-group-without-id': ('bob', 'Group!', 'e2e', 'good'),
    'encrypted-signed': ('bob', 'Hi!', 'e2e', 'good'),
    'encrypted_with_received_headers':
        ('alice', 'Re: Message from alice@example.org', 'e2e', 'good'),
    'group-introduction-no-gossip': ('bob', 'Group!', 'e2e', 'good'),
    'text_from_alice_encrypted':
        ('bob', 'Message from alice@example.org', 'e2e', 'good'),
    'verification-gossip-also-sent-to-from':
        ('bob', 'Group', 'e2e', 'good'),
    'thunderbird_encrypted_unsigned': ('alice', 'Hello!', 'e2e', 'none'),
    # not protected inside: what is outside is shown
    'thunderbird_encrypted_unsigned_with_unencrypted_subject':
        ('bob', 'Hello!', 'e2e', 'none'),
    # signed inside (RFC 3156, 6.1): the fields of what is signed
    'rfc1847_encapsulation': ('bob', 'Hello, Bob!', 'e2e', 'good'),
    'messed_up_message_id': ('bob', 'Test', 'e2e', 'good'),
    'thunderbird_with_autocrypt': ('bob', 'Test', 'e2e', 'good'),
    'thunderbird_with_multiple_autocrypts':
        ('bob', 'Test', 'e2e', 'good'),
    # by another key of another Alice
    'thunderbird_encrypted_signed':
        ('bob', 'encrypted+signed', 'e2e', 'unknown'),
    'thunderbird_encrypted_signed_with_pubkey':
        ('bob', 'encrypted+signed+pubkey', 'e2e', 'unknown'),
}


def certificate(key, folder):
    """The public half of a key of a suite, in a file."""
    home = folder / 'gpg'
    home.mkdir(mode=0o700)
    gpg = ['gpg', '--homedir', str(home), '--batch', '-q', '--passphrase', '',
           '--pinentry-mode', 'loopback']
    subprocess.run([*gpg, '--import', str(key)], check=True)
    out = folder / 'certificate.asc'
    out.write_bytes(subprocess.run([*gpg, '--armor', '--export'], check=True,
                                   capture_output=True).stdout)
    subprocess.run(['gpgconf', '--homedir', str(home), '--kill', 'all'])
    return out


@pytest.mark.parametrize('who,other,address', [
    ('alice', 'bob', 'bob@example.net'), ('bob', 'alice', 'alice@example.org')])
def test_deltachat(b, homes, tmp_path, who, other, address):
    here(CHAT)
    h = homes(CHAT / f'key/{who}-secret.asc',
              contacts=[(address, certificate(
                  CHAT / f'key/{other}-secret.asc', tmp_path))])
    mails = {n: (CHAT / f'message/{n}.eml').read_bytes()
             for n, want in DELTACHAT.items() if want[0] == who}
    got = arrive(b, h, mails)
    wrong = []
    for name, e in got.items():
        _, subject, how, sig = DELTACHAT[name]
        said = (name, e['subject'], e['status'], e['preview'])
        if e['subject'] != subject or \
                not e['status'].startswith(how + ';') or \
                f'sig={sig}' not in e['status'].split('; '):
            wrong.append(said)
        inert(page(h, e))
    assert not wrong, wrong


# what cannot be read: tests/suites/README.md says why
LOCKED = {'hp_legacy_display': 'locked; why=unsupported',
          'v6': 'locked; why=unsupported',
          'camellia128-001': 'locked; why=no-key',
          'gnupg-v1-001': 'locked; why=no-key',
          'gnupg-v1-003': 'locked; why=no-key',
          # the box found more in it than a message for somebody's key
          'text_symmetrically_encrypted': 'sealed; ',
          'protonmail-repaired': 'sealed; '}
# signed in clear, over the whole; gpg says the same of them, and one has lost
# its signature's text
SIGNED = {'schleuder': 'bad', 'unencrypted_signed_simple': 'bad',
          'thunderbird_signed_unencrypted': 'unknown',
          'thunderbird_with_autocrypt_unencrypted': 'unknown'}


def test_in_clear(b, homes, tmp_path):
    """All that is not encrypted is sealed, and is what it was, to the octet."""
    here(CHAT)
    h = homes(CHAT / 'key/bob-secret.asc', contacts=[
        ('alice@example.org', certificate(CHAT / 'key/alice-secret.asc',
                                          tmp_path))])
    mails = {}
    for path in sorted((CHAT / 'message').iterdir()):
        raw = path.read_bytes()
        if path.stem not in {*DELTACHAT, *LOCKED} and path.suffix == '.eml' \
                and not raw.startswith(b'\n'):
            mails[path.stem] = raw
    got = arrive(b, h, mails)
    assert len(got) > 60
    wrong = []
    for n, e in got.items():
        sig = re.search('sig=([a-z-]+)', e['status'])
        if not e['status'].startswith('sealed;') or \
                not e['raw'].rstrip().endswith(crlf(mails[n]).rstrip()) or \
                (sig and sig[1]) != SIGNED.get(n):
            wrong.append((n, sig and sig[0]))
        plain = re.search(rb'(?m)^Subject: ([ -~]*)\r?$(?!\n[ \t])',
                          crlf(mails[n]).split(b'\r\n\r\n')[0])
        if plain and b'=?' not in plain[1]:
            assert e['subject'] == plain[1].decode().strip(), (n, e['subject'])
        inert(page(h, e))
    assert not wrong, wrong


# --- rpgp's collection

def cases():
    found = {}
    for path in sorted(INTEROP.glob('*.json')):
        case = json.loads(path.read_text())
        case['armour'] = path.with_suffix('.asc').read_text()
        if (INTEROP / case['decryptKey']).exists():
            found.setdefault(case['decryptKey'], {})[path.stem] = case
    return found


CASES = cases()


# keys that pli does not take, and what it says then
REFUSED = {'gnupg-v1-001-decrypt.asc': 'weaker than RSA of 2048 bits',
           'gnupg-v1-002-decrypt.asc': 'is elsewhere: on a card',
           'gnupg-v1-003-decrypt.asc': 'weaker than RSA of 2048 bits'}


@pytest.mark.parametrize('key', sorted(set(CASES) - set(REFUSED)))
def test_interop(b, homes, key):
    mine = CASES[key]
    h = homes(INTEROP / key, next(iter(mine.values()))['passphrase'])
    for c in mine.values():
        if 'verifyKey' in c:
            h.pli('contact', 'add', 'signer@case.example',
                  str(INTEROP / c['verifyKey']))
    got = arrive(b, h, {n: framed(c['armour']) for n, c in mine.items()})
    for n, e in got.items():
        if n.startswith('pgp-10-'):
            # a marker packet before it: the box took it for mail in clear
            assert e['status'].startswith('sealed;'), e['status']
            continue
        sig = 'good' if 'verifyKey' in mine[n] else 'none'
        assert re.match(f'e2e; cipher=[A-Z0-9]+; sig={sig}(;|$)',
                        e['status']), (n, e['status'])
        assert e['raw'].split(b'\r\n\r\n', 1)[1].decode() == \
            mine[n]['textcontent'], n
        inert(page(h, e))


@pytest.mark.parametrize('key', sorted(REFUSED))
def test_keys_refused(tmp_path, key):
    here(INTEROP)
    (tmp_path / 'phrase').write_text(home.PHRASE + '\n')
    (tmp_path / 'key').write_text('test\n')
    got = subprocess.run(
        [home.BUILD + '/user/pli/pli', '--home', str(tmp_path / 'home'),
         '--libexec', home.BUILD + '/user:' + home.BUILD + '/box',
         '--passphrase-file', str(tmp_path / 'phrase'), 'init', home.ME,
         '--import', str(INTEROP / key), '--key-passphrase-file',
         str(tmp_path / 'key'), '--sheet', 'none'], capture_output=True,
        text=True, stdin=subprocess.DEVNULL, start_new_session=True)
    assert got.returncode == 1 and REFUSED[key] in got.stderr, got.stderr


# --- what cannot be read


def test_locked(b, homes):
    here(CHAT)
    h = homes(CHAT / 'key/alice-secret.asc')
    mails = {}
    for n in LOCKED:
        for path in (CHAT / f'message/{n}.eml', INTEROP / f'{n}.asc'):
            if path.exists():
                mails[n] = path.read_bytes() if path.suffix == '.eml' else \
                    framed(path.read_text())
    mails['v6'] = framed((SUITES / 'pgp-rfc9580/src/tests/data/RFC9580/'
                          'A.8.5-v6pkesk-v2seipd').read_text())
    for n, e in arrive(b, h, mails).items():
        assert e['status'].startswith(LOCKED[n]), (n, e['status'])
        inert(page(h, e))


# --- RFC 9788

HP = ('E.1-text-legacy-display', 'E.2-html-legacy-display')


def gpg_of(g, *words, input=b''):
    got = subprocess.run(g.words + ['--trust-model', 'always', *words],
                         input=input, capture_output=True)
    assert got.returncode == 0, got.stderr
    return got.stdout


@pytest.fixture(scope='module')
def writer(homes, tmp_path_factory):
    """Writes to the home of Delta Chat's alice, who knows her."""
    here(CHAT)
    h = homes(CHAT / 'key/alice-secret.asc')
    g = lib.Gpg(str(tmp_path_factory.mktemp('writer')), 'alice@example.net')
    g.call('--import', input=h.pli('key', 'export').stdout)
    h.pli('contact', 'add', 'alice@example.net', g.cert)
    g.to = h.me
    yield g
    g.stop()


def encrypt(g, entity, sign=True, more=()):
    keys = re.findall('fpr:+([0-9A-F]+)', g.call(
        '--with-colons', '--fingerprint', 'alice@example.org').stdout)
    return gpg_of(g, '--armor', '-r', keys[0], '--encrypt', *more,
                  *(['--sign'] if sign else []), input=entity).decode()


def from_alice(armour, subject='...'):
    return framed(armour).replace(b'signer@case.example',
                                  b'alice@example.net').replace(
        b'Subject: ...', b'Subject: ' + subject.encode())


def test_rfc9788(b, homes, writer):
    at = here(SUITES / 'hp-rfc9788')
    h = homes(CHAT / 'key/alice-secret.asc')
    got = arrive(b, h, {n: from_alice(encrypt(
        writer, crlf((at / f'{n}.inner').read_bytes()))) for n in HP})
    for n, e in got.items():
        assert e['subject'] == 'Dinner plans', e
        assert e['from'] == [{'name': 'Alice', 'email': 'alice@example.net'}]
        assert 'sig=good' in e['status'], e['status']
        shown = page(h, e)
        inert(shown)
        want = ' '.join((at / f'{n}.rendered').read_text().split())
        assert html.unescape(words(shown)) == want
        assert b'HP-Outer' not in e['raw']


# --- attacks on sanitisers, as letters

def test_html(b, homes):
    here(CHAT)
    h = homes(CHAT / 'key/alice-secret.asc')
    payloads = [t['payload'] for t in json.loads(here(
        SUITES / 'html-xss-dompurify/expect.json').read_text())]
    loofah = (here(SUITES / 'html-xss-loofah') / 'test/assets/'
              'testdata_sanitizer_tests1.dat').read_text()
    payloads += [json.loads(t, strict=False) for t in re.findall(
        r'^ *"input": (".*"),?$', loofah, re.M)]
    got = arrive(b, h, {f'h{i}': (
        f'From: eve@example.net\r\nSubject: {i}\r\nMIME-Version: 1.0\r\n'
        'Content-Type: text/html; charset=utf-8\r\n'
        'Content-Transfer-Encoding: base64\r\n\r\n'
        + base64.encodebytes(p.encode(errors='replace')).decode()).encode()
        for i, p in enumerate(payloads)})
    assert len(got) == len(payloads) > 150
    for n, e in got.items():
        try:
            inert(page(h, e))
        except AssertionError:
            raise AssertionError(payloads[int(n[1:])])
