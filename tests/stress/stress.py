#!/usr/bin/python3
"""stress.py BUILD [SECONDS] [--seed N] [--connections N]

Random valid IMAP commands on several connections to one account.  Every
untagged answer is checked against what the connection was told before
(wire.py), every result against a model of the account (model.py), and in the
end all connections and a fresh one agree with it.  The seed is printed; the
same seed makes the same choices.  Ends with "N passed, N failed".
"""
import argparse, collections, os, random, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'lib')]
import box
from model import Box
from ops import OPS, Ops
from rounds import Rounds
from wire import Closed, Connection, Wrong, check, flag_set, numbers

USER = 'alice@example.org'
SHOWN = 60
# a change made by one connection is seen by the others in this time
SOON = 2.0


class Stress(Ops, Rounds):
    def __init__(self, b, seed, connections):
        self.b, self.r = b, random.Random(seed)
        self.said = collections.deque(maxlen=4000)
        self.boxes, self.serial = {}, 0
        self.late = self.steps = 0
        self.done = collections.Counter()
        self.eye = self.connect('e', False)
        self.offers = self.eye.offers
        self.others = self.names()
        self.c = [self.connect('abcdefgh'[i], i % 2 == 1)
                  for i in range(connections)]
        for i in range(3):
            self.create(self.eye, f'work{i}')

    def connect(self, name, qresync):
        c = Connection(name, self.b.imap, self.said.append)
        c.login(USER, box.PASSWORD, qresync)
        c.kept = {}                 # name -> what QRESYNC needs
        return c

    def again(self, c):
        """The same client, connected anew."""
        c.close()
        new = self.connect(c.name, c.qresync)
        new.n, new.kept = c.n, c.kept
        self.c[self.c.index(c)] = new
        return new

    # what the account says

    def names(self):
        r = self.eye.ok('LIST "" "*"')
        return {x[3].decode() for x in r.lines('LIST')
                if b'\\nonexistent' not in [f.lower() for f in x[1]]}

    def look(self, name):
        """uid -> (ident, size, date, flags), by a connection that saw nothing"""
        r = self.eye.open(name, 'EXAMINE')
        check(r.verdict == 'OK', r)
        v = self.eye.view
        out = {}
        if v.rows:
            r = self.eye.ok('FETCH 1:* (UID FLAGS RFC822.SIZE INTERNALDATE '
                            'BODY.PEEK[HEADER.FIELDS (X-Id)])')
            for row in self.fetched(r):
                out[int(row[b'UID'])] = (
                    self.ident_of(row), int(row[b'RFC822.SIZE']),
                    self.date_of(row[b'INTERNALDATE']), flag_set(row[b'FLAGS']))
        check(len(out) == len(v.rows), f'{len(out)} of {len(v.rows)} fetched')
        return out

    def verify(self, b):
        """One mailbox, looked at anew, is as the model has it."""
        got = self.look(b.name)
        want = {u: (m.ident, m.size, m.date, m.flags)
                for u, m in b.mails.items()}
        check(got == want, f'{b.name}: ', self.difference(got, want))
        v = self.eye.view
        check(v.uidvalidity == b.uidvalidity, 'UIDVALIDITY changed')
        check(v.uidnext >= b.uidnext, 'UIDNEXT went back')
        b.uidnext = v.uidnext

    @staticmethod
    def difference(got, want):
        return '; '.join(f'uid {u}: got {got.get(u)}, expected {want.get(u)}'
                         for u in sorted(set(got) | set(want))
                         if got.get(u) != want.get(u))[:2000]

    def sync(self, c, verb='NOOP'):
        """After this the connection knows all that the model knows."""
        since, first = time.monotonic(), True
        while True:
            check(c.do(verb).verdict == 'OK', c.name, verb)
            c.learn()
            wrong = self.disagree(c)
            if not wrong:
                break
            self.late += first
            first = False
            check(time.monotonic() - since < SOON, f'{c.name} after {verb}:',
                  wrong)
            time.sleep(0.02)

    @staticmethod
    def disagree(c):
        v = c.view
        if v is None:
            return None
        if v.uids() != list(v.box.mails):
            return f'uids {v.uids()}, expected {list(v.box.mails)}'
        for r in v.rows:
            if r.flags != v.box.mails[r.uid].flags:
                return f'flags {r}, expected {v.box.mails[r.uid]}'
        return None

    # the run

    def step(self):
        self.steps += 1
        if self.r.random() < 0.2:
            self.done['round'] += 1
            return self.round()
        c = self.r.choice(self.c)
        if c.view and c.view.lost:
            return self.lost(c)
        ops = [(o, w) for o, w, selected in OPS if c.view or not selected]
        name = self.r.choices([o for o, _ in ops], [w for _, w in ops])[0]
        self.done[name] += 1
        self.said.append(f'--- {self.steps} {c.name} {name}')
        getattr(self, name)(c)

    def lost(self, c):
        """Its mailbox is gone: it may hear so in any way, but not hang."""
        try:
            c.view = None
            c.do('NOOP')
        except Closed:
            pass
        self.again(c)

    def end(self):
        for c in list(self.c):
            if c.view and c.view.lost:
                self.lost(c)
            elif c.view:
                self.sync(c)
        for b in self.boxes.values():
            self.verify(b)
        check(self.names() == self.others | set(self.boxes), self.names())


def healthy(b):
    bad = [l for l in b.log().splitlines()
           if 'child-crashed' in l or 'role-died' in l or 'assert' in l]
    check(not bad, '\n'.join(bad[:5]))


def stress(b, args):
    s = None
    try:
        s = Stress(b, args.seed, args.connections)
        until = time.time() + args.seconds
        while time.time() < until and s.steps != args.steps:
            s.step()
        s.end()
        healthy(b)
    except Exception as e:
        if s:
            print('\n'.join(s.said[i] for i in
                            range(max(0, len(s.said) - SHOWN), len(s.said))))
        print(f'seed {args.seed}, step {s and s.steps}: '
              f'{type(e).__name__}: {e}')
        if not isinstance(e, Wrong):
            raise
        return False
    print(', '.join(f'{n} {k}' for k, n in s.done.most_common()))
    print(f'{s.steps} steps; {s.late} times a change was seen by the second '
          'look only')
    return True


def main():
    p = argparse.ArgumentParser()
    p.add_argument('build')
    p.add_argument('seconds', nargs='?', type=float, default=60)
    p.add_argument('--seed', type=int, default=random.randrange(1 << 32))
    p.add_argument('--connections', type=int, default=4)
    p.add_argument('--steps', type=int, default=-1)
    args = p.parse_args()
    print(f'seed {args.seed}', flush=True)
    b = box.Box(args.build)
    try:
        b.add_user(USER)
        good = stress(b, args)
    finally:
        b.stop()
    print(f'{int(good)} passed, {int(not good)} failed')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
