"""role.py - role programs started as their parent starts them, by a parent of
paper: channels, log, configuration.
"""
import fcntl, os, socket, struct, subprocess, threading

CONF = 'host mail.example.org\ndomain example.org\n'


def text(s):
    s = s if isinstance(s, bytes) else s.encode()
    return struct.pack('<I', len(s)) + s


def take(data, at):
    n, = struct.unpack_from('<I', data, at)
    return data[at + 4:at + 4 + n], at + 4 + n


def memfd(data):
    fd = os.memfd_create('m', os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, 2 | 4 | 8)
    return fd


def pair():
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


class Role:
    """A role program.  Edges are sockets by their names: "store", "+auth",
    "listen.imaps"; they are the role's from here on."""

    def __init__(self, program, arguments=(), conf=CONF, **edges):
        conf = memfd(conf.encode())
        ends = {n: pair() for n in ('parent', 'log')}
        fds = {n: p[1].fileno() for n, p in ends.items()}
        fds.update({n: s.fileno() for n, s in edges.items()})
        fds['conf'] = conf
        self.log, self.seen = [], threading.Condition()
        self.p = subprocess.Popen([program] + list(arguments) + [
            '%s=%d' % x for x in fds.items()], pass_fds=list(fds.values()))
        os.close(conf)
        for s in list(edges.values()) + [p[1] for p in ends.values()]:
            s.close()
        self.parent, self.logs = ends['parent'][0], ends['log'][0]
        threading.Thread(target=self.read_log, daemon=True).start()
        assert self.parent.recv(100), self.log

    def read_log(self):
        try:
            while line := self.logs.recv(4096):
                with self.seen:
                    self.log.append(line.decode(errors='replace'))
                    self.seen.notify_all()
        except OSError:
            pass

    def says(self, word, seconds=60):
        with self.seen:
            assert self.seen.wait_for(
                lambda: any(word in l for l in self.log), seconds), self.log

    def kill(self):
        self.p.kill()
        self.p.wait()
        self.parent.close()
