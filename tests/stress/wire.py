"""One IMAP connection of the stress program, and what it must believe.

View is the selected mailbox as the server has told it, held to the rules of
RFC 3501, 7 and RFC 7162 at every answer; a breach raises Wrong.
"""
import os, re, socket, sys, time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             '..', 'imaptest'))
from values import Malformed, parse

SECONDS = 60
# commands during which no message may vanish: RFC 3501, 7.4.1
STILL = ('FETCH', 'STORE', 'SEARCH')


class Wrong(Exception):
    pass


class Closed(Wrong):
    pass


def check(that, *what):
    if not that:
        raise Wrong(' '.join(map(str, what)))


def number(x):
    check(isinstance(x, bytes) and x.isdigit(), 'no number:', x)
    return int(x)


def numbers(text):
    """The numbers of a set."""
    out = []
    for part in text.decode().split(','):
        a, _, b = part.partition(':')
        out += range(int(a), int(b or a) + 1)
    return out


def as_set(ns):
    """A set of numbers, ranges joined."""
    out, ns = [], sorted(set(ns))
    for n in ns:
        if out and n == out[-1][1] + 1:
            out[-1][1] = n
        else:
            out.append([n, n])
    return ','.join(str(a) if a == b else f'{a}:{b}' for a, b in out)


def flag_set(values):
    return {f.decode().lower() for f in values} - {'\\recent'}


class Row:
    def __init__(self, uid=None):
        self.uid, self.flags, self.modseq = uid, None, 0

    def __repr__(self):
        return f'{self.uid}{sorted(self.flags) if self.flags is not None else "?"}'


class View:
    def __init__(self, name):
        self.name, self.rows = name, []
        self.uidvalidity = self.uidnext = None
        self.highest = 0
        self.opened = False
        self.lost = False           # deleted by another connection

    def uids(self):
        return [r.uid for r in self.rows]

    def row(self, n):
        check(1 <= n <= len(self.rows), f'message {n} of {len(self.rows)}')
        return self.rows[n - 1]

    def exists(self, n):
        check(n >= len(self.rows), f'EXISTS {n} after {len(self.rows)}')
        while len(self.rows) < n:
            self.rows.append(Row())

    def expunge(self, n):
        self.row(n)
        del self.rows[n - 1]

    def vanished(self, uids, earlier):
        gone = set(uids)
        if not earlier:
            # those that it counts, but was not told the uid of, come last
            new = gone - set(self.uids())
            check(len(new) <= self.uids().count(None),
                  'VANISHED uids that were not there', uids, 'of', self.rows)
            for _ in new:
                self.rows.remove(next(r for r in self.rows if r.uid is None))
        self.rows = [r for r in self.rows if r.uid not in gone]

    def fetch(self, n, items):
        row = self.row(n)
        at = self.rows.index(row)
        if b'UID' in items:
            uid = number(items[b'UID'])
            check(row.uid in (None, uid), f'message {n} was {row.uid}, is {uid}')
            before = [r.uid for r in self.rows[:at] if r.uid]
            after = [r.uid for r in self.rows[at + 1:] if r.uid]
            check(not before or before[-1] < uid, f'uid {uid} after', before[-1:])
            check(not after or uid < after[0], f'uid {uid} before', after[:1])
            row.uid = uid
        if b'FLAGS' in items:
            row.flags = flag_set(items[b'FLAGS'])
        if b'MODSEQ' in items:
            modseq = number(items[b'MODSEQ'][0])
            check(modseq >= row.modseq,
                  f'modseq of {row.uid}: {row.modseq}, then {modseq}')
            row.modseq = modseq


class Result:
    def __init__(self, tag, command, tagged, untagged):
        self.tag, self.command = tag, command
        self.verdict = tagged[0].decode().upper()
        self.tagged, self.untagged = tagged, untagged

    def code(self, name):
        """The arguments of a response code, of the tagged answer or not."""
        for line in [self.tagged, *self.untagged]:
            if len(line) > 2 and line[1] == b'[' and \
               line[2].upper() == name.encode():
                return line[3:line.index(b']')]
        return None

    def lines(self, name):
        return [x for x in self.untagged if isinstance(x[0], bytes) and
                x[0].upper() == name.encode()]

    def __str__(self):
        return f'{self.command[:200]} -> {self.tagged}'


class Connection:
    def __init__(self, name, port, log):
        self.name, self.log = name, log
        self.s = socket.create_connection(('127.0.0.1', port), SECONDS)
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buf, self.n = b'', 0
        self.view = None
        self.qresync = False
        self.untagged, self.tagged, self.plus = [], {}, False
        self.running = None         # the verb
        self.line()

    def close(self):
        self.s.close()

    # reading

    def more(self, wait):
        self.s.settimeout(wait)
        try:
            data = self.s.recv(1 << 20)
        except socket.timeout:
            return False
        except OSError:
            data = b''
        if not data:
            raise Closed(f'{self.name}: the server closed')
        self.buf += data
        return True

    def whole(self):
        """The length of a whole answer in buf, with its literals, or 0."""
        at = 0
        while True:
            end = self.buf.find(b'\r\n', at)
            if end < 0:
                return 0
            m = re.search(rb'\{(\d+)\}$', self.buf[at:end])
            if not m:
                return end + 2
            at = end + 2 + int(m[1])
            if at > len(self.buf):
                return 0

    def line(self, wait=SECONDS):
        """One answer, taken to heart; False if none came."""
        until = time.monotonic() + wait
        while not (n := self.whole()):
            left = until - time.monotonic()
            if left <= 0 or not self.more(left):
                if wait >= SECONDS:
                    raise Wrong(f'{self.name}: no answer')
                return False
        data, self.buf = self.buf[:n], self.buf[n:]
        self.log(f'{self.name} S: {data[:300]!r}')
        word, _, rest = data[:-2].partition(b' ')
        try:
            if word == b'*':
                self.answer(parse(rest))
            elif word == b'+':
                self.plus = True
            else:
                self.tagged[word] = parse(rest)
        except Malformed as e:
            raise Wrong(f'{self.name}: {e}')
        return True

    def answer(self, a):
        self.untagged.append(a)
        v = self.view
        if v is None or len(a) < 2:
            return
        if a[0].isdigit():
            n, word = int(a[0]), a[1].upper()
            if word == b'EXISTS':
                v.exists(n)
            elif word == b'EXPUNGE':
                self.may_vanish(v, 'EXPUNGE')
                v.expunge(n)
            elif word == b'FETCH':
                check(len(a[2]) % 2 == 0, 'FETCH', a[2])
                v.fetch(n, {k.upper(): x for k, x in
                            zip(a[2][::2], a[2][1::2])})
        elif a[0].upper() == b'VANISHED':
            earlier = isinstance(a[1], list)
            check(self.qresync or earlier, 'VANISHED was not asked for')
            if not earlier:
                self.may_vanish(v, 'VANISHED')
            v.vanished(numbers(a[-1]), earlier)
        elif a[0].upper() == b'OK' and a[1] == b'[':
            self.told(v, a[2].upper(), a[3:])

    def may_vanish(self, v, word):
        check(self.running is not None, word, 'while no command runs')
        check(self.running not in STILL, word, 'during', self.running)
        check(not self.qresync or word == 'VANISHED', 'EXPUNGE after QRESYNC')

    @staticmethod
    def told(v, code, args):
        if code == b'UIDVALIDITY':
            v.uidvalidity = number(args[0])
        elif code == b'UIDNEXT':
            v.uidnext = number(args[0])
        elif code == b'HIGHESTMODSEQ':
            n = number(args[0])
            check(n >= v.highest, f'HIGHESTMODSEQ {v.highest}, then {n}')
            v.highest = n

    # commands

    def start(self, command, literals=()):
        """Sends; literals are (text before, octets)."""
        self.n += 1
        tag = f'{self.name}{self.n}'.encode()
        words = command.split()
        # UID FETCH may bring EXPUNGE, FETCH may not
        self.running = words[0] if words[0] != 'UID' else 'UID ' + words[1]
        self.command, self.tag = command, tag
        self.untagged = []
        out = tag + b' ' + command.encode()
        for i, (text, data) in enumerate(literals):
            front = (' ' if i else '') + (text + ' ' if text else '')
            self.send(out + f'{front}{{{len(data)}}}\r\n'.encode())
            if not self.wait_plus():
                return
            out = data
        self.send(out + b'\r\n')

    def send(self, data):
        self.log(f'{self.name} C: {data[:300]!r}')
        self.s.settimeout(SECONDS)
        try:
            self.s.sendall(data)
        except OSError:
            raise Closed(f'{self.name}: the server closed')

    def wait_plus(self):
        self.plus = False
        while not self.plus and self.tag not in self.tagged:
            self.line()
        return self.plus

    def finish(self):
        while self.tag not in self.tagged:
            self.line()
        self.running = None
        return Result(self.tag.decode(), self.command,
                      self.tagged.pop(self.tag), self.untagged)

    def do(self, command, literals=()):
        self.start(command, literals)
        return self.finish()

    def ok(self, command, literals=()):
        r = self.do(command, literals)
        check(r.verdict == 'OK', self.name, r)
        return r

    def login(self, user, password, qresync):
        r = self.ok(f'LOGIN "{user}" "{password}"')
        r = self.ok('CAPABILITY')
        self.offers = {w.decode().upper() for x in r.lines('CAPABILITY')
                       for w in x[1:]}
        if qresync and 'QRESYNC' in self.offers:
            self.ok('ENABLE QRESYNC')
            self.qresync = True

    def open(self, name, verb='SELECT', how=''):
        """Every uid and flag is known afterwards."""
        self.view = v = View(name)
        r = self.do(f'{verb} {name}{how}')
        if r.verdict != 'OK':
            self.view = None
            return r
        check(v.uidvalidity, 'no UIDVALIDITY')
        check(v.uidnext, 'no UIDNEXT')
        self.learn()
        v.opened = True
        return r

    def learn(self, everything=False):
        v = self.view
        first = next((i + 1 for i, r in enumerate(v.rows) if everything or
                      r.uid is None or r.flags is None), None)
        if first:
            self.do(f'FETCH {first}:* (UID FLAGS)')
