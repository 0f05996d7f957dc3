"""dovecot.py - a real Dovecot, from the layer that tests/bench/peers.sh makes.

A copy of the layer is mounted over the host in a mount namespace of its own,
and goes with the process: nothing of the host is written, nor of the layer.
"""
import imaplib, os, shutil, ssl, subprocess, tempfile, time

import box as lib

LAYER = os.environ.get('PLI_BENCH_PEERS', '/var/lib/pli-bench/peers') + '/u'
USER, PASSWORD = 'bob@old.example', 'an old pass"word\\é'
CONF = '''
base_dir = /run/dovecot
protocols = imap
listen = 127.0.0.1
log_path = /pli/log
ssl = required
ssl_cert = </pli/cert.pem
ssl_key = </pli/key.pem
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%%u /pli/users
}
userdb {
  driver = static
  args = uid=5000 gid=5000 home=/pli/mail mail=maildir:/pli/mail/m
}
namespace inbox {
  inbox = yes
  prefix = INBOX.
  separator = .
  mailbox "Sent Items" {
    special_use = \\Sent
    auto = subscribe
  }
  mailbox All {
    special_use = \\All
    auto = subscribe
  }
  mailbox Starred {
    special_use = \\Flagged
    auto = subscribe
  }
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = %d
    ssl = yes
  }
}
'''
MOUNT = '''
mount -t tmpfs tmpfs "$1/o"
mkdir "$1/o/u" "$1/o/w" "$1/o/m"
cp -a "$2/usr" "$2/etc" "$1/o/u"  # not the mail of the bench
mount -t overlay o -o "lowerdir=/,upperdir=$1/o/u,workdir=$1/o/w" "$1/o/m"
m=$1/o/m
mount -t proc proc "$m/proc"
mount --rbind /dev "$m/dev"
mount -t tmpfs tmpfs "$m/run"
mkdir -p "$m/pli"
mount --bind "$1/pli" "$m/pli"
exec chroot "$m" /usr/sbin/dovecot -F -c /pli/conf
'''


def there():
    return os.geteuid() == 0 and os.access(LAYER + '/usr/sbin/dovecot',
                                           os.X_OK)


class Dovecot:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix='pli-dovecot-')
        os.chmod(self.dir, 0o755)
        for d in ('o', 'pli', 'pli/mail'):
            os.mkdir(f'{self.dir}/{d}')
        os.chown(self.dir + '/pli/mail', 5000, 5000)
        self.port, = lib.free_ports(1)
        self.ca = self.dir + '/pli/cert.pem'
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj',
             '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
             '-keyout', self.dir + '/pli/key.pem', '-out', self.ca],
            check=True, capture_output=True)
        self.write('conf', CONF % self.port)
        self.write('users', f'{USER}:{PASSWORD}\n')
        self.p = subprocess.Popen(
            ['unshare', '-m', '--propagation', 'private', 'bash', '-ec',
             MOUNT, 'bash', self.dir, LAYER])
        lib.wait_for(self.client, 30)

    def write(self, name, text):
        with open(f'{self.dir}/pli/{name}', 'w') as f:
            f.write(text)

    def client(self):
        # of a connection that Dovecot hands on nothing else is verified here
        c = imaplib.IMAP4_SSL('127.0.0.1', self.port,
                              ssl_context=lib.insecure_tls())
        c._encoding = 'utf-8'
        c.authenticate('PLAIN', lambda _: f'\0{USER}\0{PASSWORD}'.encode())
        return c

    def log(self):
        with open(self.dir + '/pli/log') as f:
            return f.read()

    def stop(self):
        self.p.terminate()
        self.p.wait(20)
        shutil.rmtree(self.dir, ignore_errors=True)
