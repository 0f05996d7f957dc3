"""The mirror: how far it is, what is said when it is damaged or the disk full,
and that it is rebuilt without a loss."""
import os, pty, select, shutil, signal, subprocess, time
import pytest

import box as lib
import home
from home import ME, Home
from test_home import letter

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
LETTERS = 400


@pytest.fixture(scope='module')
def h(b):
    h = Home(b)
    b.deliver([letter(f'letter {i}', f'text {i}') for i in range(LETTERS)])
    h.here(LETTERS, 120)
    yield h
    h.stop()


def on_terminal(h, *words, until=None, send=None, seconds=90):
    """What pli says there; send: when `until` was said."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(home.BUILD + '/user/pli/pli', [
            'pli', '--home', h.dir + '/home', '--libexec',
            f'{home.BUILD}/user:{home.BUILD}/box', '--passphrase-file',
            h.dir + '/phrase', *words], {**os.environ, 'LC_ALL': 'C',
                                         'DISPLAY': ''})
    text, end = b'', time.time() + seconds
    while time.time() < end:
        if select.select([fd], [], [], 0.2)[0]:
            try:
                more = os.read(fd, 65536)
            except OSError:
                break
            text += more
        if send and until in text:
            os.write(fd, send)
            send = None
    assert time.time() < end, text
    _, status = os.waitpid(pid, 0)
    return text.decode(), os.waitstatus_to_exitcode(status)


def test_progress(b, h):
    """A first synchronisation on a terminal; Ctrl-C ends the bar alone."""
    other = Home(b, like=h, device='slow', code='')
    try:
        other.pair(b.code('pair', ME))
        other.set_ports()
        text, code = on_terminal(other, 'run', '--no-browser',
                                 until=b'of 400 letters', send=b'\x03')
        assert code == 0 and '/login#' in text, text
        assert 'of 400 letters' in text and 'It goes on' in text, text
        other.here(LETTERS)
        said = other.json('status')
        assert said['there'] == LETTERS
        assert lib.wait_for(lambda: other.json('status')['whole'], 30)
        # when all is here nothing is shown
        text, code = on_terminal(other, 'run', '--no-browser')
        assert code == 0 and 'letters' not in text
    finally:
        other.stop()


def mirrors(h):
    return sorted(n for n in os.listdir(h.account) if n.startswith('mirror'))


def test_refused_while_changes_wait(b, h):
    assert 'nothing was done' in h.refused('resync')    # nobody says yes
    m = h.bridge()
    m.select('INBOX')
    b.halt()
    m.store('1:3', '+FLAGS', '\\Flagged')
    m.logout()
    said = h.refused('resync', '--yes')
    assert '3 letters or changes' in said and '--force' in said, said
    assert mirrors(h) == ['mirror']
    assert h.json('status')['waiting'] == 3
    b.start()
    assert lib.wait_for(lambda: h.json('status')['waiting'] == 0, 60)


def test_rebuilt(b, h, tmp_path):
    g = lib.Gpg(str(tmp_path / 'g'), 'carol@example.net')
    h.pli('contact', 'add', 'carol@example.net', g.cert)
    g.stop()
    before = h.pli('contact', 'list').stdout.split()
    inode = os.stat(h.account + '/mirror').st_ino
    h.pli('resync', '--yes')
    assert mirrors(h) == ['mirror']
    assert os.stat(h.account + '/mirror').st_ino != inode
    h.here(LETTERS, 10)
    m = h.bridge()
    m.select('INBOX')
    assert len(m.search(None, 'FLAGGED')[1][0].split()) == 3
    m.logout()
    after = h.pli('contact', 'list').stdout.split()
    assert after == before and 'carol@example.net' in after


def test_damaged(h):
    """Whole pages of the database: what is said names what to do."""
    h.pli('stop')
    path = h.account + '/mirror/mail.db'
    with open(path, 'r+b') as f:
        for at in range(0, os.path.getsize(path), 16384):
            f.seek(at + 5000)
            f.write(b'\0' * 64)
    # what the log holds of a page would be read instead of it
    if os.path.exists(path + '-wal'):
        os.unlink(path + '-wal')
    said = h.refused('run', '--no-browser')
    assert 'damaged' in said and 'pli resync --force' in said, (
        said, h.log()[-2500:])
    assert 'pli resync --force' in h.refused('status')
    assert 'pli resync --force' in h.refused('resync', '--yes')
    h.pli('resync', '--force', '--yes')
    h.here(LETTERS, 10)
    assert h.pli('status').returncode == 0
    assert mirrors(h) == ['mirror']


def test_another_key(b, h):
    """A mirror of somebody else's in its place."""
    other = Home(b, like=h, device='other')
    other.pli('stop')
    h.pli('stop')
    shutil.rmtree(h.account + '/mirror')
    shutil.copytree(other.account + '/mirror', h.account + '/mirror')
    other.stop()
    said = h.refused('run', '--no-browser')
    assert 'its key is another' in said and 'pli resync' in said, said
    h.pli('resync', '--force', '--yes')
    h.here(LETTERS, 10)


def test_a_full_disk(b, h):
    """Said, and nothing is lost: it goes on when there is room."""
    h.pli('stop')
    at = h.dir + '/home'
    shutil.move(at, h.dir + '/aside')
    os.mkdir(at)
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64m', 'none', at],
                   check=True)
    try:
        shutil.copytree(h.dir + '/aside', at, dirs_exist_ok=True)
        h.run()
        h.here(LETTERS)
        b.deliver([letter(f'large {i}', ('x' * 70 + '\r\n') * 40000)
                   for i in range(30)])
        assert lib.wait_for(lambda: 'is full' in h.pli(
            'status', ok=False).stderr, 60), os.statvfs(at)
        said = h.pli('status', ok=False)
        assert 'nothing that was stored is lost' in ' '.join(
            said.stderr.split())
        assert said.returncode == 1
        subprocess.run(['mount', '-o', 'remount,size=400m', at], check=True)
        h.here(LETTERS + 30, 120)
        assert h.pli('status').returncode == 0
    finally:
        h.pli('stop', ok=False)
        lib.wait_for(lambda: h.parent() is None, 20)
        subprocess.run(['umount', at])
