#!/usr/bin/python3
"""sync.py BUILD [MESSAGES]: mbsync and offlineimap, both ways.

Each makes a Maildir of an account, both sides change (new mail, flags,
messages moved and removed), it synchronises, and then the two hold the same;
once more, and nothing happens.  Also a module for tests/e2e.
Ends with "N passed, N failed".
"""
import collections, hashlib, imaplib, os, random, re, shutil, subprocess, sys
import tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'lib')]
import box

FLAGS = {'D': '\\draft', 'F': '\\flagged', 'R': '\\answered', 'S': '\\seen',
         'T': '\\deleted'}
SECONDS = 3600


def letter(i):
    r = random.Random(i)
    text = '\n'.join(r.choice(['some text', 'é', '', '.', '-- ', 'From x'])
                     for _ in range(r.randrange(2, 30)))
    return (f'From: a@a.example\nTo: b@b.example\nSubject: number {i}\n'
            f'Message-ID: <{i}@sync.example>\nX-Id: {i}\n'
            f'Date: Thu, 26 Nov 2026 12:00:00 +0000\n\n{text}\n').encode()


class Folder:
    """One mailbox of a local Maildir."""

    def __init__(self, path):
        self.path = path
        for d in ('', '/cur', '/new', '/tmp'):
            os.makedirs(path + d, exist_ok=True)

    def files(self):
        return [os.path.join(self.path, d, n) for d in ('cur', 'new')
                for n in sorted(os.listdir(os.path.join(self.path, d)))]

    def add(self, i, flags=''):
        name = f'{self.path}/cur/{int(time.time())}.{i}_1.here:2,{flags}'
        with open(name, 'wb') as f:
            f.write(letter(i))

    @staticmethod
    def flags(name):
        return set(re.search(r'(?::2,([A-Za-z]*))?$', name)[1] or '')

    def reflag(self, name, flags):
        base = os.path.basename(name).split(':2,')[0]
        os.rename(name, f'{self.path}/cur/{base}:2,'
                  + ''.join(sorted(flags)))

    def rows(self):
        out = []
        for name in self.files():
            with open(name, 'rb') as f:
                out.append(row(f.read(), {FLAGS[c] for c in self.flags(name)
                                          if c in FLAGS}))
        return collections.Counter(out)


def row(text, flags):
    """What must be the same; the clients add a header field of their own."""
    text = re.sub(rb'(?m)^X-(TUID|OfflineIMAP): .*\r?\n', b'', text)
    text = text.replace(b'\r\n', b'\n')
    ident = re.search(rb'(?m)^X-Id: (.*)$', text)[1].decode()
    return ident, hashlib.sha256(text).hexdigest(), \
        ' '.join(sorted(flags - {'\\recent'}))


class Account:
    def __init__(self, b, user):
        self.b, self.user = b, user
        self.m = imaplib.IMAP4('127.0.0.1', b.imap)
        self.m.login(user, box.PASSWORD)

    def do(self, what, *args):
        verdict, data = getattr(self.m, what)(*args)
        assert verdict == 'OK', (what, args, data)
        return data

    def rows(self, name):
        n = int(self.do('select', name)[0])
        out, step = [], 500
        for i in range(1, n + 1, step):
            data = self.do('fetch', f'{i}:{min(i + step - 1, n)}',
                           '(FLAGS BODY.PEEK[])')
            # flags may stand before the body or after it
            for k, part in enumerate(data):
                if isinstance(part, tuple):
                    tail = data[k + 1] if k + 1 < len(data) and \
                        isinstance(data[k + 1], bytes) else b''
                    flags = re.search(rb'FLAGS \(([^)]*)\)',
                                      part[0] + tail)[1].decode().lower()
                    out.append(row(part[1], set(flags.split())))
        return collections.Counter(out)

    def append(self, name, i, flags=''):
        self.do('append', name, flags, None,
                letter(i).replace(b'\n', b'\r\n'))


class Mbsync:
    name = 'mbsync'

    def __init__(self, b, user, top):
        self.top, self.conf = top, top + '/mbsyncrc'
        with open(self.conf, 'w') as f:
            f.write(f'''IMAPAccount box
Host 127.0.0.1
Port {b.imap}
User {user}
Pass "{box.PASSWORD}"
SSLType None
AuthMechs LOGIN
PipelineDepth 20

IMAPStore far
Account box

MaildirStore near
Path {top}/mail/
Inbox {top}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns INBOX Archive
Create Both
Expunge Both
SyncState *
''')
        os.makedirs(top + '/mail', exist_ok=True)

    def run(self):
        p = subprocess.run(['mbsync', '-c', self.conf, '-a'],
                           capture_output=True, text=True, timeout=SECONDS)
        assert p.returncode == 0, p.stdout + p.stderr
        return p.stdout + p.stderr


class Offlineimap:
    name = 'offlineimap'

    def __init__(self, b, user, top):
        self.top, self.conf = top, top + '/offlineimaprc'
        with open(self.conf, 'w') as f:
            f.write(f'''[general]
accounts = box
metadata = {top}/state
socktimeout = 120
ui = basic
[Account box]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = {top}/mail
sync_deletes = yes
[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = {b.imap}
remoteuser = {user}
remotepass = {box.PASSWORD}
ssl = no
starttls = no
auth_mechanisms = LOGIN
maxconnections = 2
folderfilter = lambda name: name in ('INBOX', 'Archive')
sync_deletes = yes
expunge = yes
''')

    def run(self):
        p = subprocess.run(['offlineimap', '-c', self.conf, '-o'],
                           capture_output=True, text=True, timeout=SECONDS,
                           env={**os.environ, 'HOME': self.top})
        said = p.stdout + p.stderr
        assert p.returncode == 0 and 'ERROR' not in said, said[-3000:]
        return said


class Sync:
    """One client, one account, N messages."""

    def __init__(self, b, client, user, n, top):
        self.n, self.next = n, n
        b.add_user(user)
        self.far = Account(b, user)
        with open(top + '/all.mbox', 'wb') as f:
            for i in range(n):
                body = re.sub(rb'(?m)^From ', b'>From ', letter(i))
                seen = b'RO' if i % 3 else b'O'
                f.write(b'From a Fri Feb 22 17:06:23 2008\nStatus: ' + seen
                        + b'\n' + body + b'\n')
        b.plictl('import', user, top + '/all.mbox')
        self.client = client(b, user, top)
        self.near = {}

    def folders(self):
        for name in ('INBOX', 'Archive'):
            self.near[name] = Folder(f'{self.client.top}/mail/{name}')

    def same(self, when):
        for name, folder in self.near.items():
            near, far = folder.rows(), self.far.rows(name)
            assert near == far, (when, name, list((near - far).items())[:3],
                                 list((far - near).items())[:3])

    def new(self):
        self.next += 1
        return self.next

    def change_near(self, r):
        """What a mail program does to a Maildir."""
        inbox, archive = self.near['INBOX'], self.near['Archive']
        files = inbox.files()
        half = files[:len(files) // 2]
        for name in r.sample(half, len(half) // 5):
            inbox.reflag(name, inbox.flags(name) ^ {r.choice('FRS')})
        for name in r.sample(inbox.files()[:len(half)], len(half) // 20):
            os.unlink(name)
        for _ in range(max(3, self.n // 50)):
            inbox.add(self.new(), r.choice(['', 'S', 'FS', 'RS']))
            archive.add(self.new(), 'S')

    def change_far(self, r):
        """What another client does over IMAP."""
        n = int(self.far.do('select', 'INBOX')[0])
        late = range(n // 2 + 1, n + 1)
        for i in r.sample(late, len(late) // 5):
            self.far.do('store', str(i), r.choice(['+FLAGS', '-FLAGS']),
                        r.choice(['(\\Seen)', '(\\Flagged)', '(\\Answered)']))
        some = ','.join(map(str, r.sample(late, len(late) // 10)))
        typ, data = self.far.m.uid('MOVE', self.uids(some), 'Archive')
        assert typ == 'OK', data
        n = int(self.far.do('select', 'INBOX')[0])
        for i in r.sample(range(n - len(late) // 2, n + 1), len(late) // 20):
            self.far.do('store', str(i), '+FLAGS', '(\\Deleted)')
        self.far.do('expunge')
        for _ in range(max(3, self.n // 50)):
            self.far.append('INBOX', self.new(), '(\\Flagged)')
            self.far.append('Archive', self.new())

    def uids(self, numbers):
        data = self.far.do('fetch', numbers, '(UID)')
        return ','.join(re.search(rb'UID (\d+)', x)[1].decode() for x in data)

    def run(self, seed=1):
        r = random.Random(seed)
        self.client.run()
        self.folders()
        self.same('after the first run')
        for turn in (1, 2):
            self.change_near(r)
            self.change_far(r)
            self.client.run()
            # what only the second look at the other side brings
            self.client.run()
            self.same(f'after change {turn}')
        before = {n: f.files() for n, f in self.near.items()}
        self.client.run()
        assert before == {n: f.files() for n, f in self.near.items()}
        self.same('at rest')


CLIENTS = [Mbsync, Offlineimap]


def synchronise(b, client, n):
    top = tempfile.mkdtemp(prefix='pli-sync-')
    try:
        Sync(b, client, f'{client.name}@example.org', n, top).run()
    finally:
        shutil.rmtree(top, ignore_errors=True)


def main():
    build = sys.argv[1]
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    passed = failed = skipped = 0
    b = box.Box(build)
    try:
        for client in CLIENTS:
            since = time.time()
            if not shutil.which(client.name):
                skipped += 1
                continue
            try:
                synchronise(b, client, n)
                passed += 1
                print(f'{client.name}: {n} messages, both ways, the same '
                      f'({time.time() - since:.0f} s)', flush=True)
            except AssertionError as e:
                failed += 1
                print(f'{client.name}: {e}', flush=True)
        bad = [l for l in b.log().splitlines()
               if 'child-crashed' in l or 'role-died' in l]
        failed += bool(bad)
        print('\n'.join(bad[:5]), end='')
    finally:
        b.stop()
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
