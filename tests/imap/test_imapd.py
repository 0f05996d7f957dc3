"""Whole sessions, line by line, against a store of paper: *.t beside this.

	C text	the client sends it, with CRLF; C+ without, \\r and \\n in it
	S text	the next line of the server begins with it
	S* text	so does one of the next lines; the others are passed over
	S!	the server has closed
	D n	n octets of a literal are passed over
	! f x	the world changes: a method of World, below
"""
import glob, os, socket, time

import pytest

import stand

LETTER = (b'From: A B <a@example.net>\r\nTo: alice@example.org\r\n'
          b'Subject: number %d\r\n\r\nbody %d\r\n')


class World:
    def __init__(self, s):
        self.s = s

    def deliver(self, n='1'):
        for i in range(int(n)):
            u = self.s.inbox.uidnext
            self.s.inbox.deliver(LETTER % (u, u))

    def large(self, size):
        self.s.inbox.deliver(b'Subject: large\r\nContent-Type: multipart/mixed'
                             b'; boundary=x\r\n\r\n--x\r\n\r\n' +
                             b'0123456789abcde\n' * (int(size) // 16) +
                             b'\r\n--x\r\n\r\nlast\r\n--x--\r\n')

    def mail(self, *words):
        """A header and a text: fields and the rest, by "|"."""
        head, _, body = ' '.join(words).partition('||')
        self.s.inbox.deliver((head.replace('|', '\r\n') + '\r\n\r\n' + body +
                              '\r\n').encode())

    def nul(self):
        self.s.inbox.deliver(b'Subject: nul\r\n\r\na\0b\r\n')

    def flag(self, uid, bits):
        self.s.inbox.flag(int(uid), int(bits))

    def expunge(self, *uids):
        self.s.inbox.expunge(*map(int, uids))

    def delete(self, name):
        b = self.s.named(name.encode())
        self.s.boxes.remove(b)
        b.modseq += 1
        b.changed()

    def quota(self, n):
        self.s.quota = int(n)

    def recent(self):
        self.s.inbox.recent = 1

    def fault(self, what):
        self.s.fault = what

    def full(self):
        self.s.write_fault = 'full'

    def submitted(self, box, mid, uid):
        self.s.submitted[int(box), mid.encode()] = int(uid)

    def dies(self, who):
        for c in getattr(self.s, who + 's'):
            c.shutdown(socket.SHUT_RDWR)

    def asked(self, kind, most):
        """No more questions of a kind than that."""
        assert self.s.asked.count(int(kind)) <= int(most), self.s.asked

    def pause(self):
        time.sleep(0.1)


class Client:
    def __init__(self, port, piece=None):
        self.sock = socket.create_connection(('127.0.0.1', port), 10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.piece = piece
        self.f = self.sock.makefile('rb')

    def line(self):
        try:
            got = self.f.readline()
        except ConnectionError:
            got = b''
        assert got, 'closed'
        return got.rstrip(b'\r\n').decode('latin-1')

    def step(self, word, rest, world):
        if word in ('C', 'C+'):
            if word == 'C':
                rest += '\r\n'
            else:
                for a, b in ((r'\r', '\r'), (r'\n', '\n'), (r'\0', '\0')):
                    rest = rest.replace(a, b)
            rest = rest.encode('latin-1')
            step = self.piece or len(rest)
            for at in range(0, len(rest), step):
                self.sock.sendall(rest[at:at + step])
        elif word == 'S':
            got = self.line()
            assert got.startswith(rest), got
        elif word == 'S*':
            while not self.line().startswith(rest):
                pass
        elif word == 'S!':
            assert self.f.read() == b''
        elif word == 'D':
            assert len(self.f.read(int(rest))) == int(rest)
        elif word == '!':
            name, *args = rest.split()
            with world.s.lock:
                getattr(world, name)(*args)
        else:
            raise ValueError(word)


SCRIPTS = sorted(glob.glob(os.path.join(
    os.path.dirname(os.path.abspath(__file__)), '*.t')))
IN_PIECES = [p for p in SCRIPTS if os.path.basename(p) in
             ('append.t', 'bad.t', 'idle.t', 'login.t', 'noauth.t')]


@pytest.mark.parametrize('path', SCRIPTS, ids=os.path.basename)
def test_script(path):
    run_script(path)


@pytest.mark.parametrize('path', IN_PIECES, ids=os.path.basename)
def test_script_octet_by_octet(path):
    run_script(path, 1)


def run_script(path, piece=None):
    with open(path) as f:
        lines = f.read().splitlines()
    s = stand.Stand(clear='# in clear' not in lines,
                    auth='# without auth' not in lines)
    try:
        c, world = Client(s.port, piece), World(s)
        for n, line in enumerate(lines, 1):
            if not line or line.startswith('#'):
                continue
            word, _, rest = line.partition(' ')
            try:
                if word == 'again':
                    c = Client(s.port, piece)
                else:
                    c.step(word, rest, world)
            except Exception as e:
                raise AssertionError(f'{os.path.basename(path)}:{n}: {line}:'
                                     f' {e!r}') from e
        assert s.p.poll() is None
        assert not [l for l in s.logs if b'crashed' in l], s.logs
    finally:
        s.stop()


@pytest.mark.parametrize('octets', [12, 1008, 1009, 1024])
def test_gate(octets):
    """A header first, from a gate, of any length that may be; and nothing
    without one."""
    s = stand.Stand(conf='proxy 127.0.0.1\n')
    try:
        c = socket.create_connection(('127.0.0.1', s.port), 10)
        c.sendall(b'\r\n\r\n\0\r\nQUIT\n\x21\x11' +
                  octets.to_bytes(2, 'big') + socket.inet_aton('192.0.2.7') +
                  socket.inet_aton('192.0.2.1') + b'\x10\0\x03\xe1' +
                  bytes(octets - 12) + b'a NOOP\r\n')
        f = c.makefile('rb')
        assert f.readline().startswith(b'* OK')
        assert f.readline() == b'a OK Done\r\n'
        c = socket.create_connection(('127.0.0.1', s.port), 10)
        c.sendall(b'a NOOP and some more octets\r\n')
        with pytest.raises(ConnectionError):    # or nothing at all
            assert c.recv(100) == b''
            raise ConnectionError
    finally:
        s.stop()


@pytest.mark.parametrize('plus', [b'', b'+'])
def test_literal_past_the_limit(plus):
    """A line that is too long already leaves no room for a literal, and least
    for one that leads back to where the line began."""
    s = stand.Stand()
    try:
        c = socket.create_connection(('127.0.0.1', s.port), 10)
        f = c.makefile('rb')
        assert f.readline().startswith(b'* OK')
        front = b'a NOOP ' + b'x' * 9000 + b'{'
        octets = len(front) + 20 + len(plus) + len(b'}\r\n')
        c.sendall(front + b'%d' % (2**64 - octets) + plus + b'}\r\n')
        assert b'[TOOBIG]' in f.readline()
        assert s.p.poll() is None
    finally:
        s.stop()
