"""Mail that others made comes to homes that have the suites' keys: what is
shown of it, and what is said of its protection.
"""
import base64, email, email.policy, html.parser, json, os, pathlib, re
import subprocess
import urllib.request
import pytest

import box as lib
import home
from test_home import until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
ROOT = pathlib.Path(home.ROOT)
SUITES = pathlib.Path(os.environ.get('PLI_SUITES') or next(
    (p / 'shared/suites' for p in ROOT.parents
     if (p / 'shared/suites').is_dir()), '/nowhere'))
CHAT = SUITES / 'pgpmime-deltachat/test-data'
INTEROP = SUITES / ('pgp-interop-testcases/tests/openpgp-interop/testcases/'
                    'messages')
SHOWN = ('subject', 'from', 'messageId', 'header:Pli-Status:asText',
         'header:X-Case:asText', 'preview')


def crlf(raw):
    """As it is sent: without the line before the header that mbox has."""
    raw = re.sub(rb'\AFrom [^\n]*\n', b'', raw)
    return raw.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')


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


def arrive(b, h, mails):
    """{name: octets} -> {name: what the mirror shows}.  By X-Case they are
    known again."""
    b.deliver([f'X-Case: {name}\r\n'.encode() + crlf(raw)
               for name, raw in mails.items()], to=h.me)
    c = h.client()

    def all_there():
        got = {e['header:X-Case:asText']: e for e in c.emails(*SHOWN)}
        got = {(n or '').strip(): e for n, e in got.items()}
        return got if set(mails) <= set(got) else None
    found = until(all_there, 120)
    found = {n: found[n] for n in mails}
    for e in found.values():
        e['status'] = (e['header:Pli-Status:asText'] or '').strip()
        e['raw'] = c.raw(e['id'])
    return found


def page(h, e):
    """As the webmail's frame gets it."""
    word = base64.b64encode(f'{h.me}:{home.PASSWORD}'.encode()).decode()
    with urllib.request.urlopen(urllib.request.Request(
            f'http://127.0.0.1:{h.port("http-clear")}/view/{e["id"]}',
            headers={'Authorization': 'Basic ' + word})) as r:
        assert "default-src 'none'" in r.headers['Content-Security-Policy']
        return r.read().decode()


class Active(html.parser.HTMLParser):
    """What in a page could do more than be read."""
    NEVER = {'script', 'iframe', 'object', 'embed', 'form', 'input', 'button',
             'link', 'svg', 'math', 'audio', 'video', 'textarea', 'frame',
             'applet', 'portal', 'template', 'noscript'}

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in self.NEVER:
            self.found.append(tag)
        for name, value in attrs:
            value = value or ''
            if name.startswith('on') or name in ('srcdoc', 'formaction'):
                self.found.append((tag, name))
            if name in ('href', 'src', 'background', 'poster', 'action') and \
                    not re.match('https?://|mailto:|data:image/', value):
                self.found.append((tag, name, value))
            if name in ('src', 'srcset', 'background', 'poster') and \
                    re.match('https?:|//', value):
                self.found.append((tag, name, value))
            if name == 'style' and re.search(r'url\(|expression|@import',
                                             value, re.I):
                self.found.append((tag, name, value))


def inert(text):
    found = Active(text).found
    assert not found, found


def words(text):
    body = text[text.index('<body>'):]
    return ' '.join(re.sub('<[^>]*>', ' ', body).split())


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
