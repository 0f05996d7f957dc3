#!/usr/bin/python3
"""outgoing.py BUILD [ROUNDS]: nothing that was taken to be sent is lost.

Users submit letters for other servers while a random role, or all of plid, is
killed with SIGKILL at a random moment, again and again.  In the end each letter
that was answered 250 has reached the other server at least once, or, where
plid's own end took the key of what waited, its sender has been told to send it
again; its copy is in Sent; nothing else was delivered.  A letter comes twice
only if it was under way at a kill.  Ends with "N passed, N failed".
"""
import email, email.policy, os, random, re, smtplib, sys, tempfile, threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'lib'), HERE]
import box, crash
from outside import Outside

BUILD = sys.argv[1] if len(sys.argv) > 1 else 'build-rel'
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
CLIENTS = 3
SECRET = 'a phrase that no disk of the box may hold'
KILL = os.environ.get('KILL', '').split() or ['keys', 'store', 'seal', 'auth', 'queue', 'send', 'dns', 'submit']
# who may leave a letter delivered and not marked; so many connections at most
DOUBLES = {'store': 64, 'queue': 64, 'all': 64}
DOMAINS = [f'{x}.example' for x in 'abcdefgh'] + ['later.example']


class Client(threading.Thread):
    """Submits on and on; notes what was acknowledged.  Never retried."""

    def __init__(self, b, n, users):
        super().__init__(daemon=True)
        self.b, self.n, self.i, self.users = b, n, 0, users
        self.tried, self.acked, self.go = set(), {}, True

    def run(self):
        while self.go:
            try:
                self.session()
            except (OSError, smtplib.SMTPException):
                time.sleep(0.05)

    def session(self):
        who = random.choice(self.users) + '@example.org'
        with smtplib.SMTP_SSL('127.0.0.1', self.b.submissions, timeout=20,
                              context=box.insecure_tls()) as s:
            s.login(who, box.PASSWORD)
            for _ in range(random.randrange(1, 4)):
                if not self.go:
                    return
                self.i += 1
                ident = f'{self.n}-{self.i}-{os.getpid()}'
                rcpts = [f'x@{d}' for d in random.sample(DOMAINS, 2)]
                self.tried.add(ident)
                s.sendmail(who, rcpts, (
                    f'From: {who}\r\nTo: x\r\nMessage-ID: <{ident}@example.org>'
                    f'\r\nSubject: {ident}\r\nComments: {SECRET}\r\n\r\n'
                    f'{crash.body_of(ident)}')
                    .encode())
                self.acked[ident] = (who, rcpts)
                time.sleep(random.uniform(0, 0.05))


def told_again(b, who, sealed=None):
    """Ids of letters that the user was asked to send again, by recipient."""
    told = set()
    for raw in crash.fetch_all(b, who):
        if who == 'alice' if sealed is None else sealed:
            raw = b.gpg.decrypt(raw)
        m = email.message_from_bytes(raw, policy=email.policy.default)
        if 'send again' not in str(m['Subject']):
            continue
        ident = re.match(r'<(.*)@example.org>', m['In-Reply-To'])[1]
        for block in list(m.iter_parts())[1].get_payload()[1:]:
            told.add((ident, block['Final-Recipient'].split()[1]))
    return told


def arrived(o):
    """(id, recipient) -> times; and what is not whole."""
    times, broken = {}, []
    for _, rcpts, text in o.sink.got:
        text = text.decode()
        ident = re.search(r'^Subject: (\S+)', text, re.M)[1]
        if text.split('\r\n\r\n', 1)[1] != crash.body_of(ident):
            broken.append(ident)
        for r in rcpts:
            times[ident, r] = times.get((ident, r), 0) + 1
    return times, broken


def settle(b):
    """Until only what the other server puts off is left."""
    for _ in range(300):
        b.plictl('queue', 'retry', 'all', ok=False)
        out = b.plictl('queue', 'list', ok=False).stdout
        left = [l for l in out.splitlines()[1:] 
                if 'later.example' not in l and ' sent ' not in l]
        if not left:
            return []
        time.sleep(0.2)
    return left


def judge(b, o, clients, users, kills):
    wrong = [f'not delivered: {l}' for l in settle(b)]
    time.sleep(1)
    times, broken = arrived(o)
    wrong += [f'{i} is not whole' for i in broken]
    told = set().union(*(told_again(b, u) for u in users))
    waits = b.plictl('queue', 'list').stdout.count('later.example')
    later, doubles, passed = 0, 0, 0
    for c in clients:
        for ident, (who, rcpts) in list(c.acked.items()):
            for r in rcpts:
                n = times.get((ident, r), 0)
                doubles += n > 1
                if r.endswith('later.example'):
                    later += (ident, r) not in told
                elif n == 0 and (ident, r) not in told:
                    wrong.append(f'{ident} for {r}: acknowledged, and lost')
                else:
                    passed += 1
    if waits < later:
        wrong.append(f'{later} should wait, {waits} do')
    most = sum(DOUBLES.get(k, 0) for k in kills)
    if doubles > most:
        wrong.append(f'{doubles} doubles: {most} can be explained')
    tried = set().union(*(c.tried for c in clients))
    wrong += [f'{i}: nobody sent it' for i, _ in times if i not in tried]
    print(f'  {len(tried)} tried, {sum(len(c.acked) for c in clients)} '
          f'acknowledged, {len(told)} to be sent again, {doubles} doubles')
    return passed, wrong


def main():
    seed = random.randrange(1 << 30)
    random.seed(seed)
    print(f'outgoing: {ROUNDS} rounds, seed {seed}')
    folder = tempfile.mkdtemp(prefix='pli-q-')
    o = Outside(folder)
    b = box.Box(BUILD, extra=o.conf)
    crash.KILL[:] = KILL
    wrong, passed = [], 0
    try:
        b.alice()
        # each may send to 300 recipients an hour
        users = ['alice'] + [f'u{i}' for i in range(max(10, ROUNDS))]
        for u in users[1:]:
            b.add_user(u + '@example.org')
        clients = [Client(b, n, users) for n in range(CLIENTS)]
        kills = []
        for c in clients:
            c.start()
        for r in range(ROUNDS):
            time.sleep(random.uniform(0.1, 1.0))
            kills.append(crash.kill_one(b, r))
            print(f'  round {r + 1}: {kills[-1]}', flush=True)
        time.sleep(0.5)
        for c in clients:
            c.go = False
        for c in clients:
            c.join(30)
        crash.wait_whole(b)
        passed, wrong = judge(b, o, clients, users, kills)
        check = b.plictl('check', 'store', ok=False)
        if check.returncode != 0:
            wrong.append('check store: ' + check.stdout + check.stderr)
        if not any(c.acked for c in clients):
            wrong.append('nothing was taken at all')
    finally:
        if wrong:
            print(b.log()[-6000:])
        b.stop()
        o.stop()
        os.remove(folder + '/anchor')
        os.rmdir(folder)
    for w in wrong[:20]:
        print('FAIL', w)
    print(f'  {passed} recipients are as they should be')
    print(f'{0 if wrong else ROUNDS} passed, {len(wrong)} failed')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
