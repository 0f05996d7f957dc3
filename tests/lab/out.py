"""out.py - the lab's second half: she answers.

	names 198.51.100.53	knot: a signed root with example.net, whose MX
				has an IPv6 address where nobody is
	post			takes mail for example.net, with STARTTLS
"""
import json, os, re, smtplib, subprocess, time

import box
from box import wait_for

NAMES = '198.51.100.53'
DEAD6 = '2001:db8:1::dead'


def sh(text, **kw):
    return subprocess.run(['bash', '-c', text], check=True, **kw)


class Names:
    """A root of our own, signed; ds is its trust anchor."""

    def __init__(self, folder='/tmp/names'):
        os.makedirs(folder)
        self.conf = folder + '/knot.conf'
        with open(self.conf, 'w') as f:
            f.write(f'''server:
    listen: {NAMES}@53
    rundir: {folder}
    user: root
database:
    storage: {folder}
policy:
  - id: p
    algorithm: ecdsap256sha256
    single-type-signing: on
zone:
  - domain: .
    file: {folder}/root.zone
    dnssec-signing: on
    dnssec-policy: p
    semantic-checks: off
''')
        with open(folder + '/root.zone', 'w') as f:
            f.write(f'''$TTL 60
@ SOA names. x. 1 60 60 600 1
@ NS names.
names A {NAMES}
example.net MX 10 mx.example.net.
mx.example.net A 198.51.100.25
mx.example.net AAAA {DEAD6}
exim.example MX 0 mx.exim.example.
mx.exim.example A 198.51.100.26
osmtpd.example MX 0 mx.osmtpd.example.
mx.osmtpd.example A 198.51.100.27
null.example MX 0 .
dead.example MX 0 mx.dead.example.
mx.dead.example A 198.51.100.99
home.example MX 0 printer.home.example.
printer.home.example A 192.168.1.1
ours.example MX 0 ours.example.
ours.example A 198.51.100.10
''')
        self.p = subprocess.Popen(
            ['ip', 'netns', 'exec', 'names', 'knotd', '-c', self.conf],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.ds = ''
        for _ in range(100):
            out = subprocess.run(['keymgr', '-c', self.conf, '.', 'ds'],
                                 capture_output=True, text=True).stdout
            lines = [l for l in out.splitlines() if len(l.split()[-1]) == 64]
            if lines:
                self.ds = lines[0].replace('. DS', '. IN DS')
                break
            time.sleep(0.1)
        with open('/tmp/anchor', 'w') as f:
            f.write(self.ds + '\n')

    def stop(self):
        self.p.terminate()
        self.p.wait()


SUBMIT = '''
import smtplib, ssl, sys
c = ssl.create_default_context(cafile='/tmp/ca/ca.pem')
c.check_hostname = False
s = smtplib.SMTP_SSL('198.51.100.10', 465, context=c)
s.login('alice@example.org', sys.argv[1])
s.sendmail('alice@example.org', sys.argv[2:], sys.stdin.buffer.read())
s.quit()
'''


def submit(rcpts, text):
    """From home."""
    return subprocess.run(
        ['ip', 'netns', 'exec', 'home', '/usr/bin/python3', '-c', SUBMIT,
         box.PASSWORD, *rcpts], input=text.replace('\n', '\r\n').encode(),
        capture_output=True)


def queue(b):
    return json.loads(b.plictl('-j', 'queue', 'list').stdout)


def verified(b, raw):
    """By python3-dkim, with the records that plictl says to publish."""
    import dkim
    records = {(r['name'].rstrip('.') + '.').encode(): r['value'].encode()
               for r in json.loads(b.plictl('-j', 'dkim', 'show').stdout)}
    d = dkim.DKIM(raw)
    n = sum(1 for k, _ in d.headers if k.lower() == b'dkim-signature')
    return n, [d.verify(idx=i, dnsfunc=lambda name, timeout=5:
                        records.get(name.encode() if isinstance(name, str)
                                    else name)) for i in range(n)]


def letter(post):
    """What Postfix has of hers."""
    for name in post.received():
        with open(name, 'rb') as f:
            raw = f.read()
        if b'Re: the sundial' in raw:
            return raw
    return None


def out_part(b, post, check, score):
    since = time.time()
    sent = submit(['bob@example.net'],
                  'From: alice@example.org\nTo: bob@example.net\n'
                  'Subject: Re: the sundial\n\n.At noon.\n..\n.\n')
    check(sent.returncode == 0, 'she answers by submission', sent.stderr)
    raw = wait_for(lambda: letter(post))
    took = time.time() - since
    if not check(raw, 'Postfix takes it', b.log()[-1500:]
                 + post.log()[-800:]):
        return
    check(b'\n.At noon.\n..\n.\n' in raw, 'to the octet', raw)
    check(b'using TLSv1.3' in raw, 'by STARTTLS, TLS 1.3', raw[:800])
    check(took < 10, 'in spite of an IPv6 address where nobody is',
          f'{took:.1f} s')
    check(b'198.51.100.77' not in raw, "and tells nothing of alice's address",
          raw[:800])
    try:
        n, ok = verified(b, raw.replace(b'\n', b'\r\n'))
        check(n > 0 and all(ok), 'python3-dkim verifies each signature',
              f'{n} {ok}')
    except ImportError:
        score['skipped'] += 1
        print('skip DKIM: apt-get install python3-dkim')
    check(wait_for(lambda: not queue(b)), 'and the queue is empty', queue(b))


def nowhere_part(b, check):
    """After the rest: a report comes to her INBOX."""
    submit(['x@null.example', 'x@home.example', 'x@ours.example',
            'x@nothing.example'],
           'From: alice@example.org\nTo: x@null.example\n\nx\n')
    check(wait_for(lambda: not queue(b)), 'null MX, private addresses, '
          'ourselves, no such domain: each comes back at once', queue(b))
