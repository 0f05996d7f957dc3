"""box.py - a throw-away box: its folder, ports, users, and the plid in it.

For tests that are programs of their own (matrix, attack, crash).  Everything
lies in one temporary folder and goes with it.
"""
import imaplib, os, secrets, shutil, socket, ssl, subprocess, sys, tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ROLES = ['keys', 'dns', 'store', 'scan', 'seal', 'auth', 'queue', 'send',
         'control',
         'mx', 'mxtls', 'imapd', 'submit', 'httpd']
PASSWORD = 'a password for tests'


def free_ports(n):
    """Below those that the kernel gives out; of PLI_PORTS alone where it is
    set, so that two runs beside each other do not take each other's."""
    low, high = map(int, os.environ.get('PLI_PORTS', '12000-32000').split('-'))
    ports = set()
    while len(ports) < n:
        p = low + secrets.randbelow(high - low)
        with socket.socket() as s:
            try:
                s.bind(('127.0.0.1', p))
                ports.add(p)
            except OSError:
                pass
    return list(ports)


def run(*words, **kw):
    return subprocess.run(words, capture_output=True, text=True, **kw)


def children_of(pid):
    try:
        with open(f'/proc/{pid}/task/{pid}/children') as f:
            return [int(x) for x in f.read().split()]
    except OSError:
        return []


def insecure_tls():
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    return c


def wait_for(what, seconds=20):
    """What what() returns, once that is true; else what it returned, or raised,
    at the last.  That a peer is not there yet is no reason to end."""
    end = time.time() + seconds
    while True:
        got, error = None, None
        try:
            got = what()
        except (OSError, EOFError, AssertionError, imaplib.IMAP4.error) as e:
            error = e
        if got:
            return got
        if time.time() > end:
            if error:
                raise error
            return got
        time.sleep(0.05)


class Gpg:
    """A key in a folder that stands for its owner's own machine."""

    def __init__(self, folder, address):
        self.home = folder
        os.makedirs(folder, 0o700, exist_ok=True)
        self.words = ['gpg', '--homedir', folder, '--batch', '--quiet',
                      '--passphrase', '', '--pinentry-mode', 'loopback']
        self.call('--quick-gen-key', address, 'future-default', 'default',
                  'never')
        self.cert = folder + '/cert.asc'
        with open(self.cert, 'w') as f:
            f.write(self.call('--armor', '--export').stdout)

    def call(self, *words, **kw):
        return run(*self.words, *words, **kw)

    def decrypt(self, data):
        return subprocess.run(self.words + ['--decrypt'], input=data,
                              capture_output=True).stdout

    def stop(self):
        run('gpgconf', '--homedir', self.home, '--kill', 'all')


class Box:
    def __init__(self, build, libexec=None, extra='', folder=None):
        self.build = os.path.abspath(build)
        self.libexec = libexec or self.build + '/box'
        self.dir = folder or tempfile.mkdtemp(prefix='pli-t-')
        os.chmod(self.dir, 0o755)
        (self.mx, self.imap, self.imaps, self.submission,
         self.submissions, self.https, self.http) = free_ports(7)
        os.makedirs(self.dir + '/etc')
        self.write_conf(extra)
        self.gpg = None
        self.start()

    def write_conf(self, extra=''):
        with open(self.dir + '/etc/plid.conf', 'w') as f:
            f.write('host mail.example.org\nmx mx.example.org\n'
                    'domain example.org\n'
                    f'listen mx 127.0.0.1:{self.mx}'
                    f' imap 127.0.0.1:{self.imap}/clear'
                    f' imaps 127.0.0.1:{self.imaps}'
                    f' submission 127.0.0.1:{self.submission}'
                    f' submissions 127.0.0.1:{self.submissions}'
                    f' https 127.0.0.1:{self.https}'
                    f' http-clear 127.0.0.1:{self.http}\n' + extra)

    def words(self):
        return [self.build + '/box/parent/plid', '-p', self.dir, '-l',
                self.libexec]

    def parent(self):
        """The pid of plid."""
        return self.p.pid

    def start(self, **how):
        before = self.log().count(' started roles=')
        self.p = subprocess.Popen(self.words(), stderr=subprocess.DEVNULL,
                                  **how)
        for _ in range(1500):
            if self.p.poll() is not None:
                sys.exit('plid did not start: ' + self.log())
            if self.log().count(' started roles=') > before:
                return
            time.sleep(0.02)
        sys.exit('plid did not start in time: ' + self.log())

    def log(self):
        try:
            with open(self.dir + '/var/lib/plid/log') as f:
                return f.read()
        except OSError:
            return ''

    def plictl(self, *words, ok=True, **kw):
        out = run(self.build + '/ctl/plictl', '-p', self.dir, *words, **kw)
        if ok and out.returncode != 0:
            sys.exit(f'plictl {words}: {out.stdout}{out.stderr}')
        return out

    def add_user(self, name, cert=None):
        how = ['--cert', cert] if cert else ['--unsealed']
        self.plictl('user', 'add', name, *how, '--password-file', '-',
                    input=PASSWORD)

    def alice(self):
        """alice@example.org, sealed to a key that gpg makes."""
        self.gpg = Gpg(self.dir + '/gpg', 'alice@example.org')
        self.add_user('alice@example.org', self.gpg.cert)
        return self.gpg

    def roles(self):
        """role -> pid (one of several)."""
        found = {}
        for pid in children_of(self.parent()):
            try:
                with open(f'/proc/{pid}/cmdline') as f:
                    found.setdefault(f.read().split('\0')[0], pid)
            except OSError:
                pass
        return found

    def halt(self):
        """plid ends; the folder stays."""
        self.p.terminate()
        try:
            self.p.wait(20)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()

    def stop(self):
        self.halt()
        if self.gpg:
            self.gpg.stop()
        shutil.rmtree(self.dir, ignore_errors=True)
