#!/usr/bin/python3
"""demo.py BUILD: a throw-away box, its owner's computer, letters both ways,
and a search for their text.

Run it by `make demo`.  Every step is real: the parts are those that run on a
box and at home; the strangers are swaks (or curl) and, as root, a Postfix.
"""
import imaplib, json, os, secrets, shutil, signal, socket, subprocess, sys
import tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tests', 'lib'))
import box
sys.path.insert(0, HERE)
import demo_home, demo_out, demo_shot

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
        'mx': "A foreign mail server starts: Debian's Postfix, apart from this machine's own",
        'sink': 'A foreign mail server is played (as root: a real Postfix)',
        'box': 'A box starts: fourteen roles, each in a sandbox of its own',
        'user': 'Its operator gives alice@example.org a mailbox, and gets a code for her:',
        'key': 'Alice makes her key on her own computer (a folder that stands for it)',
        'pair': 'She types the code there: the box gets her public certificate, no more',
        'send': 'A stranger sends her a letter by ordinary SMTP',
        'starttls': 'with STARTTLS, as the world does',
        'arrive': 'It is in her mailbox. This is all that the box can show of it:',
        'read': 'She opens her webmail, which runs on her computer alone:',
        'badge': {'sealed': 'sealed on arrival; it came in clear'},
        'search': 'She looks for a word of it, and finds it here',
        'shot': 'Chromium shows it:',
        'answer': 'She answers in the webmail: the box delivers it, signed (DKIM):',
        'good': 'both signatures verified there', 'unverified': 'install python3-dkim to have them verified',
        'sent': 'Her own copy of it at the box is sealed like all her mail',
        'back': 'A letter to nobody comes back to her, sealed at the box, readable here:',
        'canary': 'Every file that the box can write is searched for all these texts',
        'files': 'files',
        'nowhere': 'as they are, base64, quoted-printable, hexadecimal, UTF-16, gzip: nowhere',
        'memory': 'and they have left the memory of all its processes',
        'octets': 'The same for the numbers of her secret key: nowhere on the box',
        'selftest': 'The search finds a planted secret in each of those forms',
        'bad': 'This did not work. The log of the box ends with:',
        'left': 'All this runs on. Try it:',
        'link': 'Her webmail (once)', 'more': 'Another link',
        'smtp': 'Send to her (SMTP)', 'manage': 'Look inside the box',
        'world': 'the world is played: NAME@ANY.example is taken, no.example refuses, later.example puts off',
        'end': 'Ctrl-C ends it and removes everything.',
        'gone': 'Everything is removed.',
        'once': 'All steps went well.',
    },
    'fr': {
        'title': 'pli : une lettre sous pli cacheté',
        'built': 'Les programmes sont compilés',
        'mx': 'Un serveur étranger démarre : le Postfix de Debian, à part de celui de la machine',
        'sink': 'Un serveur étranger est joué (en root : un vrai Postfix)',
        'box': 'Une boîte démarre : quatorze rôles, chacun dans son bac à sable',
        'user': 'Son opérateur donne une boîte à alice@example.org, et reçoit un code pour elle :',
        'key': 'Alice crée sa clé sur son propre ordinateur (un dossier en tient lieu)',
        'pair': 'Elle y tape le code : la boîte reçoit son certificat public, rien de plus',
        'send': 'Un inconnu lui envoie une lettre, en SMTP ordinaire',
        'starttls': 'avec STARTTLS, comme tout le monde',
        'arrive': 'Elle est dans sa boîte aux lettres. La boîte ne peut en montrer que ceci :',
        'read': 'Alice ouvre son courrier, qui ne tourne que sur son ordinateur :',
        'badge': {'sealed': "scellée à l'arrivée ; elle est venue en clair"},
        'search': "Elle cherche un mot de la lettre, et le trouve ici",
        'shot': 'Chromium la montre :',
        'answer': 'Elle répond : la boîte remet sa réponse, signée (DKIM) :',
        'good': 'les deux signatures y sont vérifiées', 'unverified': 'installez python3-dkim pour les vérifier',
        'sent': 'Sa propre copie est scellée dans la boîte, comme tout son courrier',
        'back': 'Une lettre à personne lui revient, scellée dans la boîte, lisible ici :',
        'canary': 'On cherche tous ces textes dans chaque fichier que la boîte peut écrire',
        'files': 'fichiers',
        'nowhere': 'tels quels, base64, quoted-printable, hexadécimal, UTF-16, gzip : nulle part',
        'memory': 'et ils ont quitté la mémoire de tous ses processus',
        'octets': 'De même pour les nombres de sa clé secrète : nulle part dans la boîte',
        'selftest': 'La recherche trouve un secret semé sous chacune de ces formes',
        'bad': "Cela n'a pas marché. Le journal de la boîte finit par :",
        'left': 'Tout cela reste en marche. Essayez :',
        'link': 'Son courrier (une fois)', 'more': 'Un autre lien',
        'smtp': 'Lui écrire (SMTP)', 'manage': "Regarder dans la boîte",
        'world': 'le monde est joué : NOM@X.example est accepté, no.example refuse, later.example fait attendre',
        'end': 'Ctrl-C arrête tout et efface tout.',
        'gone': 'Tout est effacé.',
        'once': 'Toutes les étapes ont réussi.',
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
        self.ip = '127.%d.%d.%d' % tuple(1 + b % 250 for b in os.urandom(3))
        with open(self.dir + '/etc/plid.conf', 'w') as f:
            f.write('host mail.example.org\ndomain example.org\n'
                    f'listen mx 127.0.0.1:{self.mx}'
                    f' imaps 127.0.0.1:{self.imaps}'
                    f' submissions {self.ip}:{self.submissions}'
                    f' https {self.ip}:8443\n' + extra)

    def code(self):
        out = self.plictl('-j', 'user', 'add', demo_home.ME, ok=False)
        if out.returncode:
            raise Failed(out.stdout + out.stderr)
        return json.loads(out.stdout)['code']

    def stored(self, folder):
        """All that lies there, as the box has it: by a login that its operator
        can always give himself."""
        out = self.plictl('-j', 'user', 'password', demo_home.ME, '--device',
                          'operator' + secrets.token_hex(3))
        got = json.loads(out.stdout)
        m = imaplib.IMAP4_SSL('127.0.0.1', self.imaps,
                              ssl_context=box.insecure_tls())
        m.login(got['name'], got['password'])
        m.select(folder, readonly=True)
        found = m.fetch('1:*', '(BODY.PEEK[])')[1]
        m.logout()
        return [f[1] for f in found if isinstance(f, tuple)]


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


def head_of(raw, fields):
    head = raw.replace(b'\r', b'').split(b'\n\n')[0].decode(errors='replace')
    return '\n'.join(l for l in head.split('\n')
                     if l.split(':')[0].lower() in fields)


def search(b, texts):
    folders = [b.dir + '/var', b.dir + '/run', b.dir + '/etc']
    count = sum(len(n) for f in folders for _, _, n in os.walk(f))
    words = [os.path.join(HERE, 'canary')]
    if os.geteuid() == 0:
        words.append('-m')
    for text in texts:
        out = subprocess.run(words + folders, capture_output=True,
                             input=text.encode() if isinstance(text, str)
                             else text)
        if out.returncode:
            raise Failed(out.stdout.decode() + out.stderr.decode())
    return count


def begin(steps, state):
    t = time.time()
    steps.done('built', t - int(os.environ.get('PLI_DEMO_BUILD_SECONDS', 0)))
    t = time.time()
    state['folder'] = tempfile.mkdtemp(prefix='pli-world-')
    state['world'] = demo_out.new_world(state['folder'])
    steps.done('mx' if state['world'].sink.name else 'sink', t)
    t = time.time()
    b = state['box'] = DemoBox(sys.argv[1], extra=state['world'].conf)
    steps.done('box', t)
    t = time.time()
    code = b.code()
    steps.done('user', t)
    show(code[:60] + ' …', '33')
    t = time.time()
    alice = state['alice'] = demo_home.Owner(os.path.abspath(sys.argv[1]))
    steps.done('key', t, alice.dir)
    t = time.time()
    alice.pair(code, b)
    steps.done('pair', t)


def read(steps, state):
    b, alice = state['box'], state['alice']
    t = time.time()
    send(b)
    steps.done('send', t, WORDS['starttls'])
    t = time.time()
    raw, = box.wait_for(lambda: b.stored('INBOX'))
    if TEXT.encode() in raw or SUBJECT.encode() in raw:
        raise Failed('the box holds it in clear')
    steps.done('arrive', t)
    show(head_of(raw, ('from', 'to', 'subject', 'date', 'content-type'))
         + '\n…\n' + '\n'.join(raw.decode().replace('\r', '').split('\n')[-9:-4]), '33')
    t = time.time()
    web = state['web'] = demo_home.Web(alice.link())
    ident, = box.wait_for(lambda: web.find(text='cabinet'), 30)
    e = web.read(ident)
    if e['subject'] != SUBJECT or TEXT not in e['text']:
        raise Failed(f'the webmail shows {e}')
    steps.done('read', t)
    word = e['status'].split(';')[0]
    show(f"From: {e['from'][0]['email']}\nSubject: {e['subject']}\n"
         f"[{WORDS['badge'].get(word, word)}]\n\n{e['text'].strip()}", '36;1')
    t = time.time()
    if web.find(text='drawer burn') != [ident] or web.find(text='nowhere'):
        raise Failed('the search finds something else')
    steps.done('search', t)
    t = time.time()
    shot = picture(alice)
    if shot:
        steps.done('shot', t, shot)


def picture(alice):
    """Of her letter in Chromium, when that is here."""
    path = os.path.join(sys.argv[1], 'webmail.png')
    if not shutil.which('chromium'):
        return None
    try:
        demo_shot.of_letter(alice.link(), SUBJECT, path)
    except OSError as e:
        raise Failed(f'Chromium: {e}')
    return path


def answer(steps, state):
    b, web = state['box'], state['web']
    t = time.time()
    web.send('stranger@there.example', demo_out.SUBJECT, demo_out.ANSWER)
    raw = demo_out.arrived(state['world'])
    good = demo_out.signatures(b, raw)
    if good is not None and good != [True, True]:
        raise Failed('DKIM: ' + str(good))
    more = [state['world'].sink.name, WORDS['good' if good else 'unverified']]
    steps.done('answer', t, '; '.join(m for m in more if m))
    show(demo_out.dkim_head(raw) + '\n\n' + demo_out.ANSWER, '36;1')
    t = time.time()

    def copies():
        found = b.stored('Sent')
        return found if found and web.find(text='behind') else None
    kept = box.wait_for(copies, 30)
    if any(demo_out.ANSWER.encode() in raw for raw in kept):
        raise Failed('Sent holds it in clear')
    steps.done('sent', t)
    t = time.time()
    web.send('nobody@no.example', demo_out.SUBJECT, demo_out.DRAWER)
    ident = box.wait_for(lambda: web.find(
        inMailbox=web.box('inbox'), text='nobody'), 60)
    if not ident:
        raise Failed('nothing came back')
    e = web.read(ident[0])
    steps.done('back', t)
    show(e['subject'] + '\n' + e['text'].split('It will not')[0], '36;1')


def play(steps, state):
    begin(steps, state)
    read(steps, state)
    answer(steps, state)
    t = time.time()
    count = search(state['box'], (TEXT, SUBJECT, demo_out.ANSWER,
                                  demo_out.DRAWER))
    steps.done('canary', t, f'{count} {WORDS["files"]}')
    print('      ' + WORDS['nowhere'])
    if os.geteuid() == 0:
        print('      ' + WORDS['memory'])
    t = time.time()
    numbers = state['alice'].secret_octets()
    if len(numbers) != 2:
        raise Failed('which are the numbers of her key?')
    search(state['box'], [n[::way] for n in numbers for way in (1, -1)])
    steps.done('octets', t)
    t = time.time()
    if subprocess.run([os.path.join(HERE, 'canary'), '--self-test'],
                      stdout=subprocess.DEVNULL).returncode:
        raise Failed('canary --self-test')
    steps.done('selftest', t)


def settings(state):
    b = state['box']
    rows = [('link', state['alice'].link()),
            ('more', ' '.join(state['alice'].words + ['run'])),
            ('smtp', f'swaks --server 127.0.0.1:{b.mx} --to {demo_home.ME}'),
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
    if 'alice' in state:
        state['alice'].stop()
    if 'box' in state:
        state['box'].stop()
    if 'world' in state:
        state['world'].stop()
        shutil.rmtree(state['folder'], ignore_errors=True)


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
        if 'alice' in state:
            show(state['alice'].log()[-1500:], '31')
    finally:
        clean(state)
    if not os.environ.get('ONCE'):
        print(WORDS['gone'])
    return status


if __name__ == '__main__':
    sys.exit(main())
