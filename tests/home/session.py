#!/usr/bin/python3
"""session.py TRACE: an owner's whole session under strace, in a network of its
own where the box has an address that is not loopback's and all others lead
nowhere.  test_strace.py starts it, and reads what strace wrote."""
import os, re, smtplib, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'lib')]
import box as lib
import home
from home import ME

IP = '192.0.2.10'
PAGE = ('<html><body><p>a page <img src="http://198.51.100.7/seen.png">'
        '<link rel=stylesheet href="https://198.51.100.7/x.css"></body></html>')


class Box(home.Box):
    def write_conf(self, extra=''):
        self.ip = IP
        super().write_conf(extra)
        path = self.dir + '/etc/plid.conf'
        with open(path) as f:
            conf = f.read()
        with open(path, 'w') as f:
            f.write(conf.replace(f'submissions 127.0.0.1:{self.submissions}',
                                 f'submissions {IP}:465'))
        self.submissions = 465


class Traced(home.Home):
    """What pli run starts, and all its children."""

    trace = sys.argv[1]

    def set_ports(self):
        super().set_ports()
        path = self.account + '/conf'
        with open(path) as f:
            conf = f.read()
        with open(path, 'w') as f:
            f.write(re.sub(r'smarthost \S+', f'smarthost [{IP}]:465', conf))

    def run(self):
        # strace lives as long as the last of them: nobody waits for it
        self.strace = subprocess.Popen(
            ['strace', '-f', '-qq', '-s', '200', '-o', self.trace, '-e',
             'trace=open,openat,openat2,creat,socket,socketpair,accept,'
             'accept4,bind,listen,connect,sendto,sendmsg,execve,execveat,'
             'clone,clone3,fork,vfork,seccomp,prctl',
             home.BUILD + '/user/pli/pli', '--home', self.dir + '/home',
             '--libexec', f'{home.BUILD}/user:{home.BUILD}/box',
             '--passphrase-file', self.dir + '/phrase', 'run',
             '--no-browser'], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, start_new_session=True)
        lib.wait_for(lambda: self.pli('device', 'list', ok=False)
                     .returncode == 0, 120)

    def admin(self, *args):
        lib.wait_for(lambda: super(Traced, self).admin(*args) is None or True,
                     60)


def letter(i, type='text/plain', text=''):
    return (f'From: bob@example.net\r\nTo: {ME}\r\nSubject: number {i}\r\n'
            f'Message-ID: <{i}@example.net>\r\nContent-Type: {type}\r\n\r\n'
            f'{text or f"the text of {i}"}\r\n')


def session(b, h):
    b.deliver([letter(i) for i in range(5)] +
              [letter(5, 'text/html', PAGE)])
    h.here(6, 120)
    m = h.bridge()
    m.select('INBOX')
    assert m.search(None, 'TEXT "text of 3"')[1][0].split()
    assert m.fetch('1:6', '(FLAGS BODY[])')[0] == 'OK'
    m.store('1', '+FLAGS', '\\Flagged')
    s = h.json('bridge', 'settings', '--device', 'smtp')
    with smtplib.SMTP_SSL('127.0.0.1', s['submission'], timeout=60,
                          context=lib.insecure_tls()) as smtp:
        smtp.login(s['user'], s['password'])
        smtp.sendmail(ME, [ME], letter(6, text='to myself').replace(
            'bob@example.net', ME, 1))
    c = h.client()
    inbox = c.boxes()['inbox']          # by the box, and back
    assert lib.wait_for(lambda: len(c.find(inMailbox=inbox)) == 7, 60)
    page, = c.find(subject='number 5')
    assert b'a page' in c.get('/view/' + page)
    assert b'a page' in c.get('/view/' + page + '?images=1')
    h.pli('lock')
    h.pli('stop')
    h.strace.wait(60)


if __name__ == '__main__':
    b = Box()
    h = None
    try:
        h = Traced(b)
        session(b, h)
        print('done')
    finally:
        if h:
            h.stop()
        b.stop()
