"""Foreign clients: a raw SMTP client, imaplib, and a few messages."""
import base64, hashlib, hmac, imaplib, os, socket, uuid

import box


class Smtp:
    """Says exactly what it is told to say."""

    def __init__(self, b, hello=True, timeout=20):
        self.s = socket.create_connection(('127.0.0.1', b.mx), timeout)
        self.f = self.s.makefile('rb')
        self.greeting = self.reply()
        self.extensions = self.ehlo() if hello else ''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.f.close()
        self.s.close()

    def send(self, data):
        self.s.sendall(data if isinstance(data, bytes) else data.encode())

    def reply(self):
        """(code, text); code 0 when the server has closed."""
        text = []
        while True:
            line = self.f.readline(4096)
            if not line:
                return 0, '\n'.join(text)
            text.append(line[4:].decode(errors='replace').strip())
            if line[3:4] != b'-':
                return int(line[:3]), '\n'.join(text)

    def do(self, line):
        self.send(line + '\r\n' if isinstance(line, str) else line + b'\r\n')
        return self.reply()

    def ehlo(self):
        code, text = self.do('EHLO client.example')
        assert code == 250
        return text

    def starttls(self):
        code, _ = self.do('STARTTLS')
        assert code == 220
        self.f.close()
        self.s = box.insecure_tls().wrap_socket(self.s)
        self.f = self.s.makefile('rb')
        return self.ehlo()

    def envelope(self, *to, sender='stranger@example.net'):
        """The codes of RCPT."""
        assert self.do(f'MAIL FROM:<{sender}>')[0] == 250
        return [self.do(f'RCPT TO:<{t}>')[0] for t in to]

    def data(self, text):
        code, _ = self.do('DATA')
        assert code == 354
        if isinstance(text, str):
            text = text.encode()
        self.send(text + b'.\r\n')
        return self.reply()


def letter(text='hello', subject='A letter', **fields):
    head = {'From': 'Stranger <stranger@example.net>',
            'To': 'alice@example.org', 'Subject': subject,
            'Date': 'Thu, 26 Nov 2026 12:00:00 +0000',
            'Message-ID': f'<{uuid.uuid4().hex}@example.net>', **fields}
    return ''.join(f"{k.replace('_', '-')}: {v}\r\n"
                   for k, v in head.items()) + '\r\n' + text + '\r\n'


def deliver(b, to, text=None, **kw):
    """The code of the last reply."""
    with Smtp(b) as s:
        code = s.envelope(to, **kw)[0]
        if code != 250:
            return code
        return s.data(letter() if text is None else text)[0]


def eventually(what, seconds=20):
    """what() is true before long; what it says then."""
    got = box.wait_for(what, seconds)
    assert got, 'it did not come to pass'
    return got


def imap(b, user='alice@example.org', password=box.PASSWORD, tls=False):
    if tls:
        m = imaplib.IMAP4_SSL('127.0.0.1', b.imaps,
                              ssl_context=box.insecure_tls())
    else:
        m = imaplib.IMAP4('127.0.0.1', b.imap)
    m.login(user, password)
    return m


def inbox(b, user='alice@example.org'):
    """Every message, whole."""
    m = imap(b, user)
    n = int(m.select('INBOX', readonly=True)[1][0])
    out = [p[1] for p in m.fetch('1:*', '(BODY.PEEK[])')[1]
           if isinstance(p, tuple)] if n else []
    m.logout()
    return out


def newest(b, user='alice@example.org'):
    return inbox(b, user)[-1]


def head(raw):
    return raw.split(b'\r\n\r\n')[0].decode()


def body(raw):
    return raw.split(b'\r\n\r\n', 1)[1]


def field(raw, name):
    """One header field, unfolded."""
    text = head(raw).replace('\r\n ', ' ').replace('\r\n\t', ' ')
    for line in text.split('\r\n'):
        if line.lower().startswith(name.lower() + ':'):
            return line.split(':', 1)[1].strip()
    return None


class Scram:
    """SCRAM-SHA-256, RFC 7677, as imaplib's authenticate wants it."""

    def __init__(self, user, password, binding=None):
        self.user, self.password, self.binding = user, password, binding
        self.gs2 = b'p=tls-exporter,,' if binding else b'n,,'
        self.nonce = base64.b64encode(os.urandom(18)).decode()
        self.step = 0
        self.verified = False

    def __call__(self, challenge):
        self.step += 1
        if self.step == 1:
            self.bare = f'n={self.user},r={self.nonce}'
            return self.gs2 + self.bare.encode()
        if self.step == 2:
            return self.answer(challenge.decode())
        self.verified = challenge == b'v=' + base64.b64encode(self.server)
        return b''

    def answer(self, first):
        part = dict(x.split('=', 1) for x in first.split(','))
        assert part['r'].startswith(self.nonce)
        salted = hashlib.pbkdf2_hmac('sha256', self.password.encode(),
                                     base64.b64decode(part['s']),
                                     int(part['i']))
        mac = lambda k, m: hmac.new(k, m, 'sha256').digest()
        ck = mac(salted, b'Client Key')
        cbind = base64.b64encode(self.gs2 + (self.binding or b'')).decode()
        bare = f"c={cbind},r={part['r']}"
        auth = f'{self.bare},{first},{bare}'.encode()
        proof = bytes(a ^ b for a, b in zip(
            ck, mac(hashlib.sha256(ck).digest(), auth)))
        self.server = mac(mac(salted, b'Server Key'), auth)
        return f'{bare},p={base64.b64encode(proof).decode()}'.encode()
