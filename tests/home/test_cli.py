"""pli list, read, search, send: a person at a terminal, a real box."""
import email, json, os, pty, subprocess
import pytest

import box as lib
import home
from home import ME
from test_home import letter
from test_send import until, world

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
MIXED = {'MIME-Version': '1.0',
         'Content-Type': 'multipart/mixed; boundary=b'}


def mixed(subject, *parts):
    return letter(subject, ''.join(f'--b\r\n{p}\r\n' for p in parts) +
                  '--b--', **MIXED)


LETTERS = [
    letter('first', 'the roof has slates'),
    letter('=?utf-8?q?=1B[31mred=C2=9B=E2=80=AE?=', 'move \x1b[2J the cursor',
           From='=?utf-8?q?=07Eve=0D?= <eve@example.net>'),
    mixed('with files', 'Content-Type: text/plain\r\n\r\nsee below',
          'Content-Type: application/pdf\r\nContent-Disposition: attachment;'
          ' filename="../../etc/evil.pdf"\r\n\r\npdf one',
          'Content-Type: application/pdf\r\nContent-Disposition: attachment;'
          ' filename=".evil.pdf"\r\n\r\npdf two',
          'Content-Type: application/pdf\r\nContent-Disposition: attachment;'
          ' filename="evil.pdf"\r\n\r\npdf three'),
    letter('a page', '<p>What <b>HTML</b> says</p><script>no</script>',
           **{'Content-Type': 'text/html', 'From':
              'Anna <anna@example.net>'}),
]


def pli(h, *words, text=None, env=()):
    got = subprocess.run(
        [home.BUILD + '/user/pli/pli', '--home', h.dir + '/home', '--libexec',
         home.BUILD + '/user:' + home.BUILD + '/box', *words],
        input=text if isinstance(text, bytes) else (text or '').encode(),
        capture_output=True, start_new_session=True,
        env={**os.environ, 'LC_ALL': 'C', **dict(env)})
    got.out, got.err = got.stdout.decode(), got.stderr.decode()
    return got


def rows(h, *words):
    got = pli(h, '-j', *words)
    assert got.returncode == 0, got.err
    return json.loads(got.out)


@pytest.fixture(scope='module')
def ids(world):
    b, h, _ = world
    for l in LETTERS:
        b.deliver([l.encode()])
    until(lambda: len(rows(h, 'list')) == len(LETTERS))
    return {r['subject']: r['id'] for r in rows(h, 'list')}


def quiet(text):
    """Nothing in it moves a cursor."""
    return not [c for c in text if c != '\n' and (
        ord(c) < 32 or 127 <= ord(c) < 160 or c in '\u202e\u2066')]


def test_list(world, ids):
    _, h, _ = world
    got = pli(h, 'list')
    lines = got.out.splitlines()
    assert len(lines) == len(LETTERS) and quiet(got.out)
    assert all(l.split()[1] == '*' for l in lines)
    assert 'Bob' in got.out and '[+]' in got.out and 'first' in got.out
    assert len(pli(h, 'list', '-n', '2').out.splitlines()) == 2
    r = next(r for r in rows(h, 'list', 'INBOX') if r['subject'] == 'first')
    assert r['unread'] and r['from'][0]['email'] == 'bob@example.net'
    assert pli(h, 'list', 'Sent').out == 'No messages.\n'
    bad = pli(h, 'list', 'nowhere')
    assert bad.returncode == 1 and 'nowhere' in bad.err
    assert pli(h, 'list', '-n', '501').returncode == 1


def test_read(world, ids, tmp_path):
    _, h, _ = world
    got = pli(h, 'read', ids['first'])
    assert got.returncode == 0, got.err
    assert 'the roof has slates' in got.out
    assert 'Bob <bob@example.net>' in got.out
    assert 'sealed on arrival, came in clear' in got.out
    fr = pli(h, 'read', ids['first'], env={'LC_ALL': 'fr_FR.UTF-8'}.items())
    assert 'scellé à l’arrivée, venu en clair' in fr.out
    assert not next(r for r in rows(h, 'list')
                    if r['id'] == ids['first'])['unread']
    red = next(i for s, i in ids.items() if 'red' in s)
    got = pli(h, 'read', red)
    assert quiet(got.out) and 'cursor' in got.out and 'eve@' in got.out
    assert 'What HTML says' in pli(h, 'read', ids['a page']).out
    raw = pli(h, 'read', ids['first'], '--raw')
    assert raw.stdout == h.client().raw(ids['first'])
    assert pli(h, 'read', 'e0').returncode == 1


def test_save(world, ids, tmp_path):
    """Whatever a message calls it, it stays in the folder."""
    _, h, _ = world
    out = pli(h, 'read', ids['with files']).out
    assert out.count('application/pdf') == 3 and 'see below' in out
    got = pli(h, 'read', ids['with files'], '--save', str(tmp_path / 'd'))
    assert got.returncode == 0, got.err
    names = sorted(os.listdir(tmp_path / 'd'))
    assert names == ['2-evil.pdf', '_.._etc_evil.pdf', 'evil.pdf'], names
    assert {(tmp_path / 'd' / n).read_bytes().strip() for n in names} == {
        b'pdf one', b'pdf two', b'pdf three'}
    assert os.listdir(tmp_path) == ['d']


def test_search(world, ids):
    _, h, _ = world

    def found(*words):
        return {r['subject'] for r in rows(h, 'search', *words)}
    assert until(lambda: found('slates')) == {'first'}
    assert found('from:anna') == {'a page'}
    assert found('has:attachment') == {'with files'}
    assert found('subject:with files', 'from:bob') == {'with files'}
    assert 'first' in found('is:read') and 'first' not in found('is:unread')
    assert len(found('after:2020')) == len(LETTERS)
    assert found('before:2020-05') == set()
    assert found('in:inbox', 'roof') == {'first'}
    assert 'a page' not in found('--', '-from:anna', 'after:2020')
    assert found('no:operator') == set()


def test_send(world, ids, tmp_path):
    b, h, o = world
    o.sink.got.clear()
    words = ['send', '--to', 'Xenia <x@one.example>', '--subject', 'Été',
             '--attach', str(tmp_path / 'a.pdf')]
    (tmp_path / 'a.pdf').write_bytes(b'%PDF of the roof')
    # nobody's key is known, and nobody is there to be asked
    got = pli(h, *words, text='Bonjour é\n')
    assert got.returncode == 1 and 'In clear' in got.out, got.err
    assert '--clear' in got.err
    assert rows(h, 'list', 'Drafts') == rows(h, 'list', 'Sent') == []
    got = pli(h, *words, '--clear', text='Bonjour é\n')
    assert got.returncode == 0 and 'on its way' in got.out, got.err
    until(lambda: o.sink.got)
    (sender, rcpts, raw), = o.sink.got
    assert (sender, rcpts) == (ME, ['x@one.example'])
    assert b'a.pdf' in raw and b'Xenia' in raw
    assert {r['subject'] for r in rows(h, 'list', 'Sent')} == {'Été'}
    assert rows(h, 'list', 'Drafts') == []


def test_send_encrypted(world, tmp_path):
    b, h, o = world
    o.sink.got.clear()
    yves = lib.Gpg(str(tmp_path / 'yves'), 'y@one.example')
    try:
        h.pli('contact', 'add', 'y@one.example', yves.cert)
        got = pli(h, 'send', '--to', 'y@one.example', '--subject', 'secret',
                  text='for your eyes\n')
        assert got.returncode == 0, got.err
        assert 'only you and y@one.example' in got.out
        until(lambda: o.sink.got)
        (_, _, raw), = o.sink.got
        assert b'for your eyes' not in raw and b'secret' not in raw
        at = raw.index(b'-----BEGIN PGP MESSAGE')
        inner = email.message_from_bytes(yves.decrypt(raw[at:]))
        assert inner['Subject'] == 'secret'
        assert inner.get_payload(decode=True).strip() == b'for your eyes'
        # one without a key among them: all in clear, so it is asked
        got = pli(h, 'send', '--to', 'y@one.example, x@one.example',
                  '--subject', 's', text='t')
        assert got.returncode == 1 and 'x@one.example' in got.out
    finally:
        yves.stop()


@pytest.mark.parametrize('answer', ['yes', 'no'])
def test_send_asks(world, answer):
    """Once, on the terminal, though the text comes by a pipe."""
    b, h, o = world
    o.sink.got.clear()
    pid, tty = pty.fork()
    if pid == 0:
        os.environ['LC_ALL'] = 'C'
        os.execv('/bin/sh', ['sh', '-c', 'printf hello | "$@"', 'sh',
                 home.BUILD + '/user/pli/pli', '--home', h.dir + '/home',
                 '--libexec', home.BUILD + '/user:' + home.BUILD + '/box',
                 'send', '--to', 'x@one.example', '--subject', answer])
    seen = b''
    while b'Type yes:' not in seen:
        seen += os.read(tty, 4096)
    os.write(tty, answer.encode() + b'\n')
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(tty)
    assert status == (0 if answer == 'yes' else 1)
    if answer == 'yes':
        until(lambda: o.sink.got)
    assert len(o.sink.got) == (answer == 'yes')


def test_nothing_stays(world):
    """No password of a run, and no draft."""
    _, h, _ = world
    out = lib.run(home.BUILD + '/ctl/plictl', '-s',
                  h.account + '/run/control.sock', 'user', 'show', ME).stdout
    assert 'pli-' not in out
    assert rows(h, 'list', 'Drafts') == []
