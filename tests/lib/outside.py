"""outside.py - the rest of the world, for a box on loopback without root.

A name server that knows every name below `example` (an MX, an address on
loopback) and other mail servers on one port, which take, refuse or put off by
the domain of the recipient:

    no.example          550 5.1.1 at RCPT
    later.example       451 4.7.1 at RCPT
    gone.example        has no MX, no address: NXDOMAIN
    null.example        a null MX (RFC 7505)
    dead.example        an address where nobody listens
    cut.example         closes the connection after DATA's dot
    anything else       250

Outside(folder).conf is what plid.conf says about it.
"""
import os, socket, struct, sys, threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'dns'))
import paper

# trust in names that nobody asks for: everything else is not signed
ANCHOR = 'signed.example. IN DS 1 8 2 ' + '00' * 32 + '\n'


class Names(dict):
    """The table of paper.Server, made up as it is asked."""

    def get(self, key, default=None):
        name, kind = key
        if name in self.fixed:
            return self.fixed[name].get(kind, [])
        if not name.endswith('example') or name.endswith('gone.example'):
            return 'nxdomain'
        if name == 'null.example':
            return [paper.mx(name, 0, '')] if kind == paper.MX else []
        if kind == paper.MX and not name.startswith('mx.'):
            return [paper.mx(name, 10, 'mx.' + name)]
        if kind == paper.A and name.startswith('mx.'):
            return [paper.a(name, '127.0.0.77' if name == 'mx.dead.example'
                            else '127.0.0.1')]
        return []

    def __init__(self):
        super().__init__()
        self.fixed = {}


class Sink:
    """Takes mail; self.got: (sender, recipients, text) of each, in order."""

    def __init__(self, extensions=('PIPELINING', '8BITMIME', 'SMTPUTF8',
                                   'SIZE 50000000')):
        self.got, self.lock, self.extensions = [], threading.Lock(), extensions
        self.sessions, self.pause, self.hold = 0, 0, threading.Event()
        self.hold.set()
        self.listen = socket.socket()
        self.listen.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listen.bind(('127.0.0.1', 0))
        self.listen.listen(200)
        self.port = self.listen.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                s, _ = self.listen.accept()
            except OSError:
                return
            threading.Thread(target=self.guarded, args=(s,),
                             daemon=True).start()

    def guarded(self, s):
        try:
            with s, s.makefile('rb') as f:
                self.serve(s, f)
        except (OSError, IndexError):
            pass

    def serve(self, s, f):
        self.sessions += 1
        say = lambda t: s.sendall(t.encode() + b'\r\n')
        self.hold.wait(60)
        say('220 sink.example ESMTP')
        sender, rcpts, cut = None, [], False
        for line in f:
            word = line[:4].upper()
            if word == b'EHLO':
                say('\r\n'.join(['250-sink.example'] + [
                    '250-' + e for e in self.extensions[:-1]] + [
                    '250 ' + self.extensions[-1]]))
            elif word == b'MAIL':
                sender = line[line.index(b'<') + 1:line.index(b'>')].decode()
                rcpts = []
                say('250 2.1.0 ok')
            elif word == b'RCPT':
                to = line[line.index(b'<') + 1:line.index(b'>')].decode()
                domain = to.split('@')[1]
                if domain.endswith('no.example'):
                    say('550 5.1.1 no such user here')
                elif domain.endswith('later.example'):
                    say('451 4.7.1 come again')
                else:
                    cut = domain == 'cut.example'
                    rcpts.append(to)
                    say('250 2.1.5 ok')
            elif word == b'DATA':
                if not rcpts:
                    say('503 5.5.1 nobody')
                    continue
                say('354 go on')
                text = self.text(f)
                if cut:
                    return
                with self.lock:
                    self.got.append((sender, list(rcpts), text))
                say('250 2.0.0 taken')
            elif word == b'QUIT':
                say('221 bye')
                return
            else:
                say('250 ok' if word in (b'RSET', b'NOOP') else
                    '502 5.5.1 no')

    @staticmethod
    def text(f):
        out = []
        while True:
            line = f.readline()
            if line == b'.\r\n':
                return b''.join(out)
            if not line:
                raise OSError
            out.append(line[1:] if line.startswith(b'.') else line)

    def stop(self):
        self.listen.close()


class Outside:
    def __init__(self, folder, sink=None):
        self.names = Names()
        self.dns = paper.Server(self.names)
        self.sink = sink or Sink()
        anchor = os.path.join(folder, 'anchor')
        with open(anchor, 'w') as f:
            f.write(ANCHOR)
        self.conf = (f'resolver 127.0.0.1@{self.dns.port}\n'
                     f'anchor {anchor}\n'
                     f'send-port {self.sink.port}/loopback\n')

    def stop(self):
        self.dns.stop()
        self.sink.stop()
