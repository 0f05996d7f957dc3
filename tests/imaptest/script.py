"""A script of the suite, read: its head, its letters, its steps.

A step is one command, or several that are pipelined.  Literals, {{{ ... }}},
stay in the text as IMAP literals with CRLF; ~{{{ ... }}} (RFC 3516) stay as they
are.
"""
import os, re, time

from values import parse

VERDICT = re.compile(rb'(?i)(ok|no|bad|"")(?: (.*))?$', re.S)
TAG = re.compile(rb'(tag\w*) (.*)$', re.S)
KEYS = {'capabilities', 'connections', 'messages', 'state',
        'ignore_extra_untagged', 'user'}
STATES = ['nonauth', 'auth', 'created', 'appended', 'selected']


class Unreadable(Exception):
    pass


class Command:
    def __init__(self, line, tag=None, verdict=None):
        self.line, self.tag, self.verdict = line, tag, verdict
        self.prefix = []            # what the tagged answer begins with


class Step:
    """Commands, sent in a row on one connection, and what is expected."""

    def __init__(self, connection):
        self.connection, self.commands = connection, []
        self.wanted = []            # (mark, text, values)

    def open(self):
        return [c for c in self.commands if c.verdict is None]


class Script:
    def __init__(self, folder, name):
        self.name, self.folder = name, folder
        with open(os.path.join(folder, name), 'rb') as f:
            head, _, body = f.read().partition(b'\n\n')
        self.users = {}             # connection -> text of its user
        self.read_head(head.decode())
        self.steps = list(Steps(body, self.connections > 1))
        self.letters = read_mbox(self.mbox())

    def mbox(self):
        own = os.path.join(self.folder, self.name + '.mbox')
        return own if os.path.exists(own) else \
            os.path.join(self.folder, 'default.mbox')

    def read_head(self, text):
        h = {'capabilities': '', 'connections': '1', 'messages': 'all',
             'state': 'selected', 'ignore_extra_untagged': 'yes'}
        for line in text.split('\n'):
            if line.startswith('#') or not line.strip():
                continue
            key, _, value = line.partition(':')
            if key.split()[0] not in KEYS:
                raise Unreadable(f'{self.name}: unknown key {key}')
            if key.startswith('user '):
                self.users[int(key.split()[1])] = value.strip()
            else:
                h[key] = value.strip()
        self.capabilities = h['capabilities'].upper().split()
        self.connections = int(h['connections'])
        self.messages = None if h['messages'] == 'all' else int(h['messages'])
        self.state = STATES.index(h['state'])
        self.extra = h['ignore_extra_untagged'] != 'no'


class Steps:
    def __init__(self, body, many):
        self.many = many
        self.lines = logical(body)

    def __iter__(self):
        step = None
        for line in self.lines:
            if re.match(rb'[*!?] ', line):
                if not step:
                    raise Unreadable(f'an answer to nothing: {line!r}')
                step.wanted.append((line[:1], line[2:],
                                    parse(line[2:], expected=True)))
                continue
            connection, line = self.numbered(line)
            if step and self.closes(step, line):
                continue
            more = TAG.match(line) and step and step.open()
            if more and connection not in (None, step.connection):
                raise Unreadable('a pipeline on two connections')
            if not more:
                if step:
                    yield self.whole(step)
                step = Step(connection or 0)
            step.commands.append(self.command(line))
        if step:
            yield self.whole(step)

    def numbered(self, line):
        m = re.match(rb'(\d+) (.*)$', line, re.S) if self.many else None
        return (int(m[1]) - 1, m[2]) if m else (None, line)

    @staticmethod
    def closes(step, line):
        """Is it the verdict of an earlier line?"""
        tag = TAG.match(line)
        verdict = VERDICT.match(tag[2] if tag else line)
        for c in step.open():
            if verdict and c.tag == (tag and tag[1]):
                c.verdict = verdict[1].lower()
                c.prefix = parse(b'OK ' + (verdict[2] or b''), True)[1:]
                return True
        return False

    @staticmethod
    def command(line):
        if tag := TAG.match(line):
            return Command(tag[2], tag[1])
        m = VERDICT.match(line)
        if m and m[2]:
            return Command(m[2], None, m[1].lower())
        return Command(line)

    @staticmethod
    def whole(step):
        if step.open():
            raise Unreadable(f'no verdict: {step.open()[0].line!r}')
        return step


def logical(body):
    """Lines without comments, with literals, of the blocks that apply."""
    held, skip = b'', []
    literal = None
    for line in body.split(b'\n'):
        if literal is not None:
            if not line.startswith(b'}}}'):
                literal.append(line)
                continue
            end = b'\n' if held.endswith(b'~') else b'\r\n'
            data = end.join(literal)
            held += b'{%d}\r\n' % len(data) + data
            literal, line = None, line[3:]
        elif line.startswith(b'!') and not line.startswith(b'! '):
            directive(line, skip)
            continue
        elif line.startswith(b'#') or not line.strip() or any(skip):
            continue
        if line.endswith(b'{{{'):
            held += line[:-3]
            literal = []
            continue
        yield held + line.rstrip(b'\r')
        held = b''
    if literal is not None or skip:
        raise Unreadable('an open literal or block')


def directive(line, skip):
    word, _, name = line.decode().partition(' ')
    if word in ('!ifenv', '!ifnenv'):
        skip.append((name.strip() in os.environ) == (word == '!ifnenv'))
    elif word == '!else' and skip:
        skip[-1] = not skip[-1]
    elif word == '!endif' and skip:
        skip.pop()
    else:
        raise Unreadable(f'unknown directive {line!r}')


def read_mbox(path):
    """[(date of the From_ line as IMAP writes it, letter with CRLF)]"""
    with open(path, 'rb') as f:
        parts = re.split(rb'(?:\A|(?<=\n\n))From ([^\n]*)\n', f.read())[1:]
    out = []
    for line, text in zip(parts[::2], parts[1::2]):
        if text.endswith(b'\n\n'):
            text = text[:-1]
        out.append((from_date(line.decode()),
                    re.sub(rb'\r?\n', b'\r\n', text)))
    return out


def from_date(line):
    m = re.search(r'\w{3} (\w{3} +\d+ [\d:]+ \d{4})(?: ([-+]\d{4}))?', line)
    t = time.strptime(m[1], '%b %d %H:%M:%S %Y')
    return time.strftime('%d-%b-%Y %H:%M:%S ', t) + (m[2] or '+0000')
