"""imaptest.py - Dovecot's scripted IMAP tests, against imapd and the store of
paper: what the scripts do with commands that we do not have yet (CREATE,
APPEND …) is done to the store directly.

The format is described beside them, in docs/scripted_test.md.
"""
import os, pathlib, re, socket, time

SUITES = os.environ.get('PLI_SUITES') or next(
    (str(p / 'shared' / 'suites') for p in pathlib.Path(__file__).resolve().parents
     if (p / 'shared' / 'suites').is_dir()), '/nowhere')
SUITE = SUITES + '/imap-imaptest/src/tests'
TOKEN = re.compile(rb'\s*(?:([()])|"((?:[^"\\]|\\.)*)"|\{(\d+)\}\r\n'
                   rb'|((?:[^\s()"{\[]|\[[^\]]*\]|\{[^}\d]*)+|\[[^\]]*\]?))')


def parse(data):
    """An answer as nested lists of bytes."""
    if data[:4].lower() == b'ok [':     # codes are words, too
        data = data.replace(b'[', b'< ').replace(b']', b' >')
    stack, at = [[]], 0
    while data[at:].strip():
        m = TOKEN.match(data, at)
        assert m, data[at:at + 60]
        at = m.end()
        if m[1] == b'(':
            stack.append([])
        elif m[1] == b')':
            top = stack.pop()
            stack[-1].append(top)
        elif m[2] is not None:
            stack[-1].append(re.sub(rb'\\(.)', rb'\1', m[2]))
        elif m[3] is not None:
            stack[-1].append(data[at:at + int(m[3])])
            at += int(m[3])
        else:
            stack[-1].append(m[4])
    assert len(stack) == 1, data
    return stack[0]


class Match:
    """Expectations, with the variables that they set."""

    def __init__(self, variables):
        self.v = variables

    def word(self, want, got):
        if want == b'$':
            return True
        if isinstance(got, list) or isinstance(want, list):
            return False
        m = re.fullmatch(rb'\$\{?([A-Za-z]\w*)\}?', want)
        if m and m[1] not in self.v:
            self.v[m[1]] = got
            return True
        want = expand(want, self.v)
        return want.lower() == got.lower()

    def all(self, want, got):
        return len(want) == len(got) and all(
            self.one(w, g) for w, g in zip(want, got))

    def one(self, want, got):
        if isinstance(want, list) and isinstance(got, list):
            return self.all(want, got)
        return self.word(want, got)

    def some(self, want, got, width=1, extra=True):
        """In any order, in groups of `width`."""
        groups = [got[i:i + width] for i in range(0, len(got), width)]
        for i in range(0, len(want), width):
            w = want[i:i + width]
            for g in groups:
                if self.group(w, g):
                    groups.remove(g)
                    break
            else:
                return False
        return extra or not [g for g in groups if g != [b'\\Recent']]

    def group(self, w, g):
        if len(w) == 2 == len(g) and w[0].lower() == b'flags' and \
           isinstance(w[1], list):
            return g[0].lower() == b'flags' and self.some(w[1], g[1],
                                                          extra=False)
        return self.all(w, g)

    def line(self, want, got):
        """One untagged answer; numbers at its front may be $n."""
        kinds = [x.lower() for x in want[:2] if isinstance(x, bytes)]
        if len(want) > len(got):
            return False
        if b'fetch' in kinds[1:]:
            return len(got) == 3 and self.all(want[:2], got[:2]) and \
                self.some(want[2], got[2], 2)
        if kinds[0] in (b'list', b'lsub'):
            return got[0].lower() == kinds[0] and \
                isinstance(got[1], list) and \
                self.some(want[1], got[1]) and self.all(want[2:], got[2:])
        if kinds[0] == b'status':
            return self.all(want[:2], got[:2]) and \
                self.some(want[2], got[2], 2)
        return self.all(want, got[:len(want)])


def expand(text, v):
    def one(m):
        return v.get(m[1] or m[2], m[0])
    text = re.sub(rb'\$\{(\w+)\}|\$([A-Za-z]\w*)', one, text)
    return text.replace(b'$$', b'$')


class Connection:
    def __init__(self, port):
        self.s = socket.create_connection(('127.0.0.1', port), 10)
        self.f = self.s.makefile('rb')
        self.f.readline()
        self.n = 0

    def send(self, tag, line):
        self.s.sendall(tag + b' ' + line + b'\r\n')

    def answer(self, tag):
        """Untagged answers and the tagged one."""
        lines = []
        while True:
            line = self.f.readline()
            assert line, 'closed'
            while m := re.search(rb'\{(\d+)\}\r\n$', line):
                line += self.f.read(int(m[1])) + self.f.readline()
            if line.startswith(tag + b' '):
                return lines, line[len(tag) + 1:].strip()
            lines.append(line)


class Skipped(Exception):
    pass


class Script:
    def __init__(self, name, stand, world):
        self.stand, self.world = stand, world
        with open(os.path.join(SUITE, name), 'rb') as f:
            head, _, self.body = f.read().partition(b'\n\n')
        self.head = dict(re.findall(rb'^([a-z_]+): *(.*)$', head, re.M))
        self.mbox = os.path.join(SUITE, name + '.mbox')
        if not os.path.exists(self.mbox):
            self.mbox = os.path.join(SUITE, 'default.mbox')
        self.v = {b'mailbox': b'imaptest'}
        self.letters = self.read_mbox()
        self.next = 0
        self.checked = 0
        self.done, self.waiting, self.seen = set(), [], []

    def read_mbox(self):
        with open(self.mbox, 'rb') as f:
            parts = re.split(rb'(?:^|(?<=\n))From [^\n]*\n', f.read())[1:]
        return [p.replace(b'\n', b'\r\n') for p in parts]

    def append(self):
        self.world.box(self.v[b'mailbox']).deliver(
            self.letters[self.next % len(self.letters)])
        self.next += 1

    def run(self):
        state = self.head.get(b'state', b'selected')
        n = int(self.head.get(b'connections', b'1'))
        if state in (b'created', b'appended', b'selected'):
            self.world.create(self.v[b'mailbox'])
        if state in (b'appended', b'selected'):
            m = self.head.get(b'messages', b'all')
            for _ in range(len(self.letters) if m == b'all' else int(m)):
                self.append()
        self.c = [Connection(self.stand.port) for _ in range(n)]
        for c in self.c:
            self.tagged(c, b'LOGIN alice secret')
            if state == b'selected':
                self.tagged(c, b'SELECT ' + self.v[b'mailbox'])
        self.many = n > 1
        for step in self.steps():
            self.step(*step)
        assert not self.waiting, self.waiting

    def tagged(self, c, line):
        c.send(b't', line)
        lines, text = c.answer(b't')
        assert text.startswith(b'OK'), text
        return lines

    def lines(self):
        """Lines, with {{{ text }}} as literals."""
        body = re.sub(rb'\{\{\{\n(.*?)\n\}\}\}', lambda m: b'{%d}\r\n%s' % (
            len(m[1].replace(b'\n', b'\r\n')),
            m[1].replace(b'\n', b'\r\n').replace(b'\r\n', b'\0')),
            self.body, flags=re.S)
        for line in body.split(b'\n'):
            if line.endswith(b'}\r'):
                self.held = line + b'\n'
                continue
            line = getattr(self, 'held', b'') + line
            self.held = b''
            line = line.replace(b'\0', b'\r\n')
            if line.strip() and not line.startswith(b'#'):
                yield line

    def steps(self):
        """(connection, tag or None, verdict or None, command, answers)"""
        step = None
        for line in self.lines():
            if line[:2] in (b'* ', b'! '):
                step[4].append((line[:1], line[2:]))
                continue
            conn = 0
            if self.many and re.match(rb'\d+ ', line):
                n, _, line = line.partition(b' ')
                conn = int(n) - 1
            m = re.match(rb'(?i)(ok|no|bad|"") (.+)$', line, re.S)
            if m and step and step[2] is None and m[2].startswith(b'['):
                step[2] = m[1]          # method 2: the verdict after it
                continue
            if re.match(rb'(?i)(ok|no|bad|"")$', line) and step:
                step[2] = line
                continue
            if step:
                yield step
            tag = re.match(rb'(tag\d+) (.*)$', line, re.S)
            if tag:
                step = [conn, tag[1], None, tag[2], []]
            elif m:
                step = [conn, None, m[1], m[2], []]
            else:
                step = [conn, None, None, line, []]
        if step:
            yield step

    def step(self, conn, tag, verdict, command, answers):
        c = self.c[conn]
        if tag and re.match(rb'(?i)(ok|no|bad)\b', command):
            if tag in self.done:        # the answers to pipelined commands
                self.done.discard(tag)
                return
            got, text = c.answer(tag)
            assert text.lower().startswith(command.lower()), text
            self.seen += got
            self.waiting = [w for w in self.waiting
                            if not self.found(w[1], self.seen)]
            return
        line = expand(command, self.v)
        if self.world.does(line, self):
            if tag:
                self.done.add(tag)
            return
        if re.match(rb'(?i)(uid )?(search|copy|append)', line):
            raise Skipped(line)
        c.n += 1
        name = tag or b'n%d' % c.n
        c.send(name, line)
        if tag:
            self.waiting += answers
            return
        got, text = c.answer(name)
        if verdict and verdict != b'""':
            assert text.lower().startswith(verdict.lower()), (line, text)
        for mark, want in answers:
            if mark == b'*':
                self.expect(want, got)
            else:
                assert not self.found(want, got), (line, want, got)
        self.checked += 1


    def found(self, want, got):
        # \Recent is not kept: none is, always
        want = re.sub(rb'(?i)^\d+ recent', b'0 recent', want)
        want = re.sub(rb'(?i) recent \d+', b' recent 0', want)
        first = re.match(rb'\$(\d+) (.*)', want, re.S)
        gone = []
        for line in got:
            here = want
            if first:
                here = self.moved(int(first[1]), gone) + b' ' + first[2]
            v = dict(self.v)
            if Match(v).line(parse(here), parse(line[2:])):
                self.v.update(v)
                return True
            m = re.match(rb'\* (\d+) EXPUNGE', line)
            if m:
                gone.append(int(m[1]))
        return False

    @staticmethod
    def moved(n, gone):
        """Where the message is that was the n-th before these went."""
        for g in gone:
            if g == n:
                return b'0'
            n -= g < n
        return b'%d' % n

    def expect(self, want, got):
        assert self.found(want, got), (want, got)
