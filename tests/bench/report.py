"""report.py - BENCHMARKS.md."""
import os, platform, subprocess, time

HERE = os.path.dirname(os.path.abspath(__file__))

HEAD = '''# Benchmarks

Written by `make bench` on {date}.

**Machine.** {cpu}, {cores} cores, Linux {kernel}, {disk}.

**Method.** Debian's Postfix 3.7 and Dovecot 2.3 (LMTP, mdbox and maildir,
durability at their defaults) in an overlay, and our box, in one run, in turn,
each in a cgroup of its own. `smtp-source` sends; the clock runs until the
mailbox holds every message. Every message to our box is sealed (OpenPGP,
X25519). Medians of {runs}. CPU is that of all processes of the stack, ended ones
included; the client's is not in it, but it shares the cores. Only the ratios of
one run mean anything.{note}

**Goals of the first issue.** 4 KiB, 10 and 50 sessions: 7 times Postfix and
Dovecot's messages a second at a seventh of its processor time on new
connections, 10 times on kept ones; FETCH at Dovecot's speed; 30 MiB for the
box, 200 KiB for an idle connection.

**Goals of the second.** IMAP at Dovecot's speed in each row; letters that wait
at three times Postfix's rate and a third of its processor time.

**Where the rate is missed on new connections**, the table of roles says why: mx
forks a process for each, and that is three quarters of its time: of 240
microseconds (on a day when the machine was twice as fast) fork and exit took 95,
the pages that the child touches 45, opening and closing TCP 40, its two channels
and their ends at store and seal 60 to 90. Half of seal's is the two X25519
multiplications of librnp's Botan. What would mend it: fewer pages touched by the
child; one wake-up less at store and at seal, by a channel that is announced with
its first message; signing several seals at once.

**Where it is missed on kept connections**, with ten sessions, our processes use
little more than half of the machine: the sessions wait for the disk's sync, one
commit for what came together. With fifty there is always something to do
meanwhile. What would mend it: fewer pages written by a commit.

**SELECT** is answered from counters, whatever the size of the mailbox. The list
of its messages is read by the first command that looks at one, so there is a row
of SELECT and that together.

**A sealed database** (the owner's side) is in the last table, where there is one: each
page is sealed for the log, and opened and sealed again on its way to the database, some
20 microseconds each time. A reader of a sealed one has a cache of 8 MiB instead of 1, for
a page of a plain one is in the kernel's. Texts are cut from the suites' and have two words
each that no other has.

'''


def cpu_name():
    with open('/proc/cpuinfo') as f:
        for line in f:
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    return platform.machine()


def write(rows, runs, note):
    disk = subprocess.run(['findmnt', '-no', 'FSTYPE', '-T', '/var/lib'],
                          capture_output=True, text=True).stdout.strip()
    path = os.path.join(HERE, '..', '..', 'BENCHMARKS.md')
    with open(path, 'w') as f:
        f.write(HEAD.format(date=time.strftime('%Y-%m-%d'), cpu=cpu_name(),
                            cores=os.cpu_count(), kernel=platform.release(),
                            disk=disk or 'a disk',
                            runs={3: 'three', 5: 'five'}[runs],
                            note=' ' + note if note else ''))
        f.write('\n'.join(rows) + '\n')
    print('wrote BENCHMARKS.md')
