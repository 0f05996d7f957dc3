"""pli's keys: made, shown, exported, extended, revoked, lost and recovered;
gpg beside it, both ways."""
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import pytest

HERE = pathlib.Path(__file__).resolve()
ROOT = HERE.parents[2]
BUILD = ROOT / os.environ.get('PLI_BUILD', 'build')
sys.path.insert(0, str(HERE.parents[1] / 'lib'))
import agent as lib                                             # noqa: E402

ME = 'alice@example.org'
GOOD = 'correct horse battery staple'


class Pli:
    def __init__(self, room, lang='C'):
        self.room, self.lang = room, lang
        self.home = room / 'home'

    def word(self, name, text):
        path = self.room / name
        path.write_text(text + '\n')
        return path

    def __call__(self, *words, passphrase=GOOD, status=0, input=''):
        if passphrase is not None:
            words += ('--passphrase-file', self.word('p', passphrase))
        got = subprocess.run(
            [BUILD / 'user/pli/pli', '--home', self.home, '--libexec',
             BUILD / 'user', *map(str, words)], input=input,
            capture_output=True, text=True, start_new_session=True,
            env={**os.environ, 'LC_ALL': self.lang})
        assert got.returncode == status, got.stdout + got.stderr
        return got.stdout + got.stderr


class Gpg:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix='g-', dir='/tmp')

    def __call__(self, *words, input=b'', passphrase=''):
        got = subprocess.run(
            ['gpg', '--homedir', self.home, '--batch', '-q', '--trust-model',
             'always', '--pinentry-mode', 'loopback', '--passphrase',
             passphrase, *map(str, words)], input=input, capture_output=True)
        assert got.returncode == 0, got.stderr.decode()
        return got.stdout

    def end(self):
        subprocess.run(['gpgconf', '--homedir', self.home, '--kill', 'all'])
        shutil.rmtree(self.home, ignore_errors=True)


@pytest.fixture(scope='module')
def room():
    path = pathlib.Path(tempfile.mkdtemp(prefix='k-', dir='/tmp'))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope='module')
def pli(room):
    pli = Pli(room)
    said = pli('init', ME, '--name', 'Alice Martin')
    assert 'recovery.html' in said
    return pli


@pytest.fixture(scope='module')
def gpg():
    gpg = Gpg()
    yield gpg
    gpg.end()


def shown(pli, **kwargs):
    return json.loads(pli('-j', 'key', 'show', **kwargs))


def test_made(pli):
    folder = pli.home / ME
    assert sorted(p.name for p in folder.iterdir()) == ['keys',
                                                        'recovery.html']
    for path in (folder, *folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path
    key = shown(pli)
    assert key['address'] == ME and key['name'] == f'Alice Martin <{ME}>'
    assert key['encryption'] == 'ECDH Curve25519'
    assert 1000 < (key['expires'] - time.time()) / 86400 < 1100
    assert 'already' in pli('init', ME, status=1)
    data = (folder / 'keys').read_bytes()
    assert ME.encode() not in data and b'Alice' not in data


def test_wrong_and_damaged(pli):
    path = pli.home / ME / 'keys'
    whole = path.read_bytes()
    assert 'does not open' in pli('key', 'show', passphrase='x', status=1)
    path.write_bytes(whole[:-1])
    assert 'damaged' in pli('key', 'show', status=1)
    path.write_bytes(whole)
    said = Pli(pli.room, 'fr_FR.UTF-8')('key', 'show', passphrase='x',
                                        status=1)
    assert "n'ouvre pas" in said
    assert 'terminal' in pli('key', 'show', passphrase=None, status=1)


def test_weak_passphrases(pli, room):
    other = Pli(room)
    other.home = room / 'weak'
    said = other('init', ME, passphrase='password1', status=1)
    assert 'guessed' in said and 'nothing was done' in said
    assert not other.home.exists()


def test_gpg_takes_the_key(pli, gpg, room):
    pli('key', 'export', '--secret', '--export-passphrase-file',
        pli.word('e', 'exported'), room / 'secret.asc')
    pli('key', 'export', room / 'public.asc')
    gpg('--import', room / 'secret.asc', passphrase='exported')
    listed = gpg('--with-colons', '-K', ME).decode()
    assert shown(pli)['fingerprint'] in listed
    assert 'PRIVATE' not in (room / 'public.asc').read_text()
    assert 'already' in pli('key', 'export', room / 'public.asc', status=75)


def test_mail_both_ways(pli, gpg, room):
    """gpg opens what pli's agent writes with that key, and the reverse."""
    agent = lib.Agent(BUILD / 'user/agent/agent')
    agent.good(agent.pli, 'unlock', [(pli.home / ME / 'keys').read_bytes()],
               passphrase=GOOD)
    gpg('--quick-gen-key', 'bob@example.org', 'future-default', 'default',
        'never')
    bob = gpg('--export', 'bob@example.org')
    text = b'Content-Type: text/plain\r\n\r\nhello\r\n'
    sent = agent.good(agent.sync, 'write', [text, lib.recipients([bob])],
                      sign=1)['file']
    assert gpg('-d', input=sent) == text
    back = gpg('-u', 'bob@example.org', '-r', ME, '-se', input=text)
    got = agent.good(agent.sync, 'open', [back, bob])
    assert got['file'] == text
    assert [s[0] for s in lib.signatures(got['signed_by'])] == ['good']
    assert agent.end() == 0


def test_extend_and_revoke(pli, gpg, room):
    later = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 2e8))
    pli('key', 'extend', later)
    assert abs(shown(pli)['expires'] - time.time() - 2e8) < 86400
    assert 'to come' in pli('key', 'extend', '2001-01-01', status=1)
    gpg('--import', input=pli('key', 'export').encode())
    pli('key', 'revoke', room / 'revoked.asc', '--reason', 'compromised')
    gpg('--import', room / 'revoked.asc')
    assert b'\npub:r:' in gpg('--with-colons', '-k', ME)
    assert shown(pli)['fingerprint']        # here it stays


def test_passphrase(pli):
    pli('key', 'passphrase', '--new-passphrase-file',
        pli.word('n', 'purple monkey dishwasher lamp'))
    assert 'does not open' in pli('key', 'show', status=1)
    pli('key', 'passphrase', '--new-passphrase-file', pli.word('n', GOOD),
        passphrase='purple monkey dishwasher lamp')
    assert shown(pli)


def png(path, svg, scale=4):
    """The picture, drawn from the rectangles of the SVG (PGM: zbar takes
    it)."""
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    dark = {(int(x), int(y)) for x, y in
            re.findall(r'M(\d+) (\d+)h1v1h-1z', svg)}
    rows = []
    for y in range(side):
        row = b''.join((b'\0' if (x, y) in dark else b'\xff') * scale
                       for x in range(side))
        rows += [row] * scale
    path.write_bytes(b'P5 %d %d 255\n' % (side * scale, side * scale) +
                     b''.join(rows))


def sheet_of(text, room):
    """Words, what a scanner reads, and the letters: all from the page."""
    words = ' '.join(re.findall(r'<li>(\w+)</li>', text))
    scanned = []
    for i, svg in enumerate(re.findall(r'<svg.*?</svg>', text, re.S)):
        png(room / f'qr{i}.pgm', svg)
        got = subprocess.run(['zbarimg', '-q', '--raw', room / f'qr{i}.pgm'],
                             capture_output=True, text=True)
        assert got.returncode == 0, got.stderr
        scanned.append(got.stdout.strip())
    letters = '\n'.join(html.unescape(p) for p in
                        re.findall(r'<pre>(.*?)</pre>', text, re.S))
    return words, '\n'.join(scanned), letters


def recovered(room, name, words, copy, status=0, **kwargs):
    new = Pli(room)
    new.home = room / name
    said = new('recover', '--words-file', new.word('w', words),
               '--copy-file', new.word('c', copy), status=status, **kwargs)
    return new, said


@pytest.mark.skipif(not shutil.which('zbarimg'), reason='no zbarimg')
def test_recovery_rehearsed(pli, room):
    """A new machine, the sheet alone."""
    pli('key', 'sheet', room / 'sheet.html')
    text = (room / 'sheet.html').read_text()
    assert 'size: A4' in text and 'src=' not in text and ME in text
    words, scanned, letters = sheet_of(text, room)
    assert len(words.split()) == 12
    before = shown(pli)
    new, _ = recovered(room, 'scanned', words, scanned,
                       passphrase='a new passphrase for it')
    assert shown(new, passphrase='a new passphrase for it') == before
    typed = words.upper().replace(' ', ', ')
    new, _ = recovered(room, 'typed', typed, letters.lower())
    assert shown(new) == before
    # mistakes are named
    wrong = words.split()
    wrong[6] = 'babab' if wrong[6] != 'babab' else 'zuzuz'
    _, said = recovered(room, 'no', ' '.join(wrong), scanned, status=1)
    assert 'word 7' in said
    _, said = recovered(room, 'no', words[:-6], scanned, status=1)
    assert 'twelve' in said
    old = sheet_of((pli.home / ME / 'recovery.html').read_text(), room)
    _, said = recovered(room, 'no', old[0], scanned, status=1)
    assert 'not of this copy' in said
    _, said = recovered(room, 'no', words, 'hello', status=1)
    assert 'PLI1' in said
    assert not (room / 'no').exists()


def test_french_letter_sheet(pli, room):
    Pli(room, 'fr_FR.UTF-8')('key', 'sheet', room / 'fr.html', '--letter')
    text = (room / 'fr.html').read_text()
    assert 'size: letter' in text and 'Feuille de secours' in text


def test_imported_from_gpg(room, gpg):
    """A large RSA key: several QR codes."""
    gpg('--quick-gen-key', 'Carol <carol@example.org>', 'rsa3072', 'sign',
        'never', passphrase='of gpg')
    listed = gpg('--with-colons', '-k', 'carol').decode()
    fpr = re.search(r'^fpr:+(\w+):', listed, re.M)[1]
    gpg('--quick-add-key', fpr, 'rsa3072', 'encrypt', 'never',
        passphrase='of gpg')
    (room / 'carol.asc').write_bytes(gpg('--export-secret-keys', '--armor',
                                         'carol', passphrase='of gpg'))
    carol = Pli(room)
    carol.home = room / 'carol'
    args = ['init', 'carol@example.org', '--import', room / 'carol.asc']
    said = carol(*args, '--key-passphrase-file', carol.word('k', 'wrong'),
                 status=1)
    assert 'does not open' in said and not carol.home.exists()
    carol(*args, '--key-passphrase-file', carol.word('k', 'of gpg'))
    assert shown(carol)['fingerprint'] == fpr
    (room / 'pub.asc').write_bytes(gpg('--export', '--armor', 'carol'))
    said = carol('init', 'c@example.org', '--import', room / 'pub.asc',
                 status=1)
    assert 'public' in said
    if shutil.which('zbarimg'):
        text = (carol.home / 'carol@example.org/recovery.html').read_text()
        words, scanned, _ = sheet_of(text, room)
        assert scanned.count('PLI1:') > 2
        parts = scanned.split('\n')
        new, _ = recovered(room, 'carol2', words, '\n'.join(parts[::-1]))
        assert shown(new)['fingerprint'] == fpr
        _, said = recovered(room, 'no', words, '\n'.join(parts[1:]), status=1)
        assert 'part of the copy' in said


def test_help(pli):
    said = pli('--help', passphrase=None)
    for verb in ('init', 'recover', 'key show', 'key export', 'key extend',
                 'key passphrase', 'key revoke', 'key sheet'):
        assert verb in said
        assert 'examples' in pli(*verb.split(), '--help', passphrase=None)
        assert 'exemples' in Pli(pli.room, 'fr_FR.UTF-8')(
            *verb.split(), '--help', passphrase=None)
    assert 'no such command' in pli('key', 'shaw', passphrase=None, status=1)
    assert '--hame' in pli('key', 'show', '--hame', passphrase=None, status=1)
