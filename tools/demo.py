#!/usr/bin/python3
"""demo.py BUILD: a throw-away box, a letter, and a search for its text.

Run it by `make demo`.  Every step is real: the parts are those that run on a
box, the clients are gpg, swaks (or curl) and curl.
"""
import os, re, shutil, signal, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tests', 'lib'))
import box
sys.path.insert(0, HERE)
import demo_out

FRENCH = any(os.environ.get(v, '').startswith('fr')
             for v in ('LC_ALL', 'LC_MESSAGES', 'LANG')
             if os.environ.get(v))
COLOUR = sys.stdout.isatty() and os.environ.get('TERM') != 'dumb'
SUBJECT = 'The ledger you asked for'
TEXT = 'Room 12, the grey cabinet, third drawer = the copies. Burn this. É.'

WORDS = {
    'en': {
        'title': 'pli: a letter under sealed cover',
        'built': 'The programs are built',
        'key': "Alice makes her key on her own computer (a folder that stands for it)",
        'mx': "A foreign mail server starts: Debian's Postfix, apart from this machine's own",
        'sink': 'A foreign mail server is played (as root: a real Postfix)',
        'box': 'A box starts: fourteen roles, each in a sandbox of its own',
        'user': 'The box learns of alice@example.org and her public certificate',
        'send': 'A stranger sends her a letter by ordinary SMTP',
        'starttls': 'with STARTTLS, as the world does',
        'arrive': 'It is in her mailbox. This is all that the box can show of it:',
        'read': 'She fetches it over IMAP with TLS and decrypts it on her side:',
        'canary': 'Every file that the box can write is searched for the text',
        'files': 'files',
        'nowhere': 'as it is, base64, quoted-printable, hexadecimal, UTF-16, gzip: nowhere',
        'memory': 'and it has left the memory of all processes',
        'selftest': 'The search finds a planted secret in each of those forms',
        'bad': 'This did not work. The log of the box ends with:',
        'left': 'The box runs on. Try it with a real client:',
        'imap': 'IMAP', 'smtp': 'Send to her (SMTP)', 'name': 'User',
        'password': 'Password', 'import': 'Her key, for Thunderbird',
        'tls': 'self-made certificate: accept it when asked',
        'manage': 'Look inside', 'end': 'Ctrl-C ends it and removes everything.',
        'gone': 'Everything is removed.',
        'once': 'All steps went well.',
        'answer': 'She answers: her program hands the letter to the box over TLS',
        'there': 'The stranger\'s server has it, signed by the box (DKIM):',
        'good': 'both signatures verified there', 'unverified': 'install python3-dkim to have them verified',
        'waits': 'Another letter has to wait: the other server is busy',
        'back': 'One to nobody comes back to her, sealed like all her mail:',
        'again': 'Once more: queue, copies in Sent and the notice are searched too',
        'submit': 'Send from her (SMTP)',
        'world': 'the world is played: NAME@ANY.example is taken, no.example refuses, later.example puts off',
    },
    'fr': {
        'title': 'pli : une lettre sous pli cacheté',
        'built': 'Les programmes sont compilés',
        'key': "Alice crée sa clé sur son propre ordinateur (un dossier en tient lieu)",
        'mx': 'Un serveur étranger démarre : le Postfix de Debian, à part de celui de la machine',
        'sink': 'Un serveur étranger est joué (en root : un vrai Postfix)',
        'box': 'Une boîte démarre : quatorze rôles, chacun dans son bac à sable',
        'user': 'La boîte apprend alice@example.org et son certificat public',
        'send': 'Un inconnu lui envoie une lettre, en SMTP ordinaire',
        'starttls': 'avec STARTTLS, comme tout le monde',
        'arrive': 'Elle est dans sa boîte aux lettres. La boîte ne peut en montrer que ceci :',
        'read': 'Alice la relève en IMAP sous TLS et la déchiffre chez elle :',
        'canary': 'On cherche le texte dans chaque fichier que la boîte peut écrire',
        'files': 'fichiers',
        'nowhere': 'tel quel, base64, quoted-printable, hexadécimal, UTF-16, gzip : nulle part',
        'memory': 'et il a quitté la mémoire de tous les processus',
        'selftest': 'La recherche trouve un secret semé sous chacune de ces formes',
        'bad': "Cela n'a pas marché. Le journal de la boîte finit par :",
        'left': 'La boîte reste en marche. Essayez-la avec un vrai client :',
        'imap': 'IMAP', 'smtp': 'Lui écrire (SMTP)', 'name': 'Utilisateur',
        'password': 'Mot de passe', 'import': 'Sa clé, pour Thunderbird',
        'tls': 'certificat fait maison : acceptez-le quand on le demande',
        'manage': "Regarder à l'intérieur", 'end': 'Ctrl-C arrête tout et efface tout.',
        'gone': 'Tout est effacé.',
        'once': 'Toutes les étapes ont réussi.',
        'answer': 'Elle répond : son logiciel remet la lettre à la boîte sous TLS',
        'there': "Le serveur de l'inconnu l'a reçue, signée par la boîte (DKIM) :",
        'good': 'les deux signatures y sont vérifiées', 'unverified': 'installez python3-dkim pour les vérifier',
        'waits': "Une autre lettre doit attendre : l'autre serveur est occupé",
        'back': 'Une lettre à personne lui revient, chiffrée comme tout son courrier :',
        'again': "Encore : on cherche aussi dans la file, les copies d'envoi et l'avis",
        'submit': 'Écrire depuis sa boîte (SMTP)',
        'world': 'le monde est joué : NOM@X.example est accepté, no.example refuse, later.example fait attendre',
    },
}['fr' if FRENCH else 'en']


def paint(code, text):
    return f'\033[{code}m{text}\033[0m' if COLOUR else text


class Failed(Exception):
    pass


class Steps:
    """A line a step, with its time."""

    def __init__(self):
        self.n = 0

    def done(self, key, since, more=''):
        self.n += 1
        took = time.time() - since
        tail = f' {paint(2, more)}' if more else ''
        print(f"{paint('32;1', '✓')} {paint(2, f'{self.n}.')} {WORDS[key]}{tail} "
              f"{paint(2, f'{took:.1f} s')}", flush=True)


def show(text, colour):
    for line in text.rstrip().splitlines():
        print('    ' + paint(2, '│ ') + paint(colour, line))


def port_from(first):
    for p in range(first, first + 200):
        with socket.socket() as s:
            if s.connect_ex(('127.0.0.1', p)) != 0:
                return p
    raise Failed('no free port')


class DemoBox(box.Box):
    def write_conf(self, extra=''):
        self.mx, self.imaps = port_from(2525), port_from(9993)
        self.submissions = port_from(4465)
        with open(self.dir + '/etc/plid.conf', 'w') as f:
            f.write('host localhost\ndomain example.org\n'
                    f'listen mx 127.0.0.1:{self.mx}'
                    f' imaps 127.0.0.1:{self.imaps}'
                    f' submissions 127.0.0.1:{self.submissions}\n' + extra)

    def password(self):
        out = self.plictl('user', 'add', 'alice@example.org', '--cert',
                          self.gpg.cert, ok=False)
        if out.returncode:
            raise Failed(out.stdout + out.stderr)
        found = re.findall(r'\S{20,}', out.stdout)
        if not found:
            raise Failed('no password in: ' + out.stdout)
        return found[-1]


def make_key():
    folder = f'/tmp/pli-alice-{os.getpid()}'
    return box.Gpg(folder, 'Alice <alice@example.org>')


def send(b):
    message = (f'From: A stranger <stranger@example.net>\n'
               f'To: alice@example.org\nSubject: {SUBJECT}\n'
               f'Date: {time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())}\n'
               f'Message-ID: <demo-{os.getpid()}@example.net>\n'
               f'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n'
               f'Content-Transfer-Encoding: 8bit\n\n{TEXT}\n')
    if shutil.which('swaks'):
        out = subprocess.run(
            ['swaks', '--server', '127.0.0.1', '--port', str(b.mx), '--tls',
             '--from', 'stranger@example.net', '--to', 'alice@example.org',
             '--data', '-', '--silent', '2'], input=message.encode(),
            capture_output=True)
    else:
        out = subprocess.run(
            ['curl', '-sS', '-k', '--ssl-reqd', f'smtp://127.0.0.1:{b.mx}',
             '--mail-from', 'stranger@example.net', '--mail-rcpt',
             'alice@example.org', '-T', '-'], input=message.encode(),
            capture_output=True)
    if out.returncode:
        raise Failed((out.stdout + out.stderr).decode(errors='replace'))


def fetch(b, password, n=1):
    """By curl over TLS, with the password on standard input, not in argv."""
    out = subprocess.run(
        ['curl', '-sS', '-k', '-K', '-',
         f'imaps://127.0.0.1:{b.imaps}/INBOX;MAILINDEX={n}'],
        input=f'user = "alice@example.org:{password}"'.encode(),
        capture_output=True)
    if out.returncode or not out.stdout:
        raise Failed(out.stderr.decode(errors='replace') or 'an empty mailbox')
    return out.stdout


def head_of(raw, fields):
    head = raw.replace(b'\r', b'').split(b'\n\n')[0].decode(errors='replace')
    return '\n'.join(l for l in head.split('\n')
                     if l.split(':')[0].lower() in fields)


def search(b, more=()):
    folders = [b.dir + '/var', b.dir + '/run', b.dir + '/etc']
    count = sum(len(n) for f in folders for _, _, n in os.walk(f))
    words = [os.path.join(HERE, 'canary')]
    if os.geteuid() == 0:
        words.append('-m')
    for secret in (TEXT, SUBJECT) + more:
        out = subprocess.run(words + folders, input=secret.encode(),
                             capture_output=True)
        if out.returncode:
            raise Failed(out.stdout.decode() + out.stderr.decode())
    return count


def play(steps, state):
    t = time.time()
    steps.done('built', t - int(os.environ.get('PLI_DEMO_BUILD_SECONDS', 0)))
    t = time.time()
    state['gpg'] = make_key()
    steps.done('key', t, state['gpg'].home)
    t = time.time()
    state['folder'] = tempfile.mkdtemp(prefix='pli-world-')
    state['world'] = demo_out.new_world(state['folder'])
    steps.done('mx' if state['world'].sink.name else 'sink', t)
    t = time.time()
    b = state['box'] = DemoBox(sys.argv[1], extra=state['world'].conf)
    b.gpg = state['gpg']
    steps.done('box', t)
    t = time.time()
    state['password'] = b.password()
    steps.done('user', t)
    t = time.time()
    send(b)
    steps.done('send', t, WORDS['starttls'])
    t = time.time()
    raw = fetch(b, state['password'])
    steps.done('arrive', t)
    show(head_of(raw, ('from', 'to', 'subject', 'date', 'content-type'))
         + '\n…\n' + '\n'.join(raw.decode().replace('\r', '').split('\n')[-9:-4]), '33')
    t = time.time()
    clear = b.gpg.decrypt(raw)
    if TEXT.encode() not in clear or SUBJECT.encode() not in clear:
        raise Failed('gpg: ' + clear.decode(errors='replace')[:300])
    steps.done('read', t)
    show(head_of(clear, ('from', 'subject')) + '\n\n' + TEXT, '36;1')
    t = time.time()
    count = search(b)
    steps.done('canary', t, f'{count} {WORDS["files"]}')
    print('      ' + WORDS['nowhere'])
    if os.geteuid() == 0:
        print('      ' + WORDS['memory'])
    t = time.time()
    if subprocess.run([os.path.join(HERE, 'canary'), '--self-test'],
                      stdout=subprocess.DEVNULL).returncode:
        raise Failed('canary --self-test')
    steps.done('selftest', t)
    print()
    play_answer(steps, state)


def fetch_quietly(state, n):
    try:
        return fetch(state['box'], state['password'], n)
    except Failed:
        return None


def play_answer(steps, state):
    b, password, world = state['box'], state['password'], state['world']
    t = time.time()
    raw = demo_out.answer(b, password, world)
    steps.done('answer', t)
    t = time.time()
    good = demo_out.signatures(b, raw)
    if good is not None and good != [True, True]:
        raise Failed('DKIM: ' + str(good))
    more = [world.sink.name, WORDS['good' if good else 'unverified']]
    steps.done('there', t, '; '.join(m for m in more if m))
    show(demo_out.dkim_head(raw) + '\n\n' + demo_out.ANSWER, '36;1')
    t = time.time()
    row = demo_out.sent_and_waiting(b, password)
    steps.done('waits', t)
    show(f"{row['recipient']}: {row['reply']}", '33')
    t = time.time()
    status, why = demo_out.bounce(b, password,
                                  lambda n: fetch_quietly(state, n))
    steps.done('back', t)
    show(f'{status}: {why}', '36;1')
    t = time.time()
    count = search(b, (demo_out.ANSWER, demo_out.DRAWER))
    steps.done('again', t, f'{count} {WORDS["files"]}')
    print('      ' + WORDS['nowhere'])


def settings(state):
    b = state['box']
    key = b.gpg.home + '/secret-key.asc'
    with open(key, 'w') as f:
        os.chmod(key, 0o600)
        f.write(b.gpg.call('--armor', '--export-secret-keys').stdout)
    rows = [('imap', f'localhost, port {b.imaps}, SSL/TLS ({WORDS["tls"]})'),
            ('name', 'alice@example.org'), ('password', state['password']),
            ('import', key),
            ('smtp', f'swaks --server 127.0.0.1:{b.mx} --to alice@example.org'),
            ('submit', f'localhost, port {b.submissions}, SSL/TLS'),
            ('manage', f'{b.build}/ctl/plictl -s {b.dir}/run/plid/control.sock status')]
    print('\n' + paint(1, WORDS['left']))
    for k, v in rows:
        print(f'    {WORDS[k]:24} {v}')
    print('    ' + paint(2, WORDS['world']))
    print('\n' + WORDS['end'], flush=True)


def wait_for_end():
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass


def clean(state):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if 'box' in state:
        state['box'].stop()
    if 'world' in state:
        state['world'].stop()
        shutil.rmtree(state['folder'], ignore_errors=True)
    if 'gpg' in state:
        state['gpg'].stop()
        shutil.rmtree(state['gpg'].home, ignore_errors=True)


def stop(*_):
    raise KeyboardInterrupt


def main():
    signal.signal(signal.SIGTERM, stop)
    state, status = {}, 0
    print('\n' + paint(1, WORDS['title']) + '\n')
    try:
        play(Steps(), state)
        if os.environ.get('ONCE'):
            print('\n' + paint('32;1', WORDS['once']))
        else:
            settings(state)
            wait_for_end()
    except KeyboardInterrupt:
        print()
    except (Failed, SystemExit, OSError) as e:
        status = 1
        print(f"{paint('31;1', '✗')} {e}\n{WORDS['bad']}")
        if 'box' in state:
            show('\n'.join(state['box'].log().splitlines()[-12:]), '31')
    finally:
        clean(state)
    if not os.environ.get('ONCE'):
        print(WORDS['gone'])
    return status


if __name__ == '__main__':
    sys.exit(main())
