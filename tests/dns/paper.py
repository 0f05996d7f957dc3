"""paper.py - dns as its parent starts it, and name servers that say anything.

`Server` is a name server on loopback, UDP and TCP, whose answers are a table:
(name, type) -> what to do.  `Dns` is the real role, whose peers are channels.
"""
import os, socket, struct, subprocess, tempfile, threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
A, NS, CNAME, SOA, MX, TXT, AAAA, TLSA = 1, 2, 5, 6, 15, 16, 28, 52
ASK, ANSWER = 1, 2
OK, NO_NAME, BOGUS, FAILED, TIMEOUT = range(5)


def wire(name):
    return b''.join(bytes([len(l)]) + l.encode()
                    for l in name.split('.') if l) + b'\0'


def rr(name, kind, rdata, ttl=60):
    return (wire(name) + struct.pack('>HHIH', kind, 1, ttl, len(rdata))
            + rdata)


def a(name, addr, ttl=60):
    return rr(name, A, socket.inet_aton(addr), ttl)


def aaaa(name, addr):
    return rr(name, AAAA, socket.inet_pton(socket.AF_INET6, addr))


def mx(name, pref, host):
    return rr(name, MX, struct.pack('>H', pref) + wire(host))


def cname(name, to):
    return rr(name, CNAME, wire(to))


class Server:
    """table: (name, type) -> list of records, or 'drop', 'servfail',
    'nxdomain', 'garbage', 'truncate' (the truth is in TCP, from self.tcp)."""

    def __init__(self, table):
        self.table, self.asked, self.tcp = table, [], {}
        for _ in range(50):
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.udp.bind(('127.0.0.1', 0))
            self.port = self.udp.getsockname()[1]
            self.listen = socket.socket()
            try:
                self.listen.bind(('127.0.0.1', self.port))
                break
            except OSError:
                self.udp.close()
        self.listen.listen(50)
        for f in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=f, daemon=True).start()

    def serve_udp(self):
        while True:
            try:
                q, peer = self.udp.recvfrom(4096)
            except OSError:
                return
            r = self.reply(q, self.table)
            if r is not None:
                try:
                    self.udp.sendto(r, peer)
                except OSError:
                    return

    def serve_tcp(self):
        while True:
            try:
                s, _ = self.listen.accept()
            except OSError:
                return
            n = s.recv(2)
            if len(n) == 2:
                q = s.recv(struct.unpack('>H', n)[0])
                r = self.reply(q, self.tcp)
                s.sendall(struct.pack('>H', len(r)) + r)
            s.close()

    def reply(self, q, table):
        at, labels = 12, []
        while q[at]:
            labels.append(q[at + 1:at + 1 + q[at]].decode())
            at += q[at] + 1
        kind, = struct.unpack_from('>H', q, at + 1)
        name, question = '.'.join(labels).lower(), q[12:at + 5]
        self.asked.append((name, kind))
        says = table.get((name, kind), [])
        if says == 'drop':
            return None
        if says == 'garbage':
            return q[:2] + b'\x81\x80' + b'\xff' * 40
        code = {'servfail': 2, 'nxdomain': 3}.get(str(says), 0)
        tc = 2 if says == 'truncate' else 0
        answers = says if isinstance(says, list) else []
        soa = []
        if not answers and code != 2 and not tc:
            soa = [rr(name, SOA, wire('ns') + wire('x') +
                      struct.pack('>5I', 1, 60, 60, 60, 1))]
        return (q[:2] + bytes([0x85 | tc, 0x80 | code]) +
                struct.pack('>4H', 1, len(answers), len(soa), 0) + question
                + b''.join(answers) + b''.join(soa))

    def stop(self):
        self.udp.close()
        self.listen.close()


def text(s):
    return struct.pack('<I', len(s)) + s


class Answer:
    def __init__(self, data):
        self.id, self.status, self.secure, self.ttl = struct.unpack_from(
            '<QIII', data, 2)
        at, parts = 22, []
        for _ in range(3):
            n, = struct.unpack_from('<I', data, at)
            parts.append(data[at + 4:at + 4 + n])
            at += 4 + n
        assert at == len(data)
        self.canonical, self.why = parts[0].decode(), parts[1].decode()
        self.records, rest = [], parts[2]
        while rest:
            n, = struct.unpack_from('<I', rest)
            self.records.append(rest[4:4 + n])
            rest = rest[4 + n:]


class Peer:
    def __init__(self, sock):
        self.s, self.n = sock, 0
        self.s.settimeout(60)

    def send(self, name, kind):
        self.n += 1
        self.s.send(struct.pack('<HQI', ASK, self.n, kind)
                    + text(name.encode()))
        return self.n

    def hear(self):
        return Answer(self.s.recv(65536))

    def ask(self, name, kind):
        n = self.send(name, kind)
        got = self.hear()
        assert got.id == n
        return got


class Dns:
    def __init__(self, conf, anchor=None):
        build = os.environ.get('BUILD', ROOT + '/build')
        pairs = {n: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                 for n in ('parent', 'log', 'send')}
        files = {'conf': 'host mail.example.org\ndomain example.org\n' + conf}
        if anchor is not None:
            files['anchor'] = anchor
            files['conf'] += 'anchor /anchor\n'
        self.kept = []
        fds = {n: p[1].fileno() for n, p in pairs.items()}
        for n, data in files.items():
            f = tempfile.TemporaryFile()
            f.write(data.encode())
            f.seek(0)
            self.kept.append(f)
            fds[n] = f.fileno()
        self.p = subprocess.Popen(
            [build + '/box/dns/dns'] + ['%s=%d' % x for x in fds.items()],
            pass_fds=list(fds.values()))
        self.ends = {n: p[0] for n, p in pairs.items()}
        for p in pairs.values():
            p[1].close()
        self.ends['parent'].settimeout(60)
        self.ready = self.ends['parent'].recv(100)
        self.children = 0

    def peer(self):
        mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.children += 1
        socket.send_fds(self.ends['send'],
                        [struct.pack('<HQ', 0, self.children) + text(b'')],
                        [its.fileno()])
        its.close()
        return Peer(mine)

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
