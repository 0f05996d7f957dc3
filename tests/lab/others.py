"""others.py - Exim and OpenSMTPD, each in an overlay and a namespace.

Debian 12's OpenSMTPD offers STARTTLS to who comes in, and its handshake fails:
the one of the two that a letter must reach in clear.
"""
import glob, os, subprocess, time

import box

HERE = os.path.dirname(os.path.abspath(__file__))
LAYERS = os.environ.get('PLI_LAB_LAYERS', '/var/lib/pli-lab')
BOX = '198.51.100.10'

EXIM = '''primary_hostname = mx.exim.example
domainlist local_domains = exim.example
acl_smtp_rcpt = rcpt
acl_smtp_data = data
tls_advertise_hosts = *
tls_certificate = /etc/lab.pem
tls_privatekey = /etc/lab.key
log_file_path = /var/log/exim4/%%slog
log_selector = +tls_cipher
exim_user = Debian-exim
exim_group = Debian-exim
trusted_users = root
disable_ipv6
begin acl
rcpt:
  accept hosts = :
  accept domains = +local_domains
  deny message = relay not permitted
data:
  accept
begin routers
out:
  driver = manualroute
  domains = example.org
  route_list = * %s
  transport = smtp
local:
  driver = accept
  check_local_user
  transport = maildir
begin transports
smtp:
  driver = smtp
maildir:
  driver = appendfile
  directory = /home/alice/Maildir
  maildir_format
begin retry
* * F,1h,2s
''' % BOX

OPENSMTPD = f'''pki lab cert "/etc/lab.pem"
pki lab key "/etc/lab.key"
listen on eth0 tls pki lab hostname mx.osmtpd.example
listen on lo
action "local" maildir
action "out" relay host smtp://{BOX} helo mx.osmtpd.example
match from any for domain "osmtpd.example" action "local"
match from local for any action "out"
'''


class Other:
    def __init__(self, name):
        self.name, self.root = name, f'/tmp/{name}/m'
        self.domain = name + '.example'
        os.makedirs(f'/tmp/{name}')
        subprocess.run(['cp', '-a', f'{LAYERS}/{name}/u', f'/tmp/{name}/u'],
                       check=True)
        subprocess.run(['bash', HERE + '/layer.sh', 'mount', f'/tmp/{name}'],
                       check=True)
        self.run('useradd', '-m', 'alice')
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
             f'/CN=mx.{self.domain}', '-keyout', self.root + '/etc/lab.key',
             '-out', self.root + '/etc/lab.pem'], check=True,
            stderr=subprocess.DEVNULL)
        self.configure()
        for _ in range(100):
            if self.run('ss', '-Hltn', 'sport = :25').stdout:
                break
            time.sleep(0.1)

    def words(self, *words):
        return ['ip', 'netns', 'exec', self.name, 'chroot', self.root, *words]

    def run(self, *words, **kw):
        return subprocess.run(self.words(*words), capture_output=True,
                              text=True, timeout=30, **kw)

    def start(self, *words):
        """It ends with the lab."""
        null = subprocess.DEVNULL
        subprocess.Popen(self.words(*words), stdin=null, stdout=null,
                         stderr=null)

    def write(self, path, text):
        with open(self.root + path, 'w') as f:
            f.write(text)

    def send(self, to, text):
        return self.run('/usr/sbin/sendmail', '-f', 'carol@' + self.domain, to,
                        input=text)

    def received(self):
        return [open(n, 'rb').read() for n in
                glob.glob(self.root + '/home/alice/Maildir/new/*')]


class Exim(Other):
    def configure(self):
        self.write('/etc/exim4/exim4.conf', EXIM)
        self.run('chgrp', 'Debian-exim', '/etc/lab.key')
        os.chmod(self.root + '/etc/lab.key', 0o640)
        self.start('exim4', '-bdf', '-q2s')


class OpenSmtpd(Other):
    def configure(self):
        self.write('/etc/smtpd.conf', OPENSMTPD)
        self.start('smtpd', '-F')


def present():
    return all(os.path.exists(f'{LAYERS}/{n}/u/made')
               for n in ('exim', 'osmtpd'))


def others_part(b, out, check):
    for make, name, tls in ((Exim, 'exim', True), (OpenSmtpd, 'osmtpd',
                                                   False)):
        o = make(name)
        out.submit(['alice@' + o.domain],
                   f'From: alice@example.org\nTo: alice@{o.domain}\n'
                   'Subject: hello there\n\nFor you.\n..\n')
        got = box.wait_for(lambda: [r for r in o.received()
                                    if b'hello there' in r])
        if check(got, f'{name} takes her letter', b.log()[-1500:]):
            check((b'TLS' in got[0].split(b'\n\n')[0]) == tls,
                  'under TLS' if tls else 'in clear, for its TLS fails',
                  got[0][:600])
        o.send('alice@example.org', 'Subject: from there\n'
               f'From: carol@{o.domain}\n\nFor her.\n')
        check(box.wait_for(lambda: f'carol@{o.domain}' in heads()),
              f'and she gets one of {name}', b.log()[-800:])


HEADS = """
import imaplib, ssl, sys
c = ssl.create_default_context(cafile='/tmp/ca/ca.pem')
c.check_hostname = False
i = imaplib.IMAP4_SSL('198.51.100.10', 993, ssl_context=c)
i.login('alice@example.org', sys.argv[1])
i.select('INBOX', readonly=True)
print(i.fetch('1:*', '(BODY.PEEK[HEADER.FIELDS (FROM)])')[1])
"""


def heads():
    """The From fields of her INBOX."""
    return subprocess.run(
        ['ip', 'netns', 'exec', 'home', '/usr/bin/python3', '-c', HEADS,
         box.PASSWORD], capture_output=True, text=True, timeout=20).stdout
