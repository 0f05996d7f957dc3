"""The webmail in Chromium: until the inbox is drawn, until a message is."""
import json, os, random, shutil, subprocess, sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
sys.path.insert(0, os.path.join(ROOT, 'tests/web'))
import real, seed, web

GOAL_MS = 300           # the inbox, however many messages lie in it
MESSAGES = 10000
WORDS = ('roof garden winter estimate letter meeting choir bicycle invoice '
         'quince neighbour chapter umbrella school wood attic').split()


def filled(build, n):
    server, r = real.Real(build), random.Random(1)
    letters = real.Letters(server)
    for i in range(n):
        text = ' '.join(r.choices(WORDS, k=r.randrange(20, 400)))
        letters.add('inbox', seed.who(r.choice(seed.NAMES)), [seed.ME],
                    f'{r.choice(seed.TOPICS)} {i}', text, 5 + 30 * i,
                    seed.SEALED, seen=i % 9 > 0,
                    files=[('a.pdf', 'application/pdf', 2000)] * (i % 7 == 0))
    letters.flush()
    return server


def measure(build, n):
    """Medians in milliseconds; None: the browser cannot be had."""
    there, chromium = web.modules(), shutil.which('chromium')
    if there is None or chromium is None:
        return None
    server = filled(build, n)
    try:
        with web.links_of(server) as ask:
            out = subprocess.run(
                ['node', os.path.join(web.HERE, 'speed.mjs')], text=True,
                stdout=subprocess.PIPE, timeout=600, check=True,
                env={**os.environ, 'WEB_MODULES': there, 'WEB_ASK': ask,
                     'WEB_CHROMIUM': chromium, 'WEB_ORIGIN': server.origin,
                     'WEB_SHOTS': web.BUILD}).stdout
        return json.loads(out)
    finally:
        server.stop()


def run(args, out):
    n = 1000 if args.quick else MESSAGES
    got = measure(os.path.abspath(os.path.join(ROOT, 'build-rel')), n)
    if got is None:
        print('skipped: the webmail needs Chromium, node and npm')
        return
    out.append(f'\n| webmail in Chromium, {n:,} messages in the inbox | ms |')
    out.append('|---|---|')
    for key, what in (('first', 'inbox drawn, nothing cached'),
                      ('again', 'inbox drawn, pages cached'),
                      ('opened', 'a message shown')):
        out.append(f'| {what} | {got[key]:.0f} |')
        print(out[-1], flush=True)
    if got['again'] > GOAL_MS:
        print(f'the inbox is to be drawn within {GOAL_MS} ms')


if __name__ == '__main__':
    print(measure(os.path.abspath(sys.argv[1]), int(sys.argv[2])))
