#!/usr/bin/env python3
"""gpg.py - what seal makes, gpg opens; and what others' keys are good for.

usage: gpg.py SEAL_ONE SEAL

Keys of each kind are made by gpg in a folder of its own, messages of several
lengths sealed to them, and opened by gpg: whole, AES-256, with integrity
protection.  Then the certificates of a suite ($PLI_SUITES): each is taken or refused
with the word that is written here.
"""

import email
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ONE, SEAL = sys.argv[1], sys.argv[2]
HERE = pathlib.Path(__file__).resolve()
SUITES = os.environ.get('PLI_SUITES') or next(
    (str(p / 'shared' / 'suites') for p in HERE.parents
     if (p / 'shared' / 'suites').is_dir()), '/nowhere')

# kind, algorithm of the primary, of the subkey, the subkey's life, when made
KEYS = [
    ('rsa2048', 'rsa2048', 'rsa2048', 'never', None),
    ('rsa4096', 'rsa4096', 'rsa4096', 'never', None),
    ('ed25519', 'ed25519', 'cv25519', 'never', None),
    ('nistp256', 'nistp256', 'nistp256', 'never', None),
    ('nistp521', 'nistp521', 'nistp521', 'never', None),
    ('brainpool', 'brainpoolP256r1', 'brainpoolP256r1', 'never', None),
    ('expired', 'ed25519', 'cv25519', '10d', '20250101T000000'),
]
LENGTHS = [1, 100, 4096, 40000, 300000]

# pgp-interop-testcases/…/keys; gpg 2.2 would encrypt to the same ones
INTEROP = {
    'e2e-001': 'taken',
    'gnupg-v1-001': 'taken',
    'gnupg-v1-002': 'no-encryption',
    'gnupg-v1-003': 'taken',
    'gnupg-v1-004': 'no-encryption',
    'openkeychain-001': 'no-encryption',
    'pgp-6-5-001': 'taken',
    'subkey-001': 'no-encryption',
    'uid-001': 'no-encryption',
    'uid-002': 'no-encryption',
    'uid-003': 'no-encryption',
}


def run(*args, **kwargs):
    return subprocess.run(args, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, **kwargs)


class Gpg:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix='g-', dir='/tmp')

    def __call__(self, *args, when=None, **kwargs):
        time = ['--faked-system-time', when] if when else []
        return run('gpg', '--homedir', self.home, '--batch', '-q',
                   '--passphrase', '', '--pinentry-mode', 'loopback',
                   *time, *args, **kwargs)

    def make(self, kind, primary, sub, life, when):
        name = f'<{kind}@example.org>'
        self('--quick-gen-key', f'{kind} {name}', primary, 'sign', 'never',
             when=when)
        listed = self('--with-colons', '--list-keys', name).stdout.decode()
        fpr = [line.split(':')[9] for line in listed.splitlines()
               if line.startswith('fpr')][0]
        made = self('--quick-add-key', fpr, sub, 'encrypt', life, when=when)
        assert made.returncode == 0, made.stderr
        path = os.path.join(self.home, kind)
        with open(path, 'wb') as f:
            f.write(self('--export', '--armor', name).stdout)
        return path

    def end(self):
        run('gpgconf', '--homedir', self.home, '--kill', 'all')
        shutil.rmtree(self.home, ignore_errors=True)


def sealed(cert, text):
    """The two parts of the stored message; or the word of the refusal."""
    got = run(ONE, SEAL, cert, text)
    if got.returncode == 1:
        return got.stdout.decode().strip()
    assert got.returncode == 0, got.stderr
    message = email.message_from_bytes(got.stdout)
    assert message.get_content_type() == 'multipart/encrypted'
    assert message.get_param('protocol') == 'application/pgp-encrypted'
    assert message.keys()[0] == 'Pli-Seal'
    version, data = message.get_payload()
    assert version.get_content_type() == 'application/pgp-encrypted'
    assert version.get_payload().strip() == 'Version: 1'
    assert data.get_content_type() == 'application/octet-stream'
    return data.get_payload().encode()


def opens(gpg, cert, text):
    got = gpg('--status-fd', '2', '-d', input=sealed(cert, text))
    status = got.stderr.decode()
    with open(text, 'rb') as f:
        assert got.stdout == f.read(), status
    # 2: with MDC; 9: AES-256
    assert 'DECRYPTION_INFO 2 9' in status, status
    assert 'GOODMDC' in status and 'DECRYPTION_OKAY' in status, status


def own(gpg):
    text = os.path.join(gpg.home, 'text')
    for key in KEYS:
        cert = gpg.make(*key)
        for n in LENGTHS:
            with open(text, 'wb') as f:
                f.write(os.urandom(n))
            opens(gpg, cert, text)
        print('opened by gpg:', key[0])


def others():
    folder = os.path.join(SUITES, 'pgp-interop-testcases', 'tests',
                          'openpgp-interop', 'testcases', 'keys')
    if not os.path.isdir(folder):
        print('skipped: pgp-interop-testcases is not here')
        return 0
    bad = 0
    for name in sorted(os.listdir(folder)):
        kind, ext = os.path.splitext(name)
        if ext != '.asc':
            continue
        path = os.path.join(folder, name)
        got = sealed(path, path)
        word = got if isinstance(got, str) else 'taken'
        if word != INTEROP.get(kind):
            print(f'{kind}: {word}, not {INTEROP.get(kind)}')
            bad += 1
    return bad


def main():
    gpg = Gpg()
    try:
        own(gpg)
        return 1 if others() else 0
    finally:
        gpg.end()


sys.exit(main())
