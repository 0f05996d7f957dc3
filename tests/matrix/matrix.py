#!/usr/bin/python3
"""matrix.py BUILD [--write]: what each role of the running box may do.

Starts plid from a release build and has every role, and a child of every
master, make every system call of probe.c in turn: each cell of the table in
expected.txt is what really came back from inside.  A fresh box for each probe,
for most probes kill.  Then every descriptor of every process is held against
the topology.  --write makes the table anew (look at the diff!).

Ends with "N passed, N failed".  Needs root and x86-64; without, it says so and
counts as skipped.
"""
import os, platform, re, smtplib, socket, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
import box
from box import children_of, insecure_tls

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else 'build-rel')
TABLE = os.path.join(HERE, 'expected.txt')
ROLES = ['keys', 'store', 'reader', 'scan', 'seal', 'auth', 'dns', 'queue',
         'control', 'send', 'mx', 'mxtls', 'imapd', 'submit', 'httpd']
CHILDREN = ['send*', 'mx*', 'mxtls*', 'imapd*', 'submit*', 'httpd*']
COLUMNS = ROLES + CHILDREN

# probe, label, path ({p} is the box's prefix)
FILES = [
    ('read-file', 'read /etc/passwd', '/etc/passwd'),
    ('read-file', 'read the tls key', '{p}/etc/plid/keys/mail.key'),
    ('read-file', 'read the database', '{p}/var/lib/plid/store/{db}'),
    ('write-file', 'write the database', '{p}/var/lib/plid/store/{db}'),
    ('read-file', 'read the log', '{p}/var/lib/plid/log'),
    ('write-file', 'write the log', '{p}/var/lib/plid/log'),
    ('read-file', 'read the configuration', '{p}/etc/plid.conf'),
    ('read-file', "read the parent's memory", '/proc/{parent}/mem'),
    ('make-file', 'make a file in /tmp', '/tmp/pli-matrix-made'),
    ('make-file', 'make a file in the store', '{p}/var/lib/plid/store/new'),
    ('make-file', 'make a file among the keys', '{p}/etc/plid/keys/new'),
    ('list-dir', 'list /', '/'),
    ('unlink', 'remove the database', '{p}/var/lib/plid/store/{db}'),
]


class Box(box.Box):
    """A box with a connected child of each master."""

    def __init__(self, build):
        self.silent = socket.socket()       # a mail server that never greets
        self.silent.bind(('127.0.0.1', 0))
        self.silent.listen(50)
        super().__init__(build, extra='resolver 127.0.0.1@1\n'
                         'send-port %d/loopback\n'
                         % self.silent.getsockname()[1])
        self.add_user('alice@example.org')

    def send_out(self):
        """Returns when a child of send waits for a greeting."""
        s = smtplib.SMTP_SSL('127.0.0.1', self.submissions,
                             context=insecure_tls())
        s.login('alice@example.org', box.PASSWORD)
        s.sendmail('alice@example.org', ['x@[127.0.0.1]'],
                   'From: alice@example.org\r\n\r\nx\r\n')
        s.quit()
        self.silent.settimeout(20)
        self.socks.append(self.silent.accept()[0])

    def pids(self):
        found = self.roles()
        for pid in children_of(found['store'])[:1]:
            found['reader'] = pid
        self.socks = [self.talk_clear(), self.talk_starttls(),
                      self.talk_imaps(self.imaps)]
        self.send_out()
        self.socks.append(self.talk_imaps(self.submissions))
        self.socks.append(self.talk_https())
        for role in ('send', 'mx', 'mxtls', 'imapd', 'submit', 'httpd'):
            kids = children_of(found[role])
            if kids:
                found[role + '*'] = kids[0]
        return found

    def talk_clear(self):
        s = socket.create_connection(('127.0.0.1', self.mx))
        s.recv(500)
        return s

    def talk_starttls(self):
        s = self.talk_clear()
        s.sendall(b'EHLO probe.example\r\n')
        s.recv(2000)
        s.sendall(b'STARTTLS\r\n')
        s.recv(500)
        return insecure_tls().wrap_socket(s)

    def talk_imaps(self, port):
        s = socket.create_connection(('127.0.0.1', port))
        s = insecure_tls().wrap_socket(s)
        s.recv(500)
        return s

    def talk_https(self):
        s = socket.create_connection(('127.0.0.1', self.https))
        s = insecure_tls().wrap_socket(s)
        s.sendall(b'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
        s.recv(500)
        return s

    def stop(self):
        for s in getattr(self, 'socks', []):
            s.close()
        self.silent.close()
        super().stop()


def database(b):
    names = [n for n in os.listdir(b.dir + '/var/lib/plid/store')
             if not n.endswith(('-wal', '-shm'))]
    return names[0] if names else 'mail.db'


# Who dies takes others along: a worker its store, a child its master.  So
# masters go before their children, and the worker has a box of its own.  A
# server that never greets is given up soon in tests: send's child comes first.
FIRST = ['send', 'send*']
ORDER = [FIRST + [c for c in COLUMNS if c not in FIRST + ['reader']],
         ['reader']]


def run_in(columns, probe, path, row):
    b = Box(BUILD)
    try:
        where = path.format(p=b.dir, parent=b.p.pid, db=database(b))
        pids = b.pids()
        for col in columns:
            if col not in pids:
                row[col] = 'absent'
                continue
            out = subprocess.run(
                [BUILD + '/tests/matrix/probe', str(pids[col]), probe, where],
                capture_output=True, text=True, timeout=20)
            words = out.stdout.split() or ['error']
            row[col] = words[0] + (words[1] if words[0] == 'refused' else '')
    finally:
        b.stop()


def run_probe(probe, path):
    """Fresh boxes; the probe in every process.  column -> result"""
    row = {}
    for columns in ORDER:
        run_in(columns, probe, path, row)
    return row


def rows():
    names = subprocess.run([BUILD + '/tests/matrix/probe', 'list'],
                           capture_output=True, text=True).stdout.split()
    file_probes = {f[0] for f in FILES}
    for probe, label, path in FILES:
        yield label, probe, path
    for n in names:
        if n not in file_probes:
            yield n, n, '/bin/true' if n.startswith('exec') else '/nowhere'


def read_table():
    table = {}
    with open(TABLE) as f:
        for line in f:
            if line.startswith('#') or not line.strip():
                continue
            label, _, cells = line.rstrip('\n').partition('|')
            table[label.strip()] = dict(zip(COLUMNS, cells.split()))
    return table


def write_table(table):
    with open(TABLE, 'w') as f:
        f.write('# What each role gets when it tries (matrix.py).  killed: by '
                'seccomp.\n# refusedN: errno N.  A column with * is a child '
                'of that master.\n')
        f.write(f"{'# ' + 'probe':30}| "
                + ' '.join(f'{c:9}' for c in COLUMNS).rstrip() + '\n')
        for label, row in table.items():
            f.write(f'{label:30}| '
                    + ' '.join(f'{row[c]:9}' for c in COLUMNS).rstrip() + '\n')


def check_channels(pids):
    """No process holds a descriptor of a kind that it should not have."""
    bad = []
    for col, pid in pids.items():
        for fd in os.listdir(f'/proc/{pid}/fd'):
            try:
                to = os.readlink(f'/proc/{pid}/fd/{fd}')
            except OSError:
                continue
            ok = to.startswith(('socket:', 'anon_inode:', '/memfd:', '/dev/null'))
            ok = ok or (col in ('store', 'reader') and '/var/lib/plid/store/' in to)
            ok = ok or int(fd) <= 2
            if not ok:
                bad.append(f'{col}: fd {fd} is {to}')
    return bad


def peers_of(pids):
    """role -> set of roles at the other end of its UNIX sockets."""
    inode_owner, peer = {}, {}
    for col, pid in pids.items():
        for fd in os.listdir(f'/proc/{pid}/fd'):
            try:
                m = re.match(r'socket:\[(\d+)\]', os.readlink(f'/proc/{pid}/fd/{fd}'))
            except OSError:
                continue
            if m:
                inode_owner.setdefault(m[1], set()).add(col)
    out = subprocess.run(['ss', '-xnH', '-a'], capture_output=True, text=True).stdout
    for line in out.splitlines():
        f = line.split()
        if len(f) >= 8:
            peer[f[5]] = f[7]
    talks = {}
    for inode, cols in inode_owner.items():
        for other in inode_owner.get(peer.get(inode, ''), ()):
            for c in cols:
                talks.setdefault(c, set()).add(other)
    return talks


# Who talks to whom: the topology, written down a second time.  The parent
# comes with every role.
ALLOWED = {
    'keys': 'mxtls imapd submit seal queue control mxtls* imapd* submit* '
            'httpd httpd*',
    'store': 'mx mxtls auth seal control queue mx* mxtls* reader',
    'reader': 'store',
    'scan': 'seal',
    'seal': 'store keys scan control queue auth mx mxtls imapd submit mx* '
            'mxtls* imapd* submit* httpd httpd*',
    'auth': 'imapd submit store seal imapd* submit* httpd httpd*',
    'dns': 'send send*',
    'queue': 'store seal keys send send*',
    'control': 'store seal keys',
    'send': 'queue dns',
    'send*': 'queue dns',
    'submit': 'keys auth seal',
    'submit*': 'auth keys seal',
    'mx': 'store seal mxtls',
    'mxtls': 'store seal keys mx',
    'imapd': 'keys auth seal',
    'httpd': 'keys auth seal',
    'httpd*': 'auth keys seal',
    'mx*': 'store seal',
    'mxtls*': 'store seal keys',
    'imapd*': 'auth keys seal',
}


def channels():
    """Every descriptor and every channel of a box with children."""
    b = Box(BUILD)
    passed, wrong = 0, []
    try:
        pids = b.pids()
        wrong += check_channels(pids)
        talks = peers_of({**pids, 'parent': b.p.pid})
        for col in pids:
            allowed = set(ALLOWED[col].split()) | {'parent', col}
            extra = talks.get(col, set()) - allowed
            if extra:
                wrong.append(f'{col} has a channel to {" ".join(sorted(extra))}')
            else:
                passed += 1
    finally:
        b.stop()
    return passed, wrong


def main():
    if os.geteuid() != 0 or platform.machine() != 'x86_64':
        print('matrix: needs root and x86-64')
        print('0 passed, 0 failed, 1 skipped')
        return 0
    table, want = {}, read_table()
    for label, probe, path in rows():
        table[label] = run_probe(probe, path)
        if table[label] != want.get(label) and '--write' not in sys.argv:
            # a process may end while it is looked at, and its number pass
            # on; what a role may really do it may do again, in a new box
            print(f'\n{label} once more:', {
                c: r for c, r in table[label].items()
                if r != want.get(label, {}).get(c)}, flush=True)
            table[label] = run_probe(probe, path)
        print('.', end='', flush=True)
    print()
    if '--write' in sys.argv:
        write_table(table)
        want = read_table()
    passed, wrong = 0, []
    for label, row in table.items():
        for col in COLUMNS:
            expected = want.get(label, {}).get(col, 'missing')
            if row[col] == expected:
                passed += 1
            else:
                wrong.append(f'{label} in {col}: {row[col]}, '
                             f'expected {expected}')
    more, bad = channels()
    passed += more
    wrong += bad
    for w in wrong:
        print('FAIL', w)
    print(f'{passed} passed, {len(wrong)} failed')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
