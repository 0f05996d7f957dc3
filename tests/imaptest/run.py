#!/usr/bin/python3
"""run.py BUILD [-v] [GROUP...]: the scripted IMAP tests, against a real box.

Each group has accounts of its own, unsealed, over a listener in clear.  A
group whose extensions the server does not offer must stand in scope.txt with
a reason; every other one must pass.  Ends with "N passed, N failed[, N skipped]".
"""
import os, re, socket, sys, urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'lib')]
import box
from match import Match, expand
from script import Script, Unreadable
from values import Malformed, parse

ROOT = os.path.dirname(os.path.dirname(HERE))
MAILBOX = b'imaptest'
SECONDS = 30
AUTH, CREATED, APPENDED, SELECTED = 1, 2, 3, 4


class Failed(Exception):
    pass


class Connection:
    """One client; keeps what the server said to the command at hand."""

    def __init__(self, port, trace):
        self.s = socket.create_connection(('127.0.0.1', port), SECONDS)
        self.f = self.s.makefile('rb')
        self.trace = trace
        self.n = 0
        self.untagged, self.done = [], {}
        self.line()
        self.untagged.clear()

    def close(self):
        self.f.close()
        self.s.close()

    def tag(self):
        self.n += 1
        return b'n%d' % self.n

    def send(self, tag, text):
        """Literals wait for the server's "+"; without it the rest stays."""
        for i, piece in enumerate(pieces(tag + b' ' + text + b'\r\n')):
            if i and not self.goes_on(tag):
                return
            self.trace(b'C: ', piece)
            self.s.sendall(piece)

    def goes_on(self, tag):
        while tag not in self.done:
            if self.line() == b'+':
                return True
        return False

    def line(self):
        """Takes one answer; gives its first word."""
        line = self.f.readline()
        while m := re.search(rb'\{(\d+)\}\r\n$', line):
            line += self.f.read(int(m[1])) + self.f.readline()
        self.trace(b'S: ', line)
        if not line.endswith(b'\r\n'):
            raise Failed('the server closed')
        word, _, rest = line[:-2].partition(b' ')
        if word == b'*':
            self.untagged.append(parse(rest))
        elif word != b'+':
            self.done[word] = parse(rest)
        return word

    def wait(self, tag):
        while tag not in self.done:
            self.line()
        return self.done.pop(tag)


def pieces(data):
    """A command, cut where the client has to wait."""
    out, since, at = [], 0, 0
    while m := re.compile(rb'[^\n]*\{(\d+)\}\r\n').match(data, at):
        out.append(data[since:m.end()])
        since, at = m.end(), m.end() + int(m[1])
    return out + [data[since:]]


def positions(untagged):
    """For each answer: where the message is that was number n before."""
    gone, out = [], []
    for a in untagged:
        expunge = len(a) == 2 and isinstance(a[1], bytes) and \
            a[1].lower() == b'expunge'
        out.append(list(gone))
        if expunge:
            gone.append(int(a[0]))
    return out


def moved(n, gone):
    for g in gone:
        if g == n:
            return 0
        n -= g < n
    return n


class Group:
    def __init__(self, script, b, trace):
        self.script, self.b, self.trace = script, b, trace
        self.next = 0
        self.v = {'mailbox': MAILBOX, 'password': box.PASSWORD.encode()}
        self.c = []

    def run(self):
        self.accounts()
        try:
            self.prepare()
            for step in self.script.steps:
                self.step(step)
        finally:
            for c in self.c:
                c.close()

    def accounts(self):
        names = [b'$user', *sorted({u.encode() for u in
                                    self.script.users.values()})]
        for i, name in enumerate(dict.fromkeys(names)):
            n = '' if i == 0 else str(i + 1)
            user = f'{self.script.name}{n}@example.org'
            self.b.add_user(user)
            local, _, domain = user.partition('@')
            for key, value in (('user', user), ('username', local),
                               ('domain', domain)):
                self.v[key + n] = value.encode()
        self.v['mailbox_url'] = urllib.parse.quote(MAILBOX).encode()

    def prepare(self):
        s = self.script
        for i in range(s.connections):
            self.c.append(Connection(self.b.imap, self.trace))
            user = expand(s.users.get(i + 1, '$user').encode(), self.v)
            if s.state >= AUTH:
                self.ok(i, b'LOGIN "%s" "%s"' % (user, self.v['password']))
        if s.state >= CREATED:
            self.ok(0, b'CREATE ' + MAILBOX)
        if s.state >= APPENDED:
            n = len(s.letters) if s.messages is None else s.messages
            for _ in range(n):
                self.ok(0, b'APPEND ' + self.letter(MAILBOX))
        if s.state >= SELECTED:
            for i in range(s.connections):
                self.ok(i, b'SELECT ' + MAILBOX)

    def ok(self, i, text):
        c = self.c[i]
        tag = c.tag()
        c.send(tag, text)
        got = c.wait(tag)
        if got[0].lower() != b'ok':
            raise Failed(f'{text[:60]!r} was answered {got}')
        c.untagged.clear()

    def letter(self, where):
        date, text = self.script.letters[self.next % len(self.script.letters)]
        self.next += 1
        return b'%s "%s" {%d}\r\n%s' % (where, date.encode(), len(text), text)

    def command(self, text):
        """A bare APPEND takes the next letter of the mbox."""
        text = expand(text, self.v)
        m = re.match(rb'(?i)append(?: (\S+))?( \([^)]*\))?$', text)
        if m:
            return b'APPEND ' + self.letter((m[1] or MAILBOX) + (m[2] or b''))
        return text

    def step(self, step):
        c = self.c[step.connection]
        c.untagged, c.done = [], {}
        tags = []
        for command in step.commands:
            tag = command.tag or c.tag()
            self.v['tag'] = tag
            tags.append(tag)
            c.send(tag, self.command(command.line))
        for command, tag in zip(step.commands, tags):
            self.verdict(command, c.wait(tag))
        self.answers(step, c.untagged)

    def verdict(self, command, got):
        what = command.line.decode(errors='replace')[:200]
        if command.verdict not in (b'""', got[0].lower()):
            raise Failed(f'{what}: answered {got}')
        v = Match().line(command.prefix, got[1:], self.v, prefix=True)
        if v is None:
            raise Failed(f'{what}: expected {command.prefix}, got {got}')
        self.v = v

    def answers(self, step, got):
        gone = positions(got)
        used = set()
        for mark, text, want in step.wanted:
            v, i = self.search(want, got, gone, mark == b'!')
            what = f'{step.commands[0].line!r}'
            if mark == b'*' and v is None:
                raise Failed(f'{what}: no answer like {text!r} in '
                             + '\n        '.join(['', *map(str, got)]))
            if mark == b'!' and v is not None:
                raise Failed(f'{what}: {text!r} is there: {got[i]}')
            if v is not None:
                self.v = v
                used.add(i)
        if not self.script.extra and len(used) < len(got):
            raise Failed(f'{step.commands[0].line!r}: more was said: '
                         f'{[g for i, g in enumerate(got) if i not in used]}')

    def search(self, want, got, gone, prefix):
        status = want[0].lower() in (b'ok', b'no', b'bad', b'bye', b'preauth')
        for i, g in enumerate(got):
            m = Match(lambda n: moved(n, gone[i]))
            v = m.line(want, g, self.v, prefix or status)
            if v is not None:
                return v, i
        return None, None


def folder():
    for up in (os.environ.get('PLI_SUITES'),
               os.path.join(ROOT, '..', 'shared', 'suites'),
               os.path.join(ROOT, '..', '..', 'shared', 'suites')):
        path = os.path.join(up or '/nowhere', 'imap-imaptest', 'src', 'tests')
        if os.path.isdir(path):
            return path
    return None


def scope():
    """group -> why it is not run"""
    out = {}
    with open(os.path.join(HERE, 'scope.txt')) as f:
        for line in f:
            if line.strip() and not line.startswith('#'):
                name, _, reason = line.strip().partition(' ')
                out[name] = reason.strip()
    return out


def offered(b):
    """What the server can do, before and after the login."""
    out = set()
    b.add_user('nobody@example.org')
    c = Connection(b.imap, lambda *_: None)
    for line in (b'CAPABILITY', b'LOGIN nobody@example.org "%s"'
                 % box.PASSWORD.encode(), b'CAPABILITY'):
        tag = c.tag()
        c.send(tag, line)
        c.wait(tag)
    for a in c.untagged:
        if a[0].lower() == b'capability':
            out |= {x.decode().upper() for x in a[1:]}
    c.close()
    return out


class Suite:
    def __init__(self, path, b, verbose):
        self.path, self.b, self.verbose = path, b, verbose
        self.offered, self.scope = offered(b), scope()
        self.count = {'passed': 0, 'failed': 0, 'skipped': 0}
        self.said = []

    def trace(self, mark, data):
        self.said.append(mark + data)

    def group(self, name):
        self.said = []
        verdict, why = self.judge(name)
        self.count[verdict] += 1
        print(f'{name:32} {verdict}' + (f': {why}' if why else ''),
              flush=True)
        if verdict == 'failed' and self.verbose:
            for line in self.said[-60:]:
                print('   ', line[:2000])

    def judge(self, name):
        try:
            script = Script(self.path, name)
        except (Unreadable, Malformed) as e:
            return 'failed', e
        missing = [w for w in script.capabilities if w not in self.offered]
        if missing:
            if name in self.scope:
                return 'skipped', self.scope[name]
            return 'failed', f'no {missing[0]}, and scope.txt has no reason'
        if name in self.scope:
            return 'failed', 'in scope.txt, but the server offers it'
        try:
            Group(script, self.b, self.trace).run()
        except (Failed, Malformed, KeyError, OSError) as e:
            return 'failed', e
        return 'passed', None


def main(words):
    verbose = '-v' in words
    words = [w for w in words if w != '-v']
    build, wanted = words[0] if words else 'build-rel', words[1:]
    path = folder()
    if not path:
        print('the suite is not here: 0 passed, 0 failed, 1 skipped')
        return 0
    names = sorted(n for n in os.listdir(path) if not n.endswith('.mbox'))
    b = box.Box(build)
    try:
        suite = Suite(path, b, verbose)
        for name in wanted or names:
            suite.group(name)
        bad = [l for l in b.log().splitlines()
               if 'child-crashed' in l or 'role-died' in l]
        if bad:
            suite.count['failed'] += 1
            print('\n'.join(bad[:10]))
    finally:
        b.stop()
    n = suite.count
    print(f"{n['passed']} passed, {n['failed']} failed, "
          f"{n['skipped']} skipped")
    return 1 if n['failed'] else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
