#!/usr/bin/python3
"""stand.py [PORT]: a small JMAP server for the tests of the webmail.

Mailbox and letters (seed.py) are in memory.  It answers what the webmail asks,
as RFC 8620 and 8621 say, on 127.0.0.1, and prints the link to log in with:

    http://127.0.0.1:PORT/login#TOKEN

It stands in for `httpd`; it checks no input and is no model of one.
"""
import datetime, http.server, json, mimetypes, os, queue, re, secrets, sys
import threading, urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import methods, seed

PAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                     '../../user/web')
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src "
          "'self' data: blob:; connect-src 'self'; frame-src 'self'; "
          "form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
VIEW_POLICY = ("default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
               "frame-ancestors 'self'")
STYLE = ('body{font:15px/1.5 Inter,system-ui,sans-serif;margin:0;color:#1d2125;'
         'background:#fff;overflow-wrap:break-word}.plain{white-space:pre-wrap}'
         'a{color:#0b57d0}')
LINKS = 64


def escape(text):
    return (text.replace('&', '&amp;').replace('<', '&lt;')
            .replace('>', '&gt;').replace('"', '&quot;'))


def view(email, images):
    body = email.get('html')
    if body is None:
        body = '<div class="plain">' + re.sub(
            r'https://[\w./-]+', r'<a href="\g<0>">\g<0></a>',
            escape(email['text'])) + '</div>'
    elif images:
        body = body.replace('<img ', '<img src="data:image/png;base64,'
                            + seed.PNG + '" ')
    return (f'<!doctype html><html><head><meta charset="utf-8"><base '
            f'target="_blank"><style>{STYLE}</style></head><body>{body}'
            f'<meta name="pli-remote" content="{email["remote"]}">'
            '</body></html>')


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    stand = None

    def log_message(self, *_):
        pass

    def out(self, status, body=b'', kind='text/plain', **headers):
        if isinstance(body, (dict, list)):
            body, kind = json.dumps(body).encode(), 'application/json'
        if isinstance(body, str):
            body = body.encode()
        self.send_response(status)
        for name, value in {'content-type': kind,
                            'content-length': str(len(body)),
                            'x-content-type-options': 'nosniff',
                            'cache-control': 'no-store',
                            'content-security-policy': POLICY,
                            **{k.replace('_', '-'): v for k, v in
                               headers.items()}}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get('content-length', 0)))

    def known(self):
        got = re.search(r'pli=([\w-]+)', self.headers.get('cookie', ''))
        return got is not None and got[1] in self.stand.sessions

    def page(self, name):
        path = os.path.join(PAGES, name)
        if re.fullmatch(r'[a-z]+\.(html|js|css|svg)', name) is None or \
                not os.path.isfile(path):
            self.out(404)
            return
        with open(path, 'rb') as f:
            self.out(200, f.read(), {'js': 'text/javascript'}.get(
                name.split('.')[1], mimetypes.guess_type(name)[0]))

    def do_GET(self):
        path, _, query = self.path.partition('?')
        part = path.split('/')
        if path == '/login':
            self.page('login.html')
        elif len(part) == 2 and not path.startswith('/.'):
            self.page(part[1] or 'index.html')
        elif not self.known():
            self.out(401)
        elif path == '/.well-known/jmap':
            self.out(200, self.stand.session())
        elif path == '/jmap/events':
            self.events()
        elif part[1] == 'view' and part[2] in self.stand.emails:
            self.out(200, view(self.stand.emails[part[2]], 'images' in query),
                     'text/html', content_security_policy=VIEW_POLICY)
        elif path.startswith('/jmap/download/') and \
                part[4] in self.stand.blobs:
            self.out(200, self.stand.blobs[part[4]],
                     'application/octet-stream',
                     content_disposition='attachment')
        else:
            self.out(404)

    def do_POST(self):
        body = self.body()
        if self.path == '/session':
            self.login(json.loads(body)['token'])
        elif not self.known():
            self.out(401)
        elif self.path == '/jmap/api':
            with self.stand.lock:
                answer = methods.run(self.stand, json.loads(body))
            self.out(200, answer)
        elif self.path.startswith('/jmap/upload/'):
            self.out(201, {'accountId': 'a1', 'size': len(body),
                           'type': self.headers.get('content-type'),
                           'blobId': self.stand.blob(body)})
        else:
            self.out(404)

    def login(self, token):
        if token not in self.stand.tokens:
            self.out(403)
            return
        self.stand.tokens.remove(token)
        name = secrets.token_urlsafe(16)
        self.stand.sessions.add(name)
        self.out(204, set_cookie=f'pli={name}; HttpOnly; SameSite=Strict; '
                 'Path=/')

    def do_DELETE(self):
        if self.path == '/session':
            got = re.search(r'pli=([\w-]+)', self.headers.get('cookie', ''))
            self.stand.sessions.discard(got and got[1])
        self.out(204)

    def events(self):
        mine = queue.Queue()
        self.stand.listeners.add(mine)
        self.send_response(200)
        self.send_header('content-type', 'text/event-stream')
        self.send_header('connection', 'close')
        self.end_headers()
        try:
            while True:
                try:
                    state = mine.get(timeout=5)
                    said = {'@type': 'StateChange', 'changed': {'a1': {
                        k: state for k in ('Email', 'Mailbox', 'Thread')}}}
                    text = f'event: state\ndata: {json.dumps(said)}\n\n'
                except queue.Empty:
                    text = 'event: ping\ndata: {}\n\n'
                self.wfile.write(text.encode())
                self.wfile.flush()
        except OSError:
            self.stand.listeners.discard(mine)
            self.close_connection = True


class Stand:
    def __init__(self):
        self.lock = threading.RLock()
        self.boxes, self.emails, self.blobs = {}, {}, {}
        self.log, self.count = [], 0
        self.sessions, self.listeners = set(), set()
        self.tokens = [secrets.token_urlsafe(16) for _ in range(LINKS)]
        self.identity = {'id': 'i1', 'name': seed.ME['name'],
                         'email': seed.ME['email'], 'replyTo': None,
                         'bcc': None, 'textSignature': '', 'htmlSignature': '',
                         'mayDelete': False}
        self.submitted = []
        for i, (role, name) in enumerate(seed.BOXES):
            self.boxes[f'm{i}'] = {'id': f'm{i}', 'name': name, 'role': role,
                                   'parentId': None, 'sortOrder': i}
        seed.fill(self)

    def session(self):
        using = [methods.CORE, methods.MAIL, methods.SUBMISSION, methods.PLI]
        return {'username': seed.ME['email'], 'apiUrl': '/jmap/api',
                'state': '0', 'primaryAccounts': {u: 'a1' for u in using},
                'accounts': {'a1': {'name': seed.ME['email'],
                                    'isPersonal': True, 'isReadOnly': False,
                                    'accountCapabilities': {
                                        u: {} for u in using}}},
                'capabilities': {**{u: {} for u in using}, methods.CORE: {
                    'maxObjectsInGet': 200, 'maxObjectsInSet': 200,
                    'maxCallsInRequest': 16, 'maxSizeUpload': 20000000}},
                'downloadUrl': '/jmap/download/{accountId}/{blobId}/{name}'
                               '?type={type}',
                'uploadUrl': '/jmap/upload/{accountId}',
                'eventSourceUrl': '/jmap/events?types={types}&closeafter='
                                  '{closeafter}&ping={ping}'}

    def blob(self, body):
        name = f'b{len(self.blobs)}'
        self.blobs[name] = body
        return name

    def changed(self, kind, email):
        self.count += 1
        self.log.append((self.count, kind, email))
        for q in list(self.listeners):
            q.put(str(self.count))

    def role(self, role):
        return next(b['id'] for b in self.boxes.values() if b['role'] == role)

    def add(self, box, sender, to, subject, text, ago, status='', files=(),
            after=(), seen=False, flagged=False, draft=False, html=None,
            remote=0):
        at = datetime.datetime.utcnow() - datetime.timedelta(minutes=ago)
        keywords = {'$seen': seen, '$flagged': flagged, '$draft': draft}
        return self.insert({
            'mailboxIds': {self.role(box): True}, 'from': [sender], 'to': to,
            'keywords': {k: True for k, on in keywords.items() if on},
            'subject': subject, 'text': text, 'html': html, 'remote': remote,
            'receivedAt': at.strftime('%Y-%m-%dT%H:%M:%SZ'),
            'status': status, 'references': list(after) or None,
            'inReplyTo': list(after[-1:]) or None,
            'attachments': [{'partId': None, 'name': n, 'type': t, 'size': s,
                             'blobId': self.blob(b'x' * 64), 'cid': None,
                             'disposition': 'attachment'}
                            for n, t, s in files]})

    def insert(self, email):
        name = f'e{self.count + 1}'
        before = set(email.get('references') or []) | set(
            email.get('inReplyTo') or [])
        thread = next((e['threadId'] for e in self.emails.values()
                       if before & set(e['messageId'])), 't' + name)
        blank = dict.fromkeys(('from', 'to', 'cc', 'bcc', 'replyTo', 'html',
                               'inReplyTo', 'references'))
        self.emails[name] = e = {
            **blank, 'status': '', 'remote': 0, 'attachments': [],
            'keywords': {}, 'subject': '', 'text': '',
            'messageId': [f'{name}@example.org'], **email, 'id': name,
            'blobId': self.blob(email.get('text', '').encode()),
            'threadId': thread}
        e['preview'] = ' '.join(e['text'].split())[:200]
        e['hasAttachment'] = bool(e['attachments'])
        e['size'] = len(e['text']) + 500
        self.changed('created', name)
        return e


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass            # a browser that went away


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    Handler.stand = Stand()
    server = Server(('127.0.0.1', port), Handler)
    for token in Handler.stand.tokens:
        print(f'http://127.0.0.1:{server.server_port}/login#{token}')
    sys.stdout.flush()
    server.serve_forever()


if __name__ == '__main__':
    main()
