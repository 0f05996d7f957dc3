#!/usr/bin/python3
"""agent.py AGENT: the real agent, asked as pli and sync ask it.

What it makes, gpg reads; a message that kills its child costs that message;
locked is locked; and strace sees neither socket nor file.
"""
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'lib'))
import agent as lib
from agent import Agent, signatures

PROGRAM = sys.argv[1]
PASS = 'a long passphrase of several words'
ME = 'alice@example.org'
SANE = 'build-rel' not in PROGRAM


def check(what, *more):
    if not what:
        raise AssertionError(more)


def makes_and_unlocks(a):
    check(a.refusal(a.sync, 'get', kind=lib.DEVICE) == 'locked')
    check(a.refusal(a.sync, 'open', [b'x', b'']) == 'locked')
    check(a.refusal(a.pli, 'extend', expires=0) == 'locked')
    got = a.good(a.pli, 'make', [b''], how=lib.NEW, address=ME, name='Alice',
                 passphrase=PASS, expires=int(time.time()) + 86400 * 900)
    file = got['file']
    check(file.startswith(b'pli-keys') and ME.encode() not in file)
    status = a.good(a.pli, 'status')
    check(status['unlocked'] and status['address'] == ME.encode(), status)
    check(status['user_id'] == f'Alice <{ME}>'.encode(), status)
    check(a.good(a.pli, 'lock')['unlocked'] == 0)
    check(a.answer(a.sync)[0] == 'status_is')       # it is told, too
    check(a.refusal(a.sync, 'open', [b'x', b'']) == 'locked')
    return file


def wrong_files(a, file):
    for damaged, why in ((file[:-1], 'damaged'), (file[1:], 'no-container'),
                         (b'', 'no-container'),
                         (file[:9] + b'\1' + file[10:], 'newer'),
                         (file[:90] + b'?' + file[91:], 'damaged')):
        check(a.refusal(a.pli, 'unlock', [damaged], passphrase=PASS) == why,
              why)
    check(a.refusal(a.pli, 'unlock', [file], passphrase='x') == 'passphrase')
    got = a.good(a.pli, 'unlock', [file], passphrase=PASS)
    check(len(got['file']) == 64 and got['weak'] == 0)
    return got['file']


def records(a, file, keys):
    got = a.good(a.pli, 'set', kind=lib.DEVICE, value='user:secret')
    check(a.good(a.sync, 'get', kind=lib.DEVICE)['value'] == b'user:secret')
    a.good(a.pli, 'lock'), a.answer(a.sync)
    again = a.good(a.pli, 'unlock', [got['file']], passphrase=PASS)
    check(again['file'] == keys)
    check(a.good(a.sync, 'get', kind=lib.DEVICE)['value'] == b'user:secret')
    check(a.refusal(a.pli, 'rekey', passphrase='x', next='y') == 'passphrase')
    got = a.good(a.pli, 'rekey', passphrase=PASS, next='other words')
    check(a.refusal(a.pli, 'unlock', [got['file']], passphrase=PASS) ==
          'passphrase')
    a.good(a.pli, 'unlock', [file], passphrase=PASS)
    later = int(time.time()) + 86400 * 2000
    got = a.good(a.pli, 'extend', expires=later)
    check(a.good(a.pli, 'status')['expires'] == later)
    check(a.refusal(a.pli, 'extend', expires=1000) == 'name')


def messages(a, gpg):
    cert = a.good(a.pli, 'give', what=lib.CERTIFICATE)['file']
    check(a.good(a.sync, 'get', kind=lib.GET_CERTIFICATE)['value'] == cert)
    gpg('--import', input=cert)
    gpg('--quick-gen-key', '--passphrase', '', 'bob@example.org',
        'future-default', 'default', 'never')
    bob = gpg('--export', 'bob@example.org')
    text = b'Content-Type: text/plain\r\n\r\nhello\r\n' + os.urandom(200000)
    got = a.good(a.sync, 'write', [text, lib.recipients([cert, bob])], sign=1)
    check(got['file'].startswith(b'-----BEGIN PGP MESSAGE-----'))
    check(gpg('-d', input=got['file']) == text)
    sent = gpg('-u', 'bob@example.org', '-r', ME, '-se', input=text)
    opened = a.good(a.sync, 'open', [sent, bob])
    check(opened['file'] == text and opened['encrypted'] == 1 and
          opened['mode'] == b'cfb-mdc', opened)
    check([s[0] for s in signatures(opened['signed_by'])] == ['good'])
    opened = a.good(a.sync, 'open', [sent, b''])
    check([s[0] for s in signatures(opened['signed_by'])] == ['unknown'])
    sig = a.good(a.sync, 'write', [text, b''], sign=1, detached=1)['file']
    for other, want in ((text, 'good'), (text + b'.', 'bad')):
        got = a.good(a.sync, 'verify', [other, sig, cert])
        check([s[0] for s in signatures(got['signed_by'])] == [want], got)
    check(a.refusal(a.sync, 'open', [b'hello', b'']) == 'broken')
    check(a.refusal(a.sync, 'open', [sent[:-20] + b'x' * 20, b'']) ==
          'tampered')
    check(a.refusal(a.sync, 'open', [sent, b''], most=1000) == 'big')
    said, got = a.ask(a.sync, 'write', [text, lib.recipients([cert, b'no'])],
                      sign=1)
    check(said == 'refused' and got['detail'] == b'1 broken', got)
    check(a.refusal(a.sync, 'write', [text, b'\xff']) == 'malformed')
    return sent, text


def rsa(gpg):
    """Botan begins threads for it, which the sandbox of a child kills."""
    gpg('--quick-gen-key', 'rsa@example.org', 'rsa2048', 'default', 'never')
    key = re.search(rb'fpr:+(\w+)', gpg('--with-colons', '-k',
                                        'rsa@example.org'))[1].decode()
    gpg('--quick-add-key', key, 'rsa2048', 'encr', 'never')
    a = Agent(PROGRAM)
    a.good(a.pli, 'make', [gpg('--export-secret-keys', key)], how=lib.IMPORT,
           address='rsa@example.org', passphrase=PASS)
    cert = a.good(a.pli, 'give', what=lib.CERTIFICATE)['file']
    sent = gpg('-r', key, '-u', key, '-se', input=b'hello')
    got = a.good(a.sync, 'open', [sent, cert])
    check(got['file'] == b'hello')
    check([s[0] for s in signatures(got['signed_by'])] == ['good'])
    got = a.good(a.sync, 'write', [b'hello', lib.recipients([cert])], sign=1)
    check(gpg('-d', input=got['file']) == b'hello')
    check(a.end() == 0)


def without_integrity(a, gpg, text=b'pay Mallory'):
    """A packet of tag 9 (CFB, and nothing that tells of changes), which any
    reader could decrypt: with the session key of a message of gpg's."""
    whole = gpg('-r', ME, '-r', 'bob@example.org', '--cipher-algo', 'AES256',
                '-e', input=text)
    check(whole[0] == 0x84, whole[:2])
    packet = whole[:2 + whole[1]]
    key = bytes.fromhex(gpg('--show-session-key', '--status-fd', '1', '-d',
                            input=whole).split(b'SESSION_KEY 9:')[1]
                        .split()[0].decode())

    def cfb(iv, octets):
        c = Cipher(algorithms.AES(key), modes.CFB(iv)).encryptor()
        return c.update(octets) + c.finalize()
    first = os.urandom(16)
    head = cfb(bytes(16), first + first[-2:])
    literal = b'b\0\0\0\0\0' + text
    body = head + cfb(head[2:], b'\xcb' + bytes([len(literal)]) + literal)
    check(len(body) < 192)
    check(a.refusal(a.sync, 'open', [packet + b'\xc9' + bytes([len(body)]) +
                                     body, b'']) == 'unprotected')


def many(a, sent, text):
    """Several at once, answered in any order."""
    ids = {a.send(a.sync, 'open', [sent, b'']) for _ in range(8)}
    for _ in range(8):
        name, got = a.answer(a.sync)
        check(name == 'opened' and got['file'] == text, name)
        ids.remove(got['id'])
    check(not ids)


def children(pid):
    with open(f'/proc/{pid}/task/{pid}/children') as f:
        return [int(c) for c in f.read().split()]


def a_child_dies(a, sent, text):
    """Killed as by a crash, while it works at a message that is long."""
    long = [bytes(60 << 20), b'']
    for _ in range(2):
        while children(a.process.pid):          # earlier ones, unburied
            a.good(a.pli, 'status')
        number = a.send(a.sync, 'write', long, sign=1)
        while not (pids := children(a.process.pid)):
            check(a.process.poll() is None)
        os.kill(pids[0], signal.SIGSEGV)
        name, got = a.answer(a.sync)
        check(got['id'] == number and name == 'refused' and
              got['why'] == b'died', name)
        check(a.good(a.sync, 'open', [sent, b''])['file'] == text)
    # ASan makes an exit of the signal
    check(SANE or any('child-crashed' in l for l in a.logged()))


def not_allowed(a, file):
    """sync has no business with keys: it loses its channel."""
    for name, files in (('unlock', [file]), ('lock', []), ('give', []),
                        ('make', [b'']), ('set', []), ('extend', [])):
        b = Agent(PROGRAM)
        b.send(b.sync, name, files)
        check(b.sync.recv(100) == b'', name)
        check(b.good(b.pli, 'status')['unlocked'] == 0)
        check(b.end() == 0)


def locks_itself(file):
    a = Agent(PROGRAM)
    a.good(a.pli, 'unlock', [file], passphrase=PASS, idle=2)
    name, got = a.answer(a.pli)
    check(name == 'status_is' and got['id'] == 0 and not got['unlocked'])
    check(a.answer(a.sync)[0] == 'status_is')
    check(a.refusal(a.sync, 'open', [b'x', b'']) == 'locked')
    check(a.end() == 0)


def descriptors(pid):
    for fd in os.listdir(f'/proc/{pid}/fd'):
        try:
            yield os.readlink(f'/proc/{pid}/fd/{fd}')
        except FileNotFoundError:
            pass


def in_memory(a):
    """Locked, not dumped, and nothing of it in a file."""
    pid = a.process.pid
    with open(f'/proc/{pid}/status') as f:
        locked = int(re.search(r'VmLck:\s+(\d+) kB', f.read())[1])
    check(SANE or locked > 400, locked)     # ASan does not lock
    with open(f'/proc/{pid}/limits') as f:
        check(re.search(r'Max core file size\s+0\s+0', f.read()))
    until = time.time() + 30
    while strange := [to for to in descriptors(pid) if not to.startswith(
            ('socket:', 'anon_inode:', '/dev/null', '/dev/urandom', 'pipe:'))]:
        check(time.time() < until, strange)     # a text was just passed on
        time.sleep(0.05)


def strace(file, sent, text):
    """From the sandbox on: no socket but pairs, no file by name."""
    if SANE or not shutil.which('strace'):
        return
    out = tempfile.mktemp()
    a = Agent(PROGRAM, wrap=['strace', '-f', '-o', out, '-e',
                             'trace=socket,connect,bind,open,openat,creat,'
                             'execve,seccomp,prctl'])
    a.good(a.pli, 'unlock', [file], passphrase=PASS)
    check(a.good(a.sync, 'open', [sent, b''])['file'] == text)
    a.good(a.sync, 'write', [text, b''], sign=1)
    a.end()
    with open(out) as f:
        seen = f.read()
    os.unlink(out)
    after = seen.split('PR_SET_SECCOMP')[1].split('\n', 1)[1]
    calls = [l for l in after.splitlines()
             if re.search(r'(socket|connect|bind|open|openat|creat|execve)\(',
                          l)]
    check(not calls, calls)


def main():
    home = tempfile.mkdtemp(prefix='a-', dir='/tmp')

    def gpg(*words, input=b''):
        got = subprocess.run(
            ['gpg', '--homedir', home, '--batch', '-q', '--trust-model',
             'always', '--pinentry-mode', 'loopback', '--passphrase', '',
             *words], input=input, capture_output=True)
        check(got.returncode == 0, words, got.stderr.decode())
        return got.stdout

    a = Agent(PROGRAM)
    try:
        file = makes_and_unlocks(a)
        keys = wrong_files(a, file)
        records(a, file, keys)
        sent, text = messages(a, gpg)
        many(a, sent, text)
        rsa(gpg)
        without_integrity(a, gpg)
        in_memory(a)
        a_child_dies(a, sent, text)
        not_allowed(a, file)
        check(a.end() == 0)
        locks_itself(file)
        strace(file, sent, text)
    finally:
        a.process.kill()
        subprocess.run(['gpgconf', '--homedir', home, '--kill', 'all'])
        shutil.rmtree(home, ignore_errors=True)


main()
