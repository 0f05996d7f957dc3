"""APPEND, COPY, MOVE and SEARCH as imaplib sees them, sealed and not."""
import email, imaplib, os, re, socket, subprocess, time

import pytest

import box, mail

ALICE = 'alice@example.org'
BOB = 'bob@example.org'


@pytest.fixture(params=[ALICE, BOB], ids=['sealed', 'unsealed'])
def m(shared, request):
    m = mail.imap(shared, request.param)
    m.user = request.param
    m.b = shared
    for name in ('Sent', 'Drafts', 'Trash', 'INBOX'):
        m.select(name)
        m.store('1:*', '+FLAGS.SILENT', r'\Deleted')
        m.expunge()
    yield m
    try:
        m.logout()
    except (OSError, imaplib.IMAP4.error):
        pass


def clear(m, uid):
    """A message as its owner reads it: the octets that were appended."""
    _, data = m.uid('FETCH', uid, '(BODY.PEEK[])')
    raw = data[0][1]
    if m.user == BOB:
        return raw
    msg = email.message_from_bytes(raw)
    assert msg.get_content_type() == 'multipart/encrypted'
    assert 'from=append' in raw.decode('latin-1').replace('\r\n ', '')
    return m.b.gpg.decrypt(msg.get_payload()[1].get_payload().encode())


def append(m, box_name, data, flags=r'(\Seen)', date=None):
    typ, said = m.append(box_name, flags, date, data)
    assert typ == 'OK', said
    return re.search(rb'APPENDUID (\d+) ([\d:,]+)', said[0])[2].decode()


def test_append(m):
    text = mail.letter('the secret of the draft', subject='Draft one',
                       To='c@example.net').encode()
    uid = append(m, 'Drafts', text, r'(\Draft \Seen $Work)',
                 '" 1-Feb-2024 21:52:25 -0800"')
    m.select('Drafts')
    _, data = m.uid('FETCH', uid, '(FLAGS INTERNALDATE BODY.PEEK[])')
    assert b'$Work' in data[0][0] + data[1]
    assert b' 2-Feb-2024 05:52:25 +0000' in data[0][0]
    if m.user == ALICE:
        assert b'the secret of the draft' not in data[0][1]
        assert b'Draft one' not in data[0][1]
    got = clear(m, uid)
    assert b'the secret of the draft' in got and b'Draft one' in got
    if m.user == BOB:
        assert got == text


def test_append_large(m):
    text = mail.letter('0123456789abcde\r\n' * 200000).encode()
    uid = append(m, 'Drafts', text)
    m.select('Drafts')
    assert text[-100:] in clear(m, uid)


def test_append_encrypted(m):
    """What is encrypted already is kept as it came."""
    if m.user == BOB:
        pytest.skip('not sealed')
    inner = subprocess.run(
        m.b.gpg.words + ['--trust-model', 'always', '--armor', '--encrypt',
                         '-r', ALICE], capture_output=True,
        input=b'Content-Type: text/plain\r\n\r\nmine\r\n').stdout
    text = (b'From: a@example.net\r\nSubject: ...\r\nMIME-Version: 1.0\r\n'
            b'Content-Type: multipart/encrypted; boundary=x;'
            b' protocol="application/pgp-encrypted"\r\n\r\n--x\r\n'
            b'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n'
            b'\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\n' +
            inner.replace(b'\n', b'\r\n') + b'\r\n--x--\r\n')
    uid = append(m, 'Drafts', text)
    m.select('Drafts')
    _, data = m.uid('FETCH', uid, '(BODY.PEEK[])')
    assert data[0][1].endswith(text)
    assert b'mine' in clear(m, uid)
    # and what only claims to be is sealed like the rest
    uid = append(m, 'Drafts', text.replace(b'\r\n--x--\r\n', b'\r\n--x\r\n'
                                           b'\r\nin clear\r\n--x--\r\n'))
    _, data = m.uid('FETCH', uid, '(BODY.PEEK[])')
    assert b'in clear' not in data[0][1]
    assert b'in clear' in clear(m, uid)


def test_multiappend(m):
    texts = [mail.letter(f'text {i}').encode() for i in range(3)]
    m.send(b'x1 APPEND Sent')
    for t in texts:
        m.send(b' (\\Seen) {%d+}\r\n' % len(t) + t)
    m.send(b'\r\n')
    while not (line := m.readline()).startswith(b'x1'):
        assert line
    first, last = re.search(rb'APPENDUID \d+ (\d+):(\d+)', line).groups()
    assert int(last) == int(first) + 2
    m.select('Sent')
    for i in range(3):
        assert b'text %d' % i in clear(m, str(int(first) + i))


def test_append_refused(m):
    text = mail.letter('x').encode()
    typ, said = m.append('nowhere', None, None, text)
    assert typ == 'NO' and b'TRYCREATE' in said[0]


def test_append_is_told(m):
    other = mail.imap(m.b, m.user)
    other.select('INBOX')
    append(m, 'INBOX', mail.letter('x').encode())
    for _ in range(50):
        other.noop()
        if other.response('EXISTS')[1][-1:] == [b'1']:
            break
        time.sleep(0.1)
    else:
        pytest.fail('not told')
    other.logout()


def test_copy_and_move(m):
    m.select('INBOX')
    for i in range(3):
        append(m, 'INBOX', mail.letter(f'text {i}').encode(),
               r'(\Flagged $K%d)' % i)
    m.noop()
    typ, said = m.copy('1:3', 'Sent')
    assert typ == 'OK'
    source, copies = re.search(rb'COPYUID \d+ ([\d:,]+) ([\d:,]+)',
                               said[0]).groups()
    typ, said = m._simple_command('MOVE', '2:3', 'Trash')
    assert typ == 'OK'
    assert m.response('EXPUNGE')[1] == [b'2', b'2']
    m.select('Trash')
    _, data = m.fetch('1:2', '(UID FLAGS)')
    assert b'$K1' in data[0] and b'$K2' in data[1] and b'\\Flagged' in data[0]
    uid = re.search(rb'UID (\d+)', data[1])[1].decode()
    assert b'text 2' in clear(m, uid)
    m.select('Sent')
    uid = copies.split(b':')[0].decode()
    assert b'text 0' in clear(m, uid)
    # what is copied outlives what it was copied from
    m.select('INBOX')
    m.store('1', '+FLAGS.SILENT', r'\Deleted')
    m.expunge()
    time.sleep(1.2)
    m.select('Sent')
    assert b'text 0' in clear(m, uid)


def test_search(m):
    m.select('INBOX')
    for i in range(20):
        append(m, 'INBOX', mail.letter(
            f'body {i} W\u00f6rter'.encode().decode('latin-1'),
            subject=f'Number {i}', To=f'to{i % 3}@example.net',
            Content_Type='text/plain; charset=utf-8').encode('latin-1'),
            r'(\Flagged)' if i % 2 else '()')
    m.noop()

    def found(*keys, uid=False):
        typ, said = m.search(None, *keys)
        assert typ == 'OK', said
        return [int(n) for n in said[0].split()]
    assert found('FLAGGED') == list(range(2, 21, 2))
    assert found('TO', 'to1@') == list(range(2, 21, 3))
    assert found('NOT', 'TO', 'to1@', 'UNFLAGGED') == [
        i for i in range(1, 21, 2) if i % 3 != 2]
    assert found('FROM', 'stranger', '3:5') == [3, 4, 5]
    assert found('SENTON', '26-Nov-2026') == list(range(1, 21))
    assert found('SINCE', '1-Jan-2020', 'SMALLER', '100000') == list(
        range(1, 21))
    # what is sealed is not to be found by anybody but its owner
    sealed = m.user == ALICE
    assert found('SUBJECT', '"number 1"') == (
        [] if sealed else [2] + list(range(11, 21)))
    assert found('BODY', '"body 7"') == ([] if sealed else [8])
    m.literal = 'W\u00d6RTER'.encode()
    typ, said = m.search('UTF-8', 'TEXT')
    assert (said[0] == b'') == sealed
    typ, said = m._simple_command('SEARCH', 'RETURN (COUNT MAX)', 'FLAGGED')
    assert typ == 'OK'
    assert b'MAX 20 COUNT 10' in m.response('ESEARCH')[1][0]


def test_append_cut_off(m):
    """A client that goes away in the middle leaves nothing, and harms
    nobody."""
    text = mail.letter('x' * 5000).encode()
    for cut in (0, 1, 100, 4000, len(text) - 1, len(text)):
        with socket.create_connection(('127.0.0.1', m.b.imap), 10) as s:
            s.sendall(b'a LOGIN %s "%s"\r\n' % (m.user.encode(),
                                                box.PASSWORD.encode()))
            s.sendall(b'b APPEND INBOX {%d+}\r\n' % len(text) + text[:cut])
            while b'a OK' not in s.recv(4096):
                pass
    time.sleep(0.5)
    assert m.select('INBOX')[1] == [b'0']
    append(m, 'INBOX', text)


def test_append_without_seal(make_box):
    """seal dies: no message is lost that was acknowledged, and a session
    that begins afterwards has another one."""
    b = make_box()
    b.alice()
    m = mail.imap(b, ALICE)
    for pid in box.children_of(b.p.pid):
        with open(f'/proc/{pid}/cmdline') as f:
            if f.read().startswith('seal'):
                os.kill(pid, 9)
    text = mail.letter('x').encode()
    try:
        assert m.append('INBOX', None, None, text)[0] == 'NO'
    except imaplib.IMAP4.abort:
        pass
    for _ in range(50):
        m = mail.imap(b, ALICE)
        try:
            if m.append('INBOX', None, None, text)[0] == 'OK':
                break
        except imaplib.IMAP4.abort:
            pass
        time.sleep(0.2)
    assert m.select('INBOX')[1] == [b'1']
