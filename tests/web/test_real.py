"""httpd with the webmail, asked as a browser does, and as none should."""
import hashlib, http.client, json, os, re, secrets, time

import pytest

import real
import box
from browser import Browser as Any

HTML = '<p>Look: <img src="http://tracker.example/a.png"></p>'
BUILD = os.environ.get('BUILD', os.path.join(real.HERE, '../../build'))


class Browser(Any):
    def __init__(self, web):
        super().__init__(web.port)
        self.web = web

    def log_in(self, token=None):
        return super().log_in(token or self.web.token())




@pytest.fixture(scope='module')
def web():
    r = real.Real(BUILD)
    yield r
    assert r.stop() == []


def test_files(web):
    b = Browser(web)
    page = b.ask('GET', '/').body.decode()
    named = set(re.findall(r'(?:src|href)="(/[0-9a-f]{16}/[\w.]+)"', page))
    folder = min(named).rsplit('/', 1)[0]
    for path, kind in (('/', 'text/html'), ('/login', 'text/html'),
                       (folder + '/main.js', 'text/javascript'),
                       (folder + '/style.css', 'text/css'),
                       (folder + '/icon.svg', 'image/svg+xml')):
        r = b.ask('GET', path)
        assert (r.status, r.getheader('Content-Type').split(';')[0]) == (
            200, kind)
        policy = r.getheader('Content-Security-Policy')
        assert "default-src 'none'" in policy and 'unsafe' not in policy
        assert "frame-ancestors 'none'" in policy
        for name, value in (('X-Content-Type-Options', 'nosniff'),
                            ('Referrer-Policy', 'no-referrer'),
                            ('Cross-Origin-Opener-Policy', 'same-origin'),
                            ('Cross-Origin-Resource-Policy', 'same-origin')):
            assert r.getheader(name) == value
        if kind != 'text/html':
            assert 'immutable' in r.getheader('Cache-Control')
            continue
        assert r.getheader('Cache-Control') == 'no-cache'
        again = b.ask('GET', path, If_None_Match=r.getheader('ETag'))
        assert (again.status, again.body) == (304, b'')
    assert b.ask('GET', '/main.js').status == 404
    # the page names all that its modules import, so that nothing is fetched
    # late
    for path in named:
        r = b.ask('GET', path)
        assert r.status == 200, path
        for name in re.findall(r"from '\./([\w.]+)'", r.body.decode()):
            assert f'{folder}/{name}' in named, name
    assert len(named) > 20


def test_hosts(web):
    b = Browser(web)
    for host in ('127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'):
        b.own['Host'] = f'{host}:{web.port}'
        assert b.ask('GET', '/').status == 200, host
    for host in ('evil.example', f'evil.example:{web.port}', '127.0.0.1',
                 'localhost', '127.0.0.1:1', f'127.0.0.1.evil:{web.port}'):
        b.own['Host'] = host
        assert b.ask('GET', '/').status == 421, host


def test_login(web):
    b = Browser(web)
    assert b.status() == 401
    r = b.log_in()
    assert r.status == 200
    said = r.getheader('Set-Cookie').split('; ')
    assert said[0].startswith(f'pli{web.port}=')
    assert said[1:] == ['Path=/', 'HttpOnly', 'SameSite=Strict']
    assert b.status() == 200
    session = json.loads(b.ask('GET', '/.well-known/jmap').body)
    assert session['username'] == real.USER


def test_under_tls(web):
    c = http.client.HTTPSConnection('127.0.0.1', web.tls_port, timeout=30,
                                    context=box.insecure_tls())
    here = f'https://127.0.0.1:{web.tls_port}'
    c.request('POST', '/session', json.dumps({'token': web.token()}),
              {'Origin': here})
    r = c.getresponse()
    assert r.read() and r.status == 200
    assert 'Secure' in r.getheader('Set-Cookie').split('; ')
    assert r.getheader('Strict-Transport-Security')


def test_tokens(web):
    b, token = Browser(web), web.token()
    assert b.log_in(token).status == 200
    r = b.log_in(token)
    assert (r.status, json.loads(r.body)['error']) == (403, 'wrong-code')
    for bad in ('0' * 32, token[:-1], '', 'x' * 32):
        assert Browser(web).ask('POST', '/session', json.dumps(
            {'token': bad})).status == 403
    assert Browser(web).ask('POST', '/session', 'x').status == 400
    assert Browser(web).log_in().status == 200


def test_no_bare_device_of_a_sealed_account(web):
    token = secrets.token_bytes(16)
    web.admin('user add', ('name', 'bob@example.org'), ('quota', '0'),
              ('sealed', '0'), ('pair_hash', hashlib.sha256(token).digest()))
    r = Browser(web).log_in(token.hex())
    assert (r.status, json.loads(r.body)['error']) == (409, 'cert-missing')


def test_other_pages(web):
    """What pages of somebody else, on this machine too, get to see."""
    b = Browser(web)
    token = web.token()
    for how in ({'Origin': None}, {'Origin': 'http://evil.example'},
                {'Origin': 'http://127.0.0.1:1'}, {'Origin': 'null'}):
        assert b.ask('POST', '/session', json.dumps({'token': token}),
                     **how).status == 403
    assert b.log_in(token).status == 200
    echo = ('Core/echo', {})
    assert b.calls(echo).status == 200
    for how in ({'Origin': None}, {'Origin': 'http://localhost:1'},
                {'Origin': 'null'},
                {'Origin': None, 'Sec_Fetch_Site': 'same-site'}):
        assert b.calls(echo, **how).status == 403
    assert b.status(Sec_Fetch_Site='same-origin') == 200
    for site in ('same-site', 'cross-site'):
        assert b.status(Sec_Fetch_Site=site) == 403
        assert b.ask('GET', '/', Sec_Fetch_Site=site).status == 200


def test_no_question_for_a_password(web):
    r = Browser(web).ask('GET', '/.well-known/jmap', Sec_Fetch_Mode='cors')
    assert r.status == 401
    assert 'Basic' not in r.getheader('WWW-Authenticate')
    r = Browser(web).ask('GET', '/.well-known/jmap')
    assert 'Basic' in r.getheader('WWW-Authenticate')


def test_logout(web):
    b, other = Browser(web), Browser(web)
    assert b.log_in().status == other.log_in().status == 200
    r = b.ask('DELETE', '/session')
    assert r.status == 200 and 'Max-Age=0' in r.getheader('Set-Cookie')
    assert b.status() == 401 and other.status() == 200
    assert b.ask('DELETE', '/session').status == 401


def test_one_connection_one_session(web):
    b, other = Browser(web), Browser(web)
    b.log_in(), other.log_in()
    c = http.client.HTTPConnection('127.0.0.1', web.port, timeout=30)
    for cookie, status in ((b.cookie, 200), (b.cookie, 200),
                           (other.cookie, 421)):
        c.request('GET', '/.well-known/jmap', headers={'Cookie': cookie})
        r = c.getresponse()
        assert (r.read() != b'', r.status) == (True, status)
    # and a link that is opened where another one had been
    c = http.client.HTTPConnection('127.0.0.1', web.port, timeout=30)
    c.request('GET', '/.well-known/jmap', headers={'Cookie': b.cookie})
    c.getresponse().read()
    c.request('POST', '/session', json.dumps({'token': web.token()}),
              {'Origin': web.origin})
    assert c.getresponse().status == 421


def devices(web):
    got = web.client().get('/pli/device')
    return [d['device'] for d in json.loads(got)['devices']]


def test_eight_browsers(web):
    old, new = Browser(web), [Browser(web) for _ in range(8)]
    old.log_in()
    time.sleep(1.1)         # which is older is known by seconds
    for b in new:
        assert b.log_in().status == 200
    names = [d for d in devices(web) if d]
    assert len(names) == 8
    assert all(re.fullmatch('web-[0-9a-f]{8}', n) for n in names)
    assert [b.status() for b in new] == [200] * 8 and old.status() == 401


def add(web, raw):
    c = web.client()
    got = c.call('Email/import', emails={'x': {
        'blobId': c.upload(raw)['blobId'],
        'mailboxIds': {c.boxes()['inbox']: True}}})
    return got['created']['x']['id']


def test_view(web):
    b = Browser(web)
    text = add(web, b'From: a@b.example\r\nSubject: x\r\n\r\n<script>1</script>'
               b' and \xc3\xa9\r\n')
    html = add(web, b'From: a@b.example\r\nContent-Type: text/html\r\n\r\n'
               + HTML.encode())
    assert b.ask('GET', '/view/' + text).status == 401
    b.log_in()
    r = b.ask('GET', '/view/' + text)
    policy = r.getheader('Content-Security-Policy')
    assert r.status == 200 and '<script' not in r.body.decode()
    assert '&lt;script' in r.body.decode()
    assert 'sandbox allow-same-origin' in policy and \
        'allow-scripts' not in policy
    assert "frame-ancestors 'self'" in policy and 'http' not in policy
    assert r.getheader('X-Frame-Options') is None
    assert r.getheader('Cache-Control') == 'no-store'
    r = b.ask('GET', '/view/' + html)
    assert b'tracker.example' not in r.body
    assert b'<meta name="pli-remote" content="1">' in r.body
    assert 'http' not in r.getheader('Content-Security-Policy')
    r = b.ask('GET', '/view/' + html + '?images=1')
    assert b'src="http://tracker.example/a.png"' in r.body
    assert 'img-src data: http: https:;' in r.getheader(
        'Content-Security-Policy')
    r = b.ask('GET', '/view/e0000000000000', Accept_Language='fr-FR,fr')
    assert r.status == 404 and 'Ce message' in r.body.decode()


def test_words(web):
    """What is brought here is found, whatever its accents."""
    id = add(web, 'From: Zoé <z@b.example>\r\nTo: kr@b.example\r\nSubject: '
             '=?utf-8?q?H=C3=B4tel?=\r\nContent-Type: text/plain; '
             'charset=utf-8\r\n\r\nUn été à Nîmes\r\n'.encode())
    c = web.client()
    for how in ({'text': 'nimes'}, {'body': 'ete nim'}, {'from': 'zoe'},
                {'subject': 'HOTEL'}, {'to': 'kr'}):
        assert c.call('Email/query', filter=how)['ids'] == [id], how
    for how in ({'subject': 'nimes'}, {'from': 'hotel'}, {'body': 'imes'}):
        assert c.call('Email/query', filter=how)['ids'] == [], how


FILE = (b'From: a@b.example\r\nSubject: %s\r\nContent-Type: multipart/mixed;'
        b' boundary=b\r\n\r\n--b\r\n\r\nquince jam\r\n--b\r\nContent-Type:'
        b' application/pdf\r\n%s\r\nx\r\n--b--\r\n')


def test_attachments(web):
    """Known without a look at the message, and kept whatever happens to it."""
    one = add(web, FILE % (b'with', b''))
    two = add(web, FILE % (b'without', b'Content-Disposition: inline\r\n'))
    c = web.client()

    def known(filter):
        return set(c.call('Email/query', filter={'operator': 'AND',
                   'conditions': [filter, {'body': 'quince'}]})['ids'])
    for _ in range(2):
        assert known({'hasAttachment': True}) == {one}
        assert known({'hasAttachment': False}) == {two}
        got = c.call('Email/get', ids=[one, two],
                     properties=['hasAttachment', 'keywords'])['list']
        assert [e['hasAttachment'] for e in got] == [True, False]
        c.call('Email/set', update={i: {'keywords': {'$flagged': True}}
                                    for i in (one, two)})
        c.call('Email/set', update={i: {'mailboxIds': {
            c.boxes()['archive']: True}} for i in (one, two)})
    assert got[0]['keywords'] == {'$flagged': True}


def test_snippets(web):
    a = add(web, 'From: a@b.example\r\nSubject: Fête <b>\r\n\r\n{}La fête '
            'du <village> & plus{}\r\n'.format('un deux ' * 60,
                                               ' trois' * 60).encode())
    b = add(web, b'From: a@b.example\r\nSubject: other\r\n\r\nnothing\r\n')
    c, gone = web.client(), a[:-1] + ('0' if a[-1] != '0' else '1')
    c.call('Email/set', destroy=[gone])
    got = c.call('SearchSnippet/get', filter={'text': 'fete vill'},
                 emailIds=[b, a, 'x1', gone])
    assert [e['emailId'] for e in got['list']] == [b, a]
    assert got['notFound'] == ['x1', gone]
    assert got['list'][0]['subject'] is got['list'][0]['preview'] is None
    assert got['list'][1]['subject'] == '<mark>Fête</mark> &lt;b&gt;'
    text = got['list'][1]['preview']
    assert '<mark>fête</mark> du &lt;<mark>village</mark>&gt; &amp;' in text
    assert len(text.encode()) <= 255
    got = c.call('SearchSnippet/get', filter={'hasAttachment': False},
                 emailIds=[a])
    assert got['list'][0]['preview'] is None
    assert c.error('SearchSnippet/get', filter={'colour': 'x'},
                   emailIds=[a]) == 'unsupportedFilter'
