#!/usr/bin/python3
"""real.py [BUILD]: the real keys, store, auth, open and httpd, with what lies
in the stand's mailbox (seed.py), and links to log in with.  Letters that are
sent stay in the queue: nobody takes them out.

    Real(build)     starts them; .origin, .link(), .client(), .stop()

Alone it prints a link and serves until it is interrupted.
"""
import base64, datetime, email.headerregistry, email.message, email.policy
import hashlib, hmac, http.client, os, re, secrets, shutil, socket, struct, sys, tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [HERE, os.path.join(HERE, '../lib')]
import jmap, seed
from role import Role, memfd, pair, text

ADMIN_CALL, ADMIN_ROW, ADMIN_END = 1, 3, 4
USER, PASSWORD = seed.ME['email'], 'a password for tests'
AT_ONCE = 50            # uploads that an account may have


def verifier(password, salt, rounds):
    salted = hashlib.pbkdf2_hmac('sha256', password.encode(), salt, rounds)
    key = hmac.digest(salted, b'Client Key', 'sha256')
    return [('salt', salt), ('iterations', str(rounds)),
            ('stored_key', hashlib.sha256(key).digest()),
            ('server_key', hmac.digest(salted, b'Server Key', 'sha256'))]


class Client(jmap.Client):
    def connect(self, b):
        return http.client.HTTPConnection('127.0.0.1', b.port, timeout=60)


class Real:
    def __init__(self, build, port=0):
        self.dir = tempfile.mkdtemp(prefix='pli-web-')
        listen = socket.create_server(('127.0.0.1', port), backlog=64)
        secure = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port, self.tls_port = (s.getsockname()[1]
                                    for s in (listen, secure))
        self.origin = f'http://127.0.0.1:{self.port}'
        conf = ('host mail.example.org\ndomain example.org\n'
                f'listen http-clear 127.0.0.1:{self.port}'
                f' https 127.0.0.1:{self.tls_port}\n'
                'smarthost mail.example.org all\ndkim off\n')
        control, auth, of_auth, of_open, of_keys = (pair() for _ in range(5))
        self.control, self.asked = control[0], 0
        for name in ('keys', 'mirror'):
            os.mkdir(f'{self.dir}/{name}', 0o700)
        self.roles = [
            Role(f'{build}/box/keys/keys', [f'work={self.dir}/keys'], conf,
                 httpd=of_keys[1], boot=os.fdopen(memfd(bytes(32)), 'rb')),
            Role(f'{build}/box/store/store', [f'work={self.dir}/mirror',
                                              'with=find'],
                 conf, control=control[1], auth=auth[1]),
            Role(f'{build}/box/auth/auth', (), conf, store=auth[0],
                 httpd=of_auth[1]),
            Role(f'{build}/user/open/open', (), conf, httpd=of_open[1]),
            Role(f'{build}/box/httpd/httpd', (), conf, **{
                '+auth': of_auth[0], '+open': of_open[0], '+keys': of_keys[0],
                'listen.http-clear/clear': listen, 'listen.https': secure})]
        self.admin('user add', ('name', USER), ('quota', '0'), ('sealed', '0'),
                   *verifier(PASSWORD, b'salt', 4096))

    def admin(self, verb, *args):
        self.asked += 1
        self.control.send(struct.pack('<HQ', ADMIN_CALL, self.asked)
                          + text(verb) + text(b''.join(
                              text(k) + text(v) for k, v in args)))
        while True:
            kind, _, verdict = struct.unpack_from('<HQI',
                                                  self.control.recv(65536))
            if kind == ADMIN_END:
                assert verdict == 0, (verb, verdict)
                return

    def token(self):
        """Of a code; the one before it is no more."""
        token = secrets.token_bytes(16)
        self.admin('user pair', ('name', USER),
                   ('pair_hash', hashlib.sha256(token).digest()))
        return token.hex()

    def link(self):
        return f'{self.origin}/login#{self.token()}'

    def picture(self):
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        c.request('GET', '/')
        page = c.getresponse().read().decode()
        return self.origin + re.search(r'"([^"]*/icon.svg)"', page)[1]

    def client(self):
        return Client(self, USER, PASSWORD)

    def stop(self):
        """What went wrong: a role that is dead, a child that crashed."""
        bad = [line for r in self.roles for line in r.log
               if 'crashed' in line or 'broken' in line]
        bad += [r.p.args[0] for r in self.roles if r.p.poll() is not None]
        for r in self.roles:
            r.kill()
        shutil.rmtree(self.dir, ignore_errors=True)
        return bad


def address(a):
    return email.headerregistry.Address(a['name'], addr_spec=a['email'])


class Letters:
    """What seed.fill() adds, imported by JMAP."""

    def __init__(self, real):
        self.real, self.c, self.some = real, real.client(), []
        self.boxes = self.c.boxes()
        for role, name in seed.BOXES:
            if role is None:
                got = self.c.call('Mailbox/set', create={'new': {
                    'name': name}})
                self.boxes[name] = got['created']['new']['id']

    def add(self, box, sender, to, subject, text, ago, status='', files=(),
            after=(), seen=False, flagged=False, draft=False, html=None,
            remote=0, inline=()):
        m = email.message.EmailMessage(email.policy.SMTP)
        if status:
            m['Pli-Status'] = status
        at = (datetime.datetime.now(datetime.timezone.utc)
              - datetime.timedelta(minutes=ago))
        m['From'] = address(sender)
        m['To'] = [address(a) for a in to]
        m['Subject'], m['Date'] = subject, at
        m['Message-ID'] = f'<{secrets.token_hex(8)}@example.org>'
        if after:
            m['In-Reply-To'] = f'<{after[-1]}>'
            m['References'] = ' '.join(f'<{i}>' for i in after)
        m.set_content(text)
        if html:
            m.add_alternative(self.remote(html, remote), subtype='html')
            for cid, data in inline:
                m.get_payload()[1].add_related(data, 'image', 'png',
                                               cid=f'<{cid}>')
        for name, kind, size in files:
            m.add_attachment(bytes(size), *kind.split('/'), filename=name)
        words = {'$seen': seen, '$flagged': flagged, '$draft': draft}
        self.some.append((bytes(m), {
            'mailboxIds': {self.boxes[box]: True},
            'keywords': {k: True for k, on in words.items() if on},
            'receivedAt': at.strftime('%Y-%m-%dT%H:%M:%SZ')}))
        if len(self.some) == AT_ONCE:
            self.flush()
        return {'messageId': [m['Message-ID'][1:-1]]}

    def remote(self, html, n):
        """Pictures that have to be fetched; from here, for no test asks
        anybody else."""
        if n == 0:
            return html
        urls = [f'src="{self.real.picture()}?{i}"' for i in range(n)]
        return html.replace('<img ', f'<img {urls[0]} ', 1) + ''.join(
            f'<img width="40" height="40" alt="" {u}>' for u in urls[1:])

    def flush(self):
        what = {}
        for i, (raw, how) in enumerate(self.some):
            what[str(i)] = {**how, 'blobId': self.c.upload(raw)['blobId']}
        got = self.c.call('Email/import', emails=what)
        assert not got['notCreated'], got['notCreated']
        self.some = []


def filled(build, port=0):
    real = Real(build, port)
    letters = Letters(real)
    seed.fill(letters)
    letters.add('inbox', seed.who('Vera Brandt'), [seed.ME],
                'A picture of the pond', 'Here it is.', 30, seed.SEALED,
                html='<p>Here it is:</p><img alt="the pond" width="64" '
                'src="cid:pond@example.net">',
                inline=[('pond@example.net', base64.b64decode(seed.PNG))])
    letters.flush()
    return real


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else 'build-rel')
    real = filled(build)
    print(real.link(), flush=True)
    try:
        while True:
            time.sleep(60)
    except KeyboardInterrupt:
        print(*real.stop(), sep='\n')


if __name__ == '__main__':
    main()
