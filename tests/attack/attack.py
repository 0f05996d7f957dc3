#!/usr/bin/python3
"""attack.py BUILD: what somebody gains who takes over a child of mx, mxtls,
submit, httpd or send.

Real roles from a release build, only that one is tests/attack/taken,
which has exactly the channels that the topology gives and does with them what
it is told here.  Ends with "N passed, N failed".
"""
import json, os, shutil, smtplib, socket, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
import box
from outside import Outside

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else 'build-rel')
SIMPLE = 'one-word-for-tests'
SECRET = 'the-secret-of-this-test-7391'
results = {'passed': 0, 'failed': 0}


def check(ok, what, seen=''):
    results['passed' if ok else 'failed'] += 1
    print(('ok   ' if ok else 'FAIL ') + what + (f': {seen}' if not ok else ''))


class Box(box.Box):
    """plid with one role replaced."""

    def __init__(self, taken, extra=''):
        self.programs = tempfile.mkdtemp(prefix='pli-attack-')
        for role in box.ROLES:
            source = (BUILD + '/tests/attack/taken' if role == taken
                      else f'{BUILD}/box/{role}/{role}')
            shutil.copy(source, f'{self.programs}/{role}')
        super().__init__(BUILD, self.programs, extra)
        self.alice()
        self.plictl('user', 'add', 'bob@example.org', '--unsealed',
                    '--password-file', '-', input=SIMPLE)

    def holds(self, text):
        """Is text anywhere in a file of the box?"""
        for top, _, names in os.walk(self.dir + '/var'):
            for n in names:
                with open(os.path.join(top, n), 'rb') as f:
                    if text.encode() in f.read():
                        return True
        return False

    def stop(self):
        super().stop()
        shutil.rmtree(self.programs, ignore_errors=True)


class Taken:
    """One child that obeys."""

    def __init__(self, port, starttls=False, sock=None):
        self.s = sock or socket.create_connection(('127.0.0.1', port), 20)
        self.f = self.s.makefile('rb')
        if starttls:
            self.f.readline()
            self.s.sendall(b'EHLO attacker.example\r\n')
            while self.f.readline()[3:4] == b'-':
                pass
            self.s.sendall(b'STARTTLS\r\n')
            self.f.readline()
        hello = self.f.readline()
        if hello != b'taken\n':
            sys.exit(f'not taken over: {hello}')

    def do(self, *words):
        self.s.sendall(' '.join(str(w) for w in words).encode() + b'\n')
        return self.f.readline().decode().strip()

    def rcpt(self, local):
        words = self.do('rcpt', local, 'example.org').split()
        return words[3:6]

    def close(self):
        self.f.close()
        self.s.close()


def hexed(text):
    return text.encode().hex()


CLEAR = (f'From: a@a.example\r\nSubject: x\r\n\r\n{SECRET}\r\n')
LIE = ('From: a@a.example\r\nMIME-Version: 1.0\r\n'
       'Content-Type: multipart/encrypted; boundary=b;'
       ' protocol="application/pgp-encrypted"\r\n\r\n'
       '--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n'
       '--b\r\nContent-Type: application/octet-stream\r\n\r\n'
       f'-----BEGIN PGP MESSAGE-----\r\n\r\n{SECRET}\r\n'
       '-----END PGP MESSAGE-----\r\n--b--\r\n')


def clear_child(b):
    def fresh():
        return Taken(b.mx)

    t = fresh()
    check(t.do('has', 'keys') == 'no', 'a child in clear has no way to keys')
    check(t.do('has', 'auth') == 'no', 'nor to auth')

    ticket, account, cert = t.rcpt('alice')
    for label, c in (('as unsealed', 0), ('as sealed to her key', cert)):
        got = t.do('deliver', ticket, c, hexed(CLEAR))
        check(got in ('gone', 'delivered 2'),
              f'clear text for a sealed account, {label}, is refused', got)
        t.close()
        t = fresh()
        ticket, account, cert = t.rcpt('alice')
    for label, text in (('plain', CLEAR), ('dressed as PGP/MIME', LIE)):
        got = t.do('seal', ticket, account, cert, 1, hexed(text))
        check(got == 'gone' or got.startswith('failed'),
              f'clear text called encrypted, {label}, is refused', got)
        t.close()
        t = fresh()
        ticket, account, cert = t.rcpt('alice')

    other = fresh()
    got = other.do('seal', ticket, account, cert, 0, hexed(CLEAR))
    check(not got.startswith('delivered 0'),
          "another child's ticket is of no use", got)
    other.close()

    bob = fresh()
    bob_ticket, bob_account, _ = bob.rcpt('bob')
    got = bob.do('seal', bob_ticket, account, cert, 0, hexed(CLEAR))
    check(not got.startswith('delivered 0'),
          "a ticket of one account does not open another", got)
    bob.close()

    # STORE_CERT 5, LOGIN 7, BIND 9 and ADMIN, READ numbers; little-endian
    account_hex = int(account).to_bytes(8, 'little').hex()
    asks = {
        'the certificate store': '0500' + account_hex + '01000000',
        'a verifier': '0700' + '00' * 8 + '11000000' + hexed('alice@example.org'),
        'a session for an account': '0900' + '00' * 8 + account_hex,
        'a list of mailboxes': '0100',
        'an unknown message': 'ff00',
        'half a message': '01',
    }
    for what, wire in asks.items():
        r = fresh()
        got = r.do('raw', 'store', wire)
        check(got == 'gone', f'{what}, asked of the store, costs the channel',
              got)
        r.close()

    # the others go on
    noisy = fresh()
    noisy.do('flood', 'store', 20000, '0100' + '05000000' + hexed('alice') +
             '0b000000' + hexed('example.org') + '00' * 8)
    noisy.do('flood', 'seal', 20000, 'ff00')
    hog = fresh()
    while hog.do('bytes', 64 << 20) == 'yes':
        hog.close()
        break
    good = fresh()
    ticket, account, cert = good.rcpt('alice')
    got = good.do('seal', ticket, account, cert, 0, hexed(CLEAR))
    check(got == 'delivered 0', 'other children deliver on meanwhile', got)
    good.close()
    noisy.close()
    check(not b.holds(SECRET), 'the secret is in no file of the box')


TLS13 = '20' * 64 + hexed('TLS 1.3, server CertificateVerify') + '00' + 'ab' * 32


def tls_child(b):
    t = Taken(b.mx, starttls=True)
    got = t.do('sign', 0x0403, TLS13)
    check(got.startswith('signed') and got != 'signed 0',
          'one handshake is signed', got)
    got = t.do('sign', 0x0403, TLS13)
    check(got == 'gone', 'a second handshake is not', got)
    t.close()
    for what, content in (
            ('any text', hexed('pay the bearer')),
            ("a client's CertificateVerify", '20' * 64 + hexed(
                'TLS 1.3, client CertificateVerify') + '00' + 'ab' * 32),
            ('a hash', 'cd' * 32)):
        t = Taken(b.mx, starttls=True)
        got = t.do('sign', 0x0403, content)
        check(got == 'gone' or got == 'signed 0', f'{what} is not signed', got)
        t.close()
    t = Taken(b.mx, starttls=True)
    got = t.do('raw', 'keys', '0400' + '00' * 8 + '04000000' + hexed('text'))
    check(got == 'gone', 'nothing is signed with the seal key', got)
    t.close()


def sender_child(b, port):
    """Before a login, and with a user's password that was typed into it."""
    t = Taken(port)
    check(t.do('has', 'store') == 'no', 'before a login no way to the store')
    for what, wire in {
            'the seal key': '0400' + '00' * 8 + '04000000' + hexed('text'),
            "a letter's key unwrapped": '0a00' + '00' * 8 + '50000000' +
            '00' * 80,
            'an unknown message': 'ff00'}.items():
        got = t.do('raw', 'keys', wire)
        check(got == 'gone', f'{what}, asked of keys, costs the channel', got)
        t.close()
        t = Taken(port)
    got = t.do('dkim', 'elsewhere.example', hexed('x'))
    check(got == 'signed 0', 'no signature for a foreign domain', got)
    got = t.do('sign', 0x0403, TLS13)
    check(got.startswith('signed') and got != 'signed 0',
          'one handshake is signed', got)
    got = t.do('sign', 0x0403, TLS13)
    check(got == 'gone', 'a second handshake is not', got)
    t.close()

    def bob():
        t = Taken(port)
        check(t.do('login', 'bob@example.org', SIMPLE) == 'yes',
              'bob logs in through it')
        return t

    t = bob()
    check(t.do('may', 'bob', 'example.org') == '0', 'he may send as himself')
    check(t.do('may', 'alice', 'example.org') == '2', 'not as alice')
    ticket, account, cert = t.rcpt('alice')
    got = t.do('deliver', ticket, 0, hexed(CLEAR))
    check(got in ('gone', 'delivered 2'),
          'clear text for a sealed account is refused', got)
    t.close()
    # STORE_CERT 5, LOGIN 7, BIND 9, ENQUEUE 16 without its memfd; READ_LIST;
    # WRITE_WATCH
    account_hex = int(account).to_bytes(8, 'little').hex()
    for what, wire in {
            'the certificate store': '0500' + account_hex + '01000000',
            'a verifier': '0700' + '00' * 8 + '11000000' +
            hexed('alice@example.org'),
            'a session for an account': '0900' + '00' * 8 + account_hex +
            '00000000',
            'a letter without its text': '1000' + '00' * 40 + '00000000' * 5,
            'a list of mailboxes': '0100',
            'a watch': '0400' + '00' * 16,
            'an unknown message': 'ff00'}.items():
        t = bob()
        got = t.do('raw', 'store', wire)
        check(got == 'gone', f'{what}, asked as a sender, costs the channel',
              got)
        t.close()
    check(not b.holds(SECRET), 'the secret is in no file of the box')


class Home:
    """Where other servers would be: the children of send come to it."""

    def __init__(self):
        self.listen = socket.create_server(('127.0.0.1', 0))
        self.listen.settimeout(60)
        self.port = self.listen.getsockname()[1]

    def child(self):
        s, _ = self.listen.accept()
        s.settimeout(60)
        return Taken(0, sock=s)

    def with_letter(self):
        """(child, destination, letter)"""
        t = self.child()
        t.do('ready', t.do('id'))
        return t, t.do('hear'), t.do('hear').split()

    def stop(self):
        self.listen.close()


def submit(b, who, rcpts, text):
    with smtplib.SMTP_SSL('127.0.0.1', b.submissions,
                          context=box.insecure_tls()) as s:
        s.login(f'{who}@example.org', box.PASSWORD)
        s.sendmail(f'{who}@example.org', rcpts, f'From: {who}@example.org\r\n'
                   f'Subject: x\r\n\r\n{text}\r\n')


def rows(b):
    """letter and recipient -> state, attempts"""
    return {(r['id'], r['recipient']): (r['state'], r['attempts'])
            for r in json.loads(b.plictl('-j', 'queue', 'list').stdout)}


def what_it_reaches(t, dest, letter):
    for role in ('store', 'seal', 'keys', 'auth'):
        check(t.do('has', role) == 'no',
              f'a child that sends has no way to {role}')
    got = t.do('strays')
    check(got == '0', 'nor a socket that its master forgot', got)
    check(dest == 'to one.example', 'it has its own destination', dest)
    check(letter[0] == 'letter' and letter[3] == 'alice@example.org'
          and letter[4:] == ['0', 'x@one.example', '1', 'y@one.example'],
          'and one letter, its recipients there alone', letter)
    got = t.do('scribble')
    check(got == 'sealed', 'it cannot write into the letter', got)


def lies(b, home, mine, other):
    """Each costs it its channel.  Of mine, letter, all comes again."""
    for what, words in {
            "another's letter is refused by it": ('result', other, 0, 2),
            "another's letter is called sent": ('result', other, 0, 0),
            'a letter that there is not is refused by it':
            ('result', int(mine) + 1000, 0, 2),
            'a recipient that it does not have': ('result', mine, 7, 2),
            'a destination that took everything': ('result', 0, 0, 0),
            'a verdict that does not exist': ('result', mine, 0, 9),
            'a second letter at once': ('ready', 1),
            # as the store's edges have it: MARK, LOST, BOOT, ENQUEUE, LIST
            'a mark of all': ('raw', 'queue', '0b00' + '00' * 8 + '00' * 4 +
                              '02000000' + '00' * 24),
            'a key that is lost': ('raw', 'queue', '0c00' + '00' * 16),
            'another boot key': ('raw', 'queue', '1100' + '08000000'
                                 + 'ab' * 8),
            'a letter of its own': ('raw', 'queue', '1000' + '00' * 60),
            'a list of mailboxes': ('raw', 'queue', '0100'),
            'an order to connect': ('raw', 'queue', '0100' + '00' * 8),
            'half a message': ('raw', 'queue', '05'),
            'half a question': ('raw', 'dns', '0100ff')}.items():
        before = rows(b)[mine, 'x@one.example'][1]
        t, dest, letter = home.with_letter()
        if dest != 'to one.example' or letter[1] != mine:
            sys.exit(f'not the letter of before: {dest} {letter}')
        got = t.do(*words)
        if words[0] != 'raw':
            got = t.do('hear')
        check(got == 'gone', f'{what}: that costs the channel', got)
        t.close()
        box.wait_for(lambda: rows(b)[mine, 'x@one.example'][1] != before)
        b.plictl('queue', 'retry', mine)


def outgoing_child(b, home):
    b.add_user('carol@example.org', b.gpg.cert)
    submit(b, 'alice', ['x@one.example', 'y@one.example'], SECRET)
    t, dest, letter = home.with_letter()
    what_it_reaches(t, dest, letter)
    mine = letter[1]
    submit(b, 'carol', ['z@two.example'], 'of somebody else')
    honest = home.child()
    t.close()
    box.wait_for(lambda: rows(b)[mine, 'x@one.example'][1] != '0')
    b.plictl('queue', 'retry', mine)
    t = home.child()
    t.do('ready', honest.do('id'))
    got = t.do('hear')
    check(got == 'gone', "another's number: that costs the channel", got)
    t.close()
    honest.do('ready', honest.do('id'))
    got = honest.do('hear'), honest.do('hear').split()
    check(got[0] == 'to two.example' and got[1][3:] ==
          ['carol@example.org', '0', 'z@two.example'],
          'and the other has its own letter', got)
    other = got[1][1]
    lies(b, home, mine, other)
    at = rows(b)
    check(at[other, 'z@two.example'] == ('waits', '0'),
          "nobody has marked the other's letter", at)
    check({s for s, _ in at.values()} == {'waits'}, 'and nothing is given up',
          at)

    # the most that it can do: its own letter, once
    t, _, _ = home.with_letter()
    submit(b, 'alice', ['v@one.example'], SECRET)
    submit(b, 'carol', ['w@two.example'], 'of somebody else')
    t.do('flood', 'queue', 20000, '0800')
    t.do('result', 0, 0, 2)
    box.wait_for(lambda: len(rows(b)) == 3)
    at = rows(b)
    check((mine, 'x@one.example') not in at and
          {(r, s) for (_, r), (s, _) in at.items()} ==
          {('v@one.example', 'waits'), ('w@two.example', 'waits'),
           ('z@two.example', 'waits')},
          'no such destination, it says: of its own letter that is believed',
          at)
    t.close()
    t, _, letter = home.with_letter()
    check(letter[4:] == ['0', 'v@one.example'],
          'the next letter there goes to the next child', letter)
    t.do('result', letter[1], 0, 0)
    t.do('next')
    got = t.do('hear')
    check(got == 'no-more',
          "there is no more for it: not what waits for elsewhere", got)
    t.close()
    honest.do('result', other, 0, 0)
    honest.do('next')
    got = honest.do('hear').split()
    check(got[3:] == ['carol@example.org', '0', 'w@two.example'],
          'the other goes on meanwhile', got)
    honest.do('result', got[1], 0, 0)
    honest.do('next')
    check(box.wait_for(lambda: not rows(b)), 'and nothing waits in the end')
    honest.close()
    check(not b.holds(SECRET), 'the secret is in no file of the box')


def play_send():
    home, folder = Home(), tempfile.mkdtemp(prefix='pli-attack-')
    o = Outside(folder, home)
    os.chmod(folder, 0o755)
    b = Box('send', o.conf)
    try:
        outgoing_child(b, home)
    finally:
        b.stop()
        o.stop()
        shutil.rmtree(folder)


def main():
    if os.geteuid() != 0:
        print('attack: needs root')
        print('0 passed, 0 failed, 1 skipped')
        return 0
    for role, play in (('mx', clear_child), ('mxtls', tls_child),
                       ('submit', lambda b: sender_child(b, b.submission)),
                       ('httpd', lambda b: sender_child(b, b.https))):
        b = Box(role)
        try:
            play(b)
        finally:
            b.stop()
    play_send()
    print(f"{results['passed']} passed, {results['failed']} failed")
    return 1 if results['failed'] else 0


if __name__ == '__main__':
    sys.exit(main())
