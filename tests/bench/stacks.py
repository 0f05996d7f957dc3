"""stacks.py - the servers that are measured, each in a cgroup of its own.

A stack starts, says its ports, counts what it delivered, and tells its
processor time (all its processes, ended ones included) and memory (PSS).
"""
import glob, imaplib, os, shutil, socket, ssl, subprocess, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get('PLI_BUILD', os.path.join(ROOT, 'build-rel'))
PEERS = os.environ.get('PLI_BENCH_PEERS', '/var/lib/pli-bench/peers')
WORK = os.environ.get('PLI_BENCH_WORK', '/var/lib/pli-bench/ours')
V1 = '/sys/fs/cgroup/cpuacct'


class Group:
    """A cgroup: cpuacct of version 1, or version 2."""

    def __init__(self, name):
        self.v1 = os.path.isdir(V1)
        self.dir = (V1 if self.v1 else '/sys/fs/cgroup') + '/pli-' + name
        os.makedirs(self.dir, exist_ok=True)

    def enter(self):
        with open(self.dir + '/cgroup.procs', 'w') as f:
            f.write(str(os.getpid()))

    def cpu(self):
        if self.v1:
            with open(self.dir + '/cpuacct.usage') as f:
                return int(f.read()) / 1e9
        with open(self.dir + '/cpu.stat') as f:
            return int(f.readline().split()[1]) / 1e6

    def pids(self):
        with open(self.dir + '/cgroup.procs') as f:
            return [int(x) for x in f.read().split()]

    def pss(self):
        """MiB of all its processes."""
        total = 0
        for pid in self.pids():
            try:
                with open(f'/proc/{pid}/smaps_rollup') as f:
                    total += sum(int(l.split()[1]) for l in f
                                 if l.startswith('Pss:'))
            except (OSError, IndexError):
                pass
        return total / 1024

    def end(self):
        for sig in (15, 9):
            for _ in range(60):
                pids = self.pids()
                if not pids:
                    return
                for p in pids:
                    try:
                        os.kill(p, sig)
                    except OSError:
                        pass
                time.sleep(0.05)


def wait_port(port, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f'nothing listens on port {port}')


class Stack:
    def __init__(self, name):
        self.name = name
        self.group = Group(name)
        self.imap = None

    def spawn(self, words, **kw):
        return subprocess.Popen(words, preexec_fn=self.group.enter,
                                stdin=subprocess.DEVNULL, **kw)

    def count(self):
        """Messages in the mailbox, durable."""
        try:
            if self.imap is None:
                self.imap = imaplib.IMAP4('127.0.0.1', self.port_imap)
                self.imap.login(self.user, self.password)
            answer = self.imap.status('INBOX', '(MESSAGES)')[1][0]
            return int(answer.split(b'MESSAGES ')[1].rstrip(b')'))
        except (OSError, imaplib.IMAP4.error, IndexError, AttributeError):
            self.imap = None
            return 0

    def drop_imap(self):
        if self.imap is not None:
            try:
                self.imap.logout()
            except (OSError, imaplib.IMAP4.error):
                pass
        self.imap = None

    def stop(self):
        self.drop_imap()
        self.group.end()


class Dovecot(Stack):
    """Postfix 3.7, LMTP, Dovecot 2.3 in the overlay; box is mdbox or maildir."""
    port_smtp, port_imap, port_imaps = 20025, 21143, 21993
    password = 'pw'

    def __init__(self, box):
        super().__init__('dovecot-' + box)
        self.box = box
        self.user = f'u1@{box}.test'
        self.big = f'big@{box}.test'
        self.rcpt = self.user

    def idle_user(self, i):
        return f'idle{i}@mdbox.test'

    def start(self):
        self.reset()
        self.spawn(['chroot', PEERS + '/m', 'sh', '-c',
                    'mkdir -p /run/dovecot; dovecot -c /etc/dovecot/bench.conf'
                    ' && postfix start'], stderr=subprocess.DEVNULL).wait()
        wait_port(self.port_smtp)
        wait_port(self.port_imap)

    def reset(self):
        self.drop_imap()
        for name in ('u1', 'big'):
            shutil.rmtree(f'{PEERS}/m/var/mail/vm/{self.box}/{name}', True)

    def count(self):
        if self.box == 'maildir':
            try:
                return len(os.listdir(f'{PEERS}/m/var/mail/vm/maildir/u1/mail/new'))
            except FileNotFoundError:
                return 0
        return super().count()


class Pli(Stack):
    """Our box.  kind: sealed, or unsealed."""
    port_smtp, port_imap, port_imaps = 30025, 30143, 30993
    password = 'bench password'

    def __init__(self, kind='sealed'):
        super().__init__('pli-' + kind)
        self.kind = kind
        self.conf = ''          # more lines of plid.conf
        self.user = self.rcpt = 'u1@bench.test'
        self.big = 'big@bench.test'

    def idle_user(self, i):
        return self.user

    def plictl(self, *words, **kw):
        return subprocess.run([BUILD + '/ctl/plictl', '-s',
                               WORK + '/run/plid/control.sock', *words],
                              check=True, stdout=subprocess.DEVNULL, **kw)

    def start(self):
        shutil.rmtree(WORK, True)
        os.makedirs(WORK + '/etc')
        with open(WORK + '/etc/plid.conf', 'w') as f:
            f.write('host bench.test\ndomain bench.test\n'
                    f'listen mx 127.0.0.1:{self.port_smtp}\n'
                    f'listen imap 127.0.0.1:{self.port_imap}/clear\n'
                    f'listen imaps 127.0.0.1:{self.port_imaps}\n'
                    + self.conf)
        self.spawn([BUILD + '/box/parent/plid', '-p', WORK, '-l',
                    BUILD + '/box'], stderr=subprocess.DEVNULL)
        wait_port(self.port_smtp)
        wait_port(self.port_imap)
        for _ in range(100):
            if os.path.exists(WORK + '/run/plid/control.sock'):
                break
            time.sleep(0.05)
        with open(WORK + '/password', 'w') as f:
            f.write(self.password)
        self.add_user(self.user, self.kind == 'sealed')
        self.add_user(self.big, False)

    def cpu_by_role(self):
        """Seconds of each role, its ended children included."""
        used = {}
        for pid in self.group.pids():
            try:
                with open(f'/proc/{pid}/cmdline') as f:
                    role = os.path.basename(f.read().split('\0')[0])
                with open(f'/proc/{pid}/schedstat') as f:
                    own = int(f.read().split()[0]) / 1e9
                with open(f'/proc/{pid}/stat') as f:
                    v = f.read().rsplit(')', 1)[1].split()
            except OSError:
                continue
            ended = (int(v[13]) + int(v[14])) / os.sysconf('SC_CLK_TCK')
            used[role] = used.get(role, 0) + own + ended
        return used

    def add_user(self, name, sealed):
        how = ['--unsealed']
        if sealed:
            how = ['--cert', certificate()]
        self.plictl('user', 'add', name, *how, '--password-file',
                    WORK + '/password')

    def reset(self):
        """A fresh box is the same as an empty mailbox, and simpler."""
        self.stop()
        self.start()


def certificate():
    """An Ed25519 / X25519 certificate made by gpg, once a run."""
    home = WORK + '-gpg'
    path = home + '/cert.asc'
    if not os.path.exists(path):
        os.makedirs(home, 0o700, exist_ok=True)
        gpg = ['gpg', '--homedir', home, '--batch', '--quiet', '--passphrase',
               '', '--pinentry-mode', 'loopback']
        subprocess.run(gpg + ['--quick-gen-key', 'u1@bench.test',
                              'future-default', 'default', 'never'],
                       check=True, stderr=subprocess.DEVNULL)
        with open(path, 'w') as f:
            subprocess.run(gpg + ['--armor', '--export'], stdout=f, check=True)
        subprocess.run(['gpgconf', '--homedir', home, '--kill', 'all'])
    return path


def tls_client():
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    return c
