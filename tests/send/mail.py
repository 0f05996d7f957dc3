"""mail.py - send as its parent starts it; a queue and a resolver of paper.

`Send` is the real role.  `Send.line()` is what the queue is for one
connection: it takes letters, in clear here, seals them as the store keeps
them, and returns what the child says of each recipient.  `Send.names` is the
DNS: (name, type) -> list of rdata, or a number: the status of a failure.
"""
import ctypes, fcntl, os, socket, struct, subprocess, tempfile, threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
(GO, READY, TO, MESSAGE, RESULT, NEXT, NO_MORE, TALKS) = range(
    1, 9)
YES, LATER, NO = range(3)
A, MX, AAAA = 1, 15, 28
OK, NO_NAME, BOGUS, FAILED, TIMEOUT = range(5)
EIGHT, UTF8, REQUIRETLS, RET_FULL, RET_HDRS = 1, 2, 4, 8, 16

sodium = ctypes.CDLL('libsodium.so.23')
PIECE, MORE = 16384, 17


def text(s):
    return struct.pack('<I', len(s)) + s


def seal(data, key):
    """os/letterbox.h"""
    state = ctypes.create_string_buffer(52)
    header = ctypes.create_string_buffer(24)
    sodium.crypto_secretstream_xchacha20poly1305_init_push(state, header, key)
    out = header.raw
    pieces = [data[i:i + PIECE] for i in range(0, len(data), PIECE)]
    full = [p for p in pieces if len(p) == PIECE]
    last = pieces[-1] if pieces and len(pieces[-1]) < PIECE else b''
    for tag, piece in [(0, p) for p in full] + [(3, last)]:
        box = ctypes.create_string_buffer(len(piece) + MORE)
        sodium.crypto_secretstream_xchacha20poly1305_push(
            state, box, None, piece, ctypes.c_ulonglong(len(piece)), None,
            ctypes.c_ulonglong(0), ctypes.c_ubyte(tag))
        out += box.raw
    return out


def sealed_memfd(data):
    fd = os.memfd_create('letter', os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW
                | fcntl.F_SEAL_WRITE)
    return fd


def wire(name):
    return b''.join(bytes([len(l)]) + l.encode()
                    for l in name.split('.') if l) + b'\0'


def mx(pref, host):
    return struct.pack('>H', pref) + wire(host)


class Result:
    def __init__(self, data):
        (self.letter, self.rcpt, self.verdict,
         self.relayed) = struct.unpack_from('<QIII', data, 2)
        at, parts = 22, []
        for _ in range(4):
            n, = struct.unpack_from('<I', data, at)
            parts.append(data[at + 4:at + 4 + n].decode())
            at += 4 + n
        assert at == len(data)
        self.status, self.reply, self.host, self.facts = parts

    def __repr__(self):
        return 'Result(%d.%d %s %s %r %s %s)' % (
            self.letter, self.rcpt, ('yes', 'later', 'no')[self.verdict],
            self.status, self.reply, self.host, self.facts)


class Line:
    """The queue's end of one child."""

    def __init__(self, sock, domain, flags):
        self.s, self.n, self.talks = sock, 0, False
        self.s.settimeout(100)
        assert self.s.recv(100)[:2] == struct.pack('<H', READY)
        self.s.send(struct.pack('<H', TO) + text(domain.encode())
                    + struct.pack('<II', 0, flags))

    def send(self, body, *rcpts, sender=b'x@example.org', flags=0, envid=b'',
             notify=0, orcpt=b'', octets=None, key=None, spoil=None):
        """Results by number of recipient; key None: letter 0 as 0."""
        self.n += 1
        key = os.urandom(32)
        data = seal(body, key)
        if spoil:
            data = spoil(data)
        fd = sealed_memfd(data)
        records = b''
        for i, r in enumerate(rcpts):
            local, domain = r.rsplit(b'@', 1)
            records += (struct.pack('<II', i + 1, notify) + text(local)
                        + text(domain) + text(orcpt))
        socket.send_fds(self.s, [
            struct.pack('<HQQQI', MESSAGE, self.n, len(data),
                        len(body) if octets is None else octets, flags)
            + text(sender) + text(envid) + text(key) + text(records)], [fd])
        os.close(fd)
        got = {}
        while True:
            data = self.s.recv(65536)
            kind = struct.unpack_from('<H', data)[0] if data else 0
            if kind == TALKS:
                self.talks = True
                continue
            if kind != RESULT:
                self.next = kind == NEXT
                return got
            r = Result(data)
            assert r.letter in (0, self.n)
            got[r.rcpt] = r

    def one(self, body, rcpt=b'bob@example.net', **kw):
        got = self.send(body, rcpt, **kw)
        assert len(got) == 1, got
        return list(got.values())[0]

    def end(self):
        try:
            self.s.send(struct.pack('<H', NO_MORE))
            assert self.s.recv(100) == b''
        except OSError:
            pass
        self.s.close()


class Send:
    def __init__(self, conf='', secret=None, build=None):
        build = build or os.environ.get('BUILD', ROOT + '/build')
        self.names, self.asked = {}, []
        pairs = {n: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                 for n in ('parent', 'log', '+queue', '+dns')}
        files = {'conf': 'host mail.example.org\nmx mx.example.org\n'
                 'domain example.org\n' + conf}
        if secret is not None:
            files['secret'] = secret
        kept = []
        fds = {n: p[1].fileno() for n, p in pairs.items()}
        for n, data in files.items():
            f = tempfile.TemporaryFile()
            f.write(data.encode())
            f.seek(0)
            kept.append(f)
            fds[n] = f.fileno()
        self.p = subprocess.Popen(
            [build + '/box/send/send'] + ['%s=%d' % x for x in fds.items()],
            pass_fds=list(fds.values()))
        self.ends = {n: p[0] for n, p in pairs.items()}
        for p in pairs.values():
            p[1].close()
        self.ends['parent'].settimeout(60)
        self.ready = self.ends['parent'].recv(100)
        self.attempts = 0
        threading.Thread(target=self.dns, daemon=True).start()

    def dns(self):
        while True:
            try:
                data, fds, _, _ = socket.recv_fds(self.ends['+dns'], 65536, 1)
            except OSError:
                return
            if not data:
                return
            threading.Thread(target=self.dns_child, daemon=True,
                             args=(socket.socket(fileno=fds[0]),)).start()

    def dns_child(self, s):
        while True:
            try:
                data = s.recv(65536)
            except OSError:
                data = b''
            if not data:
                s.close()
                return
            _, qid, kind = struct.unpack_from('<HQI', data)
            name = data[18:].decode().lower()
            self.asked.append((name, kind))
            says = self.names.get((name, kind), [])
            if says == 'silent':
                continue
            status, records = (says, []) if isinstance(says, int) else (OK,
                                                                        says)
            s.send(struct.pack('<HQIII', 2, qid, status, 0, 60)
                   + text(name.encode()) + text(b'for a reason')
                   + text(b''.join(text(r) for r in records)))

    def line(self, domain='example.net', flags=0):
        self.attempts += 1
        self.ends['+queue'].send(struct.pack('<HQ', GO, self.attempts))
        data, fds, _, _ = socket.recv_fds(self.ends['+queue'], 65536, 1)
        # on its channels, too, a child has the number of its attempt
        assert data[:2] == b'\0\0'
        assert struct.unpack_from('<Q', data, 2)[0] == self.attempts
        return Line(socket.socket(fileno=fds[0]), domain, flags)

    def deliver(self, body=b'Subject: x\r\n\r\nhello\r\n', domain='example.net',
                to_flags=0, **kw):
        line = self.line(domain, to_flags)
        got = line.one(body, **kw)
        line.end()
        return got

    def log(self):
        self.ends['log'].setblocking(False)
        out = []
        try:
            while line := self.ends['log'].recv(1000):
                out.append(line.decode())
        except OSError:
            pass
        return out

    def stop(self):
        self.p.terminate()
        self.p.wait()
        for s in self.ends.values():
            s.close()
