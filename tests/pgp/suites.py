#!/usr/bin/python3
"""suites.py PGPTOOL: OpenPGP messages that others made ($PLI_SUITES).

pgp-interop-testcases, pgpmime-deltachat and pgp-rfc9580, as far as they are
about packets.  Each message is opened and says what its source expects, or is
in a list here with what the user is told instead, and why.
"""
import email
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOOL = sys.argv[1]
HERE = pathlib.Path(__file__).resolve()
SUITES = pathlib.Path(os.environ.get('PLI_SUITES') or next(
    (p / 'shared' / 'suites' for p in HERE.parents
     if (p / 'shared' / 'suites').is_dir()), '/nowhere'))
ROOM = pathlib.Path(tempfile.mkdtemp())
SKIP = 77
bad = 0


def tool(*words):
    got = subprocess.run([TOOL, *map(str, words)], capture_output=True)
    lines = got.stderr.decode(errors='replace').splitlines()
    # librnp's own complaints stand in brackets
    lines = [l for l in lines if not l.startswith('[')]
    return got.stdout, lines


def expect(what, got, want):
    global bad
    if got != want:
        print(f'{what}: {got!r}, not {want!r}')
        bad += 1


def imported(path, passphrase=''):
    """A file with the secret key, and the word."""
    key, lines = tool('import', path, passphrase)
    to = ROOM / (path.name + '.key')
    to.write_bytes(key)
    return to, lines[0] if lines else 'died'


# whose key cannot be taken (RSA of 1024 bits; the primary key left out), and
# the three whose key is not in the suite
INTEROP = {
    'gnupg-v1-001': 'weak', 'gnupg-v1-003': 'weak', 'gnupg-v1-002': 'stub',
    'camellia128-001': None, 'camellia192-001': None, 'camellia256-001': None,
}

# What librnp cannot read, and what its reader is told.
UNREAD = {
    'hp_legacy_display': 'unsupported',         # SEIPD v2 (RFC 9580)
    'text_symmetrically_encrypted': 'broken',   # a password alone, SEIPD v2
    'ndn_with_attachment': 'broken',            # cut by a bounce
    'plaintext-autocrypt-setup': 'no-key',      # a password alone
    'stress': 'no-key',                         # a password alone
}

# Who signed, and how it holds: the keys are in the suite.  Signatures that
# lie inside, in a multipart/signed, are not the packets' matter.
SIGNED = {
    'alice_to_bob_no_intended_recipient_fingerprint', 'encrypted-signed',
    'encrypted-group-without-id', 'encrypted_with_received_headers',
    'group-introduction-no-gossip', 'text_from_alice_encrypted',
    'verification-gossip-also-sent-to-from',
}


def signed(lines):
    return [l.split()[1] for l in lines if l.startswith('signed')]


def interop():
    folder = SUITES / 'pgp-interop-testcases/tests/openpgp-interop/testcases'
    if not folder.is_dir():
        return False
    for about in sorted(folder.glob('messages/*.json')):
        case = json.loads(about.read_text())
        name, message = about.stem, about.with_suffix('.asc')
        theirs = message.parent / case['decryptKey']
        if INTEROP.get(name, '') is None:
            expect(name, theirs.exists(), False)
            continue
        key, word = imported(theirs, case.get('passphrase', ''))
        expect(name + ' import', word, INTEROP.get(name, 'ok'))
        if word != 'ok':
            continue
        certs = '/dev/null'
        if case.get('verifyKey'):
            certs = message.parent / case['verifyKey']
        text, lines = tool('open', key, certs, message)
        expect(name, lines[0], 'ok')
        expect(name, text.decode(), case['textcontent'])
        expect(name, signed(lines), ['good'] if case.get('verifyKey') else [])
        expect(name, 'mode cfb-mdc' in lines, True)
    return True


def encrypted(message):
    """The armoured messages in its parts."""
    for part in message.walk():
        body = not part.is_multipart() and part.get_payload(decode=True)
        if body and b'-----BEGIN PGP MESSAGE' in body:
            yield body


def deltachat():
    folder = SUITES / 'pgpmime-deltachat/test-data'
    if not folder.is_dir():
        return False
    keys = {k.name: imported(k) for k in sorted((folder / 'key').iterdir())}
    for name, (_, word) in keys.items():
        # v6, post-quantum
        expect(name, word, 'version' if name.startswith('pqc') else 'ok')
    certs = ROOM / 'certs'
    certs.write_bytes(b''.join(tool('public', k)[0]
                               for k, word in keys.values() if word == 'ok'))
    ours = [keys[who + '-secret.asc'][0] for who in ('alice', 'bob')]
    seen = 0
    for path in sorted((folder / 'message').iterdir()):
        for body in encrypted(email.message_from_bytes(path.read_bytes())):
            seen += 1
            (ROOM / 'message').write_bytes(body)
            good = []
            for key in ours:
                if not good:
                    got = tool('open', key, certs, ROOM / 'message')
                    good = [got] if got[1][0] == 'ok' else []
            if not good:
                expect(path.name, got[1][0], UNREAD.get(path.stem))
                continue
            expect(path.name, path.stem in UNREAD, False)
            text, lines = good[0]
            expect(path.name, signed(lines),
                   ['good'] if path.stem in SIGNED else [])
            expect(path.name, text[:13] in (b'Content-Type:',
                                            b'This is a tes'), True)
    expect('messages', seen > 20, True)
    return True


def rfc9580():
    """v6 is said to be newer, or damaged, and never shown."""
    folder = SUITES / 'pgp-rfc9580'
    files = [p for p in folder.glob('**/A.*') if p.is_file()]
    for p in files:
        if b'BEGIN PGP MESSAGE' in p.read_bytes():
            text, lines = tool('open', '/dev/null', '/dev/null', p)
            expect(p.name, text, b'')
            expect(p.name, lines[0] in ('unsupported', 'broken', 'no-key'),
                   True)
        if b'PRIVATE KEY' in p.read_bytes():
            expect(p.name, imported(p)[1], 'version')
    return bool(files)


def main():
    found = [interop(), deltachat(), rfc9580()]
    shutil.rmtree(ROOM)
    if not any(found):
        return SKIP
    return 1 if bad else 0


sys.exit(main())
