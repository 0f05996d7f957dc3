"""paper.py - submit with an auth, a store and a seal that are made of paper.

Starts the real submit, as the parent does, and the real keys, and plays the
other ends.  auth knows bob and his password; the store knows a few addresses,
keeps whole groups, and can be told to be late, full or dead; seal passes on
what it should have encrypted.  The letter for outside is opened with the key
that keys wrapped, since the boot key is ours.
"""
import base64, fcntl, os, socket, ssl, struct, subprocess, sys, tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'smtp'))
import stand as mx_stand                                # noqa: E402
from stand import slurp, take, text                     # noqa: E402

AUTH_START, AUTH_RESPONSE, AUTH_CHALLENGE = 1, 2, 3
AUTH_FAILED, AUTH_SENDER = 5, 6
RCPT, RCPT_IS, DELIVER, DELIVERED = 1, 2, 3, 4
MAY_SEND, MAY_SEND_IS, SENT, ENQUEUE = 16, 17, 18, 19
SEAL_MESSAGE, SEAL_FAILED = 1, 2
YES, LATER, NO = 0, 1, 2
OK, NO_DOMAIN, NO_USER, FULL, NO_CERT, BUSY, NO_MAILBOX = range(7)
SEND_OK, NOT_YOURS, HELD, SEND_BUSY = range(4)
EIGHT_BIT, UTF8, REQUIRETLS, FULL_RET, HDRS, HOLD = 1, 2, 4, 8, 16, 32

BOB = 'bob@example.org'
PASSWORD = 'a password'
PLAIN = base64.b64encode(f'\0{BOB}\0{PASSWORD}'.encode()).decode()

CONF = '''host mail.example.org
mx mx.example.org
domain example.org
size 1M
listen submission 127.0.0.1:1 submissions 127.0.0.1:2
proxy 127.0.0.9
'''
PURPOSE = b'pli queue 1\0'


class Part:
    """One of a group: for which account, or the letter, and its octets."""

    def __init__(self, kind, number, data, **more):
        self.kind, self.number, self.data = kind, number, data
        self.__dict__.update(more)


class Stand:
    # address: accounts; account: certificate, 0 for none
    people = {b'alice@example.org': [1], b'bob@example.org': [2],
              b'carol@example.org': [3], b'all@example.org': [1, 2, 3]}
    certs = {1: 7, 2: 0, 3: 0}
    yours = {b'bob@example.org', b'sales@example.org'}
    sent_ticket = 5000

    def __init__(self, conf=CONF, build=None):
        self.build = build or os.environ.get('BUILD', ROOT + '/build')
        self.groups, self.asked, self.threads, self.socks = [], [], [], []
        self.lock = threading.Lock()
        self.calm()
        self.dir = tempfile.TemporaryDirectory(prefix='pli-submit-')
        self.boot = os.urandom(32)
        self.conf = self.memfd(conf.encode())
        self.ends, ours = {}, {}
        self.listens = [self.port() for _ in range(2)]
        self.submission, self.submissions = (
            l.getsockname()[1] for l in self.listens)
        keys_edge = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.keys = self.run('keys', {'submit': keys_edge[0]}, [
            f'work={self.dir.name}', f'boot={self.memfd(self.boot)}'])
        self.submit = self.run('submit', {
            '+keys': keys_edge[1], '+auth': None, '+seal': None,
            'listen.submission': self.listens[0],
            'listen.submissions': self.listens[1]}, [])
        for s in keys_edge:
            s.close()
        self.start(self.edge, '+auth', self.auth_child)
        self.start(self.edge, '+seal', self.seal_child)

    def calm(self):
        """Nobody makes trouble."""
        self.store_says = self.seal_says = self.auth_says = None
        self.may_say = self.sent_says = None
        self.sent_cert = 0

    def memfd(self, data):
        fd = os.memfd_create('stand')
        os.write(fd, data)
        os.set_inheritable(fd, True)
        return fd

    def port(self):
        s = socket.socket()
        s.bind(('127.0.0.1', 0))
        s.listen(64)
        return s

    def run(self, role, edges, words):
        """Sockets of edges are its ends; None: a pair, of which we keep one,
        as we do of those to the parent and the log."""
        fds, mine = {}, {}
        for name, end in {'parent': None, 'log': None, **edges}.items():
            if end is None:
                mine[name], end = socket.socketpair(socket.AF_UNIX,
                                                    socket.SOCK_SEQPACKET)
            fds[name] = end
        args = [f'{n}={s.fileno()}' for n, s in fds.items()]
        given = [int(w.split('=')[1]) for w in words if w.startswith('boot')]
        p = subprocess.Popen(
            [f'{self.build}/box/{role}/{role}', *args, f'conf={self.conf}',
             *words], pass_fds=[s.fileno() for s in fds.values()] +
            [self.conf] + given)
        for name in mine:
            fds[name].close()
        mine['parent'].recv(100)        # ready
        self.start(self.drain, mine['log'])
        self.ends.update({f'{role}.parent': mine['parent'],
                          **{n: s for n, s in mine.items()
                             if n.startswith('+')}})
        self.socks.append(mine['log'])
        return p

    def start(self, f, *args):
        t = threading.Thread(target=f, args=args, daemon=True)
        t.start()
        self.threads.append(t)

    def drain(self, s):
        try:
            while s.recv(2000):
                pass
        except OSError:
            pass

    def edge(self, name, serve):
        while True:
            wire, fds, _, _ = socket.recv_fds(self.ends[name], 65536, 4)
            if not wire:
                return
            s = socket.socket(fileno=fds[0])
            self.socks.append(s)
            self.start(serve, s)

    receive = mx_stand.Stand.receive
    answer = mx_stand.Stand.answer

    def die(self, s):
        s.shutdown(socket.SHUT_RDWR)

    # --- auth

    def auth_child(self, s):
        while True:
            kind, wire, _ = self.receive(s)
            if kind is None:
                return
            if kind != AUTH_START:
                continue
            mech, name, binding, first = take('Isss', wire, 2)
            self.asked.append(('auth', mech, name, len(binding)))
            if self.auth_says == 'die':
                self.die(s)
            elif self.auth_says is not None:
                self.answer(s, struct.pack('<HI', AUTH_FAILED,
                                           self.auth_says) + text(b''))
            elif first != f'\0{BOB}\0{PASSWORD}'.encode():
                self.answer(s, struct.pack('<HI', AUTH_FAILED, NO) + text(b''))
            else:
                self.let_in(s)

    def let_in(self, s):
        ours, theirs = socket.socketpair(socket.AF_UNIX,
                                         socket.SOCK_SEQPACKET)
        self.store, self.parts = ours, {}
        self.socks.append(ours)
        self.start(self.store_child, ours)
        socket.send_fds(s, [struct.pack('<H', AUTH_SENDER) + text(b'') +
                            text(BOB.encode()) + struct.pack('<Q', 2)],
                        [theirs.fileno()])
        theirs.close()

    # --- the store

    def store_child(self, s):
        while True:
            kind, wire, fds = self.receive(s)
            if kind is None:
                return
            {RCPT: self.on_rcpt, MAY_SEND: self.on_may_send,
             SENT: self.on_sent, DELIVER: self.on_deliver,
             ENQUEUE: self.on_enqueue}[kind](s, wire, fds)

    def targets(self, accounts, base):
        return b''.join(struct.pack('<QQI', base + a, a, self.certs[a])
                        for a in accounts)

    def say_targets(self, s, verdict, reason, targets=b''):
        self.answer(s, struct.pack('<HII', RCPT_IS, verdict, reason) +
                    text(targets))

    def on_rcpt(self, s, wire, fds):
        local, domain, size = take('ssQ', wire, 2)
        who = local.lower() + b'@' + domain
        self.asked.append(('rcpt', who))
        if domain != b'example.org':
            self.say_targets(s, NO, NO_DOMAIN)
        elif who not in self.people:
            self.say_targets(s, NO, NO_USER)
        else:
            self.say_targets(s, YES, OK, self.targets(self.people[who], 1000))

    def on_may_send(self, s, wire, fds):
        local, domain = take('ss', wire, 2)
        who = local.lower() + b'@' + domain.lower()
        self.asked.append(('may', who))
        if self.may_say == 'die':
            self.die(s)
            return
        says = self.may_say or ((YES, SEND_OK) if who in self.yours else
                                (NO, NOT_YOURS))
        self.answer(s, struct.pack('<HII', MAY_SEND_IS, *says))

    def on_sent(self, s, wire, fds):
        message_id, size = take('sQ', wire, 2)
        self.asked.append(('sent', message_id))
        if self.sent_says is not None:
            self.say_targets(s, *self.sent_says)
            return
        Stand.sent_ticket += 1
        self.say_targets(s, YES, OK, struct.pack(
            '<QQI', self.sent_ticket, 2, self.sent_cert))

    def on_deliver(self, s, wire, fds):
        (ticket, group, part, parts, _, cert, head_len, size,
         date, refs, _) = take('QQIIQIIQQsI', wire, 2)
        data = slurp(fds[0])
        assert len(data) == size and cert == 0
        assert data[:head_len].endswith(b'\r\n\r\n')
        self.add(group, parts, Part('plain', part, data, ticket=ticket))

    def on_enqueue(self, s, wire, fds):
        (group, part, parts, flags, size, octets, date, sender, envid,
         message_id, wrapped, rcpts) = take('QIIIQQQsssss', wire, 2)
        data = slurp(fds[0])
        assert len(data) == size
        self.add(group, parts, Part(
            'letter', part, data, flags=flags, octets=octets, sender=sender,
            envid=envid, message_id=message_id, wrapped=wrapped,
            rcpts=self.records(rcpts)))

    def records(self, packed):
        out, at = [], 0
        while at < len(packed):
            notify, = struct.unpack_from('<I', packed, at)
            at += 4
            words = []
            for _ in range(3):
                n, = struct.unpack_from('<I', packed, at)
                words.append(packed[at + 4:at + 4 + n])
                at += 4 + n
            out.append((notify, *words))
        return out

    def add(self, group, parts, part):
        with self.lock:
            have = self.parts.setdefault(group, [])
            have.append(part)
            whole = len(have) == parts
        if not whole:
            return
        have.sort(key=lambda p: p.number)
        assert [p.number for p in have] == list(range(parts))
        says = self.store_says
        if says == 'die':
            self.die(self.store)
            return
        if says is None:
            self.groups.append(have)
        self.answer(self.store, struct.pack('<HQII', DELIVERED, group,
                                            *(says or (YES, OK))))

    # --- seal

    def seal_child(self, s):
        while True:
            kind, wire, fds = self.receive(s)
            if kind is None:
                return
            assert kind == SEAL_MESSAGE
            (group, first, parts, as_is, head_len, size, date, targets, outer,
             stamp, refs) = take('QIIIIQQssss', wire, 2)
            data = slurp(fds[0])
            assert len(data) == size
            says = self.seal_says
            if callable(says):
                says = says(as_is)
            if says == 'die':
                self.die(s)
            elif says is not None:
                self.answer(s, struct.pack('<HQI', SEAL_FAILED, group, says))
            else:
                for i, (ticket, account, cert) in enumerate(
                        struct.iter_unpack('<QQI', targets)):
                    self.add(group, parts, Part(
                        'as-is' if as_is else 'sealed', first + i, data,
                        ticket=ticket, outer=outer, stamp=stamp))

    # --- what came

    def open(self, letter):
        """The letter as it would go out."""
        import nacl.bindings as b
        boot_id, nonce, rest = (letter.wrapped[:8], letter.wrapped[8:32],
                                letter.wrapped[32:])
        key = b.crypto_aead_xchacha20poly1305_ietf_decrypt(
            rest, PURPOSE, nonce, self.boot)
        state = b.crypto_secretstream_xchacha20poly1305_state()
        b.crypto_secretstream_xchacha20poly1305_init_pull(
            state, letter.data[:24], key)
        out, at, tag = b'', 24, 0
        while at < len(letter.data):
            piece, tag = b.crypto_secretstream_xchacha20poly1305_pull(
                state, letter.data[at:at + 16384 + 17])
            out += piece
            at += 16384 + 17
        assert tag == 3 and len(out) == letter.octets
        return out

    def stop(self):
        for p in (self.submit, self.keys):
            p.terminate()
            p.wait()
        for s in list(self.ends.values()) + self.socks:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for t in self.threads:
            t.join(10)
        for s in list(self.ends.values()) + self.listens:
            s.close()
        self.dir.cleanup()


class Client(mx_stand.Client):
    """In TLS from the start, or in clear; logged in, or not."""

    def __init__(self, stand, tls=True, login=True, source='127.0.0.1',
                 first=b''):
        self.s = socket.socket()
        self.s.bind((source, 0))
        self.s.settimeout(10)
        self.s.connect(('127.0.0.1', stand.submissions if tls else
                        stand.submission))
        if first:
            self.s.sendall(first)
        if tls:
            self.secure()
        self.f = self.s.makefile('rb')
        self.greeting = self.reply()
        self.hello = self.say('EHLO client.example')
        if login:
            assert self.say('AUTH PLAIN ' + PLAIN)[:3] == '235'

    def secure(self):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        c.check_hostname = False
        c.verify_mode = ssl.CERT_NONE
        self.s = c.wrap_socket(self.s)
        self.f = self.s.makefile('rb')

    def to(self, *rcpts, sender=BOB, more=''):
        return super().to(*rcpts, sender=sender, more=more)
