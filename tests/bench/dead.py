"""dead.py - the same drain beside a thousand dead servers.

A server has taken a letter.  Then 2,000 wait for it, and beside them, or not,
10,000 for 1,000 destinations that accept a connection and stay silent.  Nobody
has tried any of them yet: send is stopped (SIGSTOP) while the queue is filled,
and the clock runs from when it goes on.  As in all tests on loopback, a silent
server is given up after a sixtieth of the time.
"""
import os, signal, smtplib, socket, threading, time
import collections, statistics
from stacks import tls_client
import drain

DEAD, EACH, RCPTS = 1000, 10, 100
AT = '127.0.0.77'


class Silent:
    """Takes every connection, and says nothing."""

    def __init__(self):
        self.held = collections.deque(maxlen=800)   # the oldest go
        self.listen = socket.create_server((AT, drain.SINK), backlog=4096)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            while True:
                self.held.append(self.listen.accept()[0])
        except OSError:
            pass

    def stop(self):
        self.listen.shutdown(socket.SHUT_RDWR)
        self.listen.close()


class Crowd(drain.Ours):
    name = 'pli'

    def names(self, paper):
        found = super().names(paper)
        found['silent.example', paper.A] = [paper.a('silent.example', AT)]
        for i in range(DEAD):
            name = f'{i}.dead.example'
            found[name, paper.MX] = [paper.mx(name, 1, 'silent.example')]
        return found

    def pids(self, role):
        found = []
        for pid in self.group.pids():
            try:
                with open(f'/proc/{pid}/cmdline') as f:
                    words = f.read().split('\0')
            except OSError:
                continue
            if os.path.basename(words[0]) == role:
                found.append(pid)
        return found

    def rss(self, role):
        """MiB; of send and store with their children: what they do not share,
        and each his part of what they do."""
        total = 0
        for pid in self.pids(role):
            try:
                with open(f'/proc/{pid}/smaps_rollup') as f:
                    total += sum(int(l.split()[1]) for l in f
                                 if l.startswith('Pss:'))
            except OSError:
                pass
        return total / 1024

    def session(self, user):
        s = smtplib.SMTP_SSL('127.0.0.1', 30465, context=tls_client())
        s.login(f'{user}@bench.test', self.stack.password)
        return s

    def fill_dead(self):
        """Each user may send to 300 recipients an hour."""
        rcpts = [f'x{k}@{i}.dead.example' for i in range(DEAD)
                 for k in range(EACH)]
        for n in range(0, len(rcpts), 3 * RCPTS):
            user = f'd{n}'
            self.stack.add_user(user + '@bench.test', False)
            with self.session(user) as s:
                for at in range(n, min(n + 3 * RCPTS, len(rcpts)), RCPTS):
                    s.sendmail(user + '@bench.test', rcpts[at:at + RCPTS],
                               f'From: {user}@bench.test\r\n'
                               'Subject: x\r\n\r\nx\r\n')

    def hold(self, on):
        for pid in self.pids('send'):
            os.kill(pid, signal.SIGSTOP if on else signal.SIGCONT)


def once(n, dead):
    """(letters/s, MiB of queue, store, send)"""
    c, silent = Crowd(), Silent()
    c.start()
    sink = drain.Sink()
    try:
        c.fill(1)
        c.wait_for(sink, 1)
        c.hold(True)
        if dead:
            c.fill_dead()
        c.fill(n)
        c.hold(False)
        t = time.time()
        c.wait_for(sink, n + 1)
        rate = n / (time.time() - t)
        return rate, *(c.rss(r) for r in ('queue', 'store', 'send'))
    finally:
        sink.stop()
        silent.stop()
        c.stop()


def run(args, out):
    n = args.n or drain.LETTERS
    runs = 1 if args.quick else 3
    rows = {dead: [] for dead in (False, True)}
    for _ in range(runs):
        for dead in rows:
            rows[dead].append(once(n, dead))
            print(f'  dead={dead}: %.0f/s, queue %.1f, store %.1f, send %.1f'
                  % rows[dead][-1], flush=True)
    alone = statistics.median(r[0] for r in rows[False])
    out += [f'\n| {n} letters of 4 KiB to a server that took one before | '
            'letters/s | to that alone | MiB: queue | store | send |',
            '|---|---|---|---|---|---|']
    for dead, name in ((False, 'alone'), (True, f'beside {DEAD * EACH} for '
                                          f'{DEAD} that are silent')):
        med = [statistics.median(r[i] for r in rows[dead]) for i in range(4)]
        out.append(f'| {name} | {med[0]:.0f} | {med[0] / alone:.2f} | '
                   + ' | '.join(f'{m:.1f}' for m in med[1:]) + ' |')
        print(out[-1], flush=True)
