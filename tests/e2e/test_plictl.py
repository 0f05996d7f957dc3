"""plictl: verbs, refusals, JSON, languages; nothing by accident."""
import json, os, pty, re, stat, subprocess
import pytest

VERBS = ['user add', 'user list', 'user show', 'user cert', 'user password',
         'user quota', 'user pair', 'user device', 'user remove', 'alias add', 'alias list',
         'alias remove', 'dkim show', 'status', 'log', 'check conf', 'check store',
         'repair store', 'reload']


def plictl(build, *words, lang='C', **kw):
    return subprocess.run([build + '/ctl/plictl', *words], text=True,
                          capture_output=True,
                          env={**os.environ, 'LC_ALL': lang}, **kw)


@pytest.mark.parametrize('lang', ['C', 'fr_FR.UTF-8'])
@pytest.mark.parametrize('verb', VERBS)
def test_help_with_an_example(build, verb, lang):
    out = plictl(build, *verb.split(), '--help', lang=lang)
    assert out.returncode == 0 and not out.stderr
    assert f'plictl {verb}' in out.stdout
    assert re.search(r'ex[ae]mples :|examples:', out.stdout)
    assert all(len(l) <= 80 for l in out.stdout.split('\n')), out.stdout


@pytest.mark.parametrize('lang', ['C', 'fr'])
def test_help_of_all(build, lang):
    out = plictl(build, '--help', lang=lang)
    assert out.returncode == 0
    for verb in VERBS:
        assert f'  {verb} ' in out.stdout
    assert plictl(build).returncode == 1
    assert plictl(build, '-V').stdout.startswith('plictl ')


@pytest.mark.parametrize('words', [
    ['usr', 'list'], ['user'], ['user', 'delete', 'a@example.org'],
    ['user', 'list', 'x'], ['user', 'add'], ['user', 'list', '--all'],
    ['user', 'quota', 'a@example.org'], ['user', 'add', 'a', '--cert'],
    ['log', '-n', 'x'], ['-s'],
    ['user', 'pair'], ['user', 'device', 'remove', 'a@example.org'],
    ['user', 'device', 'add', 'a@example.org', 'x'],
    ['user', 'add', 'a@example.org', '--cert', 'x', '--unsealed'],
    ['user', 'add', 'a@example.org', '--unsealed', '--quota', '1x'],
])
def test_mistakes_are_named(build, words):
    out = plictl(build, *words)
    assert out.returncode == 1 and out.stderr and not out.stdout
    assert out.stderr != plictl(build, *words, lang='fr').stderr


def test_not_running_is_later(build, tmp_path):
    out = plictl(build, '-p', str(tmp_path), 'status')
    assert out.returncode == 75 and 'systemctl' in out.stderr
    out = plictl(build, '-j', '-p', str(tmp_path), 'status')
    assert json.loads(out.stderr)['error'] == 'not-running'


@pytest.mark.parametrize('text, place, said', [
    ('host a\nhosst b\n', '2:1', 'unknown keyword'),
    ('host a\ndomain b\nsize 1T\n', '3:6', 'a size'),
    ('host a\ndomain b\nlisten imap 143/clear\n', '3:16', 'loopback'),
    ('host a\ndomain b b\n', '2:10', 'twice'),
    ('host "a\n', '1:6', 'quote'),
    ('', '1:1', 'host is missing'),
    ('host a\ndomain b\ncert file /nonexistent/a /nonexistent/b\n', '',
     'cannot be read'),
])
def test_check_conf_names_the_place(build, tmp_path, text, place, said):
    path = tmp_path / 'plid.conf'
    path.write_text(text)
    out = plictl(build, 'check', 'conf', str(path))
    assert out.returncode == 1
    assert f'{path}:{place}' in out.stderr and said in out.stderr
    french = plictl(build, 'check', 'conf', str(path), lang='fr').stderr
    assert f'{path}:{place}' in french.replace(' :', ':') and \
        said not in french


def test_check_conf_looks_at_the_certificate(build, tmp_path):
    for name in ('a', 'b'):
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:P-256', '-nodes', '-subj',
                        f'/CN={name}', '-keyout', f'{tmp_path}/{name}.key',
                        '-out', f'{tmp_path}/{name}.pem'], check=True,
                       stderr=subprocess.DEVNULL)
    conf = tmp_path / 'plid.conf'
    for key, status in (('a', 0), ('b', 1)):
        conf.write_text(f'host a\ndomain b\n'
                        f'cert file {tmp_path}/a.pem {tmp_path}/{key}.key\n')
        out = plictl(build, '--libexec', build + '/box', 'check', 'conf',
                     str(conf))
        assert out.returncode == status, out.stderr
        assert (status == 0) == (out.stderr == '')


def test_check_conf_is_silent(build):
    root = os.path.dirname(os.path.abspath(build))
    out = plictl(build, 'check', 'conf', root + '/conf/plid.conf')
    assert (out.returncode, out.stdout, out.stderr) == (0, '', '')


def box_words(b, *words, ok=True, **kw):
    return b.plictl(*words, ok=ok, **kw)


@pytest.fixture(scope='module')
def own(build):
    import box
    b = box.Box(build)
    try:
        yield b
    finally:
        b.stop()


def rows(b, *words):
    return json.loads(b.plictl('-j', *words).stdout)


def test_dkim_show(own):
    found = rows(own, 'dkim', 'show')
    assert [r['name'] for r in found] == [
        'pe1._domainkey.example.org', 'pr1._domainkey.example.org']
    assert found == rows(own, 'dkim', 'show', 'example.org')
    for r in found:
        assert r['domain'] == 'example.org' and r['type'] == 'TXT'
        assert re.fullmatch(r'v=DKIM1; k=(ed25519|rsa); p=[A-Za-z0-9+/=]+',
                            r['value'])
    zone = own.plictl('dkim', 'show').stdout
    strings = re.findall(r'"([^"]*)"', zone)
    assert all(len(s) <= 255 for s in strings)
    assert ''.join(strings) == ''.join(r['value'] for r in found)
    assert zone.count('. IN TXT') == 2
    out = own.plictl('dkim', 'show', 'example.net', ok=False)
    assert out.returncode == 1 and 'example.net' in out.stderr
    own.halt()
    own.start()
    assert rows(own, 'dkim', 'show') == found


def test_a_password_is_made_and_shown_once(own):
    out = own.plictl('user', 'add', 'made@example.org', '--unsealed')
    found = re.findall(r'\b[0-9a-z]{4}(?:-[0-9a-z]{4}){6}\b', out.stdout)
    assert len(found) == 1 and found[0] not in own.log()
    again = json.loads(own.plictl('-j', 'user', 'password',
                                  'made@example.org').stdout)
    assert again['name'] == 'made@example.org'
    assert again['password'] != found[0]
    out = own.plictl('user', 'password', 'made@example.org', '--device',
                     'phone')
    assert 'made@example.org/phone' in out.stdout
    shown = rows(own, 'user', 'show', 'made@example.org')
    assert sum('device' in r for r in shown) == 2
    assert not re.search('key|salt', json.dumps(shown))


def test_a_password_from_a_file(own, tmp_path):
    for text in ('', 'short', 'x' * 300, 'mot de passe très long'):
        (tmp_path / 'pw').write_text(text + '\n')
        out = own.plictl('user', 'add', 'no@example.org', '--unsealed',
                         '--password-file', str(tmp_path / 'pw'), ok=False)
        assert out.returncode == 1 and out.stderr
    assert own.plictl('user', 'add', 'no@example.org', '--unsealed',
                      '--password-file', '/nonexistent',
                      ok=False).returncode == 1
    assert 'no@example.org' not in own.plictl('user', 'list').stdout
    out = own.plictl('user', 'add', 'file@example.org', '--unsealed',
                     '--password-file', '-', input='long enough\n')
    assert out.stdout == ''


def test_refusals_say_what_to_do(own):
    own.plictl('user', 'add', 'twice@example.org', '--unsealed')
    for words, said in [
            (['user', 'add', 'twice@example.org', '--unsealed'], 'already'),
            (['user', 'add', 'a@elsewhere.org', '--unsealed'], 'plid.conf'),
            (['user', 'add', 'alice', '--unsealed'], 'alice@example.org'),
            (['user', 'show', 'none@example.org'], 'plictl user list'),
            (['user', 'quota', 'none@example.org', '1M'], 'user list'),
            (['user', 'password', 'twice@example.org', '--device', 'd' * 65],
             'device name'),
            (['user', 'remove', 'none@example.org', '--yes'], 'user list'),
            (['alias', 'remove', 'none@example.org'], 'plictl alias list')]:
        out = own.plictl(*words, ok=False)
        assert out.returncode == 1 and said in out.stderr, (words, out.stderr)
        error = json.loads(own.plictl('-j', *words, ok=False).stderr)
        assert error['error'] and error['text']


def test_certificates(own, tmp_path):
    import box
    gpg = box.Gpg(f'/tmp/pli-c-{os.getpid()}', 'carol@example.org')
    try:
        secret = tmp_path / 'secret.asc'
        secret.write_text(gpg.call('--armor', '--export-secret-keys').stdout)
        out = own.plictl('user', 'add', 'carol@example.org', '--cert',
                         str(secret), ok=False)
        assert out.returncode == 1 and 'SECRET' in out.stderr
        binary = tmp_path / 'secret.gpg'
        binary.write_bytes(subprocess.run(
            gpg.words + ['--export-secret-keys'],
            capture_output=True).stdout)
        out = own.plictl('user', 'add', 'carol@example.org', '--cert',
                         str(binary), ok=False)
        assert out.returncode == 1 and 'SECRET' in out.stderr
        own.plictl('user', 'add', 'carol@example.org', '--cert', gpg.cert)
        row = rows(own, 'user', 'list')
        carol = [r for r in row if r['name'] == 'carol@example.org'][0]
        assert carol['sealed'] is True and len(carol['cert_fpr']) == 40
        assert 'carol@example.org' not in own.plictl('status').stdout
        # an unsealed account becomes a sealed one
        own.plictl('user', 'add', 'dave@example.org', '--unsealed')
        assert 'dave@example.org' in own.plictl('status').stdout
        own.plictl('user', 'cert', 'dave@example.org', gpg.cert)
        assert 'dave@example.org' not in own.plictl('status').stdout
    finally:
        gpg.stop()
        subprocess.run(['rm', '-rf', gpg.home])


def test_aliases(own):
    own.plictl('user', 'add', 'al@example.org', '--unsealed')
    own.plictl('alias', 'add', 'info@example.org', 'al@example.org')
    assert {'address': 'info@example.org', 'target': 'al@example.org'} in \
        rows(own, 'alias', 'list')
    assert 'info@example.org' in own.plictl('user', 'show',
                                            'al@example.org').stdout
    assert own.plictl('alias', 'add', 'info@elsewhere.org', 'al@example.org',
                      ok=False).returncode == 1
    own.plictl('alias', 'remove', 'info@example.org')
    assert 'info@example.org' not in own.plictl('alias', 'list').stdout


def test_nobody_is_removed_by_accident(own):
    own.plictl('user', 'add', 'stays@example.org', '--unsealed')
    for words in (['user', 'remove'], ['user', 'remove', 'stays@example.org'],
                  ['user', 'remove', 'stays@example.org', 'x', '--yes'],
                  ['user', 'remove', 'stays', '--yes'],
                  ['user', 'remove', 'stays@example.org', '--ye']):
        assert own.plictl(*words, ok=False, input='yes\n').returncode == 1
        assert 'stays@example.org' in own.plictl('user', 'list').stdout
    own.plictl('user', 'remove', 'stays@example.org', '--yes')
    assert 'stays@example.org' not in own.plictl('user', 'list').stdout


def on_a_terminal(own, answer, *words):
    """What plictl shows on a terminal where somebody types answer."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(own.build + '/ctl/plictl', ['plictl', '-p', own.dir, *words])
    shown = b''
    while b'yes' not in shown:
        shown += os.read(fd, 4096)
    os.write(fd, answer.encode() + b'\n')
    try:
        while data := os.read(fd, 4096):
            shown += data
    except OSError:
        pass
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


def test_removal_asks(own):
    own.plictl('user', 'add', 'asked@example.org', '--unsealed')
    for answer in ('', 'y', 'no', 'YES', 'yes please'):
        status, shown = on_a_terminal(own, answer, 'user', 'remove',
                                      'asked@example.org')
        assert status == 1 and 'deletes all its mail' in shown
        assert 'was not removed' in shown
    assert on_a_terminal(own, 'yes', 'user', 'remove',
                         'asked@example.org')[0] == 0
    assert 'asked@example.org' not in own.plictl('user', 'list').stdout


def test_end_of_the_tls_certificate(make_box):
    b = make_box()
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-days', '5',
                    '-subj', '/CN=a', '-keyout', b.dir + '/a.key', '-out',
                    b.dir + '/a.pem'], check=True, stderr=subprocess.DEVNULL)
    b.write_conf(f'cert file {b.dir}/a.pem {b.dir}/a.key\n')
    b.plictl('reload')
    assert '/a.pem ends on 20' in b.plictl('status').stdout


def test_a_list_of_many(own):
    """More than one answer holds."""
    before = len(rows(own, 'user', 'list'))
    for i in range(150):
        own.plictl('user', 'add', f'u{i}@example.org', '--unsealed',
                   '--password-file', '-', input='long enough')
    names = [r['name'] for r in rows(own, 'user', 'list')]
    assert len(names) == len(set(names)) == before + 150
    for i in range(150):
        own.plictl('user', 'remove', f'u{i}@example.org', '--yes')


def test_status(own):
    s = rows(own, 'status')
    assert s['box']['host'] == 'mail.example.org'
    assert {'mx', 'store', 'seal', 'control'} <= \
        {r['role'] for r in s['roles']}
    assert all(r['state'] == 'running' for r in s['roles'])
    assert any(l['listen'] == 'imap' and l['clear'] for l in s['listen'])
    text = own.plictl('status').stdout
    for name in s['unsealed']:
        assert f'mail of {name} is stored readable' in text


def test_log(own):
    own.plictl('reload')
    lines = own.plictl('log', '-n', '5').stdout.splitlines()
    assert len(lines) == 5 and lines[-1] in own.log()
    assert 'verb="user add"' in own.log()
    assert 'twice@example.org' not in own.log(), 'no addresses in the log'


def test_socket_is_not_for_all(own):
    mode = os.stat(own.dir + '/run/plid/control.sock').st_mode
    assert stat.S_IMODE(mode) in (0o600, 0o660)


def test_repair_wants_it_stopped(own):
    own.plictl('user', 'add', 'kept@example.org', '--unsealed')
    out = own.plictl('repair', 'store', ok=False)
    assert out.returncode == 75
    own.plictl('check', 'store')
    own.halt()
    libexec = os.path.abspath(own.libexec)
    out = own.plictl('--libexec', libexec, 'repair', 'store', ok=False)
    assert out.returncode == 0, out.stdout + out.stderr
    own.start()
    own.plictl('check', 'store')
    assert own.plictl('user', 'show', 'kept@example.org').returncode == 0
