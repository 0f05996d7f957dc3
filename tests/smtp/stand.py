"""stand.py - mx with a store and a seal that are made of paper.

Starts the real mx as the parent does, and plays the other ends of its edges:
the store knows a few addresses, keeps what it is given, and can be told to be
slow, full or dead.  Nothing is encrypted: "sealed" is the entity that seal
would have encrypted.
"""
import os, socket, struct, subprocess, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

RCPT, RCPT_IS, DELIVER, DELIVERED = 1, 2, 3, 4
SEAL_MESSAGE, SEAL_FAILED = 1, 2
YES, LATER, NO = 0, 1, 2
OK, NO_DOMAIN, NO_USER, FULL, NO_CERT, BUSY = range(6)

CONF = '''host mail.example.org
mx mx.example.org
domain example.org
size 1M
listen mx 127.0.0.1:1
proxy 127.0.0.9
'''


def take(fmt, wire, at):
    """Fields of a message: I, Q and s (u32 length, octets)."""
    out = []
    for f in fmt:
        if f == 's':
            n, = struct.unpack_from('<I', wire, at)
            out.append(wire[at + 4:at + 4 + n])
            at += 4 + n
        else:
            out.append(struct.unpack_from('<' + f, wire, at)[0])
            at += struct.calcsize('<' + f)
    assert at == len(wire), (fmt, wire)
    return out


def text(s):
    return struct.pack('<I', len(s)) + s


def slurp(fd):
    size = os.fstat(fd).st_size
    data = b''
    while len(data) < size:
        data += os.pread(fd, 1 << 20, len(data))
    os.close(fd)
    return data


class Letter:
    """What arrived: for whom, how, and the octets."""

    def __init__(self, kind, accounts, data, **more):
        self.kind, self.accounts, self.data = kind, accounts, data
        self.__dict__.update(more)


class Stand:
    # address: (accounts, cert)
    people = {
        b'alice@example.org': ([1], 7),
        b'bob@example.org': ([2], 0),
        b'both@example.org': ([1, 2, 3], None),
        b'carol@example.org': ([3], 9),
        b'postmaster@': ([2], 0),
        b'a b@example.org': ([2], 0),
        'jos\u00e9@example.org'.encode(): ([2], 0),
        'x@b\u00fccher.example.org'.encode(): ([2], 0),
    }
    certs = {1: 7, 2: 0, 3: 9}
    replies = {
        b'full@example.org': (LATER, FULL),
        b'over@example.org': (NO, FULL),
        b'nocert@example.org': (LATER, NO_CERT),
        b'busy@example.org': (LATER, BUSY),
    }

    def __init__(self, conf=CONF, build=None, tls=True, keep=True, env=None):
        self.letters, self.asked = [], []
        self.keep = keep
        self.store_says = self.seal_says = None
        self.threads, self.socks = [], []
        self.lock = threading.Lock()
        build = build or os.environ.get('BUILD', ROOT + '/build')
        self.listen = socket.socket()
        self.listen.bind(('127.0.0.1', 0))
        self.listen.listen(512)
        self.port = self.listen.getsockname()[1]
        pairs = {n: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                 for n in ('parent', 'log', '+store', '+seal', 'mxtls')}
        if not tls:
            del pairs['mxtls']
        cf = tempfile.TemporaryFile()
        cf.write(conf.encode())
        cf.flush()
        fds = {n: p[1].fileno() for n, p in pairs.items()}
        fds.update({'conf': cf.fileno(), 'listen.mx': self.listen.fileno()})
        args = ['%s=%d' % (n, fd) for n, fd in fds.items()]
        self.mx = subprocess.Popen([build + '/box/mx/mx'] + args,
                                   pass_fds=list(fds.values()), env=env)
        self.ends = {n: p[0] for n, p in pairs.items()}
        for p in pairs.values():
            p[1].close()
        self.ends['parent'].recv(100)   # ready
        self.start(self.edge, '+store', self.store_child)
        self.start(self.edge, '+seal', self.seal_child)
        self.logs = []
        self.start(self.log)

    def start(self, f, *args):
        t = threading.Thread(target=f, args=args, daemon=True)
        t.start()
        self.threads.append(t)

    def log(self):
        while True:
            try:
                line = self.ends['log'].recv(1000)
            except OSError:
                return
            if not line:
                return
            self.logs.append(line)

    def edge(self, name, serve):
        while True:
            wire, fds, _, _ = socket.recv_fds(self.ends[name], 65536, 4)
            if not wire:
                return
            s = socket.socket(fileno=fds[0])
            self.socks.append(s)
            self.start(serve, s)

    def receive(self, s):
        try:
            wire, fds, _, _ = socket.recv_fds(s, 65536, 4)
        except OSError:
            wire, fds = b'', []
        if not wire:
            s.close()
            return None, b'', []
        return struct.unpack_from('<H', wire)[0], wire, fds

    def answer(self, s, data):
        try:
            s.send(data)
        except OSError:
            pass

    def look_up(self, local, domain):
        who = local.lower() + b'@' + domain
        if who in self.replies:
            v, why = self.replies[who]
            return v, why, b''
        if domain and not domain.endswith(b'example.org'):
            return NO, NO_DOMAIN, b''
        if who not in self.people:
            return NO, NO_USER, b''
        targets = b''.join(
            struct.pack('<QQI', a + 1000, a, self.certs[a])
            for a in self.people[who][0])
        return YES, OK, targets

    def store_child(self, s):
        self.last_store, parts = s, []
        while True:
            kind, wire, fds = self.receive(s)
            if kind is None:
                return
            if kind == RCPT:
                local, domain, size = take('ssQ', wire, 2)
                self.asked.append((local, domain, size))
                v, why, targets = self.look_up(local, domain)
                self.answer(s, struct.pack('<HII', RCPT_IS, v, why) +
                            text(targets))
            elif kind == DELIVER:
                (ticket, group, part, n, _, cert, head_len, size,
                 date, refs, _) = take('QQIIQIIQQsI', wire, 2)
                assert cert == 0
                parts.append(ticket - 1000)
                data = slurp(fds[0])
                assert len(data) == size
                if len(parts) < n:
                    continue
                self.deliver(s, group, Letter('plain', parts, data,
                                              head_len=head_len, date=date,
                                              refs=refs))
                parts = []

    def deliver(self, s, group, letter):
        says = self.store_says
        if says == 'silent':
            return
        if says == 'die':
            s.shutdown(socket.SHUT_RDWR)
            return
        v, why = says or (YES, OK)
        if v == YES and self.keep:
            with self.lock:
                self.letters.append(letter)
        self.answer(s, struct.pack('<HQII', DELIVERED, group, v, why))

    def seal_child(self, s):
        store = None
        while True:
            kind, wire, fds = self.receive(s)
            if kind is None:
                return
            assert kind == SEAL_MESSAGE
            (group, _, _, as_is, head_len, size, date, targets, outer,
             stamp, refs) = take('QIIIIQQssss', wire, 2)
            data = slurp(fds[0])
            assert len(data) == size
            if self.seal_says == 'die':
                s.shutdown(socket.SHUT_RDWR)
                continue
            if self.seal_says is not None:
                says = self.seal_says
                if callable(says):
                    says = says(as_is)
                if says is not None:
                    self.answer(s, struct.pack('<HQI', SEAL_FAILED, group,
                                               says))
                    continue
            accounts = [a for _, a, c in
                        struct.iter_unpack('<QQI', targets)]
            # the child that asked is the last one: tests are sequential
            self.deliver(self.last_store, group,
                         Letter('as-is' if as_is else 'sealed', accounts,
                                data, outer=outer, stamp=stamp,
                                head_len=head_len, date=date,
                                refs=refs))

    def stop(self):
        """All threads end first: none may be left when Python does."""
        self.mx.terminate()
        self.mx.wait()
        for s in list(self.ends.values()) + self.socks:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for t in self.threads:
            t.join(10)
        for e in self.ends.values():
            e.close()
        self.listen.close()


class Client:
    """Says octets, reads replies."""

    def __init__(self, stand, source='127.0.0.1', first=b'', greet=True):
        self.s = socket.socket()
        self.s.bind((source, 0))
        self.s.settimeout(20)
        self.s.connect(('127.0.0.1', stand.port))
        self.f = self.s.makefile('rb')
        if first:
            self.s.sendall(first)
        if greet:
            self.greeting = self.reply()

    def reply(self):
        lines = []
        while True:
            line = self.f.readline()
            if not line:
                return ''
            assert line.endswith(b'\r\n'), line
            lines.append(line.decode()[:-2])
            if line[3:4] != b'-':
                return '\n'.join(lines)

    def say(self, data, n=1):
        """Send; the last of n replies, or all if n > 1."""
        if isinstance(data, str):
            data = data.encode() + b'\r\n'
        try:
            self.s.sendall(data)
        except OSError:
            pass
        got = [self.reply() for _ in range(n)]
        return got[0] if n == 1 else got

    def to(self, *rcpts, sender='x@peer.example', more=''):
        assert self.say('MAIL FROM:<%s>%s' % (sender, more))[:3] == '250'
        return [self.say('RCPT TO:<%s>' % r) for r in rcpts]

    def data(self, body):
        r = self.say('DATA')
        assert r[:3] == '354', r
        return self.say(body + b'.\r\n')

    def close(self):
        self.f.close()
        self.s.close()
