"""drain.py - 2,000 letters that wait, to smtp-sink: our queue and Postfix's.

Both are filled while nobody listens; then smtp-sink starts, both are told to
try at once, and the clock runs until the sink has them all.  Each waits for
the same sink, on loopback, in clear, with its own concurrency.
"""
import os, re, smtplib, statistics, subprocess, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'lib')]
import stacks
from stacks import PEERS, WORK, Stack, tls_client, wait_port

LETTERS, SIZE, SINK, USERS = 2000, 4096, 26025, 8
IN_CHROOT = ['chroot', PEERS + '/m']


class Sink:
    """smtp-sink -c writes how many it has."""

    def __init__(self):
        self.count = 0
        self.p = subprocess.Popen(
            IN_CHROOT + ['smtp-sink', '-u', 'nobody', '-c',
                         f'127.0.0.1:{SINK}', '1000'],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, daemon=True).start()
        wait_port(SINK)

    def read(self):
        text = b''
        while True:
            piece = os.read(self.p.stdout.fileno(), 4096)
            if not piece:
                return
            text = (text + piece)[-200:]
            seen = re.findall(rb'mesg=(\d+)\b', text[:-1])
            self.count = max([self.count] + [int(n) for n in seen])

    def stop(self):
        self.p.terminate()
        self.p.wait()


class Postfix(Stack):
    name = 'postfix'
    port = 20025

    def __init__(self):
        super().__init__('postfix')

    def run(self, *words):
        return subprocess.run(IN_CHROOT + list(words), capture_output=True)

    def start(self):
        self.run('postconf', '-e', 'relayhost=', 'transport_maps=inline:'
                 '{ dest.example=smtp:[127.0.0.1]:%d }' % SINK,
                 'defer_transports=smtp', 'mydestination=',
                 'mynetworks=127.0.0.0/8', 'virtual_mailbox_domains=',
                 'relay_domains=dest.example')
        self.spawn(IN_CHROOT + ['postfix', 'start'],
                   stderr=subprocess.DEVNULL).wait()
        wait_port(self.port)

    def fill(self, n):
        subprocess.run(IN_CHROOT + [
            'smtp-source', '-d', '-s', '10', '-l', str(SIZE), '-m', str(n),
            '-f', 'a@src.test', '-t', 'x@dest.example',
            f'127.0.0.1:{self.port}'], check=True, stderr=subprocess.DEVNULL)
        time.sleep(2)

    def go(self):
        self.run('postconf', '-e', 'defer_transports=')
        self.run('postfix', 'reload')
        self.run('postqueue', '-f')

    def stop(self):
        self.run('postsuper', '-d', 'ALL')
        self.group.end()


class Ours(Stack):
    name = 'pli'

    def __init__(self):
        super().__init__('pli-queue')

    def start(self):
        import box
        from outside import ANCHOR
        import paper
        self.dns = paper.Server(self.names(paper))
        self.box = box
        with open(WORK + '-anchor', 'w') as f:
            f.write(ANCHOR)
        self.stack = stacks.Pli('unsealed')
        self.stack.group = self.group
        self.stack.conf = (
            f'resolver 127.0.0.1@{self.dns.port}\nanchor {WORK}-anchor\n'
            f'send-port {SINK}/loopback\nlisten submissions 127.0.0.1:30465\n')
        self.stack.start()
        # each may send to 300 recipients an hour
        for i in range(USERS):
            self.stack.add_user(f's{i}@bench.test', False)

    def names(self, paper):
        return {('dest.example', paper.MX): [paper.mx('dest.example', 1,
                                                      'm.example')],
                ('m.example', paper.A): [paper.a('m.example', '127.0.0.1')]}

    def wait_for(self, sink, n):
        end = time.time() + 300
        while sink.count < n and time.time() < end:
            time.sleep(0.01)
        if sink.count != n:
            print(f'  {self.name}: {sink.count} of {n} arrived', flush=True)

    def fill(self, n):
        text = 'x' * 70 + '\r\n'
        for i in range(USERS):
            with smtplib.SMTP_SSL('127.0.0.1', 30465,
                                  context=tls_client()) as s:
                s.login(f's{i}@bench.test', self.stack.password)
                for k in range(i, n, USERS):
                    s.sendmail(f's{i}@bench.test', ['x@dest.example'],
                               f'From: s{i}@bench.test\r\nSubject: {k}\r\n'
                               '\r\n' + text * (SIZE // len(text)))
        time.sleep(2)

    def go(self):
        self.stack.plictl('queue', 'retry', 'all')

    def stop(self):
        self.stack.stop()
        self.dns.stop()


def once(stack, n):
    stack.start()
    stack.fill(n)
    sink = Sink()
    cpu, t = stack.group.cpu(), time.time()
    stack.go()
    while sink.count < n and time.time() - t < 120:
        time.sleep(0.01)
    wall = time.time() - t
    cpu = stack.group.cpu() - cpu
    if sink.count != n:
        print(f'  {stack.name}: {sink.count} of {n} arrived', flush=True)
    sink.stop()
    stack.stop()
    return n / wall, 1000 * cpu / n


def run(args, out):
    n = args.n or LETTERS
    runs = 1 if args.quick else 3 if args.goals else 5
    got = {s.name: [] for s in (Ours, Postfix)}
    for _ in range(runs):
        for cls in (Ours, Postfix):
            got[cls.name].append(once(cls(), n))
    m0, c0 = (statistics.median(x[i] for x in got['pli']) for i in (0, 1))
    out += [f'\n| {n} letters of 4 KiB to smtp-sink | letters/s | CPU ms a '
            'letter | our rate to its | its CPU to ours |',
            '|---|---|---|---|---|']
    for name, rows in got.items():
        m, c = (statistics.median(x[i] for x in rows) for i in (0, 1))
        out.append(f'| {name} | {m:.0f} | {c:.3f} | {m0 / m:.1f} | '
                   f'{c / c0:.1f} |')
        print(out[-1], flush=True)
