"""imap.py - IMAP side by side: what clients do all day, in small mailboxes and
large ones."""
import random, socket, statistics, time
import corpus, stacks

MESSAGES = [10000, 100000]
BODIES = 1000           # single ones, and in one FETCH
APPENDS = 1000
TOGETHER = 90           # messages of one APPEND, to fill a mailbox
SELECTS = 100
KINDS = 3               # headers that nobody has in an index


class Client:
    """A raw socket: what is timed is the server."""

    def __init__(self, port, user, password):
        self.s = socket.create_connection(('127.0.0.1', port), 300)
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.n = 0
        while not self.s.recv(4096).endswith(b'\r\n'):
            pass
        self.command(f'LOGIN {user} "{password}"')

    def command(self, text, data=b''):
        """data: what follows, from a literal on."""
        self.n += 1
        tag = b'A%d ' % self.n
        self.s.sendall(tag + text.encode() + data + b'\r\n')
        tail, got = b'', 0
        while True:
            d = self.s.recv(1 << 20)
            if not d:
                raise EOFError(tail[-200:])
            got += len(d)
            tail = (tail + d)[-4096:]
            last = tail.rsplit(b'\r\n', 2)
            if tail.endswith(b'\r\n') and last[-2].startswith(tag):
                if b' OK' not in last[-2][:30]:
                    raise RuntimeError(last[-2])
                return got


def literal(data):
    return b' {%d+}\r\n' % len(data) + data


def message(i):
    """One in 1000 has what a search of an unusual header looks for."""
    word = b'quagga' if i % 1000 == 7 else b'horse'
    return b''.join(b'X-Kind-%d: %s\r\n' % (k, word)
                    for k in range(KINDS)) + corpus.msg(i)


def fill(stack, count, texts):
    """By APPEND, many at once: both sides take it."""
    c = Client(stack.port_imap, stack.big, stack.password)
    for at in range(0, count, TOGETHER):
        c.command('APPEND INBOX', b''.join(
            literal(texts[i % len(texts)])
            for i in range(at, min(at + TOGETHER, count))))
    c.command('CREATE appended')
    c.command('LOGOUT')


def timed(f, *words):
    t = time.time()
    f(*words)
    return time.time() - t


def singly(c, pick):
    for n in pick:
        c.command(f'FETCH {n} (BODY.PEEK[])')


def append(c, texts):
    for t in texts:
        c.command('APPEND appended', literal(t))


def rows(c, pick):
    """What is measured: name, function, arguments."""
    joint = 'FETCH ' + ','.join(map(str, pick)) + ' (BODY.PEEK[])'
    texts = [corpus.msg(i) for i in range(APPENDS)]
    return [(f'{SELECTS} SELECT, again in one connection', again, c),
            ('FETCH 1:* (FLAGS ENVELOPE)', c.command,
             'FETCH 1:* (FLAGS ENVELOPE)'),
            ('FETCH 1:* (UID FLAGS)', c.command, 'FETCH 1:* (UID FLAGS)'),
            (f'{len(pick)} FETCH of one BODY.PEEK[]', singly, c, pick),
            (f'{len(pick)} BODY.PEEK[] in one FETCH', c.command, joint),
            ('SEARCH SUBJECT, some found', c.command,
             'SEARCH SUBJECT zebrafish'),
            ('SEARCH FROM, none found', c.command, 'SEARCH FROM nobody@'),
            ('SEARCH HEADER X-Kind, repeated', c.command,
             'SEARCH HEADER X-Kind-0 quagga'),
            ('SEARCH SINCE', c.command, 'SEARCH SINCE 1-Jan-2020'),
            (f'{APPENDS} APPEND', append, c, texts)]


def firsts(stack, runs):
    """What is done first in a connection, each time in one of its own: SELECT,
    what programs ask after it, a search of a header that nobody asked for."""
    select = 'SELECT, first in a connection'
    after = 'SELECT and FETCH 1:* (UID FLAGS), first in a connection'
    search = 'SEARCH HEADER X-Kind, first in a connection'
    took = {select: [], after: [], search: []}
    for k in range(max(KINDS, runs + 1)):
        c = Client(stack.port_imap, stack.big, stack.password)
        t = [timed(c.command, 'SELECT INBOX')]
        if k < KINDS:
            took[search].append(
                timed(c.command, f'SEARCH HEADER X-Kind-{k} quagga'))
        c.command('LOGOUT')
        c = Client(stack.port_imap, stack.big, stack.password)
        t.append(timed(c.command, 'SELECT INBOX'))
        t.append(timed(c.command, 'FETCH 1:* (UID FLAGS)'))
        c.command('LOGOUT')
        if k:                           # the first warms the caches
            took[select] += t[:2]
            took[after].append(t[1] + t[2])
    return took


def again(c):
    for _ in range(SELECTS):
        c.command('SELECT INBOX')


def measure(stack, count, runs):
    took = firsts(stack, runs)
    c = Client(stack.port_imap, stack.big, stack.password)
    c.command('SELECT INBOX')
    pick = sorted(random.Random(5).sample(range(1, count + 1),
                                          min(BODIES, count)))
    for i in range(runs + 1):           # the first warms the caches
        for name, f, *words in rows(c, pick):
            t = timed(f, *words)
            if i:
                took.setdefault(name, []).append(t)
    c.command('LOGOUT')
    return {k: statistics.median(v) * 1000 for k, v in took.items()}


def side_by_side(peers, count, runs, out):
    res = {}
    texts = [message(i) for i in range(min(count, MESSAGES[0]))]
    all_stacks = [stacks.Pli('unsealed')] + [stacks.Dovecot(p) for p in peers]
    for st in all_stacks:
        st.start()
        fill(st, count, texts)
        res[st.name] = measure(st, count, runs)
        st.stop()
    ours = res[all_stacks[0].name]
    out.append(f'\n| {count} messages of 4 KiB | stack | ms | its time to ours |')
    out.append('|---|---|---|---|')
    for what in ours:
        for st in all_stacks:
            out.append(f'| {what} | {st.name} | {res[st.name][what]:.1f} | '
                       f'{res[st.name][what] / ours[what]:.2f} |')
            print(out[-1], flush=True)


def run(peers, args, out):
    if args.quick:
        side_by_side(peers, 2000, 2, out)
        return
    side_by_side(peers, MESSAGES[0], 5, out)
    side_by_side(peers, MESSAGES[1], 3, out)
