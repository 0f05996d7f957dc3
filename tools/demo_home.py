"""demo_home.py - the owner's half of the demo: Alice's own computer.

A folder stands for it.  `pli` makes her key, pairs with the box, mirrors and
decrypts her mail, and shows it in the webmail, to which this speaks as a
browser does.  For demo.py alone.
"""
import base64, hashlib, http.client, json, os, re, shutil, subprocess, tempfile

import box

ME = 'alice@example.org'
PHRASE = 'seven grey cabinets sing to the harbour'
CORE, MAIL, SUBMISSION, PROTECTION = (
    'urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail',
    'urn:ietf:params:jmap:submission', 'urn:pli:params:jmap:protection')


class Web:
    """The webmail's own requests: one link, one cookie, JMAP."""

    def __init__(self, link):
        self.where, token = re.match(r'http://([^/]*)/login#(\w+)', link).groups()
        r, _ = self.ask('POST', '/session', {'token': token})
        self.cookie = r.getheader('Set-Cookie').split(';')[0]
        _, session = self.ask('GET', '/.well-known/jmap')
        self.account = session['primaryAccounts'][MAIL]

    def ask(self, method, path, body=None):
        c = http.client.HTTPConnection(self.where, timeout=60)
        fields = {'Content-Type': 'application/json',
                  'Origin': 'http://' + self.where}
        if hasattr(self, 'cookie'):
            fields['Cookie'] = self.cookie
        c.request(method, path, json.dumps(body) if body else None, fields)
        r = c.getresponse()
        data = r.read()
        if r.status not in (200, 201, 204):
            raise SystemExit(f'{path}: {r.status} {data[:200]}')
        c.close()
        return r, json.loads(data) if data.startswith(b'{') else data

    def call(self, name, **args):
        _, got = self.ask('POST', '/jmap/api', {
            'using': [CORE, MAIL, SUBMISSION, PROTECTION],
            'methodCalls': [[name, {'accountId': self.account, **args}, '0']]})
        word, answer, _ = got['methodResponses'][0]
        if word == 'error':
            raise SystemExit(f'{name}: {answer}')
        return answer

    def find(self, **condition):
        return self.call('Email/query', filter=condition)['ids']

    def read(self, ident):
        e, = self.call('Email/get', ids=[ident], fetchTextBodyValues=True,
                       properties=['subject', 'from', 'textBody', 'bodyValues',
                                   'header:Pli-Status:asText'])['list']
        e['text'] = ''.join(v['value'] for v in e['bodyValues'].values())
        e['status'] = (e['header:Pli-Status:asText'] or '').strip()
        return e

    def box(self, role):
        return next(m['id'] for m in self.call('Mailbox/get')['list']
                    if m['role'] == role)

    def send(self, to, subject, text):
        """As the composer: a draft, then its submission."""
        got = self.call('Email/set', create={'d': {
            'mailboxIds': {self.box('drafts'): True},
            'keywords': {'$draft': True, '$seen': True},
            'from': [{'name': 'Alice', 'email': ME}],
            'to': [{'name': '', 'email': to}], 'subject': subject,
            'bodyValues': {'1': {'value': text}},
            'textBody': [{'partId': '1', 'type': 'text/plain'}]}})
        draft = got['created']['d']['id']
        who = self.call('Identity/get')['list'][0]['id']
        got = self.call('EmailSubmission/set', create={'s': {
            'emailId': draft, 'identityId': who, 'pliClear': True}},
            onSuccessUpdateEmail={'#s': {
                'mailboxIds': {self.box('sent'): True},
                'keywords/$draft': None}})
        if not got.get('created'):
            raise SystemExit(f'not sent: {got}')


class Owner:
    def __init__(self, build):
        self.dir = tempfile.mkdtemp(prefix='pli-alice-')
        self.build = build
        self.words = [build + '/user/pli/pli', '--home', self.dir,
                      '--libexec', f'{build}/box:{build}/user',
                      '--passphrase-file', self.dir + '/passphrase']
        with open(self.dir + '/passphrase', 'w') as f:
            os.chmod(f.name, 0o600)
            f.write(PHRASE + '\n')
        self.pli('init', ME, '--name', 'Alice')

    def pli(self, *words, ok=True):
        out = subprocess.run(self.words + list(words), capture_output=True,
                             text=True, stdin=subprocess.DEVNULL)
        if ok and out.returncode:
            raise SystemExit(f'pli {" ".join(words)}: {out.stderr}')
        return out.stdout

    def pair(self, code, b):
        self.pli('pair', code, '--address', b.ip, '--submission-port',
                 str(b.submissions))

    def log(self):
        try:
            with open(f'{self.dir}/{ME}/log') as f:
                return f.read()
        except OSError:
            return ''

    def link(self):
        return re.search(r'http://\S+', self.pli('run', '--no-browser'))[0]

    def secret_octets(self):
        """The numbers of her secret key: exported, and taken out of the export
        by its passphrase."""
        with open(self.dir + '/export', 'w') as f:
            f.write('x\n')
        text = self.pli('key', 'export', '--secret',
                        '--export-passphrase-file', self.dir + '/export')
        lines = text.split('\n\n', 1)[1].split('\n')
        octets = base64.b64decode(''.join(
            l for l in lines if l and l[0] not in '=-'))
        return list(scalars(octets, b'x'))

    def stop(self):
        self.pli('stop', ok=False)
        box.wait_for(lambda: 'not-running' in self.pli('status', ok=False)
                     or not os.path.exists(
                         f'{self.dir}/{ME}/run/control.sock'), 10)
        shutil.rmtree(self.dir, ignore_errors=True)


def packets(data):
    """Tag and body of OpenPGP packets (RFC 4880, 4.2)."""
    at = 0
    while at < len(data):
        head, at = data[at], at + 1
        if head & 64:
            tag, first = head & 63, data[at]
            if first < 192:
                n, at = first, at + 1
            elif first < 224:
                n, at = (first - 192 << 8) + data[at + 1] + 192, at + 2
            else:
                n, at = int.from_bytes(data[at + 1:at + 5], 'big'), at + 5
        else:
            tag, size = head >> 2 & 15, 1 << (head & 3)
            n, at = int.from_bytes(data[at:at + size], 'big'), at + size
        yield tag, data[at:at + n]
        at += n


def mpi(body, at):
    return at + 2 + (int.from_bytes(body[at:at + 2], 'big') + 7) // 8


def opened(body, at, passphrase):
    """RFC 4880, 5.5.3: usage 254, AES, iterated and salted (3.7.1.3)."""
    usage, cipher, s2k, digest = body[at:at + 4]
    if usage != 254 or s2k != 3:
        raise SystemExit('an export of another kind')
    salt, coded = body[at + 4:at + 12], body[at + 12]
    count = (16 + (coded & 15)) << ((coded >> 4) + 6)
    size = {7: 16, 8: 24, 9: 32}[cipher]
    name = {2: 'sha1', 8: 'sha256', 10: 'sha512'}[digest]
    piece = salt + passphrase
    key, n = b'', 0
    while len(key) < size:
        h = hashlib.new(name, b'\0' * n)
        h.update((piece * (count // len(piece) + 1))[:max(count, len(piece))])
        key, n = key + h.digest(), n + 1
    iv, text = body[at + 13:at + 29], body[at + 29:]
    return subprocess.run(
        ['openssl', 'enc', '-d', f'-aes-{8 * size}-cfb', '-K',
         key[:size].hex(), '-iv', iv.hex()], input=text, check=True,
        capture_output=True).stdout


def scalars(data, passphrase):
    """The secret numbers of Ed25519 and X25519 keys."""
    for tag, body in packets(data):
        if tag not in (5, 7) or body[5] not in (18, 22):
            continue
        at = mpi(body, 7 + body[6])
        if body[5] == 18:
            at += 1 + body[at]
        clear = opened(body, at, passphrase)
        end = mpi(clear, 0)
        if hashlib.sha1(clear[:end]).digest() != clear[end:]:
            raise SystemExit('the export does not open')
        yield clear[2:end]
