"""demo_mx.py - the foreign mail server of the demo, as root a real Postfix."""
import glob, os, re, socket, subprocess, sys, tempfile

import box, outside

HERE = os.path.dirname(os.path.abspath(__file__))
LAYER = os.path.join(os.environ.get('PLI_LAB_LAYERS', '/var/lib/pli-lab'),
                     'postfix')
OWN = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']


def available():
    """Its layer is there, or can be made: needs the network once."""
    return os.geteuid() == 0 and not box.run(
        'unshare', '--mount', 'bash', HERE + '/../tests/lab/layer.sh', 'make',
        LAYER, 'postfix').returncode


class Postfix:
    """As outside.Sink: .port, .got, .stop()."""

    name = 'Postfix'

    def __init__(self):
        self.port = box.free_ports(1)[0]
        self.work = tempfile.mkdtemp(prefix='pli-mx-')
        self.p = subprocess.Popen(
            [*OWN, HERE + '/demo_mx', LAYER, self.work, str(self.port)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

        def up():
            with socket.create_connection(('127.0.0.1', self.port), 5) as s:
                return s.recv(3) == b'220'
        try:
            box.wait_for(up, 60)
        except OSError as e:
            self.stop()
            sys.exit(f'Postfix does not start: {e}')

    @property
    def got(self):
        """(sender, recipients, text) of what it has in its mailbox; its root
        is its overlay."""
        inner = (box.children_of(self.p.pid) or [0])[0]
        return [self.one(n) for n in sorted(glob.glob(
            f'/proc/{inner}/root/var/mail/pli-demo/all/new/*'))]

    def one(self, name):
        """Without the fields that Postfix put before the letter."""
        with open(name, 'rb') as f:
            raw = f.read().replace(b'\n', b'\r\n')
        own = re.match(rb'Return-Path: <(.*?)>\r\nX-Original-To: (.*?)\r\n'
                       rb'Delivered-To: .*?\r\n'
                       rb'Received: .*?\r\n(?:[ \t].*?\r\n)*', raw)
        tls = re.search(rb'using (TLSv[\d.]+)', own[0])
        self.name = 'Postfix, ' + (tls[1].decode() if tls else 'no TLS')
        return own[1].decode(), [own[2].decode()], raw[own.end():]

    def stop(self):
        self.p.kill()
        self.p.wait()
        os.rmdir(self.work)


class Sink(outside.Sink):
    name = ''


def start():
    return Postfix() if available() else Sink()
