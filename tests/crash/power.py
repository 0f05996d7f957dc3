#!/usr/bin/python3
"""power.py BUILD [ROUNDS]: the power goes while many letters wait.

The box lives in a PID namespace of its own, its folder on a disk of its own.
Again and again, when at least FULL recipients wait, the namespace's first
process is killed: all die at one moment, and with them the key that the queue
lies under.  At once the disk's file system is shut down: what was not synced
is gone, as far as ext4 had not written it by itself.  Then a new start, and on.

In the end each recipient of each letter that was answered 250 has it, or its
sender, whose mailbox is sealed, holds a sealed notice to send it again; the
copy in Sent is there; nothing waits, nothing else went out, and the disk knows
no word of it.  Ends with "N passed, N failed".

Needs root, for the namespaces; without loop devices the disk forgets nothing.
"""
import fcntl, imaplib, os, random, re, signal, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'lib'), HERE]
import box, crash, outgoing
from outside import Outside

BUILD = sys.argv[1] if len(sys.argv) > 1 else 'build-rel'
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 2
FULL = 60
CANARY = os.path.join(HERE, '..', '..', 'tools', 'canary')
SHUTDOWN, NO_FLUSH = 0x8004587d, 2      # EXT4_IOC_SHUTDOWN, its NOLOGFLUSH


class Disk:
    """ext4 in a file, which can lose its power."""

    def __init__(self, folder):
        os.chmod(folder, 0o755)
        self.image, self.at = folder + '/image', folder + '/disk'
        os.mkdir(self.at)
        with open(self.image, 'wb') as f:
            f.truncate((128 + 4 * ROUNDS) << 20)
        self.forgets = (
            not box.run('mkfs.ext4', '-q', self.image).returncode
            and self.mount())
        os.chmod(self.at, 0o755)

    def mount(self):
        return not box.run('mount', '-o', 'loop', self.image,
                           self.at).returncode

    def lose(self):
        """Nothing more is written; and the machine is back."""
        if not self.forgets:
            return
        fd = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, SHUTDOWN, NO_FLUSH.to_bytes(4, 'little'))
        finally:
            os.close(fd)
        subprocess.run(['umount', self.at], check=True)
        if not self.mount():
            sys.exit('the disk does not come back')


class Machine(box.Box):
    """A box that is the first process of a PID namespace."""

    def __init__(self, disk, extra):
        self.disk = disk
        super().__init__(BUILD, extra=extra, folder=disk.at)

    def words(self):
        return ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc',
                *super().words()]

    def parent(self):
        return (box.children_of(self.p.pid) or [0])[0]

    def alice(self):
        """Her key is on her own computer: no power is lost there."""
        self.gpg = box.Gpg(tempfile.mkdtemp(prefix='gpg-'),
                           'alice@example.org')
        self.add_user('alice@example.org', self.gpg.cert)

    def power_loss(self):
        os.kill(self.parent(), signal.SIGKILL)
        self.p.wait()       # the first process is reaped after all others
        self.disk.lose()
        self.start()

    def halt(self):
        if self.parent():
            os.kill(self.parent(), signal.SIGTERM)
        self.p.wait(20)


def waiting(o, clients):
    """Recipients that were promised and have nothing yet, in this life."""
    with o.sink.lock:
        there = sum(len(g[1]) for g in o.sink.got)
    return sum(len(r) for c in clients for _, r in list(c.acked.values())) - there


def a_round(b, o, clients, n):
    """The other servers hang for a while, so that the queue fills."""
    o.sink.hold.clear()
    before = waiting(o, clients)
    if not box.wait_for(lambda: waiting(o, clients) - before >= FULL, 120):
        sys.exit('the queue does not fill: ' + b.log()[-3000:])
    full = waiting(o, clients) - before
    if random.random() < 0.5:
        o.sink.hold.set()
    time.sleep(random.uniform(0, 0.3))
    b.power_loss()
    print(f'  round {n + 1}: {full} waited', flush=True)


def in_sent(b, who):
    """Message-IDs of the copies that she has."""
    m = imaplib.IMAP4('127.0.0.1', b.imap)
    m.login(who + '@example.org', box.PASSWORD)
    found = set()
    if int(m.select('Sent', readonly=True)[1][0] or 0):
        for part in m.fetch('1:*', '(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])'
                            )[1]:
            if isinstance(part, tuple):
                found.add(re.search(rb'<(.*)@', part[1])[1].decode())
    m.logout()
    return found


def clear_words(b):
    """What the disk says of what was written: raw, and by file."""
    where = [b.dir + '/var', b.dir + '/etc', b.dir + '/run']
    out = box.run(CANARY, *where, input=outgoing.SECRET)
    wrong = [f'in clear: {l}' for l in out.stdout.splitlines()]
    if b.disk.forgets and box.run('grep', '-qaF', outgoing.SECRET,
                                  b.disk.image).returncode != 1:
        wrong.append('in clear on the raw disk')
    return wrong


def all_settled(b):
    """Though nobody tries again, and no hour of an attempt has come."""
    return 'Nothing waits' in b.plictl('queue', 'list', ok=False).stdout


def judge(b, o, clients, users):
    box.wait_for(lambda: all_settled(b), 120)
    out = b.plictl('queue', 'list').stdout
    wrong = [f'still waits: {l}' for l in out.splitlines()[1:]]
    times, broken = outgoing.arrived(o)
    wrong += [f'{i} is not whole' for i in broken]
    told = set().union(*(outgoing.told_again(b, u, True) for u in users))
    sent = set().union(*(in_sent(b, u) for u in users))
    both = lost = passed = 0
    for ident, (_, rcpts) in ((i, a) for c in clients
                              for i, a in list(c.acked.items())):
        if ident not in sent:
            wrong.append(f'{ident}: acknowledged, and no copy in Sent')
        for r in rcpts:
            n, said = times.get((ident, r), 0), (ident, r) in told
            both += n > 0 and said
            lost += n == 0 and said
            if n == 0 and not said:
                wrong.append(f'{ident} for {r}: lost, and nobody is told')
            elif n > 1:
                wrong.append(f'{ident} for {r}: came {n} times')
            else:
                passed += 1
    tried = set().union(*(c.tried for c in clients))
    wrong += [f'{i}: nobody sent it' for i, _ in times if i not in tried]
    print(f'  {len(tried)} letters tried, {sum(len(c.acked) for c in clients)}'
          f' acknowledged, for {passed} recipients; {lost} to be sent again, '
          f'{both} of those that had arrived too')
    if lost < FULL:
        wrong.append(f'the queue was not full: {lost}')
    return passed, wrong


def play(b, o):
    b.alice()
    users = ['alice'] + [f'u{i}' for i in range(10 + ROUNDS)]
    for u in users[1:]:
        b.add_user(u + '@example.org', b.gpg.cert)
    os.sync()       # the configuration, which an installer wrote
    clients = [outgoing.Client(b, n, users) for n in range(4)]
    for c in clients:
        c.start()
    for r in range(ROUNDS):
        a_round(b, o, clients, r)
    for c in clients:
        c.go = False
    for c in clients:
        c.join(30)
    o.sink.hold.set()
    wrong = clear_words(b)
    # what was taken after the last new start is lost as well
    b.power_loss()
    crash.wait_whole(b)
    passed, more = judge(b, o, clients, users)
    wrong += more
    check = b.plictl('check', 'store', ok=False)
    if check.returncode != 0:
        wrong.append('check store: ' + check.stdout + check.stderr)
    return passed, wrong


def main():
    seed = random.randrange(1 << 30)
    random.seed(seed)
    folder = tempfile.mkdtemp(prefix='power-')
    disk, o = Disk(folder), Outside(folder)
    print(f'power: {ROUNDS} rounds, seed {seed}; the disk '
          + ('forgets what was not synced' if disk.forgets else
             'keeps all that was written: no loop device'), flush=True)
    b, wrong, passed = Machine(disk, o.conf), ['ended early'], 0
    try:
        passed, wrong = play(b, o)
    finally:
        if wrong:
            print(b.log()[-6000:])
        b.halt()
        b.gpg.stop()
        o.stop()
    for w in wrong[:20]:
        print('FAIL', w)
    print(f'  {passed} recipients are as they should be')
    print(f'{0 if wrong else ROUNDS} passed, {len(wrong)} failed')
    return 1 if wrong else 0


def alone():
    """In namespaces of its own: no mount, no process, no file stays."""
    if 'PLI_POWER' in os.environ:
        return
    own = ['unshare', '--mount', '--pid', '--fork', '--kill-child',
           '--mount-proc']
    if os.geteuid() != 0 or box.run(*own, 'true').returncode:
        print('power: needs root and namespaces')
        print('0 passed, 0 failed, 1 skipped')
        sys.exit(0)
    os.environ['PLI_POWER'] = '1'
    with tempfile.TemporaryDirectory(prefix='pli-power-') as top:
        os.chmod(top, 0o755)
        os.environ['TMPDIR'] = top
        sys.exit(subprocess.run([*own, sys.executable, *sys.argv]).returncode)


if __name__ == '__main__':
    alone()
    sys.exit(main())
