"""calls.py - what strace -f wrote of a home: which role did which call.

A process is what it was executed as (execveat's first argument), a child of a
master what that is.  Its start is over with its seccomp filter.
"""
import re

LINE = re.compile(r'(\d+) +(.*)')
FORKED = re.compile(r'(?:clone3?|v?fork)\b.*\) = (\d+)$|'
                    r'<\.\.\. (?:clone3?|v?fork) resumed>.*\) = (\d+)$')
EXEC = re.compile(r'execve(?:at)?\(.*?\[("[^"]*")')
FILTER = re.compile(r'seccomp\(SECCOMP_SET_MODE_FILTER|PR_SET_SECCOMP')
OPEN = re.compile(r'(?:open|openat|openat2|creat)\(')
# a pair is a channel to a child of one's own: it leads nowhere else
SOCKET = re.compile(r'socket\(|accept4?\(|bind\(|listen\(|connect\(|'
                    r'socketpair\((?!AF_UNIX)')
ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
PORT = re.compile(r'sin6?_port=htons\((\d+)\)')


class Calls:
    """(role, sandboxed, text) of each call; opens end in their result."""

    def __init__(self, lines):
        self.lines = [LINE.match(l).groups() for l in lines if LINE.match(l)]
        self.parent, self.name = {}, {}
        for pid, text in self.lines:
            forked = FORKED.search(text)
            if forked:
                self.parent[forked[1] or forked[2]] = pid
            executed = EXEC.match(text)
            if executed and not text.endswith('ENOENT'):
                self.name[pid] = executed[1].strip('"')
        self.all = list(self.walk())

    def role(self, pid):
        while pid not in self.name and pid in self.parent:
            pid = self.parent[pid]
        return self.name.get(pid, '?')

    def walk(self):
        sealed, born = set(), set()
        for pid, text in self.lines:
            if EXEC.match(text):
                born.add(pid)
                sealed.discard(pid)
            if FILTER.search(text):
                sealed.add(pid)
            # a child is born with its master's filter
            inside = pid in sealed or (pid not in self.name and
                                       self.parent.get(pid) in sealed)
            # what it does before it is executed is its parent's doing
            name = self.role(pid) if pid not in self.name or pid in born \
                else self.role(self.parent.get(pid, pid))
            yield name, inside, text

    def roles(self):
        return {name for name, _, _ in self.all}

    def opened(self, role):
        """Files that a role opened after its start."""
        return [t for name, inside, t in self.all if name == role and inside
                and OPEN.match(t) and ' = -1 ' not in t]

    def sockets(self, role):
        return [t for name, inside, t in self.all if name == role and inside
                and SOCKET.match(t) and ' = -1 ' not in t]

    def reached(self):
        """(role, address, port) of connect, sendto, sendmsg."""
        out = set()
        for name, _, t in self.all:
            if t.startswith(('connect(', 'sendto(', 'sendmsg(')):
                address, port = ADDRESS.search(t), PORT.search(t)
                if address:
                    out.add((name, address[1] or address[2],
                             int(port[1]) if port else 0))
        return out
