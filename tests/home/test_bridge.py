"""Programs of this computer on the bridge, with what `pli bridge settings` says
and nothing else: they read, search, move, mark and send."""
import base64, hashlib, os, pty, re, select, shutil, ssl, subprocess, sys
import time
import urllib.parse
import xml.etree.ElementTree as xml
import pytest

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'lab'))
import box as lib
import home
import tbird
from home import ME, Home
from test_home import letter, same, there
from test_send import Box

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')


def needs(name):
    return pytest.mark.skipif(not shutil.which(name),
                              reason=name + ' is not here')


class Sending(Home):
    """Its letters go out where its box takes them."""

    def set_ports(self):
        super().set_ports()
        path = self.account + '/conf'
        with open(path) as f:
            conf = f.read()
        with open(path, 'w') as f:
            f.write(re.sub(r'smarthost \S+',
                           f'smarthost [{self.box.ip}]:465', conf))


@pytest.fixture(scope='module')
def b():
    b = Box()
    b.plictl('user', 'add', 'carol@example.org', '--unsealed',
             '--password-file', '-', input=home.PASSWORD)
    yield b
    b.stop()


@pytest.fixture(scope='module')
def h(b):
    h = Sending(b)
    b.plictl('user', 'password', ME, '--password-file', '-',
             input=home.PASSWORD)
    b.deliver([letter(f'number {i}', f'the words walrus{i}')
               for i in range(6)])
    h.here(6)
    yield h
    h.stop()


@pytest.fixture
def s(h, request):
    return h.json('bridge', 'settings', '--device', request.node.name)


def certificate(s):
    pem = ssl.get_server_certificate(('127.0.0.1', s['imap']))
    return ssl.PEM_cert_to_DER_cert(pem)


def subjects(h, name):
    c = h.client()
    inside = c.boxes()[name]
    return {e['subject']: e for e in c.emails(
        'subject', 'keywords', ids=c.find(inMailbox=inside))}


def subjects_of(h, name):
    c = h.client()
    return [e['subject'] for e in c.emails(
        'subject', ids=c.find(inMailbox=c.boxes()[name]))]


def carol(b):
    import imaplib
    m = imaplib.IMAP4('127.0.0.1', b.imap)
    m.login('carol@example.org', home.PASSWORD)
    m.select('INBOX')
    return b''.join(p[1] for p in m.fetch('1:*', '(BODY[])')[1]
                    if isinstance(p, tuple)) if m.search(
                        None, 'ALL')[1][0] else b''


def test_the_certificate_stays(h, s):
    print_ = ':'.join(f'{o:02X}' for o in
                      hashlib.sha256(certificate(s)).digest())
    assert s['sha256'] == print_ and s['host'] == '127.0.0.1'
    h.pli('stop')
    h.run()
    again = h.json('bridge', 'settings', '--device', 'again')
    assert again['sha256'] == print_
    assert lib.wait_for(lambda: certificate(again) == certificate(s), 20)
    said = h.pli('bridge', 'settings', '--device', 'again').stdout
    assert print_ in said and f'port {s["imap"]}' in said
    assert 'empreinte' in h.pli('bridge', 'settings', lang='fr').stdout


def test_one_password_a_device(h, s):
    """A new one for the same name replaces it; another's stays."""
    m = h.bridge('one')
    other = h.bridge('two')
    new = h.json('bridge', 'settings', '--device', 'one')
    assert new['user'] == ME + '/one'
    m.logout()
    assert other.select('INBOX')[0] == 'OK'
    other.logout()
    assert '32 letters' in h.refused('bridge', 'settings', '--device', 'a/b')


def test_for_thunderbird(h, s, tmp_path):
    h.pli('bridge', 'settings', '--thunderbird', str(tmp_path / 'a.xml'))
    root = xml.parse(tmp_path / 'a.xml').getroot()
    assert root.tag == 'clientConfig'
    assert root.find('emailProvider/domain').text == 'example.org'
    for kind, type, port in (('incomingServer', 'imap', s['imap']),
                             ('outgoingServer', 'smtp', s['submission'])):
        server = root.find('emailProvider/' + kind)
        assert {'type': server.get('type'), **{
            e.tag: e.text for e in server}} == {
                'type': type, 'hostname': '127.0.0.1', 'port': str(port),
                'socketType': 'SSL', 'username': ME + '/thunderbird',
                'authentication': 'password-cleartext'}
    assert 'already' in h.refused('bridge', 'settings', '--thunderbird',
                                  str(tmp_path / 'a.xml'))
    h.pli('bridge', 'settings', '--thunderbird', str(tmp_path / 'user.js'))
    text = (tmp_path / 'user.js').read_text()
    assert f'server1.port", {s["imap"]})' in text
    assert all(re.fullmatch(r'user_pref\("[\w.]+", ("[^"]*"|\d+|true)\);', l)
               for l in text.splitlines())


@needs('curl')
def test_curl(b, h, s, tmp_path):
    def curl(path, *words, scheme='imaps', port=s['imap'], **kw):
        got = subprocess.run(
            ['curl', '-sS', '-k', '--max-time', '30', '--user',
             f'{s["user"]}:{s["password"]}', *words,
             f'{scheme}://127.0.0.1:{port}/{path}'], capture_output=True,
            text=True, **kw)
        assert got.returncode == 0, got.stderr
        return got.stdout

    assert 'INBOX' in curl('')
    found = re.search(r'SEARCH (\d+)', curl('INBOX?TEXT%20walrus1'))[1]
    assert 'the words walrus1' in curl(f'INBOX;MAILINDEX={found}')
    curl('INBOX', '-X', f'MOVE {found} Archive')
    assert 'number 1' in subjects(h, 'archive')
    text = (f'From: {ME}\r\nTo: carol@example.org\r\nSubject: by curl\r\n'
            '\r\nhello from curl\r\n')
    curl('', '--mail-from', ME, '--mail-rcpt', 'carol@example.org', '-T',
         '-', scheme='smtps', port=s['submission'], input=text)
    assert lib.wait_for(lambda: b'hello from curl' in carol(b), 30)
    assert lib.wait_for(lambda: same(b, h, h.client()), 30)
    # the box made a copy of its own of what it was given; there is one
    time.sleep(3)
    assert len(subjects_of(h, 'sent')) == 1


@needs('mbsync')
def test_mbsync(b, h, s, tmp_path):
    pem = tmp_path / 'pem'
    pem.write_text(ssl.DER_cert_to_PEM_cert(certificate(s)))
    rc = tmp_path / 'rc'
    rc.write_text(f'''IMAPAccount bridge
Host 127.0.0.1
Port {s['imap']}
User {s['user']}
Pass "{s['password']}"
SSLType IMAPS
CertificateFile {pem}

IMAPStore far
Account bridge

MaildirStore near
Path {tmp_path}/mail/
Inbox {tmp_path}/mail/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX Drafts
Create Both
Expunge Both
SyncState *
''')
    (tmp_path / 'mail').mkdir()

    def run():
        got = subprocess.run(['mbsync', '-c', rc, '-a'], text=True,
                             capture_output=True, timeout=120)
        assert got.returncode == 0, got.stdout + got.stderr

    run()
    inbox = tmp_path / 'mail/INBOX'
    files = [*inbox.glob('cur/*'), *inbox.glob('new/*')]
    assert len(files) == len(subjects(h, 'inbox'))
    one, = [f for f in files if b'walrus2' in f.read_bytes()]
    one.rename(inbox / 'cur' / (one.name.split(':')[0] + ':2,FS'))
    (tmp_path / 'mail/Drafts/cur/1.x:2,D').write_text(
        letter('a draft by mbsync', 'written with an elephant'))
    run()
    assert subjects(h, 'inbox')['number 2']['keywords'] == {
        '$seen': True, '$flagged': True}
    assert 'a draft by mbsync' in subjects(h, 'drafts')
    # at the box, too, and as ciphertext
    assert lib.wait_for(lambda: same(b, h, h.client()), 40)
    t = there(b)
    assert not any(b'elephant' in t.raw(i) for i in t.find())


RC = '''set folder = "imaps://127.0.0.1:{imap}/"
set spoolfile = "+INBOX"
set imap_user = "{user}"
set imap_pass = "{password}"
set imap_authenticators = "login"
set smtp_url = "smtps://{quoted}@127.0.0.1:{submission}/"
set smtp_pass = "{password}"
set smtp_authenticators = "plain"
set certificate_file = "{pem}"
set ssl_verify_host = no
set from = "{me}"
set use_from = yes
set envelope_from = yes
set record = ""
set delete = yes
set confirmappend = no
set wait_key = no
set header_cache = ""
set crypt_use_gpgme = no
set quit = yes
'''


@needs('neomutt')
def test_neomutt(b, h, s, tmp_path):
    (tmp_path / 'pem').write_text(ssl.DER_cert_to_PEM_cert(certificate(s)))
    (tmp_path / 'rc').write_text(RC.format(
        **s, me=ME, pem=tmp_path / 'pem',
        quoted=urllib.parse.quote(s['user'], safe='')))
    env = {**os.environ, 'HOME': str(tmp_path), 'TERM': 'xterm',
           'LANG': 'C.UTF-8'}
    words = ['neomutt', '-n', '-F', str(tmp_path / 'rc')]
    pid, fd = pty.fork()
    if pid == 0:
        os.execvpe('neomutt', [*words, '-e', (
            'push "<limit>~b walrus3<enter><display-message><exit>'
            '<flag-message><save-message>+Archive<enter><limit>~A<enter>'
            '<sync-mailbox><quit>"')], env)
    seen, until = b'', time.time() + 60
    while time.time() < until:
        if select.select([fd], [], [], 1)[0]:
            try:
                seen += os.read(fd, 65536)
            except OSError:
                break
    assert os.waitpid(pid, 0)[1] == 0, seen[-2000:]
    assert '$flagged' in subjects(h, 'archive')['number 3']['keywords']
    assert 'number 3' not in subjects(h, 'inbox')
    got = subprocess.run([*words, '-s', 'by mutt', '--',
                          'carol@example.org'], input='hello from mutt\n',
                         text=True, env=env, capture_output=True, timeout=60)
    assert got.returncode == 0, got.stdout + got.stderr
    assert lib.wait_for(lambda: b'hello from mutt' in carol(b), 30)


CHANGE = tbird.SERVICES + '''
const s = MailServices.accounts.defaultAccount.incomingServer;
const f = s.rootFolder.subFolders.find(x => x.flags & 0x1000);
const to = s.rootFolder.subFolders.find(x => x.name == "Archive");
const of = n => [...f.messages].find(m => m.mime2DecodedSubject == n);
f.markMessagesFlagged([of(A[0])], true);
await new Promise((good, bad) => MailServices.copy.copyMessages(f,
    [of(A[1])], to, true, {onStartCopy() {}, onProgress() {},
    setMessageKey() {}, getMessageId() {},
    onStopCopy(r) { r ? bad(r) : good(); }}, null, false));'''
SEND = tbird.SERVICES + '''
const a = MailServices.accounts.defaultAccount;
const smtp = (MailServices.outgoingServer || MailServices.smtp).defaultServer;
smtp.password = A[0];
const to = Cc["@mozilla.org/messengercompose/composefields;1"]
    .createInstance(Ci.nsIMsgCompFields);
to.from = A[1]; to.to = A[2];
const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
file.initWithPath(A[3]);
const send = Cc["@mozilla.org/messengercompose/send;1"]
    .createInstance(Ci.nsIMsgSend);
await new Promise((good, bad) => send.sendMessageFile(a.defaultIdentity,
    a.key, to, file, false, false, 0, null, {onStartSending() {},
    onProgress() {}, onStatus() {}, onGetDraftFolderURI() {},
    onSendNotPerformed() {}, onTransportSecurityError() {},
    onStopSending(id, status) { status ? bad(status) : good(); }},
    null, ""));'''
LOGIN = tbird.SERVICES + '''
const a = MailServices.accounts.defaultAccount;
a.incomingServer.password = A[0];
return [a.incomingServer.username, a.incomingServer.type,
    a.incomingServer.port, a.defaultIdentity.email,
    a.defaultIdentity.smtpServerKey];'''


@needs('thunderbird')
@needs('socat')
def test_thunderbird(b, h, tmp_path):
    """The user.js is all it knows, but for password and certificate."""
    h.pli('bridge', 'settings', '--thunderbird', str(tmp_path / 'user.js'))
    s = h.json('bridge', 'settings', '--device', 'thunderbird')
    t = tbird.Thunderbird(str(tmp_path / 'profile'), None, '127.0.0.1',
                          lib.free_ports(1)[0],
                          (tmp_path / 'user.js').read_text())
    try:
        t.js(tbird.OVERRIDE, base64.b64encode(certificate(s)).decode(),
             [s['imap'], s['submission']])
        assert t.js(LOGIN, s['password']) == [
            s["user"], "imap", s["imap"], ME, "smtp1"]
        have = subjects(h, 'inbox')
        assert set(t.js(tbird.INBOX, len(have))) == set(have)
        t.js(CHANGE, 'number 4', 'number 5')
        assert lib.wait_for(lambda: '$flagged' in subjects(h, 'inbox')[
            'number 4']['keywords'], 20)
        assert lib.wait_for(lambda: 'number 5' in subjects(h, 'archive'), 20)
        path = tmp_path / 'letter'
        path.write_bytes(
            f'From: {ME}\r\nTo: carol@example.org\r\nSubject: by '
            'Thunderbird\r\n\r\nhello from the bird\r\n'.encode())
        t.js(SEND, s['password'], ME, 'carol@example.org', str(path))
        assert lib.wait_for(lambda: b'hello from the bird' in carol(b), 30)
    finally:
        t.quit()
