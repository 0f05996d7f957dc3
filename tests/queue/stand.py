"""stand.py - queue as its parent starts it; store, keys and send of paper.

`Queue.due` is what the store has: letters by destination, first come first.
`Queue.children` is what send has forked, in order; what one does is decided by
its destination: a name below `dead.example` stays silent until its line is
closed, all others take what they get.  Nothing ends by itself, so nothing in a
test waits for a time to pass but the queue's own.
"""
import os, socket, struct, subprocess, tempfile, threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
(ASK, DOMAINS, TAKE, OWED, ENTRY, ASKED, NEWS, BODY, BODY_IS, NO_BODY, MARK,
 LOST, NOTICE, NOTICE_IS, DELIVER, DELIVERED, BOOT) = range(1, 18)
(GO, READY, TO, MESSAGE, RESULT, NEXT, NO_MORE, TALKS) = range(1, 9)
UNWRAP, KEY_IS, BOOT_KEY, BOOT_KEY_IS = 10, 11, 14, 15
BOOT_ID = b'a boot k'
YES, LATER, NO = range(3)
CHILD, EDGE = 0, 1


def text(s):
    return struct.pack('<I', len(s)) + s


def take(data, at):
    n, = struct.unpack_from('<I', data, at)
    return data[at + 4:at + 4 + n], at + 4 + n


def result(letter, rcpt, verdict, status=b'2.0.0', reply=b'ok'):
    return (struct.pack('<HQIII', RESULT, letter, rcpt, verdict, 0)
            + text(status) + text(reply) + text(b'mx.example') + text(b''))


class Child:
    """A child of send; it obeys its destination, or the test."""

    def __init__(self, queue, number, claims=None):
        self.queue, self.number = queue, number
        self.s, theirs = socket.socketpair(socket.AF_UNIX,
                                           socket.SOCK_SEQPACKET)
        self.to, self.letters = None, []
        self.stopped = self.finished = False
        socket.send_fds(queue.ends['send'], [
            struct.pack('<HQ', CHILD, number) + text(b'')],
            [theirs.fileno()])
        theirs.close()
        self.s.send(struct.pack('<HQ', READY, claims or number))
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            while self.hear():
                pass
        except OSError:
            pass
        self.stopped = True
        # one that found nothing left had no letter, and nobody put it off
        if not self.finished and self.letters:
            self.queue.stopped.append(self)
        self.s.close()
        with self.queue.changed:
            self.queue.changed.notify_all()

    def hear(self):
        data, fds, _, _ = socket.recv_fds(self.s, 65536, 1)
        for fd in fds:
            os.close(fd)
        kind = struct.unpack_from('<H', data)[0] if data else NO_MORE
        if kind == TO:
            self.to = take(data, 2)[0].decode()
        elif kind == MESSAGE:
            self.take(data)
        with self.queue.changed:
            self.queue.changed.notify_all()
        self.finished = kind == NO_MORE and len(data) > 0
        return kind != NO_MORE

    def take(self, data):
        letter, = struct.unpack_from('<Q', data, 2)
        at = 2 + 28
        for _ in range(3):
            _, at = take(data, at)
        rcpts, _ = take(data, at)
        number, = struct.unpack_from('<I', rcpts)
        self.letters.append(letter)
        if self.to.endswith('dead.example') or self.queue.obeys(self):
            return
        self.s.send(struct.pack('<H', TALKS))
        self.s.send(result(letter, number, YES))
        self.s.send(struct.pack('<H', NEXT))

    def say(self, wire):
        self.s.send(wire)


class Queue:
    def __init__(self, conf=''):
        build = os.environ.get('BUILD', ROOT + '/build')
        self.changed = threading.Condition(threading.RLock())
        self.due, self.attempts, self.marks = {}, {}, []
        self.children, self.stopped, self.owed, self.last = [], [], 0, 0
        self.asked, self.next, self.endless = 0, 0, ()
        self.debts, self.broken, self.told = set(), set(), 0
        self.boots, self.boot_id = [], BOOT_ID
        self.obeys = lambda child: False
        pairs = {n: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                 for n in ('parent', 'log', 'store', 'seal', 'keys', 'send')}
        with tempfile.TemporaryFile() as f:
            f.write(b'host mail.example.org\nmx mx.example.org\n'
                    b'domain example.org\n' + conf.encode())
            f.seek(0)
            fds = {n: p[1].fileno() for n, p in pairs.items()}
            fds['conf'] = f.fileno()
            self.p = subprocess.Popen(
                [build + '/box/queue/queue'] + ['%s=%d' % x
                                                for x in fds.items()],
                pass_fds=list(fds.values()))
        self.ends = {n: p[0] for n, p in pairs.items()}
        for p in pairs.values():
            p[1].close()
        self.ends['parent'].recv(100)
        for name in ('log', 'store', 'keys', 'send'):
            self.listen(name)

    def listen(self, name):
        threading.Thread(target=self.edge, daemon=True, args=(
            self.ends[name], 'from_' + name)).start()

    def renew(self, name):
        """It has died, and its parent has started it again."""
        with self.changed:
            self.ends[name].shutdown(socket.SHUT_RDWR)
            self.ends[name].close()
            self.ends[name], theirs = socket.socketpair(
                socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listen(name)
        socket.send_fds(self.ends['parent'], [
            struct.pack('<H', EDGE) + text(name.encode())],
            [theirs.fileno()])
        theirs.close()

    def edge(self, end, hear):
        try:
            while data := end.recv(65536):
                with self.changed:
                    getattr(self, hear)(data)
                    self.changed.notify_all()
        except OSError:
            pass

    def from_log(self, data):
        pass

    def from_keys(self, data):
        if struct.unpack_from('<H', data)[0] == BOOT_KEY:
            self.ends['keys'].send(struct.pack('<H', BOOT_KEY_IS)
                                   + text(self.boot_id))
            return
        number, = struct.unpack_from('<Q', data, 2)
        self.ends['keys'].send(struct.pack('<HQI', KEY_IS, number, YES)
                               + text(b'k' * 32))

    def from_send(self, data):
        kind, number = struct.unpack_from('<HQ', data)
        assert kind == GO
        self.children.append(Child(self, number))

    # --- the store

    def put(self, domain, n=1, attempts=0):
        with self.changed:
            for _ in range(n):
                self.last += 1
                self.due.setdefault(domain, []).append(self.last)
            self.attempts[domain] = attempts

    def news(self):
        self.ends['store'].send(struct.pack('<H', NEWS))

    def say(self, kind, body, fds=()):
        socket.send_fds(self.ends['store'], [struct.pack('<H', kind) + body],
                        fds)

    def from_store(self, data):
        kind, = struct.unpack_from('<H', data)
        if kind == ASK:
            self.asked += 1
            names = sorted((d for d in self.due if self.due[d]),
                           key=lambda d: self.attempts[d])
            self.say(DOMAINS, struct.pack('<QQ', 0, self.next) + text(
                b''.join(struct.pack('<I', self.attempts[d])
                         + text(d.encode()) for d in names)[:32000]))
        elif kind == OWED:
            self.owed += 1
            letters = sorted(self.debts)
            after = [n for n in letters if n > self.told] or letters
            if after:
                self.told = after[0]
                self.entry(0, after[0], b'elsewhere.example', owed=5)
            self.say(ASKED, struct.pack('<QI', 0, bool(after)))
        elif kind == NOTICE:
            letter, = struct.unpack_from('<Q', data, 2)
            sealed = letter not in self.broken
            self.say(NOTICE_IS, struct.pack('<QI', letter, YES if sealed
                                            else LATER)
                     + text(struct.pack('<QQI', letter, 1, 0) if sealed
                            else b'') + text(b'a@example.org'))
        elif kind == DELIVER:
            ticket, group = struct.unpack_from('<QQ', data, 2)
            self.debts.discard(ticket)
            self.say(DELIVERED, struct.pack('<QII', group, YES, 0))
        elif kind == TAKE:
            self.take(data)
        elif kind == BODY:
            fd = os.memfd_create('letter')
            self.say(BODY_IS, struct.pack('<QQ', struct.unpack_from(
                '<Q', data, 2)[0], 0), [fd])
            os.close(fd)
        elif kind == MARK:
            self.mark(data)
        elif kind == BOOT:
            self.boots.append(take(data, 2)[0])

    def take(self, data):
        number, _, after, _ = struct.unpack_from('<QIQI', data, 2)
        domain = take(data, 26)[0].decode()
        if domain in self.endless:
            self.put(domain)
        letters = [n for n in self.due.get(domain, []) if n > after]
        if letters:
            self.entry(number, letters[0], domain.encode())
        self.say(ASKED, struct.pack('<QI', number, bool(letters)))

    def entry(self, number, letter, domain, owed=0):
        self.say(ENTRY, struct.pack('<QQIIIQQQQIII', number, letter, 0, 0,
                                    owed, 1, 0, 1, 1, 0, 0, 0)
                 + text(b'a@example.org') + text(b'') + text(b'x')
                 + text(domain) + text(b'') + text(b'') + text(b'wrapped')
                 + 3 * text(b''))

    def mark(self, data):
        letter, rcpt, verdict, _ = struct.unpack_from('<QIII', data, 2)
        domain, at = take(data, 22)
        self.marks.append((letter, verdict, domain.decode(),
                           take(data, at)[0].decode()))
        left = self.due.get(domain.decode(), [])
        if letter == 0:
            left.clear()
        elif letter in left:
            left.remove(letter)

    # --- the test

    def wait(self, what, seconds=60):
        with self.changed:
            assert self.changed.wait_for(what, seconds), self.state()
            return what()

    def state(self):
        return (f'{len(self.children)} children, {len(self.open())} open, '
                f'{len(self.stopped)} stopped, marks {self.marks[-5:]}')

    def open(self):
        return [c for c in self.children if not c.stopped]

    def silent(self):
        return [c for c in self.open()
                if c.letters and c.to.endswith('dead.example')]

    def taken(self, domain):
        """Letters that the store knows to be with the other server."""
        return [m for m in self.marks if m[1] == YES and m[2] == domain]

    def rss(self):
        """KiB."""
        with open(f'/proc/{self.p.pid}/status') as f:
            return int(f.read().split('VmRSS:')[1].split()[0])

    def stop(self):
        alive = self.p.poll() is None
        self.p.terminate()
        self.p.wait()
        for s in self.ends.values():
            s.close()
        assert alive, 'the queue died'
