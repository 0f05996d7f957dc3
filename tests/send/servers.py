"""servers.py - mail servers: one that works, and many that do not."""
import atexit, shutil, socket, ssl, subprocess, tempfile, threading, time


def certificate(name='mx.example.net', extra=()):
    d = tempfile.mkdtemp(prefix='pli-t-')
    atexit.register(shutil.rmtree, d, True)
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
                    '-subj', '/CN=' + name, '-addext',
                    'subjectAltName=DNS:' + name, '-keyout', d + '/key',
                    '-out', d + '/cert', *extra], check=True,
                   capture_output=True)
    return d + '/cert', d + '/key'


class Base:
    """Listens on 127.0.0.1; serve() is called with each connection."""

    def __init__(self, port=0, addr='127.0.0.1'):
        self.listen = socket.socket()
        self.listen.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listen.bind((addr, port))
        self.listen.listen(50)
        self.port = self.listen.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                s, _ = self.listen.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.guard, args=(s,),
                             daemon=True).start()

    def guard(self, s):
        s.settimeout(60)
        try:
            self.serve(s)
        except (OSError, ssl.SSLError, ValueError):
            pass
        finally:
            s.close()

    def stop(self):
        try:
            self.listen.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listen.close()


class Script(Base):
    """Says the next piece each time when the client has said something.  A
    number waits so many seconds; 'close' closes; 'rst' resets; 'read' reads
    up to the dot; 'forever' is a callable that goes on until the end."""

    def __init__(self, steps, **kw):
        self.steps = steps
        super().__init__(**kw)

    def serve(self, s):
        for step in self.steps:
            if callable(step):
                step(s)
            elif step == 'rst':
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             b'\1\0\0\0\0\0\0\0')
                return
            elif isinstance(step, (int, float)):
                time.sleep(step)
            elif step == 'line':
                if not s.recv(65536):
                    return
            elif step == 'read':
                data = b''
                while not data.endswith(b'\r\n.\r\n'):
                    more = s.recv(65536)
                    if not more:
                        return
                    data += more
            else:
                s.sendall(step)


class Server(Base):
    """A server that works.  `letters`: (sender, [rcpts], body, was TLS)."""

    def __init__(self, offers=('PIPELINING', '8BITMIME', 'DSN', 'SIZE 1000000',
                               'SMTPUTF8'), cert=None, says=None,
                 name='mx.example.net', most=0, implicit=False, **kw):
        self.offers, self.cert, self.says = list(offers), cert, says or {}
        self.name, self.most, self.implicit = name, most, implicit
        self.letters, self.commands = [], []
        super().__init__(**kw)

    def tls(self, s):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(*self.cert)
        return c.wrap_socket(s, server_side=True)

    def say(self, s, default, verb, arg=b''):
        what = self.says.get((verb, arg), self.says.get(verb, default))
        s.sendall(what.encode() + b'\r\n')
        return what[0] in '23'

    def serve(self, s):
        if self.implicit:
            s = self.tls(s)
        self.say(s, '220 %s ready' % self.name, 'greeting')
        f, under, sender, rcpts = s.makefile('rb'), self.implicit, None, []
        done = 0
        while True:
            line = f.readline()
            if not line:
                return
            self.commands.append(line.rstrip(b'\r\n'))
            words = line.split() or [b'']
            verb = words[0].upper().decode('latin-1')
            if verb == 'EHLO':
                more = list(self.offers)
                if self.cert and not under:
                    more.append('STARTTLS')
                lines = [self.name] + more
                out = ''.join('250%s%s\r\n' % (' ' if i == len(lines) - 1
                                               else '-', l)
                              for i, l in enumerate(lines))
                s.sendall(self.says.get('EHLO', out[:-2]).encode() + b'\r\n')
            elif verb == 'STARTTLS':
                if self.say(s, '220 go', 'STARTTLS'):
                    s, under = self.tls(s), True
                    f = s.makefile('rb')
            elif verb == 'MAIL':
                if self.most and done == self.most:
                    if 'most' in self.says:
                        self.say(s, '', 'most')
                    return
                sender, rcpts = line[11:].split(b'>')[0], []
                self.say(s, '250 ok', 'MAIL')
            elif verb == 'RCPT':
                who = line[9:].split(b'>')[0]
                if self.say(s, '250 ok', 'RCPT', who):
                    rcpts.append(who)
            elif verb == 'DATA':
                if not self.say(s, '354 go', 'DATA'):
                    continue
                body = b''
                while True:
                    l = f.readline()
                    if not l:
                        return
                    if l == b'.\r\n':
                        break
                    body += l[1:] if l.startswith(b'.') else l
                if self.says.get('DOT', '2')[0] == '2':
                    self.letters.append((sender, rcpts, body, under))
                    done += 1
                self.say(s, '250 2.0.0 taken', 'DOT')
            elif verb == 'QUIT':
                s.sendall(b'221 bye\r\n')
                return
            else:
                self.say(s, '250 ok', verb)
