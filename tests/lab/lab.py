"""lab.py [--stay]: inside the namespaces that tests/lab/lab made.

	post 198.51.100.25	Postfix, in an overlay
	box  198.51.100.10	plid, release build
	home 198.51.100.77	Thunderbird, gpg: alice's own computer
	names 198.51.100.53	knot, a signed root (out.py)
	exim, osmtpd		two more mail servers (others.py)

Ends with "N passed, N failed[, N skipped]".
"""
import imaplib, os, re, shutil, signal, ssl, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(HERE, '..', 'lib'), HERE]
import box, others, out, tbird, told

BUILD = os.path.join(ROOT, os.environ.get('PLI_BUILD', 'build-rel'))
HOSTS = {'post': '198.51.100.25', 'box': '198.51.100.10',
         'home': '198.51.100.77', 'names': '198.51.100.53',
         'exim': '198.51.100.26', 'osmtpd': '198.51.100.27'}
TREE = '/tmp/peers'
SUBJECT, TEXT = 'Meet me by the sundial', 'At noon. Bring the second key.'
REPLY = 'I shall be there, with the key.'
score = {'passed': 0, 'failed': 0, 'skipped': 0}


def check(ok, what, seen=''):
    score['passed' if ok else 'failed'] += 1
    print(('ok   ' if ok else 'FAIL ') + what + (f': {seen}' if not ok else ''),
          flush=True)
    return ok


def sh(text, **kw):
    return subprocess.run(['bash', '-c', text], check=True, **kw)


def network():
    sh('ip link add ix type bridge && ip link set ix up')
    for name, addr in HOSTS.items():
        sh(f'''ip netns add {name}
            ip link add v-{name} type veth peer name eth0 netns {name}
            ip link set v-{name} master ix up
            ip netns exec {name} ip link set lo up
            ip netns exec {name} ip link set eth0 up
            ip netns exec {name} ip addr add {addr}/24 dev eth0''')
    sh('ip netns exec box ip addr add 2001:db8:1::10/64 dev eth0 nodad')


def certificate():
    """What a real box has: a certificate of a CA that its clients know."""
    os.makedirs('/tmp/ca')
    sh('''cd /tmp/ca
        ec="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        openssl req -x509 $ec -days 30 -subj "/CN=Lab CA" -keyout ca.key \
            -out ca.pem -addext keyUsage=critical,keyCertSign
        openssl req $ec -subj /CN=mail.example.org -keyout box.key -out box.csr
        printf 'subjectAltName=DNS:mail.example.org,DNS:mx.example.org' > ext
        openssl x509 -req -in box.csr -CA ca.pem -CAkey ca.key -days 30 \
            -CAcreateserial -extfile ext -out box.pem
        cat ca.pem >> box.pem''', stderr=subprocess.DEVNULL)


class LabBox(box.Box):
    """plid in its namespace, on the ports of its trade."""

    def write_conf(self, extra=''):
        self.mx, self.imaps = 25, 993
        with open(self.dir + '/etc/plid.conf', 'w') as f:
            f.write('host mail.example.org\nmx mx.example.org\n'
                    'domain example.org\n'
                    'listen mx 25 imaps 993 submissions 465\n'
                    'cert file /tmp/ca/box.pem /tmp/ca/box.key\n'
                    + (f'resolver {out.NAMES}\nanchor /tmp/anchor\n'
                       if shutil.which('knotd') else ''))

    def words(self):
        return ['ip', 'netns', 'exec', 'box', *super().words()]


class Postfix:
    """Debian's, on a copy of the layer that is thrown away."""

    def __init__(self):
        os.makedirs(TREE)
        sh(f'cp -a "$PLI_BENCH_LAYER/u" {TREE}/u')
        sh(f'bash {ROOT}/tests/bench/peers.sh mount',
           env={**os.environ, 'PLI_BENCH_PEERS': TREE})
        self.root = TREE + '/m'
        out = subprocess.run(
            ['openssl', 'x509', '-in', '/tmp/ca/box.pem', '-noout',
             '-fingerprint', '-sha256'], capture_output=True, text=True)
        match = out.stdout.split('=')[1].strip()
        with open(self.root + '/etc/postfix/main.cf', 'w') as f:
            f.write(f'''compatibility_level = 3.6
myhostname = post.example.net
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
maillog_file = /var/log/postfix.log
transport_maps = inline:{{ example.org=smtp:[{HOSTS['box']}]:25 }}
smtp_tls_security_level = fingerprint
smtp_tls_fingerprint_digest = sha256
smtp_tls_fingerprint_cert_match = {match}
smtp_tls_loglevel = 1
virtual_mailbox_domains = example.net
virtual_mailbox_base = /var/mail/lab
virtual_mailbox_maps = inline:{{ bob@example.net=all/ stranger@example.net=all/ }}
virtual_uid_maps = static:5000
virtual_gid_maps = static:5000
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/bench/cert.pem
smtpd_tls_key_file = /etc/bench/key.pem
smtpd_tls_received_header = yes
minimal_backoff_time = 2s
queue_run_delay = 2s
alias_maps =
''')
        with open(self.root + '/etc/postfix/master.cf', 'a') as f:
            f.write(f"{HOSTS['post']}:25 inet n - n - - smtpd\n")
        os.makedirs(self.root + '/var/mail/lab', exist_ok=True)
        os.chown(self.root + '/var/mail/lab', 5000, 5000)
        # what a run of the bench may have left in the layer
        self.run('postsuper', '-d', 'ALL')
        self.run('rm', '-f', '/var/log/postfix.log')
        self.run('postfix', 'start')

    def run(self, *words, **kw):
        return subprocess.run(['ip', 'netns', 'exec', 'post', 'chroot',
                               self.root, *words], capture_output=True,
                              text=True, **kw)

    def send(self, to, text):
        return self.run('/usr/sbin/sendmail', '-f', 'stranger@example.net', to,
                        input=text)

    def received(self):
        folder = self.root + '/var/mail/lab/all/new'
        return [folder + '/' + n for n in os.listdir(folder)] \
            if os.path.isdir(folder) else []

    def log(self):
        try:
            with open(self.root + '/var/log/postfix.log') as f:
                return f.read()
        except OSError:
            return ''

    def wait(self, pattern, seconds=20):
        for _ in range(seconds * 10):
            m = re.search(pattern, self.log())
            if m:
                return m
            time.sleep(0.1)
        return None


def fetch_at_home(user='alice@example.org'):
    """By curl, at home, with the CA checked."""
    out = subprocess.run(
        ['ip', 'netns', 'exec', 'home', 'curl', '-sS', '--cacert',
         '/tmp/ca/ca.pem', '-K', '-', '--max-time', '20', '--resolve',
         f"mail.example.org:993:{HOSTS['box']}",
         'imaps://mail.example.org/INBOX;MAILINDEX=1'],
        input=f'user = "{user}:{box.PASSWORD}"'.encode(),
        capture_output=True)
    return out.stdout or out.stderr


def postfix_part(b, post):
    post.send('alice@example.org',
              f'From: Stranger <stranger@example.net>\nTo: alice@example.org\n'
              f'Subject: {SUBJECT}\nMIME-Version: 1.0\n'
              f'Content-Type: text/plain; charset=utf-8\n\n{TEXT}\n')
    sent = post.wait(r'status=(\w+) \((.*)\)')
    check(sent and sent[1] == 'sent' and sent[2].startswith('250'),
          'Postfix delivers', sent and sent[0] or post.log()[-1500:])
    check(post.wait(r'Verified TLS connection established.*TLSv1\.3', 2),
          'by STARTTLS, TLS 1.3, with the certificate checked',
          post.log()[-800:])
    post.send('nobody@example.org', 'Subject: x\n\nx\n')
    check(post.wait(r'nobody@example\.org.*status=bounced \(host.* 550 5\.1\.1'),
          'an unknown user is refused in the session', post.log()[-800:])
    raw = fetch_at_home()
    check(TEXT.encode() not in raw and SUBJECT.encode() not in raw
          and b'BEGIN PGP MESSAGE' in raw, 'what IMAP serves is sealed', raw)
    clear = b.gpg.decrypt(raw)
    check(TEXT.encode() in clear and b'ESMTPS' in clear,
          'gpg opens it at home', clear)


CROWD = """
import socket
socks, said = [], []
for _ in range(60):
    s = socket.create_connection(('%s', 25), 10)
    s.settimeout(10)
    socks.append(s)
    said.append(s.recv(100)[:3].decode())
print(said.count('220'), said.count('421'))
"""


def crowd_part(b):
    """Sixty connections of one address: fifty are served (role/master.h), and
    somebody else is served meanwhile."""
    out = subprocess.run(['ip', 'netns', 'exec', 'home', '/usr/bin/python3',
                          '-c', CROWD % HOSTS['box']], capture_output=True,
                         text=True)
    check(out.stdout.split() == ['50', '10'],
          'of 60 connections of one address 50 are served, 10 told to come '
          'later', out.stdout + out.stderr)


def thunderbird_part(b, names):
    if not tbird.present() or not shutil.which('socat'):
        score['skipped'] += 1
        print('skip Thunderbird: apt-get install thunderbird socat')
        return None
    t = tbird.Thunderbird('/tmp/thunderbird', 'home', HOSTS['box'])
    with open('/tmp/ca/ca.pem') as f:
        t.js(tbird.TRUST, ''.join(l.strip() for l in f if '-----' not in l))
    secret = b.gpg.call('--armor', '--export-secret-keys').stdout
    listing = b.gpg.call('--with-colons', '--fingerprint').stdout
    t.js(tbird.KEY, secret, re.search(r'^fpr:+(\w+):', listing, re.M)[1])
    t.js(tbird.ACCOUNT, 'mail.example.org', 'alice@example.org', box.PASSWORD)
    subjects = t.js(tbird.INBOX, 1)
    check(subjects == ['[...]'] or subjects == [SUBJECT],
          'Thunderbird lists the sealed letter', subjects)
    subject, text, lock, _ = t.js(tbird.SHOW, SUBJECT, TEXT)
    check(SUBJECT in subject, 'Thunderbird restores the subject', subject)
    check(TEXT in text, 'and shows the text', text[:300])
    check(lock, 'and says that it was encrypted')
    os.makedirs(ROOT + '/build/logs', exist_ok=True)
    t.shot(ROOT + '/build/logs/thunderbird.png')
    thunderbird_works(b, t)
    if names:
        told.told_part(b, t, out, check, ROOT + '/build/logs')
    return t


def thunderbird_works(b, t):
    """She marks, moves, searches and answers with it."""
    check(t.js(tbird.MARK_AND_MOVE) == [1, True],
          'Thunderbird stars a letter and moves it to Archive')
    check(t.js(tbird.SEARCH, 'Archive', 'stranger') == 1 and
          t.js(tbird.SEARCH, 'Archive', 'nobody at all') == 0,
          'it searches on the server')
    b.add_user('bob@example.org')
    sent = t.js(tbird.SEND, 'mail.example.org', 'alice@example.org',
                box.PASSWORD, 'bob@example.org', 'By Thunderbird', REPLY)
    check(sent == 1, 'it sends by submission; Sent holds one copy', sent)
    raw = fetch_at_home('bob@example.org')
    check(REPLY.encode() in raw and b'By Thunderbird' in raw,
          'and bob has it', raw[:500])


def stay(b):
    print(f'''
The lab runs on, until Ctrl-C.  From another terminal, as root:
    nsenter -t {os.getppid()} -a        into it, then
    ip netns exec post …               the computer with Postfix
    ip netns exec home …               alice's
    swaks --server {HOSTS['box']} --to alice@example.org
    {BUILD}/ctl/plictl -s {b.dir}/run/plid/control.sock status
Alice's password: {box.PASSWORD}; her key: GNUPGHOME={b.gpg.home}
Pictures of Thunderbird: build/logs/thunderbird.png, notice-*.png''', flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass


def main():
    network()
    certificate()
    names = out.Names() if shutil.which('knotd') else None
    b = LabBox(BUILD)
    t = None
    try:
        b.alice()
        post = Postfix()
        postfix_part(b, post)
        if names:
            out.out_part(b, post, check, score)
        else:
            score['skipped'] += 1
            print('skip her answer: apt-get install knot')
        crowd_part(b)
        try:
            t = thunderbird_part(b, names)
        except (RuntimeError, OSError) as e:
            check(False, 'Thunderbird', e)
        if names and others.present():
            others.others_part(b, out, check)
        else:
            score['skipped'] += 1
            print('skip Exim and OpenSMTPD: no knot, or no layers')
        if names:
            out.nowhere_part(b, check)
        if '--stay' in sys.argv:
            stay(b)
    finally:
        if t:
            t.quit()
        b.stop()
        if names:
            names.stop()
    tail = f", {score['skipped']} skipped" if score['skipped'] else ''
    print(f"{score['passed']} passed, {score['failed']} failed{tail}")
    return 1 if score['failed'] else 0


if __name__ == '__main__':
    sys.exit(main())
