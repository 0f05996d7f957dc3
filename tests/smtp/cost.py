"""cost.py - processor time of mx alone for a message, on new connections and
on a kept one: user + system of the master and all its children.

usage: cost.py [BUILD [N [alice|bob]]]
"""
import os, resource, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stand import Stand, Client, ROOT


def mail(octets):
    head = (b'From: Sender <x@peer.example>\r\nTo: Alice <alice@example.org>'
            b'\r\nSubject: a message of the usual size\r\nDate: Thu, 26 Nov '
            b'2026 12:00:00 +0000\r\nMessage-ID: <1@peer.example>\r\n\r\n')
    return head + (b'x' * 70 + b'\r\n') * ((octets - len(head)) // 72)


def cpu(pid):
    f = open('/proc/%d/schedstat' % pid)
    mine = int(f.read().split()[0]) / 1e9
    f.close()
    w = open('/proc/%d/stat' % pid).read().rsplit(')', 1)[1].split()
    tick = os.sysconf('SC_CLK_TCK')
    return mine, (int(w[13]) + int(w[14])) / tick


def one(c, who, body):
    c.to(who)
    assert c.data(body)[:3] == '250'


def measure(n, kept, who, octets):
    s = Stand(build=BUILD, keep=False)
    body = mail(octets)
    c = None
    for i in range(n):
        if c is None:
            c = Client(s)
            c.say('EHLO peer.example')
        one(c, who, body)
        if not kept:
            c.say('QUIT')
            c.close()
            c = None
    if c:
        c.say('QUIT')
        c.close()
    time.sleep(0.3)
    s.mx.terminate()
    _, _, ru = os.wait4(s.mx.pid, 0)
    total = ru.ru_utime + ru.ru_stime
    faults = ru.ru_minflt / n
    print('%-6s %6d octets %-5s: %.3f ms (user %.3f, system %.3f; '
          '%.0f faults)' % (
        'kept' if kept else 'new', octets, who.split('@')[0],
        total / n * 1000, ru.ru_utime / n * 1000, ru.ru_stime / n * 1000, faults))


BUILD = sys.argv[1] if len(sys.argv) > 1 else ROOT + '/build-rel'
N = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
for who in ('alice@example.org', 'bob@example.org'):
    for octets in (4096, 65536):
        for kept in (False, True):
            measure(N, kept, who, octets)
