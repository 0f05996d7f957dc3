#!/usr/bin/python3
"""crash.py BUILD [ROUNDS]: nothing acknowledged is lost.

Under load from several clients a random role (or all of plid) is killed with
SIGKILL at a random moment, again and again.  Each attempt to deliver carries
an id of its own and is never retried.  In the end: what was answered 250 is in
the mailbox once and whole, what was not at most once, and the store checks
clean.  Ends with "N passed, N failed".
"""
import imaplib, os, random, signal, socket, sys, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
import box

BUILD = sys.argv[1] if len(sys.argv) > 1 else 'build-rel'
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
CLIENTS = 6
KILL = ['keys', 'store', 'scan', 'seal', 'auth', 'mx', 'mxtls', 'imapd',
        'control']


def body_of(ident):
    """A text that can be made again from its id."""
    r = random.Random(ident)
    lines = [''.join(r.choices('abcdefgh ', k=60)) for _ in range(r.randrange(1, 90))]
    return '\r\n'.join(lines) + '\r\n'


def message(ident):
    return (f'From: a@a.example\r\nTo: x@example.org\r\n'
            f'Subject: {ident}\r\nMessage-ID: <{ident}@a.example>\r\n'
            f'X-Id: {ident}\r\n\r\n{body_of(ident)}')


class Client(threading.Thread):
    """Delivers on and on; notes what was acknowledged."""

    def __init__(self, b, n):
        super().__init__(daemon=True)
        self.b, self.n, self.i = b, n, 0
        self.tried, self.acked = [], []
        self.go = True

    def run(self):
        while self.go:
            try:
                self.session()
            except (OSError, EOFError):
                time.sleep(0.02)

    def expect(self, f, code):
        line = f.readline()
        while line[3:4] == b'-':
            line = f.readline()
        if not line.startswith(code):
            raise EOFError(line)

    def session(self):
        s = socket.create_connection(('127.0.0.1', self.b.mx), 20)
        with s, s.makefile('rb') as f:
            self.expect(f, b'220')
            s.sendall(b'EHLO crash.test\r\n')
            self.expect(f, b'250')
            for _ in range(random.randrange(1, 4)):
                if not self.go:
                    return
                self.one(s, f)
            s.sendall(b'QUIT\r\n')

    def one(self, s, f):
        who = random.choice(['alice', 'bob'])
        self.i += 1
        ident = f'{self.n}-{self.i}-{os.getpid()}'
        for line in (b'MAIL FROM:<a@a.example>',
                     f'RCPT TO:<{who}@example.org>'.encode()):
            s.sendall(line + b'\r\n')
            self.expect(f, b'250')
        s.sendall(b'DATA\r\n')
        self.expect(f, b'354')
        self.tried.append((who, ident))
        s.sendall(message(ident).encode() + b'.\r\n')
        self.expect(f, b'250')
        self.acked.append((who, ident))


def lives(pid):
    try:
        with open(f'/proc/{pid}/stat') as f:
            return f.read().rpartition(')')[2].split()[0] not in 'ZX'
    except OSError:
        return False


def kill_one(b, r):
    if r % 7 == 6:
        # power loss of a kind: everything at once
        pids = box.children_of(b.p.pid)
        pids += [k for p in pids for k in box.children_of(p)]
        b.p.kill()
        for p in pids:
            try:
                os.kill(p, signal.SIGKILL)
            except OSError:
                pass
        b.p.wait()
        # who is left has the ports
        box.wait_for(lambda: not any(map(lives, pids)))
        b.start()
        return 'all'
    role = random.choice(KILL)
    pid = b.roles().get(role)
    if pid:
        os.kill(pid, signal.SIGKILL)
    return role


def wait_whole(b):
    for _ in range(600):
        if len(b.roles()) == len(box.ROLES):
            return
        time.sleep(0.05)


def fetch_all(b, who):
    for _ in range(100):
        try:
            m = imaplib.IMAP4('127.0.0.1', b.imap)
            m.login(who + '@example.org', box.PASSWORD)
            break
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.2)
    n = int(m.select('INBOX')[1][0])
    out = []
    if n:
        for part in m.fetch('1:*', '(BODY.PEEK[])')[1]:
            if isinstance(part, tuple):
                out.append(part[1])
    m.logout()
    return out


def found_in(b, who, sealed):
    """id -> times; and what is not whole."""
    seen, broken = {}, []
    for raw in fetch_all(b, who):
        if sealed:
            raw = b.gpg.decrypt(raw)
        text = raw.decode(errors='replace')
        at = text.find('X-Id: ')
        ident = text[at + 6:].split('\r\n')[0] if at >= 0 else 'nothing'
        seen[ident] = seen.get(ident, 0) + 1
        if text.split('\r\n\r\n', 1)[-1] != body_of(ident):
            broken.append(ident)
    return seen, broken


def judge(b, clients):
    wrong, passed = [], 0
    seen = {}
    for who, sealed in (('alice', True), ('bob', False)):
        seen[who], broken = found_in(b, who, sealed)
        wrong += [f'{i} for {who} is not whole' for i in broken]
    acked = {x for c in clients for x in c.acked}
    tried = {x for c in clients for x in c.tried}
    for who, ident in tried:
        times = seen[who].pop(ident, 0)
        if (who, ident) in acked and times != 1:
            wrong.append(f'{ident} for {who}: acknowledged, there {times} times')
        elif times > 1:
            wrong.append(f'{ident} for {who}: not acknowledged, {times} times')
        else:
            passed += 1
    for who in seen:
        wrong += [f'{i} for {who}: nobody sent it' for i in seen[who]]
    print(f'  {len(tried)} tried, {len(acked)} acknowledged')
    return passed, wrong


def main():
    seed = random.randrange(1 << 30)
    random.seed(seed)
    print(f'crash: {ROUNDS} rounds, seed {seed}')
    b = box.Box(BUILD)
    wrong = []
    try:
        b.alice()
        b.add_user('bob@example.org')
        clients = [Client(b, n) for n in range(CLIENTS)]
        for c in clients:
            c.start()
        for r in range(ROUNDS):
            time.sleep(random.uniform(0.05, 0.8))
            print(f'  round {r + 1}: {kill_one(b, r)}', flush=True)
        time.sleep(0.5)
        wait_whole(b)
        time.sleep(1)
        for c in clients:
            c.go = False
        for c in clients:
            c.join(30)
        passed, wrong = judge(b, clients)
        check = b.plictl('check', 'store', ok=False)
        if check.returncode != 0:
            wrong.append('check store: ' + check.stdout + check.stderr)
        if not any(c.acked for c in clients):
            wrong.append('nothing was delivered at all')
    finally:
        b.stop()
    for w in wrong[:20]:
        print('FAIL', w)
    print(f'  {passed} messages are as they should be')
    print(f'{0 if wrong else ROUNDS} passed, {len(wrong)} failed')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
