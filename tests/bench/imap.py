"""imap.py - FETCH side by side: envelopes, and whole bodies in one command."""
import random, socket, statistics, time
import corpus, stacks

MESSAGES = 10000
BODIES = 1000


class Client:
    """A raw socket: what is timed is the server."""

    def __init__(self, port, user, password):
        self.s = socket.create_connection(('127.0.0.1', port), 60)
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.n = 0
        while not self.s.recv(4096).endswith(b'\r\n'):
            pass
        self.command(f'LOGIN {user} "{password}"')

    def command(self, text):
        self.n += 1
        tag = b'A%d ' % self.n
        self.s.sendall(tag + text.encode() + b'\r\n')
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


def fill(stack, count):
    """Through SMTP: both sides take it; one connection, pipelined."""
    s = socket.create_connection(('127.0.0.1', stack.port_smtp), 60)
    f = s.makefile('rb')
    f.readline()
    s.sendall(b'EHLO fill.test\r\n')
    while f.readline()[3:4] == b'-':
        pass
    for i in range(count):
        s.sendall(b'MAIL FROM:<a@src.test>\r\nRCPT TO:<%s>\r\nDATA\r\n'
                  % stack.big.encode())
        for _ in range(3):
            line = f.readline()
        if not line.startswith(b'354'):
            raise RuntimeError(line)
        s.sendall(corpus.msg(i).replace(b'\r\n.', b'\r\n..') + b'.\r\n')
        line = f.readline()
        if not line.startswith(b'250'):
            raise RuntimeError(line)
    s.sendall(b'QUIT\r\n')


def wait_full(stack, count):
    import imaplib
    m = imaplib.IMAP4('127.0.0.1', stack.port_imap)
    m.login(stack.big, stack.password)
    for _ in range(3000):
        if int(m.select('INBOX')[1][0]) >= count:
            break
        time.sleep(0.1)
    m.logout()


def timed(client, text):
    t = time.time()
    client.command(text)
    return time.time() - t


def measure(stack, count, runs):
    c = Client(stack.port_imap, stack.big, stack.password)
    c.command('SELECT INBOX')
    pick = sorted(random.Random(5).sample(range(1, count + 1),
                                          min(BODIES, count)))
    bodies = 'FETCH ' + ','.join(map(str, pick)) + ' (BODY.PEEK[])'
    rows = {'FETCH 1:* (FLAGS ENVELOPE)': [], f'{len(pick)} BODY.PEEK[] in one FETCH': [],
            'FETCH 1:* (UID FLAGS)': []}
    for i in range(runs + 1):           # the first warms the caches
        t = [timed(c, 'FETCH 1:* (FLAGS ENVELOPE)'), timed(c, bodies),
             timed(c, 'FETCH 1:* (UID FLAGS)')]
        if i:
            for row, x in zip(rows.values(), t):
                row.append(x)
    c.command('LOGOUT')
    return {k: statistics.median(v) * 1000 for k, v in rows.items()}


def run(peers, args, out):
    count = 2000 if args.quick else MESSAGES
    res = {}
    all_stacks = [stacks.Pli('unsealed')] + [stacks.Dovecot(p) for p in peers]
    for st in all_stacks:
        st.start()
        fill(st, count)
        wait_full(st, count)
        res[st.name] = measure(st, count, 5)
        st.stop()
    ours = res[all_stacks[0].name]
    out.append(f'\n| {count} messages of 4 KiB | stack | ms | its time to ours |')
    out.append('|---|---|---|---|')
    for what in ours:
        for st in all_stacks:
            out.append(f'| {what} | {st.name} | {res[st.name][what]:.1f} | '
                       f'{res[st.name][what] / ours[what]:.2f} |')
            print(out[-1], flush=True)
