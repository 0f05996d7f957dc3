"""sync: ten thousand messages of the box come into a new mirror: downloaded,
decrypted, stored, indexed.

The box and the owner's side run on the same machine, so both share its cores.
"""
import os, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [HERE, os.path.join(HERE, '../home'), os.path.join(HERE, '../lib')]
GOAL = 500              # messages a second, on two cores
TICKS = os.sysconf('SC_CLK_TCK')


def below(pid):
    """It, and what it has forked."""
    import box
    all = [pid]
    for child in box.children_of(pid):
        all += below(child)
    return all


def cpu(parent):
    """Seconds that each role took, with its children, dead or alive."""
    import box
    used = {}
    for pid in box.children_of(parent):
        for p in below(pid):
            try:
                with open(f'/proc/{pid}/cmdline') as f:
                    role = f.read().split('\0')[0]
                with open(f'/proc/{p}/stat') as f:
                    t = sum(map(int, f.read().rsplit(')')[1].split()[11:15]))
            except OSError:
                continue
            used[role] = used.get(role, 0) + t / TICKS
    return used


def fill(b, n):
    """Messages of the corpus, by SMTP, all durable."""
    import smtplib
    import corpus, home
    s = smtplib.SMTP('127.0.0.1', b.mx, timeout=60)
    for i in range(n):
        if i % 200 == 0 and i:
            s.quit()
            s = smtplib.SMTP('127.0.0.1', b.mx, timeout=60)
        s.sendmail('s@src.test', [home.ME], corpus.msg(i))
    s.quit()


def measure(n):
    """(messages a second, {role: ms of processor time a message})"""
    import home
    b, h = home.Box(), None
    try:
        h = home.Home(b)
        h.pli('lock')
        fill(b, n)
        before = cpu(b.parent())
        begun = threading.Thread(target=h.run)
        begun.start()
        while h.log().count('] unlocked') < 2:
            time.sleep(0.02)
        since = time.time()
        while f'synced new={n} ' not in h.log():
            assert time.time() - since < 600, h.log()[-2000:]
            time.sleep(0.1)
        took = time.time() - since
        begun.join()
        used = {'the box: ' + r: t - before.get(r, 0)
                for r, t in cpu(b.parent()).items()}
        used.update(cpu(h.parent()))
        got = h.client().call('Email/query', filter={'text': 'src'},
                              limit=1, calculateTotal=True)
        assert got['total'] == n, got
        return n / took, {r: 1000 * t / n for r, t in used.items()}
    finally:
        if h:
            h.stop()
        b.stop()


def rows(n):
    rate, used = measure(n)
    out = ['', '| a new mirror of the box\'s mail | messages/s | goal |',
           '|---|---|---|',
           f'| {n} messages of 4 KiB, sealed | {rate:.0f} | {GOAL} |', '',
           '| role | processor time a message, ms |', '|---|---|']
    for role, ms in sorted(used.items(), key=lambda x: -x[1]):
        if ms >= 0.01:
            out.append(f'| {role} | {ms:.2f} |')
    return out


if __name__ == '__main__':
    print('\n'.join(rows(int(sys.argv[1]) if sys.argv[1:] else 10000)))
