"""stand.py - the real sync and the real store; agent, box and parent of paper.

`Box` speaks JMAP over TLS with a certificate of its own making.  `Box.lies`
are functions that twist what it says.  `Agent` opens what `sealed` and
`encrypted` make: "encryption" is base64 behind a word.
"""
import base64, calendar, hashlib, http.server, json, os, shutil, socket, ssl
import struct, subprocess, sys, tempfile, threading, time

import nacl.signing

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))
from role import Role, memfd, pair, take, text

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get('BUILD', ROOT + '/build')
YES, LATER, NO = range(3)
PARENT_EDGE = 1
ADMIN_CALL, ADMIN_ROW, ADMIN_END = 1, 3, 4
STORE_BIND, STORE_BOUND = 9, 10
(LIST, _, _, _, MESSAGES, _, DATA, INLINE) = range(1, 9)
REMOTES = 16
REMOTES_NEW, REMOTES_ALL, REMOTES_NOTES = 3, 4, 5
FLAGS, EXPUNGE, DONE, CREATE, MADE, COPY, COPIED = 1, 2, 3, 6, 10, 15, 16
APPEND, TICKET, DELIVER, APPENDED = range(11, 15)
READS_QUERY = 13
STATUS, GET, OPEN, WRITE = 8, 9, 10, 12
REFUSED, STATUS_IS, VALUE_IS, OPENED, WRITTEN = 13, 17, 18, 19, 20
DEVICE, BOX, SETTINGS, CERTIFICATE = 5, 6, 7, 64
OWN = 'AB' * 20
SEAL = nacl.signing.SigningKey(b's' * 32)


def whole(fd):
    return os.pread(fd, 1 << 27, 0)


# --- messages, as the box stores them

def wrap(payload, outer):
    return outer + (
        'MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; boundary=b;'
        ' protocol="application/pgp-encrypted"\r\n\r\n').encode(), (
        b'--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n'
        b'Version: 1\r\n\r\n--b\r\nContent-Type: application/octet-stream'
        b'\r\n\r\n' + payload + b'\r\n--b--\r\n')


def encrypted(message, word=b'PAPER:', outer=b'Subject: ...\r\n'):
    return b''.join(wrap(word + base64.b64encode(message), outer))


def sign(stored, key=SEAL, stamp='form=kept;t=1790000000;with=jmap'):
    """The box's field in front."""
    body = stored[stored.index(b'\r\n\r\n') + 4:]
    hash = base64.b64encode(hashlib.sha256(body).digest()).decode()
    sig = key.sign(f'pli-seal-v1\n{stamp}\n{hash}'.encode()).signature
    return (f'Pli-Seal: v=1; {stamp}; h={hash};\r\n'
            f' s={base64.b64encode(sig).decode()}\r\n').encode() + stored


def sealed(message, key=SEAL, stamp='t=1790000000;with=esmtps', word=b'PAPER:',
           twist=b''):
    head, body = wrap(word + base64.b64encode(
        b'Return-Path: <a@b>\r\nReceived: by us\r\nContent-Type: text/plain;'
        b' hp="cipher"\r\nPli-Edit: none\r\n' + message),
        b'Subject: [...]\r\n')
    return sign(head + body, key, stamp) + twist


# --- the box

class Lie(Exception):
    pass


class Box:
    def __init__(self):
        self.lock = threading.RLock()
        self.state, self.oldest, self.last = 1, 0, 0
        self.emails, self.blobs, self.gone = {}, {}, {}
        self.boxes = {'mi': ('Inbox', None, 'inbox'), 'ma': ('Archive', None,
                                                            'archive')}
        self.lies, self.calls, self.sets, self.full = {}, [], [], False
        self.password, self.downloads, self.offline = 'secret', 0, False
        self.on_download = lambda: None
        self.on_import = lambda: None   # before it, and before its answer
        self.uploads, self.imports = {}, 0
        self.tells, self.silent, self.listeners = False, False, 0
        self.document = None
        self.identity = nacl.signing.SigningKey(b'i' * 32)
        self.dir = tempfile.mkdtemp(prefix='pli-sync-box-')
        self.certificate('one')
        # sync's sandbox lets nothing but this port through: root has it, at
        # an address of one's own; without root there is no release test
        self.host = '127.%d.%d.%d' % tuple(os.urandom(3)) \
            if os.geteuid() == 0 else '127.0.0.1'
        self.listen(443 if os.geteuid() == 0 else 0)

    def certificate(self, name):
        self.pem = f'{self.dir}/{name}.pem'
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:P-256', '-nodes', '-keyout', self.pem, '-out',
             self.pem + '.crt', '-subj', '/CN=box', '-days', '2'], check=True,
            stderr=subprocess.DEVNULL)
        with open(self.pem, 'a') as out, open(self.pem + '.crt') as f:
            out.write(f.read())
        der = subprocess.run(['openssl', 'pkey', '-in', self.pem, '-pubout',
                              '-outform', 'DER'], check=True,
                             capture_output=True).stdout
        self.pin = base64.b64encode(hashlib.sha256(der).digest()).decode()

    def listen(self, port):
        box = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def log_message(self, *args):
                pass

            def do_GET(self):
                box.get(self)

            def do_POST(self):
                box.post(self)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args):
                pass
        self.server = Server((self.host, port), Handler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.pem)
        self.server.socket = tls.wrap_socket(self.server.socket,
                                             server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def stop(self):
        self.close()
        shutil.rmtree(self.dir)

    # --- what is in it

    def add(self, stored, box='mi', keywords=(), received=None):
        with self.lock:
            self.state += 1
            self.last += 1
            id = f'e{self.last:05d}'
            self.blobs['b' + id] = stored
            self.emails[id] = {
                'id': id, 'blobId': 'b' + id, 'mailboxIds': {box: True},
                'keywords': {k: True for k in keywords}, 'size': len(stored),
                'receivedAt': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(
                    received or 1700000000 + self.last)),
                'born': self.state, 'at': self.state}
            return id

    def change(self, id, box=None, **keywords):
        with self.lock:
            self.state += 1
            e = self.emails[id]
            e['at'] = self.state
            if box:
                e['mailboxIds'] = {box: True}
            for k, on in keywords.items():
                e['keywords'].pop('$' + k, None)
                if on:
                    e['keywords']['$' + k] = True

    def destroy(self, id):
        with self.lock:
            self.state += 1
            self.gone[id] = self.state
            del self.emails[id]

    # --- HTTP

    def reply(self, h, status, body, type='application/json'):
        h.send_response(status)
        h.send_header('Content-Type', type)
        h.send_header('Content-Length', str(len(body)))
        h.end_headers()
        h.wfile.write(body)

    def allowed(self, h):
        if self.offline:
            h.close_connection = True
            return
        want = base64.b64encode(('alice@example.org/d:' + self.password)
                                .encode()).decode()
        if h.headers.get('Authorization') == 'Basic ' + want:
            return True
        self.reply(h, 401, b'{}')

    def twist(self, name, value):
        lie = self.lies.get(name)
        return lie(value) if lie else value

    def get(self, h):
        self.seen = h.headers
        if h.path == '/.well-known/pli':
            return self.reply(h, 200, self.document or b'', 'text/plain')
        if not self.allowed(h):
            return
        if h.path.startswith('/events'):
            return self.events(h)
        if h.path == '/.well-known/jmap':
            base = f'https://{self.host}' + (
                '' if self.port == 443 else f':{self.port}')
            s = self.twist('session', {
                'capabilities': {'urn:ietf:params:jmap:core': {
                    'maxObjectsInGet': 60, 'maxObjectsInSet': 20}},
                'primaryAccounts': {'urn:ietf:params:jmap:mail': 'a1'},
                'apiUrl': base + '/api', 'uploadUrl': base + '/up/',
                'downloadUrl': base + '/dl/{accountId}/{blobId}/{name}',
                **({'eventSourceUrl': base + '/events/{types}/{closeafter}'
                    '?ping={ping}'} if self.tells else {})})
            return self.reply(h, 200, json.dumps(s).encode())
        blob = h.path.split('/')[3]
        with self.lock:
            self.downloads += 1
            self.on_download()
            data = self.blobs.get(blob)
        data = self.twist('blob', data)
        self.reply(h, 404 if data is None else 200, data or b'')

    def events(self, h):
        """Each state that is not the one that was told last."""
        h.send_response(200)
        h.send_header('Content-Type', 'text/event-stream')
        h.send_header('Connection', 'close')
        h.end_headers()
        told = h.headers['Last-Event-ID']
        self.listeners += 1
        try:
            while not self.offline:
                if told != str(self.state) and not self.silent:
                    told = str(self.state)
                    h.wfile.write(f'event: state\nid: {told}\ndata: {{}}\n\n'
                                  .encode())
                time.sleep(0.02)
        except OSError:
            pass
        self.listeners -= 1
        h.close_connection = True

    def identify(self, serial, tls, host=None, key=None, seal=None):
        """proto/pli_identity.h; tls as base64."""
        key = key or self.identity
        text = (f'pli-identity: 1\nhost: {host or self.host}\n'
                f'identity: {bytes(key.verify_key).hex()}\n'
                f'tls: {base64.b64decode(tls).hex()}\n'
                f'seal: {bytes((seal or SEAL).verify_key).hex()}\n'
                f'serial: {serial}\ntime: 1780000000\n').encode()
        self.document = text + b'signature: ' + key.sign(
            text).signature.hex().encode() + b'\n'

    def upload(self, h, data):
        with self.lock:
            id = f'u{len(self.uploads)}'
            self.uploads[id] = data
        self.reply(h, 201, json.dumps(self.twist('upload', {
            'accountId': 'a1', 'blobId': id, 'type': 'x',
            'size': len(data)})).encode())

    def post(self, h):
        data = h.rfile.read(int(h.headers['Content-Length']))
        if not self.allowed(h):
            return
        if h.path.startswith('/up/'):
            return self.upload(h, data)
        rq = json.loads(data)
        (method, args, tag), = rq['methodCalls']
        with self.lock:
            self.calls.append(method)
            out = self.twist(method, self.method(method, args))
        name = 'error' if 'type' in out else method
        all = self.twist('response', {'methodResponses': [[name, out, tag]]})
        self.reply(h, 200, all if isinstance(all, bytes) else
                   json.dumps(all).encode())

    def method(self, method, args):
        assert args['accountId'] == 'a1'
        out = getattr(self, method.replace('/', '_').lower())(args)
        if 'type' not in out:
            out['accountId'] = 'a1'
        return out

    def mailbox_get(self, args):
        return {'state': str(self.state), 'notFound': [], 'list': [
            {'id': i, 'name': n, 'parentId': p, 'role': r}
            for i, (n, p, r) in self.boxes.items()]}

    def mailbox_set(self, args):
        made = {}
        for k, o in args.get('create', {}).items():
            id = f'm{len(self.boxes)}'
            self.boxes[id] = (o['name'], o['parentId'], None)
            made[k] = {'id': id}
        return {'created': made}

    def email_get(self, args):
        assert len(args['ids']) <= 60
        known = [i for i in args['ids'] if i in self.emails]
        return {'state': str(self.state), 'list': [
            {k: self.emails[i][k] for k in args['properties']}
            for i in known], 'notFound': [i for i in args['ids']
                                          if i not in self.emails]}

    def email_import(self, args):
        if args.get('ifInState') not in (None, str(self.state)):
            return {'type': 'stateMismatch'}
        self.on_import()
        made, no = {}, {}
        for k, o in args['emails'].items():
            if self.full:
                no[k] = {'type': 'overQuota'}
                continue
            stored = sign(self.uploads[o['blobId']])
            box, = o['mailboxIds']
            at = time.strptime(o['receivedAt'], '%Y-%m-%dT%H:%M:%SZ')
            id = self.add(stored, box, o['keywords'],
                          calendar.timegm(at) or 1)
            self.imports += 1
            made[k] = {'id': id, 'blobId': 'b' + id, 'threadId': 't1',
                       'size': len(stored)}
        self.on_import()
        return {'oldState': '0', 'newState': str(self.state),
                'created': made, 'notCreated': no}

    def email_query(self, args):
        ids = sorted(self.emails, key=lambda i: (
            self.emails[i]['receivedAt'], i), reverse=True)
        at = 0
        if 'anchor' in args:
            if args['anchor'] not in ids:
                return {'type': 'anchorNotFound'}
            at = ids.index(args['anchor']) + args['anchorOffset']
        return {'queryState': str(self.state), 'position': at,
                'canCalculateChanges': False,
                'ids': ids[at:at + min(args['limit'], 100)]}

    def email_changes(self, args):
        since = int(args['sinceState'])
        if since < self.oldest:
            return {'type': 'cannotCalculateChanges'}
        events = sorted(
            [(e['at'], i) for i, e in self.emails.items()
             if e['at'] > since] + [(at, i) for i, at in self.gone.items()
                                    if at > since])
        more = len(events) > 50
        events = events[:50]
        now = events[-1][0] if more else self.state
        of = {'created': [], 'updated': [], 'destroyed': []}
        for _, i in events:
            of['destroyed' if i in self.gone else 'created' if
               self.emails[i]['born'] > since else 'updated'].append(i)
        return dict(of, oldState=args['sinceState'], newState=str(now),
                    hasMoreChanges=more)

    def email_set(self, args):
        if args.get('ifInState') not in (None, str(self.state)):
            return {'type': 'stateMismatch'}
        update, destroy = args.get('update', {}), args.get('destroy', [])
        assert len(update) + len(destroy) <= 20
        self.sets.append(args)
        no, gone, done = {}, [], {}
        for i, patch in update.items():
            if i not in self.emails:
                no[i] = {'type': 'notFound'}
                continue
            self.change(i)
            for k, v in patch.items():
                if k == 'mailboxIds':
                    self.emails[i]['mailboxIds'] = v
                elif v:
                    self.emails[i]['keywords'][k[9:]] = True
                else:
                    self.emails[i]['keywords'].pop(k[9:], None)
            done[i] = None
        not_gone = {}
        for i in destroy:
            if i in self.emails:
                self.destroy(i)
                gone.append(i)
            else:
                not_gone[i] = {'type': 'notFound'}
        return {'oldState': '0', 'newState': str(self.state), 'updated': done,
                'notUpdated': no, 'destroyed': gone,
                'notDestroyed': not_gone}


# --- the owner's side

class Side:
    def __init__(self, box):
        self.box, self.number = box, 0
        self.dir = tempfile.mkdtemp(prefix='pli-sync-')
        self.pin, self.locked, self.opened = box.pin, False, 0
        self.settings = 'poll 1\n'
        self.start_store()
        args = [('name', 'alice@example.org'), ('quota', '0'),
                ('sealed', '0'), ('salt', 'salt'), ('iterations', '4096'),
                ('stored_key', 'k' * 32), ('server_key', 'k' * 32)]
        self.control.send(struct.pack('<HQ', ADMIN_CALL, 1) + text('user add')
                          + text(b''.join(text(k) + text(v)
                                          for k, v in args)))
        kind, _, verdict = struct.unpack_from('<HQI', self.control.recv(9999))
        assert (kind, verdict) == (ADMIN_END, YES)
        self.bind()
        self.sync = None

    def start_store(self):
        ends = {n: pair() for n in ('control', 'auth')}
        self.store = Role(BUILD + '/box/store/store',
                          ['work=' + self.dir, 'with=find'],
                          **{n: p[1] for n, p in ends.items()})
        self.control, self.auth = (ends[n][0] for n in ('control', 'auth'))

    def store_anew(self):
        self.store.kill()
        self.start_store()
        self.bind()
        at_store, at_sync = pair()
        for to, name, end in ((self.store, 'sync', at_store),
                              (self.sync, 'store', at_sync)):
            socket.send_fds(to.parent, [struct.pack('<H', PARENT_EDGE)
                                        + text(name)], [end.fileno()])
            end.close()

    def bind(self):
        self.auth.send(struct.pack('<HQQI', STORE_BIND, 7, 1, 0) + text(''))
        data, fds, _, _ = socket.recv_fds(self.auth, 999, 2)
        assert struct.unpack_from('<H', data)[0] == STORE_BOUND
        self.reader, self.writer = (socket.socket(fileno=f) for f in fds)

    def start(self):
        at_store, agent = pair(), pair()
        socket.send_fds(self.store.parent, [
            struct.pack('<H', PARENT_EDGE) + text('sync')],
            [at_store[0].fileno()])
        at_store[0].close()
        threading.Thread(target=self.agent, args=(agent[0],),
                         daemon=True).start()
        self.sync = Role(BUILD + '/user/sync/sync', store=at_store[1],
                         agent=agent[1])

    def kill(self):
        self.sync.kill()

    def stop(self):
        alive = self.sync is None or self.sync.p.poll() is None
        log = self.sync.log if self.sync else None
        if self.sync:
            self.kill()
        self.store.kill()
        shutil.rmtree(self.dir)
        assert alive, log

    # --- the agent

    def agent(self, end):
        try:
            while True:
                data, fds, _, _ = socket.recv_fds(end, 65536, 2)
                if not data:
                    return
                kind, id = struct.unpack_from('<HQ', data)
                if kind == STATUS:
                    end.send(struct.pack('<HQI', STATUS_IS, id, 1) + text(
                        'alice@example.org') + text(OWN) + text('') + text('')
                        + struct.pack('<QQ', 0, 0))
                elif kind == GET:
                    value = self.value(struct.unpack_from('<I', data, 10)[0])
                    end.send(self.refused(id, LATER, 'locked') if self.locked
                             else struct.pack('<HQ', VALUE_IS, id)
                             + text(value))
                elif kind == WRITE:
                    self.written(end, id, fds)
                else:
                    self.open(end, id, fds)
                for fd in fds:
                    os.close(fd)
        except OSError:
            pass

    def refused(self, id, verdict, why):
        return struct.pack('<HQI', REFUSED, id, verdict) + text(why) + text('')

    def value(self, kind):
        return {DEVICE: 'user alice@example.org/d\npassword secret\n',
                BOX: f'host {self.box.host}\nport {self.box.port}\ntls {self.pin}\n'
                'seal ' + base64.b64encode(
                    bytes(SEAL.verify_key)).decode() + '\nidentity '
                + base64.b64encode(bytes(self.box.identity.verify_key))
                .decode() + '\n',
                CERTIFICATE: 'own certificate',
                SETTINGS: self.settings}[kind]

    def written(self, end, id, fds):
        """"Encrypted" to the certificates, and signed by the owner."""
        if self.locked:
            return end.send(self.refused(id, LATER, 'locked'))
        assert take(whole(fds[1]), 0)[0] == b'own certificate'
        # no two are the same: those of OpenPGP are not, either
        fd = memfd(b'-----BEGIN PGP MESSAGE-----\n\nOWN:' + base64.b64encode(
            os.urandom(16) + whole(fds[0])) + b'\n-----END PGP MESSAGE-----\n')
        socket.send_fds(end, [struct.pack('<HQ', WRITTEN, id)], [fd])
        os.close(fd)

    def open(self, end, id, fds):
        data, key = whole(fds[0]), 'ABCD'
        assert whole(fds[1]) == b''     # of no contact
        self.opened += 1
        if self.locked:
            return end.send(self.refused(id, LATER, 'locked'))
        own = b''
        if b'OWN:' in data:
            own, key = base64.b64decode(data.split()[3][4:])[16:], OWN
        elif not data.startswith(b'PAPER:'):
            return end.send(self.refused(id, NO, data.split(b':')[0].decode()
                                         .lower()))
        fd = memfd(own or base64.b64decode(data[6:]))
        sigs = text('good') + text('0123') + text(key) + text('SHA512') + \
            struct.pack('<Q', 1700000000)
        socket.send_fds(end, [struct.pack('<HQIII', OPENED, id, 1, 1, 1)
                              + text('cfb-mdc') + text('AES256')
                              + text('AB') + text(sigs)], [fd])
        os.close(fd)

    # --- the mirror, as a client sees it

    def read(self, kind, body=b''):
        self.reader.send(struct.pack('<H', kind) + body)
        data, fds, _, _ = socket.recv_fds(self.reader, 65536, 1)
        got, verdict, more = struct.unpack_from('<HII', data)
        if kind == REMOTES and verdict == LATER:
            return b''      # no sync has been here yet
        assert verdict == YES and not more, (verdict, more)
        if got == INLINE:
            return take(data, 10)[0]
        with os.fdopen(fds[0], 'rb') as f:
            f.seek(0)
            return f.read()

    def remotes(self, what=REMOTES_ALL):
        """id: (email, mailbox, uid, keywords)"""
        data, at, out = self.read(REMOTES, struct.pack(
            '<IQQ', what, 0, 0) + text('')), 0, {}
        while at < len(data):
            email, mailbox, uid, flags, _ = struct.unpack_from('<QQIIQ', data,
                                                               at)
            words, at = take(data, at + 32)
            id, at = take(data, at)
            _, at = take(data, at)
            words = set(words.decode().split())
            words |= {w for b, w in ((1, '$seen'), (2, '$answered'),
                                     (4, '$flagged'), (16, '$draft'))
                      if flags & b}
            out[id.decode() or email] = (email, mailbox, uid, words)
        return out

    def mailboxes(self):
        data, at, out = self.read(LIST), 0, {}
        while at < len(data):
            id, = struct.unpack_from('<Q', data, at)
            n, = struct.unpack_from('<I', data, at + 24)
            name, at = take(data, at + 68)
            out[name.decode()] = (id, n)
        return out

    def messages(self):
        return sum(n for _, n in self.mailboxes().values())

    def size(self, id):
        _, mailbox, uid, _ = self.remotes()[id]
        data = self.read(MESSAGES, struct.pack('<QIQQ', mailbox, 0, 0, 0)
                         + text(struct.pack('<I', uid)))
        return struct.unpack_from('<Q', data, 16)[0]

    def text(self, id):
        _, mailbox, uid, _ = self.remotes()[id]
        data = self.read(MESSAGES, struct.pack('<QIQQ', mailbox, 2, 0, 0)
                         + text(struct.pack('<I', uid)))
        return take(data, 36)[0]

    def write(self, kind, body, want):
        self.writer.send(struct.pack('<H', kind) + body)
        data = self.writer.recv(65536)
        assert struct.unpack_from('<HI', data) == (want, YES)

    def flag(self, id, op, flags=0, keywords=()):
        _, mailbox, uid, _ = self.remotes()[id]
        self.write(FLAGS, struct.pack('<QII', mailbox, op, flags) + text(
            b''.join(text(k) for k in keywords)) + struct.pack('<Q', 0)
            + text(struct.pack('<I', uid)), DONE)

    def notes(self):
        data, at, out = self.read(REMOTES, struct.pack(
            '<IQQ', REMOTES_NOTES, 0, 0) + text('')), 0, {}
        while at < len(data):
            _, at = take(data, at + 32)
            name, at = take(data, at)
            out[name.decode()], at = take(data, at)
        return out

    def copy(self, id, name):
        self.move(id, name, 0)

    def move(self, id, name, move=1):
        _, mailbox, uid, _ = self.remotes()[id]
        self.write(COPY, struct.pack('<QQI', mailbox,
                                     self.mailboxes()[name][0], move)
                   + text(struct.pack('<II', uid, uid)), COPIED)

    def born(self, message, name='Drafts', flags=16, keywords=()):
        """Put here by a client: its number."""
        date = 1600000000
        self.writer.send(struct.pack(
            '<HQIQQ', APPEND, self.mailboxes()[name][0], flags, date,
            len(message)) + text(b''.join(text(k) for k in keywords))
            + text(''))
        kind, verdict, _, ticket, account = struct.unpack_from(
            '<HIIQQ', self.writer.recv(65536))
        assert (kind, verdict) == (TICKET, YES)
        self.number += 1
        fd = memfd(message)
        socket.send_fds(self.writer, [struct.pack(
            '<HQQIIQIIQQ', DELIVER, ticket, self.number, 0, 1, account, 0,
            message.index(b'\r\n\r\n') + 4, len(message), date)
            + text('') + struct.pack('<I', 0)], [fd])
        os.close(fd)
        data = self.writer.recv(65536)
        assert struct.unpack_from('<HQI', data) == (APPENDED, self.number,
                                                    YES)
        _, at = take(data, 30)
        emails, _ = take(data, at)
        return struct.unpack_from('<Q', emails)[0]

    def found(self, words):
        """Emails with these words."""
        cond = struct.pack('<II', 11, 15) + text(words)
        data = self.read(READS_QUERY, text(cond) + struct.pack(
            '<IIIQQI', 0, 0, 0, 0, 0, 0))
        assert struct.unpack_from('<QI', data)[1] == 0
        return {e for e, _ in struct.iter_unpack('<QQ', data[28:])}

    def delete(self, id):
        _, mailbox, uid, _ = self.remotes()[id]
        self.write(EXPUNGE, struct.pack('<QI', mailbox, 1)
                   + text(struct.pack('<I', uid)), DONE)

    def same(self):
        """Does the mirror have what the box has, each once?"""
        with self.box.lock:
            names = {i: self.path(i) for i in self.box.boxes}
            want = {i: (names[next(iter(e['mailboxIds']))], set(e['keywords']))
                    for i, e in self.box.emails.items()}
        ids = {id: name for name, (id, _) in self.mailboxes().items()}
        have = {i: (ids.get(m), w) for i, (_, m, _, w) in
                self.remotes().items()}
        return want == have and self.messages() == len(want)

    def path(self, i):
        name, parent, role = self.box.boxes[i]
        if role == 'inbox':
            return 'INBOX'
        return (self.path(parent) + '/' if parent else '') + name

    def wait(self, what, seconds=90):
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, self.sync.log[-20:]
            assert self.sync.p.poll() is None, self.sync.log[-20:]
            time.sleep(0.02)
