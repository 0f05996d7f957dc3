"""home.py - the owner's side as `pli` starts it, beside a real box.

    Box()               at an address and the port 443 of its own: sync's
                        sandbox lets nothing else through
    Home(box)           pli init, pair, run; .client(): JMAP of the mirror
    Home(box, like=h)   a second device of the same owner: the same keys
    Home(box, code='')  the keys alone: not paired, and not running
    Home(box, me=ADDRESS, key=FILE)     another owner, with a key of her own
"""
import hashlib, hmac, http.client, imaplib, json, os, re, shutil, signal
import socket, struct, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, '../lib'))
import box as lib
import jmap
from role import text

BUILD = os.path.join(ROOT, os.environ.get('PLI_BUILD', 'build-rel'))
ME = 'alice@example.org'
PHRASE = 'correct horse battery staple'
PASSWORD = 'a password for tests'
ADMIN_CALL, ADMIN_ROW, ADMIN_END = 1, 3, 4


def verifier(password, salt=b'0123456789abcdef', rounds=4096):
    salted = hashlib.pbkdf2_hmac('sha256', password.encode(), salt, rounds)
    key = hmac.digest(salted, b'Client Key', 'sha256')
    return [('salt', salt), ('iterations', str(rounds)),
            ('stored_key', hashlib.sha256(key).digest()),
            ('server_key', hmac.digest(salted, b'Server Key', 'sha256'))]


class Box(lib.Box):
    """Its https listens where only a test does: 127.x.y.z:443."""
    takes_at = '127.0.0.1'      # its submissions

    def __init__(self, extra=''):
        self.ip = '127.%d.%d.%d' % tuple(1 + b % 250 for b in os.urandom(3))
        super().__init__(BUILD, extra=extra)

    def write_conf(self, extra=''):
        self.https = 443
        super().write_conf(extra)
        path = self.dir + '/etc/plid.conf'
        with open(path) as f:
            conf = f.read()
        with open(path, 'w') as f:
            f.write(conf.replace('https 127.0.0.1:443',
                                 f'https {self.ip}:443'))

    def code(self, *words):
        return json.loads(self.plictl('-j', 'user', *words).stdout)['code']

    def deliver(self, texts, sender='bob@example.net', to=ME):
        import smtplib
        s = smtplib.SMTP('127.0.0.1', self.mx, timeout=60)
        for t in texts:
            s.sendmail(sender, [to], t)
        s.quit()


class Client(jmap.Client):
    """JMAP of the mirror."""

    def connect(self, b):
        return http.client.HTTPConnection('127.0.0.1', b.port('http-clear'),
                                          timeout=60)

    def find(self, **condition):
        """Ids of all, by pages."""
        ids, at = [], 0
        while True:
            got = self.call('Email/query', filter=condition, position=at,
                            limit=500)
            ids += got['ids']
            at += len(got['ids'])
            if not got['ids']:
                return ids

    def emails(self, *properties, ids=None):
        ids = self.find() if ids is None else ids
        out = []
        for i in range(0, len(ids), 200):
            out += self.call('Email/get', ids=ids[i:i + 200],
                             properties=['id', *properties])['list']
        return out

    def raw(self, id):
        e, = self.emails('blobId', ids=[id])
        return self.download(e['blobId'], type='message/rfc822')


class Home:
    def __init__(self, b, like=None, device='laptop', code=None, me=ME,
                 key=None, phrase=''):
        self.box, self.device, self.me = b, device, me
        self.dir = tempfile.mkdtemp(prefix='pli-h-', dir='/tmp')
        with open(self.dir + '/phrase', 'w') as f:
            f.write(PHRASE + '\n')
        self.account = f'{self.dir}/home/{me}'
        if like is None:
            how = ('--name', 'Alice Martin')
            if key is not None:
                with open(self.dir + '/key-phrase', 'w') as f:
                    f.write(phrase + '\n')
                how = ('--import', key, *(('--key-passphrase-file',
                       self.dir + '/key-phrase') if phrase else ()))
            self.pli('init', me, *how, '--sheet', 'none')
            code = b.code('add', me) if code is None else code
        else:
            key = f'{self.dir}/key.asc'
            with open(key, 'w') as f:
                f.write(like.pli('key', 'export', '--secret',
                                 '--export-passphrase-file',
                                 like.dir + '/phrase').stdout)
            self.pli('init', me, '--sheet', 'none', '--import', key,
                     '--key-passphrase-file', self.dir + '/phrase')
            code = b.code('pair', me) if code is None else code
        if code:
            self.begin(code)

    def pair(self, code, ip=None, **kw):
        return self.pli('pair', code, '--address', ip or self.box.ip,
                        '--device', self.device, '--submission-port',
                        str(self.box.submissions), **kw)

    def begin(self, code):
        self.pair(code)
        self.set_ports()
        self.run()
        self.admin('user password', ('name', self.me), *verifier(PASSWORD))

    def pli(self, *words, ok=True, lang='C'):
        got = subprocess.run(
            [BUILD + '/user/pli/pli', '--home', self.dir + '/home',
             '--libexec', BUILD + '/user:' + BUILD + '/box',
             '--passphrase-file', self.dir + '/phrase', *words],
            capture_output=True, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, env={**os.environ, 'LC_ALL': lang})
        assert not ok or got.returncode == 0, (words, got.stdout, got.stderr)
        return got

    def refused(self, *words, **kw):
        """What is said to standard error; lines joined."""
        got = self.pli(*words, ok=False, **kw)
        assert got.returncode != 0, (words, got.stdout)
        return ' '.join(got.stderr.split())

    def json(self, *words):
        return json.loads(self.pli('-j', *words).stdout)

    def bridge(self, name='test'):
        """IMAP of the mirror, with what its owner types into a client."""
        s = self.json('bridge', 'settings', '--device', name)
        m = imaplib.IMAP4_SSL('127.0.0.1', s['imap'],
                              ssl_context=lib.insecure_tls(), timeout=60)
        m.login(s['user'], s['password'])
        return m

    def here(self, n, seconds=60):
        """Until the mirror has so many."""
        def status():
            return json.loads(self.pli('-j', 'status', ok=False).stdout)
        lib.wait_for(lambda: status()['messages'] == n, seconds)
        got = status()
        assert got['messages'] == n, (got, self.log()[-3000:])

    def set_ports(self):
        """Of PLI_PORTS, so that nobody else's homes are met."""
        path = self.account + '/conf'
        with open(path) as f:
            conf = f.read()
        ports = iter(lib.free_ports(3))
        conf = re.sub(r'(listen \S+ 127\.0\.0\.1:)\d+',
                      lambda m: m[1] + str(next(ports)), conf)
        conf = re.sub(r'smarthost \S+', f'smarthost [{self.box.takes_at}]:'
                      f'{self.box.submissions}', conf)
        with open(path, 'w') as f:
            f.write(conf)

    def port(self, service):
        with open(self.account + '/conf') as f:
            return int(re.search(rf'listen {service} \S*:(\d+)',
                                 f.read())[1])

    def run(self):
        self.pli('run', '--no-browser')

    def log(self):
        try:
            with open(self.account + '/log') as f:
                return f.read()
        except OSError:
            return ''

    def says(self, word, seconds=60, since=0):
        lib.wait_for(lambda: word in self.log()[since:], seconds)
        assert word in self.log()[since:], self.log()[-3000:]

    def admin(self, verb, *args):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.connect(self.account + '/run/control.sock')
        s.send(struct.pack('<HQ', ADMIN_CALL, 1) + text(verb) + text(b''.join(
            text(k) + text(v) for k, v in args)))
        while True:
            wire = s.recv(65536)
            kind, _, verdict = struct.unpack_from('<HQI', wire)
            if kind == ADMIN_END:
                assert verdict == 0, (verb, wire)
                s.close()
                return

    def client(self):
        return Client(self, self.me, PASSWORD)

    def client_refused(self):
        try:
            self.client()
        except OSError:
            return True
        return False

    def parent(self):
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open(f'/proc/{pid}/cmdline') as f:
                    words = f.read().split('\0')
            except OSError:
                continue
            if words[0].endswith('home') and self.account in words:
                return int(pid)
        return None

    def roles(self):
        """role -> pid (one of several)."""
        found, parent = {}, self.parent()
        for pid in lib.children_of(parent) if parent else []:
            try:
                with open(f'/proc/{pid}/cmdline') as f:
                    found.setdefault(f.read().split('\0')[0], pid)
            except OSError:
                pass
        return found

    def kill(self, role):
        """kill -9; its parent starts it anew (the agent: pli run)."""
        pid = lib.wait_for(lambda: self.roles().get(role), 60)
        os.kill(pid, signal.SIGKILL)
        if role == 'agent':
            time.sleep(0.5)
            lib.wait_for(lambda: self.pli('run', '--no-browser',
                                          ok=False).returncode == 0, 60)

    def stop(self):
        self.pli('stop', ok=False)
        lib.wait_for(lambda: self.parent() is None, 20)
        shutil.rmtree(self.dir, ignore_errors=True)
