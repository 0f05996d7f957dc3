#!/usr/bin/python3
"""web.py [BUILD]: the webmail's tests: its pure parts in node, the rest in
Chromium, served by stand.py and by the real httpd (real.py).

playwright-core and axe-core come from npm's registry into build/web/npm.
Without Chromium or these the browser's part counts as skipped.  Pictures lie
in build/web.

    WEB_LINKS='http://127.0.0.1:8080/login#TOKEN …'   tests that server
                                                      instead
    WEB_SERVERS='stand real firefox'                  of these; firefox: the
                                                      real one, in Firefox
    ONLY='compose'                                    tests with that name
"""
import concurrent.futures, contextlib, http.server, os, re, shutil, subprocess, sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import real

ROOT = os.path.join(HERE, '../..')
BUILD = os.path.join(ROOT, 'build/web')
MODULES = ['playwright-core@1.57.0', 'axe-core@4.14.1']
SIZES = {'firefox': 1}  # how many: it is slow
NPM_SECONDS, SECONDS = 120, 900


def summed(line):
    found = re.findall(r'(\d+) (passed|failed|skipped)\b', line) \
        if re.match(r'\d+ passed, ', line) else []
    return {word: int(n) for n, word in found}


def node(script, env):
    """What a script's last line says; what it prints is shown as it comes."""
    last, run = '', subprocess.Popen(['node', os.path.join(HERE, script)],
                                     text=True, stdout=subprocess.PIPE, env=env)
    late = threading.Timer(SECONDS, run.kill)
    late.start()
    for line in run.stdout:
        if not summed(line):
            print(line, end='', flush=True)
        last = line
    late.cancel()
    got = summed(last)
    if run.wait() and not got.get('failed'):
        print(f'{script} ended with {run.returncode}')
        got['failed'] = 1
    return got


def modules():
    """Where they are; None if they cannot be had."""
    there = os.path.join(BUILD, 'npm')
    names = [m.split('@')[0] for m in MODULES]
    have = all(os.path.isdir(os.path.join(there, 'node_modules', n))
               for n in names)
    if not have:
        if shutil.which('npm') is None:
            return None
        os.makedirs(there, exist_ok=True)
        try:
            got = subprocess.run(
                ['npm', 'install', '--prefix', there, '--no-audit', '--no-fund',
                 '--ignore-scripts', *MODULES], timeout=NPM_SECONDS,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            return None
        if got.returncode:
            return None
    return there


def in_browser():
    chromium = shutil.which('chromium')
    if chromium is None:
        print('skipped: Chromium is not here: tools/packages web')
        return [{'skipped': 1}]
    there = modules()
    if there is None:
        print('skipped: playwright-core and axe-core cannot be had from npm')
        return [{'skipped': 1}]
    env = {**os.environ, 'WEB_MODULES': there, 'WEB_CHROMIUM': chromium}
    servers = env.get('WEB_SERVERS', 'stand real firefox').split()
    firefox = shutil.which('firefox-esr') or shutil.which('firefox')
    if firefox is None and 'firefox' in servers:
        print('skipped: Firefox is not here: tools/packages web')
        servers.remove('firefox')
    if 'WEB_LINKS' in env:
        return [node('browser.mjs', {**env, 'WEB_SHOTS': BUILD})]
    todo = [({'stand': with_stand}.get(s, with_real),
             {**env, 'WEB_SIZE': size, 'WEB_SEEDED': '1',
              'WEB_SHOTS': os.path.join(BUILD, s),
              'WEB_FIREFOX': firefox if s == 'firefox' else ''})
            for s in servers for size in ('1280', '390')[:SIZES.get(s, 2)]]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda t: t[0](t[1]), todo))


def with_stand(env):
    stand = subprocess.Popen([sys.executable, os.path.join(HERE, 'stand.py')],
                             stdout=subprocess.PIPE, text=True)
    try:
        links = [stand.stdout.readline().strip() for _ in range(64)]
        return node('browser.mjs', {**env, 'WEB_LINKS': ' '.join(links),
                                    'WEB_STAND': '1'})
    finally:
        stand.kill()
        stand.wait()


def with_real(env):
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else
                            os.path.join(ROOT, 'build-rel'))
    server = real.filled(build)
    try:
        with links_of(server) as ask:
            got = node('browser.mjs', {**env, 'WEB_ORIGIN': server.origin,
                                       'WEB_ASK': ask})
    finally:
        bad = server.stop()
    if bad:
        print(*bad, sep='\n')
        got['failed'] = got.get('failed', 0) + 1
    return got


@contextlib.contextmanager
def links_of(server):
    """An address that answers with a new link each time."""

    class Links(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(server.link().encode())

        def log_message(self, *_):
            pass

    ask = http.server.HTTPServer(('127.0.0.1', 0), Links)
    threading.Thread(target=ask.serve_forever, daemon=True).start()
    try:
        yield f'http://127.0.0.1:{ask.server_port}/'
    finally:
        ask.shutdown()


def main():
    if shutil.which('node') is None:
        print('skipped: node is not here: tools/packages web')
        print('0 passed, 0 failed, 1 skipped')
        return 0
    total = {'passed': 0, 'failed': 0, 'skipped': 0}
    for got in (node('unit.mjs', dict(os.environ)), *in_browser()):
        for word, n in got.items():
            total[word] += n
    tail = f', {total["skipped"]} skipped' if total['skipped'] else ''
    print(f'{total["passed"]} passed, {total["failed"]} failed{tail}')
    return 1 if total['failed'] else 0


if __name__ == '__main__':
    sys.exit(main())
