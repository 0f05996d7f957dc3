#!/usr/bin/python3
"""tls.py BUILD: TLS as foreign clients see it, and where the key is not.

Real roles, only imapd is tests/tls/echo, which says what was agreed on.  Ends
with "N passed, N failed".
"""
import os, re, select, shutil, socket, ssl, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
import box

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else 'build-rel')
TICKS = os.sysconf('SC_CLK_TCK')
results = {'passed': 0, 'failed': 0}


def check(ok, what, seen=''):
    results['passed' if ok else 'failed'] += 1
    print(('ok   ' if ok else 'FAIL ') + what + (f': {seen}' if not ok else ''))


class Box(box.Box):
    def __init__(self):
        self.programs = tempfile.mkdtemp(prefix='pli-tls-')
        for role in box.ROLES:
            source = (BUILD + '/tests/tls/tls_echo' if role == 'imapd'
                      else f'{BUILD}/box/{role}/{role}')
            shutil.copy(source, f'{self.programs}/{role}')
        super().__init__(BUILD, self.programs)

    def stop(self):
        super().stop()
        shutil.rmtree(self.programs, ignore_errors=True)


def s_client(port, *words):
    """openssl s_client: what it printed, and the first line of ours."""
    p = subprocess.Popen(['openssl', 's_client', '-connect',
                          f'127.0.0.1:{port}', *words],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    ours = re.compile(rb'^TLSv\S+ TLS_\S+ \S+ \S+\r', re.M)
    line, out = None, b''
    while not line and select.select([p.stdout], [], [], 30)[0]:
        more = os.read(p.stdout.fileno(), 65536)
        if not more:
            break
        out += more
        line = ours.search(out)
    out += p.communicate(b'', timeout=30)[0]
    return (out.decode(errors='replace'),
            line[0].decode().split() if line else ['none'] * 4)


def connect(b, c=None, name='any.example'):
    s = (c or box.insecure_tls()).wrap_socket(
        socket.create_connection(('127.0.0.1', b.imaps)),
        server_hostname=name)
    s.settimeout(10)
    return s, s.recv(400).decode().split()


def round_trip(s):
    s.sendall(b'there and back\r\n')
    return s.recv(400) == b'there and back\r\n'


def clients(b, kind):
    for flag, version in (('-tls1_3', 'TLSv1.3'), ('-tls1_2', 'TLSv1.2')):
        out, line = s_client(b.imaps, flag, '-keymatexport',
                             'EXPORTER-Channel-Binding', '-keymatexportlen',
                             '32')
        check(line[0] == version, f'{kind}: s_client {version}', out)
        if version == 'TLSv1.3':
            m = re.search(r'Keying material: ([0-9A-F]{64})', out)
            check(m and m.group(1).lower() == line[3],
                  f'{kind}: channel binding as s_client exports it', out)
            check('Session Ticket' not in out, f'{kind}: no ticket', out)
        check('Compression: NONE' in out, f'{kind}: no compression', out)
    for v in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        c = box.insecure_tls()
        c.minimum_version = c.maximum_version = v
        s, line = connect(b, c)
        with s:
            check(s.version() == line[0] and round_trip(s),
                  f'{kind}: python {s.version()}', line)
            check(not s.session.has_ticket and not s.session_reused,
                  f'{kind}: python {s.version()} has no ticket')
            first = s.session
        s = c.wrap_socket(socket.create_connection(('127.0.0.1', b.imaps)),
                          server_hostname='any.example', session=first)
        with s:
            check(not s.session_reused, f'{kind}: {line[0]} never resumes')
    for words in (['--ssl-reqd'], ['--ssl-reqd', '--tls-max', '1.2']):
        out = box.run('curl', '-k', '-s', '-v', *words, '-X', 'NOOP',
                      f'smtp://127.0.0.1:{b.mx}/')
        check(out.returncode == 0, f'{kind}: curl {words[-1]}', out.stderr)


def weak(b):
    for words in ('-tls1_1 -cipher ALL:@SECLEVEL=0',
                  '-tls1 -cipher ALL:@SECLEVEL=0',
                  '-tls1_2 -cipher AES128-SHA',
                  '-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA',
                  '-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256',
                  '-tls1_3 -groups P-521'):
        out, line = s_client(b.imaps, *words.split())
        check(line[0] == 'none' and 'alert' in out, 'refused: ' + words, out)


def secret_of(path):
    out = box.run('openssl', 'pkey', '-in', path, '-noout', '-text').stdout
    scalar = re.search(r'priv:([0-9a-f:\s]+)', out).group(1)
    return bytes.fromhex(re.sub(r'[:\s]', '', scalar))[-32:]


def holds(pid, needles):
    """Is one of them anywhere in what that process has mapped?"""
    with open(f'/proc/{pid}/maps') as f:
        maps = [l.split() for l in f]
    with open(f'/proc/{pid}/mem', 'rb', 0) as mem:
        for m in maps:
            if 'r' not in m[1] or m[-1] in ('[vvar]', '[vsyscall]'):
                continue
            low, high = (int(x, 16) for x in m[0].split('-'))
            try:
                mem.seek(low)
                text = mem.read(high - low)
            except OSError:
                continue
            if any(n in text for n in needles):
                return True
    return False


def where_keys_are(b):
    if os.geteuid() != 0:
        print('skip memory of the processes: needs root')
        return
    needles = []
    for name in ('mx', 'mail'):
        secret = secret_of(f'{b.dir}/etc/plid/keys/{name}.key')
        with open(f'{b.dir}/etc/plid/keys/{name}.key', 'rb') as f:
            needles += [secret, secret[::-1], f.read().split(b'\n')[1]]
    s, _ = connect(b)
    roles = b.roles()
    for role, pid in sorted(roles.items()):
        if role != 'keys':
            check(not holds(pid, needles), f'{role} holds no private key')
    for pid in box.children_of(roles['imapd']):
        check(not holds(pid, needles), 'an imapd child holds no private key')
    # or the search would prove nothing
    check(holds(roles['keys'], needles), 'keys holds them')
    s.close()


def reloads(b):
    s, _ = connect(b)
    before = s.getpeercert(True)
    b.plictl('reload')
    with connect(b)[0] as t:
        check(t.getpeercert(True) == before, 'a reload keeps the certificate')
    with open(b.dir + '/etc/plid.conf') as f:
        old = f.read()
    with open(b.dir + '/etc/plid.conf', 'w') as f:
        f.write(old.replace('mail.example.org', 'new.example.org'))
    b.plictl('reload')
    with connect(b)[0] as t:
        check(t.getpeercert(True) != before, 'a new name: a new certificate')
    check(round_trip(s), 'a connection outlives reloads')
    with open(b.dir + '/etc/plid.conf', 'w') as f:
        f.write(old + 'cert file /nowhere/chain.pem /nowhere/key.pem\n')
    check(b.plictl('reload', ok=False).returncode == 1,
          'a certificate that is not there: reload says no')
    with connect(b)[0] as t:
        check(round_trip(t), '…and everything goes on')
    check(round_trip(s), '…for the old connection as well')
    s.close()


def keys_dies(b):
    os.kill(b.roles()['keys'], 9)
    for _ in range(100):
        time.sleep(0.1)
        try:
            with connect(b)[0] as t:
                check(round_trip(t), 'back after keys died')
                return
        except OSError:
            pass
    check(False, 'back after keys died', b.log())


def chain_of(b, kind, *words):
    """A certificate of that kind by an authority of our own."""
    d = tempfile.mkdtemp(prefix='ca-', dir=b.dir)
    os.chmod(d, 0o755)
    def o(*w):
        out = box.run('openssl', *w, cwd=d)
        if out.returncode != 0:
            sys.exit(out.stderr)
    o('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key',
      '-out', 'ca.pem', '-subj', '/CN=authority', '-days', '2')
    o('genpkey', *words, '-out', 'key.pem')
    o('req', '-new', '-key', 'key.pem', '-subj', '/CN=mail.example.org',
      '-addext', 'subjectAltName=DNS:mail.example.org,DNS:mx.example.org',
      '-out', 'csr.pem')
    o('x509', '-req', '-in', 'csr.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key',
      '-CAcreateserial', '-copy_extensions', 'copy', '-days', '1', '-out',
      'leaf.pem')
    with open(d + '/chain.pem', 'w') as out:
        for n in ('leaf.pem', 'ca.pem'):
            with open(f'{d}/{n}') as f:
                out.write(f.read())
    os.chmod(d + '/key.pem', 0o644)
    return d


KINDS = (('RSA', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'),
         ('P-256', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'),
         ('P-384', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'),
         ('Ed25519', '-algorithm', 'ED25519'))


def files(b):
    with open(b.dir + '/etc/plid.conf') as f:
        old = f.read().split('cert file')[0]
    for kind, *words in KINDS:
        d = chain_of(b, kind, *words)
        with open(b.dir + '/etc/plid.conf', 'w') as f:
            f.write(old + f'cert file {d}/chain.pem {d}/key.pem\n')
        b.plictl('reload')
        clients(b, kind)
        c = ssl.create_default_context(cafile=d + '/ca.pem')
        s, _ = connect(b, c, 'mail.example.org')
        with s:
            check(round_trip(s), f'{kind}: the chain is verified')


def cpu_ns(pid):
    with open(f'/proc/{pid}/schedstat') as f:
        return int(f.read().split()[0])


def cpu_with_children(pid):
    with open(f'/proc/{pid}/stat') as f:
        v = f.read().rsplit(')', 1)[1].split()
    return sum(int(x) for x in v[11:15]) * 1000 / os.sysconf('SC_CLK_TCK')


def pss_kib(pid):
    with open(f'/proc/{pid}/smaps_rollup') as f:
        return int(re.search(r'^Pss:\s+(\d+)', f.read(), re.M).group(1))


def numbers(b, many=1000, idle=400):
    roles = b.roles()
    before = cpu_with_children(roles['imapd']), cpu_ns(roles['keys'])
    c = box.insecure_tls()
    for _ in range(many):
        s = c.wrap_socket(socket.create_connection(('127.0.0.1', b.imaps)))
        s.recv(400)
        s.close()
    time.sleep(0.5)
    print(f'     a handshake with fork and exit: imapd '
          f'{(cpu_with_children(roles["imapd"]) - before[0]) / many:.2f} ms, '
          f'keys {(cpu_ns(roles["keys"]) - before[1]) / many / 1e6:.3f} ms')
    if os.geteuid() != 0:
        return
    held = [connect(b)[0] for _ in range(idle)]
    pss = [pss_kib(p) for p in box.children_of(roles['imapd'])]
    mean = sum(pss) / len(pss)
    check(mean <= 200, f'{len(pss)} idle connections: {mean:.0f} KiB each')
    for s in held:
        s.close()


def main():
    b = Box()
    try:
        clients(b, 'self-made')
        weak(b)
        where_keys_are(b)
        numbers(b)
        reloads(b)
        files(b)
        keys_dies(b)
    finally:
        b.stop()
    print(f'{results["passed"]} passed, {results["failed"]} failed')
    sys.exit(results['failed'] != 0)


main()
