#!/usr/bin/python3
"""gpg.py PGPTOOL: our own key, and messages, between us and gpg, both ways."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOOL = sys.argv[1]
NOW = int(time.time())
DAY = 86400
PASS = 'correct horse, été'
bad = 0


class Gpg:
    def __init__(self, room):
        self.home = room / 'gpg'
        self.home.mkdir(mode=0o700)

    def __call__(self, *args, input=b'', passphrase='', ok=True):
        got = subprocess.run(
            ['gpg', '--homedir', self.home, '--batch', '-q', '--status-fd',
             '2', '--trust-model', 'always', '--pinentry-mode', 'loopback',
             '--passphrase', passphrase, *map(str, args)], input=input,
            capture_output=True)
        if ok and got.returncode:
            print(args, got.stderr.decode())
            sys.exit(1)
        return got.stdout, got.stderr.decode()

    def end(self):
        subprocess.run(['gpgconf', '--homedir', self.home, '--kill', 'all'])


def tool(*words, input=b'', now=None):
    got = subprocess.run([TOOL, *map(str, words)], input=input,
                         capture_output=True,
                         env={**os.environ, 'PGPTOOL_NOW':
                              str(now or int(time.time()))})
    lines = [l for l in got.stderr.decode().splitlines()
             if not l.startswith('[')]
    return got.stdout, lines


def check(what, ok, *more):
    global bad
    if not ok:
        print('FAILED:', what, *more)
        bad += 1


def made(path, *words, **kwargs):
    out, lines = tool(*words, **kwargs)
    check(words[0], lines[0] == 'ok', lines)
    path.write_bytes(out)
    return path


def signed(lines):
    return [l.split()[1] for l in lines if l.startswith('signed')]


def dates(gpg, who):
    """Expiry of the key and of its subkey."""
    out = gpg('--with-colons', '--list-keys', who)[0].decode()
    return [l.split(':')[6] for l in out.splitlines()
            if l.startswith(('pub', 'sub'))]


def ours(gpg, room):
    """Alice's key is made here, goes to gpg, comes back, lives longer."""
    key = made(room / 'alice', 'generate', 'Alicé <alice@example.org>',
               NOW + 100 * DAY)
    made(room / 'alice.pub', 'public', key)
    asc = made(room / 'alice.asc', 'export', key, PASS)
    packets = gpg('--list-packets', input=asc.read_bytes())[0].decode()
    check('count', packets.count('65011712') == 2 and 'algo: 9' in packets,
          packets)
    gpg('--import', asc, passphrase=PASS)
    got, lines = tool('import', asc, 'wrong')
    check('wrong passphrase', lines[0] == 'passphrase' and not got, lines)
    back = made(room / 'back', 'import', asc, PASS)
    check('there and back', back.read_bytes() == key.read_bytes())
    exported = gpg('--export-secret-keys', '--armor', 'alice',
                   passphrase=PASS)[0]
    (room / 'from-gpg').write_bytes(exported)
    back = made(room / 'back', 'import', room / 'from-gpg', PASS)
    longer = made(room / 'longer', 'extend', key, NOW + 1000 * DAY,
                  now=NOW + 60)
    gpg('--import', made(room / 'longer.pub', 'public', longer,
                         now=NOW + 60))
    check('extended', dates(gpg, 'alice') == [str(NOW + 1000 * DAY)] * 2,
          dates(gpg, 'alice'))
    # it has expired meanwhile
    late = made(room / 'late', 'extend', key, NOW + 900 * DAY,
                now=NOW + 200 * DAY)
    made(room / 'late.pub', 'public', late)
    return key


def theirs(gpg, room):
    """Keys that gpg made, and what it exports of them."""
    for kind, main, sub in (('ed', 'ed25519', 'cv25519'),
                            ('rsa', 'rsa3072', 'rsa3072'),
                            ('nist', 'nistp256', 'nistp256')):
        who = f'{kind}@example.org'
        gpg('--quick-gen-key', f'Bob <{who}>', main, 'sign', 'never',
            passphrase=PASS)
        out = gpg('--with-colons', '--list-keys', who)[0].decode()
        fpr = re.search(r'^fpr:+(\w+):', out, re.M)[1]
        gpg('--quick-add-key', fpr, sub, 'encrypt', '2y', passphrase=PASS)
        (room / f'{kind}.asc').write_bytes(gpg(
            '--export-secret-keys', '--armor', who, passphrase=PASS)[0])
        (room / f'{kind}.pub').write_bytes(gpg('--export', who)[0])
        made(room / kind, 'import', room / f'{kind}.asc', PASS)
        yield kind
    stub = gpg('--export-secret-subkeys', 'ed@example.org',
               passphrase=PASS)[0]
    (room / 'stub').write_bytes(stub)
    check('stub', tool('import', room / 'stub', PASS)[1][0] == 'stub')
    check('public', tool('import', room / 'ed.pub', '')[1][0] == 'public')
    both = gpg('--export-secret-keys', passphrase=PASS)[0]
    (room / 'both').write_bytes(both)
    check('several', tool('import', room / 'both', PASS)[1][0] == 'several')


def letters(gpg, room, kind):
    """Alice writes to Bob, who uses gpg, and Bob to Alice."""
    text = os.urandom(70000)
    out, lines = tool('message', room / 'alice', room / 'alice.pub',
                      room / f'{kind}.pub', input=text)
    check('message', lines == ['ok'], lines)
    got, status = gpg('-d', input=out, passphrase=PASS)
    check('gpg opens', got == text and 'GOODMDC' in status and
          'GOODSIG' in status and 'DECRYPTION_INFO 2 9' in status, status)
    who = f'{kind}@example.org'
    for words, want in ((['-se'], ['good']), (['-e'], []),
                        (['-se', '--throw-keyids'], ['good']),
                        (['-se', '-z', '9'], ['good']),
                        (['-se', '--digest-algo', 'SHA1'], ['weak'])):
        (room / 'in').write_bytes(gpg('-u', who, '-r', 'alice', *words,
                                      input=text, passphrase=PASS)[0])
        got, lines = tool('open', room / 'alice', room / f'{kind}.pub',
                          room / 'in')
        check(words, got == text and signed(lines) == want and
              'mode cfb-mdc' in lines, lines)
        if kind != 'ed':
            break
    else:
        got, lines = tool('open', room / kind, '/dev/null', room / 'in')
        check('not for Bob', not got and lines[0] == 'no-key', lines)
    if kind == 'ed':
        detached(gpg, room, kind)


def detached(gpg, room, kind):
    text, sig = room / 'text', room / 'sig'
    text.write_bytes(b'Content-Type: text/plain\r\n\r\nhello\r\n')
    made(sig, 'detached', room / 'alice', input=text.read_bytes())
    check('gpg verifies', 'GOODSIG' in gpg('--verify', sig, text)[1])
    sig.write_bytes(gpg('-b', '--armor', '-u', f'{kind}@example.org',
                        input=text.read_bytes(), passphrase=PASS)[0])
    for certs, words in ((f'{kind}.pub', ['good']), ('alice.pub', ['unknown'])):
        got = signed(tool('verify', room / certs, text, sig)[1])
        check('verified', got == words, got)
    text.write_bytes(text.read_bytes().replace(b'hello', b'hallo'))
    got = signed(tool('verify', room / f'{kind}.pub', text, sig)[1])
    check('changed text', got == ['bad'], got)


def never(gpg, room):
    """What must not be shown."""
    text = b'pay 100 to Mallory ' * 1000
    one = gpg('-r', 'alice', '-e', '-z', '0', input=text)[0]
    for at in (len(one) // 2, len(one) - 3):
        (room / 'in').write_bytes(one[:at] + bytes([one[at] ^ 1]) +
                                  one[at + 1:])
        got, lines = tool('open', room / 'alice', '/dev/null', room / 'in')
        check('tampered', not got and lines[0] == 'tampered', lines)
    (room / 'in').write_bytes(one[:-30])
    got, lines = tool('open', room / 'alice', '/dev/null', room / 'in')
    check('cut', not got and lines[0] in ('tampered', 'broken'), lines)
    (room / 'in').write_bytes(gpg('--rfc2440', '--cipher-algo', 'AES256',
                                  '--disable-mdc', '-r', 'alice', '-e',
                                  input=text)[0])
    got, lines = tool('open', room / 'alice', '/dev/null', room / 'in')
    if 'mode cfb' in lines:
        check('no protection', not got and lines[0] == 'unprotected', lines)
    (room / 'in').write_bytes(gpg('-s', '-u', 'ed@example.org',
                                  passphrase=PASS, input=text)[0])
    got, lines = tool('open', room / 'alice', room / 'ed.pub', room / 'in')
    check('only signed', not got and lines[0] == 'clear', lines)
    (room / 'in').write_bytes(text)
    got, lines = tool('open', room / 'alice', '/dev/null', room / 'in')
    check('no message', not got and lines[0] == 'broken', lines)
    bombs(gpg, room)


def bombs(gpg, room):
    text = bytes(40 << 20)
    one = gpg('-r', 'alice', '-e', '--compress-algo', 'zlib', input=text)[0]
    (room / 'in').write_bytes(one)
    got, lines = tool('open', room / 'alice', '/dev/null', room / 'in')
    check('bomb', not got and lines[0] == 'big', lines, len(one))
    (room / 'in').write_bytes(gpg('-r', 'alice', '-e', input=b'x' * 5000)[0])
    got, lines = tool('open', room / 'alice', '/dev/null', room / 'in', 4999)
    check('past the limit', not got and lines[0] == 'big', lines)
    got, lines = tool('open', room / 'alice', '/dev/null', room / 'in', 5000)
    check('at the limit', len(got) == 5000, lines)


def ends(gpg, room):
    """Expired and revoked keys."""
    text = b'hello'
    (room / 'in').write_bytes(tool('message', room / 'alice',
                                   room / 'ed.pub', input=text)[0])
    for when, want in ((NOW + DAY, 'good'), (NOW + 200 * DAY, 'expired-key')):
        got, lines = tool('open', room / 'ed', room / 'alice.pub',
                          room / 'in', now=when)
        check('expired', got == text and signed(lines) == [want], lines)
    # mail of old times opens with the expired key
    (room / 'in').write_bytes(gpg('-r', 'alice', '-e', input=text)[0])
    got, lines = tool('open', room / 'alice', '/dev/null', room / 'in',
                      now=NOW + 200 * DAY)
    check('expired, still opens', got == text, lines)
    out, lines = tool('message', '/dev/null', room / 'ed.pub',
                      room / 'alice.pub', input=text, now=NOW + 200 * DAY)
    check('recipient expired', not out and lines == ['bad 1 expired',
                                                     'recipient'], lines)
    rev = made(room / 'rev', 'revocation', room / 'alice')
    (room / 'in').write_bytes(tool('message', room / 'alice',
                                   room / 'ed.pub', input=text)[0])
    gpg('--import', rev)
    listed = gpg('--with-colons', '-k', 'alice')[0].decode()
    check('gpg sees it', '\npub:r:' in listed, listed)
    (room / 'revoked.pub').write_bytes(gpg('--export', 'alice')[0])
    got, lines = tool('open', room / 'ed', room / 'revoked.pub', room / 'in')
    check('revoked', signed(lines) == ['revoked-key'], lines)
    out, lines = tool('message', '/dev/null', room / 'revoked.pub',
                      input=text)
    check('recipient revoked', not out and lines[0] == 'bad 0 revoked', lines)


def main():
    room = pathlib.Path(tempfile.mkdtemp(prefix='p-', dir='/tmp'))
    gpg = Gpg(room)
    try:
        ours(gpg, room)
        for kind in theirs(gpg, room):
            letters(gpg, room, kind)
        never(gpg, room)
        ends(gpg, room)
    finally:
        gpg.end()
        shutil.rmtree(room, ignore_errors=True)
    return 1 if bad else 0


sys.exit(main())
