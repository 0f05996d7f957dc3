#!/usr/bin/python3
"""bench.py [--quick] [--goals] [--peer mdbox,maildir]
         [--only smtp,imap,memory,drain,dead,sealed,sync,web]

Our box beside Debian's Postfix and Dovecot, in one run on one machine, the
two in turn.  Writes BENCHMARKS.md (not with --quick); --goals: only the cases
that have a goal, medians of three.  Needs root: the peers live in an overlay,
in namespaces of their own.
"""
import argparse, os, statistics, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
IN = 'PLI_BENCH_INSIDE'


def enter_namespaces():
    """Own network, mounts and processes: the kernel tidies up."""
    if os.environ.get(IN):
        subprocess.run(['bash', HERE + '/peers.sh', 'mount'], check=True)
        subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
        return
    if os.geteuid() != 0:
        sys.exit('bench: needs root')
    print('preparing Postfix and Dovecot in an overlay …', flush=True)
    subprocess.run(['unshare', '--mount', 'bash', HERE + '/peers.sh', 'make'],
                   check=True)
    os.environ[IN] = '1'
    os.execvp('unshare', ['unshare', '--net', '--mount', '--pid', '--fork',
                          '--kill-child', '--mount-proc', sys.executable,
                          os.path.abspath(sys.argv[0]), *sys.argv[1:]])


def smtp_once(stack, sessions, size, count, reuse, fresh=True):
    import stacks
    if fresh:
        stack.reset()
    base = stack.count()
    words = ['chroot', stacks.PEERS + '/m', 'smtp-source', *(['-d'] if reuse else []),
             '-M', 'mail.src.test', '-s', str(sessions), '-l', str(size),
             '-m', str(count), '-f', 'a@src.test', '-t', stack.rcpt,
             f'127.0.0.1:{stack.port_smtp}']
    cpu, t = stack.group.cpu(), time.time()
    source = subprocess.Popen(words, stderr=subprocess.PIPE)
    while stack.count() - base < count:
        if time.time() - t > 300:
            break
        time.sleep(0.02)
    wall = time.time() - t
    cpu = stack.group.cpu() - cpu
    err = source.communicate()[1].decode()[-120:].strip()
    got = stack.count() - base
    if got != count:
        print(f'  {stack.name}: {got} of {count} arrived {err}')
    return count / wall, 1000 * cpu / count


def med(v):
    return statistics.median(v)


def smtp(peers, args, out):
    import stacks
    runs = 1 if args.quick else 3 if args.goals else 5
    cases = [(10, 4096, False), (10, 4096, True)] if args.quick else [
        (s, 4096, d) for d in (False, True) for s in (10, 50)
    ] if args.goals else [
        (s, l, d) for d in (False, True) for l in (4096, 65536)
        for s in (1, 10, 50)]
    ours = stacks.Pli('sealed')
    theirs = [stacks.Dovecot(b) for b in peers]
    out.append('| sessions | size | connection | stack | messages/s | '
               'CPU ms a message | our messages/s to its | its CPU to ours |')
    out.append('|---|---|---|---|---|---|---|---|')
    for s, l, d in cases:
        n = args.n or (1000 if s == 1 or l > 4096 else 2000)
        res = {x.name: [] for x in [ours] + theirs}
        for r in range(runs):
            for st in [ours] + theirs:      # in turn, so that drift is shared
                st.start()
                smtp_once(st, s, l, 100, d)
                res[st.name].append(smtp_once(st, s, l, n, d))
                st.stop()
        m0, c0 = (med([x[i] for x in res[ours.name]]) for i in (0, 1))
        for st in [ours] + theirs:
            m, c = (med([x[i] for x in res[st.name]]) for i in (0, 1))
            out.append(f"| {s} | {l // 1024} KiB | {'kept' if d else 'new'} | "
                       f'{st.name} | {m:.0f} | {c:.3f} | '
                       f'{m0 / m:.1f} | {c / c0:.1f} |')
            print(out[-1], flush=True)


def profile(args, out):
    """Where our time goes: microseconds of each role for a message."""
    import stacks
    n = args.n or 3000
    rows = {}
    for reuse in (False, True):
        st = stacks.Pli('sealed')
        st.start()
        smtp_once(st, 10, 4096, 200, reuse, fresh=False)
        before = st.cpu_by_role()
        smtp_once(st, 10, 4096, n, reuse, fresh=False)
        for role, used in st.cpu_by_role().items():
            us = 1e6 * (used - before.get(role, 0)) / n
            rows.setdefault(role, {})[reuse] = us
        st.stop()
    out.append('\n| our role, 10 sessions, 4 KiB | new connection, us a message '
               '| kept connection |')
    out.append('|---|---|---|')
    for role, us in rows.items():
        if max(us.values()) >= 1:
            out.append(f'| {role} | {us.get(False, 0):.0f} | {us.get(True, 0):.0f} |')
            print(out[-1], flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--quick', action='store_true')
    p.add_argument('--goals', action='store_true')
    p.add_argument('--note', default='', help='a sentence for the report')
    p.add_argument('--only',
                   default='smtp,imap,memory,drain,dead,sealed,sync,web')
    p.add_argument('--peer', default='')
    p.add_argument('-n', type=int, default=0)
    args = p.parse_args()
    enter_namespaces()
    peers = [x for x in (args.peer or ('mdbox' if args.quick else
                                       'mdbox,maildir')).split(',') if x != 'none']
    out = []
    if 'smtp' in args.only:
        smtp(peers, args, out)
        profile(args, out)
    if 'imap' in args.only and os.path.exists(HERE + '/imap.py'):
        import imap
        imap.run(peers, args, out)
    if 'memory' in args.only and os.path.exists(HERE + '/memory.py'):
        import memory
        memory.run(args, out)
    if 'drain' in args.only:
        import drain
        drain.run(args, out)
    if 'dead' in args.only:
        import dead
        dead.run(args, out)
    if 'sealed' in args.only:
        import sealed
        table = sealed.rows(20000 if args.quick else 100000)
        print('\n'.join(table), flush=True)
        out += table
    if 'sync' in args.only:
        import sync
        table = sync.rows(1000 if args.quick else 10000)
        print('\n'.join(table), flush=True)
        out += table
    if 'web' in args.only:
        import webmail
        webmail.run(args, out)
    if not args.quick:
        import report
        report.write(out, 3 if args.goals else 5, args.note)


if __name__ == '__main__':
    main()
