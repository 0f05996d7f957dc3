"""A box is gone: its mail goes to a new one, which alone is believed."""
import os, pty
import pytest

import box as lib
import home
from home import ME, Home
from test_home import letter, there

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')


@pytest.fixture(scope='module')
def h(b):
    h = Home(b)
    yield h
    h.stop()


def test_said(h):
    box = h.pli('stolen', 'box', '--list').stdout
    for words in ('ciphertext', 'plictl user add ' + ME, 'pli pair CODE',
                  'DKIM', 'MX example.org', 'clear'):
        assert words in box
    steps = h.json('stolen')
    assert {s['stolen'] for s in steps} == {'box', 'computer'}
    commands = [s.get('command', '') for s in steps]
    assert 'pli device remove NAME' in commands
    assert any('key revoke' in c for c in commands)
    # each command is one that there is
    for c in commands:
        for part in c.split(' && '):
            words = part.split()
            if words and words[0] == 'pli':
                verb = [w for w in words[1:3] if w.isalpha() and w.islower()]
                h.pli(*verb, '--help')
    assert 'Le voleur' in h.pli('stolen', lang='fr').stdout
    assert 'box or computer' in h.refused('stolen', 'car')


def test_step_by_step(h):
    """On a terminal each step waits for Return; Ctrl-D ends it."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(home.BUILD + '/user/pli/pli', [
            'pli', '--home', h.dir + '/home', 'stolen', 'box'],
            {**os.environ, 'LC_ALL': 'C'})
    text, asked = b'', 0
    try:
        while more := os.read(fd, 65536):
            text += more
            if text.count(b'when it is done') > asked:
                asked += 1
                assert text.count(b'\r\n     pl') + \
                    text.count(b'\r\n     dig') == asked, text
                os.write(fd, b'\n')
    except OSError:
        pass
    assert os.waitpid(pid, 0)[1] == 0 and b'That was all' in text
    assert asked == 8


def test_a_new_box(b, h):
    """Nothing that is here is lost for what the new box does not have."""
    second = Home(b, like=h, device='second')
    b.deliver([letter(f'letter {i}', f'text {i}') for i in range(20)])
    h.here(20)
    m = h.bridge()
    m.select('INBOX')
    m.store('1:5', '+FLAGS', '\\Seen')
    m.copy('7', 'Archive')
    h.here(21)
    second.here(21)
    m.logout()
    h.pli('stop')
    second.pli('stop')
    b.halt()
    new = home.Box()
    try:
        h.box = new
        h.pair(new.code('add', ME))
        with open(h.account + '/conf') as f:
            assert f'smarthost [{new.ip}]:{new.submissions} all' in f.read()
        h.run()
        h.says('box-new')
        new.plictl('user', 'password', ME, '--password-file', '-',
                   input=home.PASSWORD)
        t = there(new)
        lib.wait_for(lambda: len(t.find()) == 21, 60)
        all = t.emails('subject', 'keywords', 'mailboxIds', 'messageId')
        assert len(all) == 21
        assert {e['subject'] for e in all} == {'[...]'}
        assert sum('$seen' in e['keywords'] for e in all) == 5
        assert b'BEGIN PGP MESSAGE' in t.raw(all[0]['id'])
        new.deliver([letter('from the new box', 'x')])
        h.here(22)
        # another computer takes all from it: nothing is there twice
        second.box = new
        second.pair(new.code('pair', ME))
        second.pli('resync', '--force', '--yes')
        second.here(22)
        assert len(t.find()) == 22
        # what is gone there is now gone here
        t.call('Email/set', destroy=[all[0]['id']])
        h.here(21)
        second.here(21)
    finally:
        second.stop()
        h.pli('stop')
        new.stop()
