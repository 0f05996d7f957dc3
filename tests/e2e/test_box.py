"""The box as its operator knows it: parts that die, reloads, a full disk."""
import json, os, re, signal, socket, ssl, subprocess, time

import pytest

import box, mail
from conftest import as_root

BOB = 'bob@example.org'


@pytest.fixture
def own(make_box):
    b = make_box()
    b.alice()
    b.add_user(BOB)
    return b


def kill(b, role):
    os.kill(b.roles()[role], signal.SIGKILL)


def works(b):
    with mail.Smtp(b) as s:
        s.starttls()
        assert s.envelope('alice@example.org', BOB) == [250, 250]
        assert s.data(mail.letter('works again'))[0] == 250
    mail.imap(b, BOB, tls=True).logout()
    return True


@pytest.mark.parametrize('role', ['store', 'seal'])
def test_dies_between_rcpt_and_data(own, role):
    with mail.Smtp(own) as s:
        s.envelope('alice@example.org')
        for pid in [p for p in box.children_of(own.p.pid)
                    if cmdline(p) == role]:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
        code, _ = s.do('DATA')
        if code == 354:
            s.send(mail.letter('in between') + '.\r\n')
            code, _ = s.reply()
        assert 400 <= code < 500
    mail.eventually(lambda: works(own))
    assert not any(b'in between' in own.gpg.decrypt(m)
                   for m in mail.inbox(own))


def cmdline(pid):
    try:
        with open(f'/proc/{pid}/cmdline') as f:
            return f.read().split('\0')[0]
    except OSError:
        return ''


@pytest.mark.parametrize('role', box.ROLES)
def test_back_by_itself(own, role):
    before = own.roles()[role]
    kill(own, role)
    mail.eventually(lambda: works(own))
    mail.eventually(lambda: own.roles().get(role, before) != before)
    assert own.p.poll() is None


def test_auth_dies_before_login(own):
    s = socket.create_connection(('127.0.0.1', own.imap), 20)
    f = s.makefile('rb')
    f.readline()
    kill(own, 'auth')
    time.sleep(0.2)
    s.sendall(b'a LOGIN bob@example.org "%s"\r\n' % box.PASSWORD.encode())
    got = f.readline()
    assert b'a NO' in got or b'BYE' in got or got == b''
    mail.eventually(lambda: mail.imap(own, BOB))


def self_signed(folder, name):
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
                    '-subj', f'/CN={name}', '-keyout', f'{folder}/{name}.key',
                    '-out', f'{folder}/{name}.pem'], check=True,
                   stderr=subprocess.DEVNULL)
    return f'cert file {folder}/{name}.pem {folder}/{name}.key\n'


def served(b):
    """The certificate on 993 and on 25."""
    with socket.create_connection(('127.0.0.1', b.imaps), 20) as s:
        with box.insecure_tls().wrap_socket(s) as t:
            imap = t.getpeercert(True)
    with mail.Smtp(b) as s:
        s.starttls()
        return imap, s.s.getpeercert(True)


def test_reload_changes_the_certificate(own):
    old = served(own)
    m = mail.imap(own, BOB, tls=True)
    own.write_conf(self_signed(own.dir, 'fresh'))
    own.plictl('reload')
    new = mail.eventually(lambda: served(own)[0] != old[0] and served(own))
    assert new[1] != old[1]
    assert m.select('INBOX')[0] == 'OK'     # not dropped
    m.logout()


def test_bad_configuration_keeps_the_old(own):
    old = served(own)
    own.write_conf('colour green\n')
    out = own.plictl('reload', ok=False)
    assert out.returncode == 1
    assert re.search(r'plid\.conf:\d+:\d+', out.stdout + out.stderr)
    assert works(own)
    own.write_conf('cert file /nonexistent/a /nonexistent/b\n')
    assert own.plictl('reload', ok=False).returncode != 0
    assert works(own) and served(own) == old
    own.write_conf()
    own.plictl('reload')
    assert works(own)


def test_reload_opens_and_closes_ports(own):
    extra = box.free_ports(1)[0]
    own.write_conf(f'listen mx 127.0.0.1:{extra}\n')
    own.plictl('reload')
    mail.eventually(lambda: socket.create_connection(('127.0.0.1', extra), 1))
    own.write_conf()
    own.plictl('reload')
    with pytest.raises(OSError):
        for _ in range(100):
            socket.create_connection(('127.0.0.1', extra), 1).close()
            time.sleep(0.1)
    assert works(own)


def test_status(own):
    text = own.plictl('status').stdout
    assert BOB in text, 'the unsealed account is named'
    assert 'alice@example.org' not in text
    own.plictl('-j', 'status')
    json.loads(own.plictl('-j', 'status').stdout)


def test_users(own):
    assert 'alice@example.org' in own.plictl('user', 'list').stdout
    own.plictl('user', 'remove', '--yes', BOB)
    assert mail.deliver(own, BOB) == 550
    with pytest.raises(Exception):
        mail.imap(own, BOB)
    # without a certificate she waits for her own computer, and so does mail
    own.plictl('user', 'add', 'carol@example.org', input='')
    assert mail.deliver(own, 'carol@example.org') == 450
    assert own.plictl('user', 'add', 'alice@example.org', '--unsealed',
                      ok=False, input='').returncode != 0


def test_a_bad_certificate_is_refused(own):
    path = own.dir + '/bad.asc'
    for text in ('', 'hello', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n'
                 '-----END PGP PUBLIC KEY BLOCK-----\n',
                 own.gpg.call('--armor', '--export-secret-keys').stdout):
        with open(path, 'w') as f:
            f.write(text)
        out = own.plictl('user', 'add', 'carol@example.org', '--cert', path,
                         ok=False, input='')
        assert out.returncode != 0
        assert out.stderr or out.stdout
    assert mail.deliver(own, 'carol@example.org') == 550


def test_quota(own):
    own.plictl('user', 'quota', BOB, '100k')
    codes = [mail.deliver(own, BOB, mail.letter('x' * 70 + '\r\n'
                                                + 'y' * 30000))
             for _ in range(6)]
    assert codes[0] == 250 and codes[-1] == 452
    assert mail.deliver(own, 'alice@example.org') == 250
    own.plictl('user', 'quota', BOB, '10M')
    assert mail.deliver(own, BOB) == 250


def test_check_and_restart(own):
    for _ in range(5):
        assert mail.deliver(own, 'alice@example.org') == 250
    own.plictl('check', 'store')
    own.plictl('check', 'conf')
    before = mail.inbox(own)
    own.halt()
    own.start()
    assert mail.inbox(own) == before


def test_reads_what_is_not_for_it(own):
    """plictl's socket is for root and the group pli."""
    path = own.dir + '/run/plid/control.sock'
    assert os.stat(path).st_mode & 0o007 == 0
    for name in ('etc/plid/keys', 'var/lib/plid/store'):
        assert os.stat(f'{own.dir}/{name}').st_mode & 0o077 == 0


class Full(box.Box):
    """The store on a disk of its own."""

    def write_conf(self, extra=''):
        self.store = self.dir + '/var/lib/plid/store'
        os.makedirs(self.store, exist_ok=True)
        self.mounted = subprocess.run(
            ['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', self.store],
            stderr=subprocess.DEVNULL).returncode == 0
        super().write_conf(extra)

    def stop(self):
        self.halt()
        if self.mounted:
            subprocess.run(['umount', self.store])
        super().stop()


@as_root
def test_disk_full(make_box):
    b = make_box(Full)
    if not b.mounted:
        pytest.skip('may not mount')
    b.add_user(BOB)
    acked = 0
    for i in range(200):
        code = mail.deliver(b, BOB, mail.letter(f'{i} ' + 'x' * 70
                                                + '\r\n' * 20000))
        if code != 250:
            break
        acked += 1
    assert code in (451, 452)
    assert acked > 10
    assert len(mail.inbox(b, BOB)) == acked
    # room again: mail again
    m = mail.imap(b, BOB)
    m.select('INBOX')
    try:
        m.store(f'1:{acked}', '+FLAGS', r'(\Deleted)')
        m.expunge()
    except Exception:
        pass
    m.shutdown()
    subprocess.run(['mount', '-o', 'remount,size=16m', b.store], check=True)
    mail.eventually(lambda: mail.deliver(b, BOB) == 250)
    b.plictl('check', 'store')
