"""agent.py - the real agent, and somebody who asks it (lib/ipc/msg_agent.h)."""
import fcntl
import os
import socket
import struct
import subprocess

SEALS = 0x1 | 0x2 | 0x4 | 0x8           # seal, shrink, grow, write

TYPES = ['', 'make', 'unlock', 'rekey', 'extend', 'set', 'give', 'lock',
         'status', 'get', 'open', 'verify', 'write', 'refused', 'container',
         'unlocked', 'given', 'status_is', 'value_is', 'opened', 'written']
NEW, IMPORT, RECOVER = range(3)
CERTIFICATE, PUBLIC, SECRET, REVOCATION, SHEET = range(5)
DEVICE, BOX, SETTINGS, GET_CERTIFICATE = 5, 6, 7, 64
ASK = [('Q', 'id')]
FIELDS = {
    'make': [*ASK, ('I', 'how'), ('I', 'idle'), ('Q', 'expires'),
             ('s', 'address'), ('s', 'name'), ('s', 'passphrase'),
             ('s', 'key_secret')],
    'unlock': [*ASK, ('I', 'idle'), ('s', 'passphrase')],
    'rekey': [*ASK, ('s', 'passphrase'), ('s', 'next')],
    'extend': [*ASK, ('Q', 'expires')],
    'set': [*ASK, ('I', 'kind'), ('s', 'value')],
    'give': [*ASK, ('I', 'what'), ('I', 'number'), ('s', 'passphrase'),
             ('s', 'protect')],
    'lock': ASK, 'status': ASK, 'verify': ASK,
    'get': [*ASK, ('I', 'kind')],
    'open': [*ASK, ('I', 'clear'), ('Q', 'most')],
    'write': [*ASK, ('I', 'sign'), ('I', 'detached')],
    'refused': [*ASK, ('I', 'verdict'), ('s', 'why'), ('s', 'detail')],
    'container': ASK, 'given': ASK, 'written': ASK,
    'unlocked': [*ASK, ('I', 'weak')],
    'status_is': [*ASK, ('I', 'unlocked'), ('s', 'address'),
                  ('s', 'fingerprint'), ('s', 'user_id'), ('s', 'algorithm'),
                  ('Q', 'created'), ('Q', 'expires')],
    'value_is': [*ASK, ('s', 'value')],
    'opened': [*ASK, ('I', 'encrypted'), ('I', 'recipients'),
               ('I', 'signatures'), ('s', 'mode'), ('s', 'cipher'),
               ('s', 'key_id'), ('s', 'signed_by')],
}


def encode(name, /, **values):
    out = struct.pack('<H', TYPES.index(name))
    for kind, field in FIELDS[name]:
        v = values.get(field, b'' if kind == 's' else 0)
        if kind == 's':
            v = v.encode() if isinstance(v, str) else v
            out += struct.pack('<I', len(v)) + v
        else:
            out += struct.pack('<' + kind, v)
    return out


def decode(wire):
    name = TYPES[struct.unpack_from('<H', wire)[0]]
    at, got = 2, {}
    for kind, field in FIELDS[name]:
        if kind == 's':
            n, = struct.unpack_from('<I', wire, at)
            got[field] = wire[at + 4:at + 4 + n]
            at += 4 + n
        else:
            got[field], = struct.unpack_from('<' + kind, wire, at)
            at += struct.calcsize('<' + kind)
    assert at == len(wire), name
    return name, got


def memfd(octets):
    fd = os.memfd_create('test', os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
    os.write(fd, octets) if octets else None
    while os.lseek(fd, 0, os.SEEK_END) < len(octets):
        os.write(fd, octets[os.lseek(fd, 0, os.SEEK_END):])
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, SEALS)
    return fd


def recipients(certs):
    return b''.join(struct.pack('<I', len(c)) + c for c in certs)


def signatures(packed):
    """[verdict, key id, fingerprint, hash, when] of each."""
    found = []
    while packed:
        one = []
        for _ in range(4):
            n, = struct.unpack_from('<I', packed)
            one.append(packed[4:4 + n].decode())
            packed = packed[4 + n:]
        one.append(struct.unpack_from('<Q', packed)[0])
        packed = packed[8:]
        found.append(one)
    return found


class Agent:
    """The program, and both ends that it knows: self.pli, self.sync."""

    def __init__(self, program, wrap=(), **kwargs):
        pairs = {n: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                 for n in ('parent', 'log', 'pli', 'sync')}
        for n, (ours, _) in pairs.items():
            setattr(self, n, ours)
            ours.settimeout(120)
        fds = [theirs.fileno() for _, theirs in pairs.values()]
        self.process = subprocess.Popen(
            [*wrap, program,
             *(f'{n}={t.fileno()}' for n, (_, t) in pairs.items())],
            pass_fds=fds, stdin=subprocess.DEVNULL, **kwargs)
        for _, theirs in pairs.values():
            theirs.close()
        assert self.parent.recv(100)        # PARENT_READY
        self.next = 1

    def end(self):
        self.parent.close()
        return self.process.wait(timeout=60)

    def send(self, by, name, files=(), /, **values):
        """Its id."""
        number, self.next = self.next, self.next + 1
        fds = [memfd(f) for f in files]
        socket.send_fds(by, [encode(name, id=number, **values)], fds)
        for fd in fds:
            os.close(fd)
        return number

    def answer(self, by):
        wire, fds, _, _ = socket.recv_fds(by, 65536, 4)
        assert wire, 'the channel is closed'
        name, got = decode(wire)
        for fd in fds:
            with open(fd, 'rb') as f:
                f.seek(0)
                got['file'] = f.read()
        return name, got

    def ask(self, by, name, files=(), /, **values):
        number = self.send(by, name, files, **values)
        name, got = self.answer(by)
        assert got['id'] == number, (name, got)
        return name, got

    def good(self, by, name, files=(), /, **values):
        said, got = self.ask(by, name, files, **values)
        assert said != 'refused', got
        return got

    def refusal(self, by, name, files=(), /, **values):
        said, got = self.ask(by, name, files, **values)
        assert said == 'refused', (said, got)
        return got['why'].decode()

    def logged(self):
        self.log.setblocking(False)
        lines = []
        try:
            while line := self.log.recv(1000):
                lines.append(line.decode())
        except BlockingIOError:
            pass
        return lines
