"""httpd, met by curl, Python's http.client, and octets on a socket."""
import base64, http.client, socket, ssl, struct
import pytest
import box
from conftest import healthy


def talk(b, data, tls=False):
    """All that comes back until the other side closes."""
    s = socket.create_connection(('127.0.0.1', b.https if tls else b.http))
    if tls:
        s = box.insecure_tls().wrap_socket(s)
    s.settimeout(30)
    s.sendall(data)
    got = b''
    try:
        while more := s.recv(65536):
            got += more
    except (ConnectionResetError, ssl.SSLError):
        pass
    s.close()
    return got


def statuses(answer):
    """Of every answer on a connection, bodies skipped by their length."""
    found = []
    while answer:
        head, _, rest = answer.partition(b'\r\n\r\n')
        found.append(int(head.split()[1]))
        n = [l for l in head.split(b'\r\n')
             if l.lower().startswith(b'content-length:')]
        answer = rest[int(n[0].split()[1]):] if n else rest
    return found


def basic(user, password=box.PASSWORD):
    return 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()


def curl(b, *words):
    return box.run('curl', '-sk', '-m', '30', *words[:-1],
                   f'https://127.0.0.1:{b.https}{words[-1]}')


def test_curl_reads_a_page(shared):
    r = curl(shared, '-i', '/')
    assert r.stdout.startswith('HTTP/1.1 200 OK')
    for field in ("content-security-policy: default-src 'none'",
                  'x-content-type-options: nosniff',
                  'strict-transport-security: max-age='):
        assert field in r.stdout.lower()
    head = curl(shared, '-I', '/').stdout
    assert 'Content-Length: ' in head and head.endswith('\n')
    assert curl(shared, '-o', '/dev/null', '-w', '%{http_code}',
                '/../etc/passwd').stdout == '404'


def test_one_connection_has_many_requests(shared):
    c = http.client.HTTPSConnection('127.0.0.1', shared.https,
                                    context=box.insecure_tls(), timeout=30)
    for _ in range(5):
        c.request('GET', '/robots.txt')
        assert b'Disallow' in c.getresponse().read()
    sock = c.sock
    c.request('POST', '/', body=b'x' * 1000)
    r = c.getresponse()
    assert (r.status, r.getheader('Allow')) == (405, 'GET, HEAD, OPTIONS')
    r.read()
    c.request('GET', '/')
    assert c.getresponse().status == 200 and c.sock is sock
    c.close()


def test_pipelined_requests_are_answered_in_order(shared):
    one = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
    chunked = (b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked'
               b'\r\n\r\n3;x\r\nGET\r\n0\r\nX: y\r\n\r\n')
    last = b'GET /no HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    assert statuses(talk(shared, one + chunked + one + last)) == \
        [200, 405, 200, 404]


# What follows must be read as nothing at all: the connection ends.
HIDDEN = b'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n'
SMUGGLED = [
    (400, b'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    (400, b'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n'),
    (400, b'Content-Length: 0\r\nContent-Length: 33\r\n\r\n'),
    (400, b'Content-Length: 0\r\nContent-Length: 0\r\n\r\n'),
    (400, b'Content-Length: +0\r\n\r\n'),
    (400, b'Content-Length: 0,0\r\n\r\n'),
    (400, b'Content-Length: 0x0\r\n\r\n'),
    (400, b'Content-Length : 0\r\n\r\n'),
    (400, b'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n'),
    (400, b'Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n'),
    (501, b'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'),
    (501, b'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'),
    (400, b'X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    (400, b'X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    (400, b'X: y\rContent-Length: 3\r\n\r\nabc'),
    (400, b'X: \x00\r\n\r\n'),
    (400, b'Host: b\r\n\r\n'),
    (400, b'\n'),
]


@pytest.mark.parametrize('status,rest', SMUGGLED)
def test_nothing_is_smuggled(shared, status, rest):
    got = talk(shared, b'POST / HTTP/1.1\r\nHost: a\r\n' + rest + HIDDEN)
    assert statuses(got) == [status]
    assert b'Connection: close' in got


@pytest.mark.parametrize('body', [
    b'0x0\r\n\r\n', b'+0\r\n\r\n', b' 0\r\n\r\n', b'0\n\n', b'0\r\n\n',
    b'3\r\nabcd\r\n0\r\n\r\n', b'fffffffffffffffff\r\n', b'3\nabc\r\n0\r\n\r\n',
    b'1;a\nb\r\n0\r\n\r\n', b'0\r\nContent-Length: 3\r\n\r\n'])
def test_a_bad_chunk_ends_the_connection(shared, body):
    got = talk(shared, b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: '
               b'chunked\r\n\r\n' + body + HIDDEN)
    assert statuses(got) == [405]


@pytest.mark.parametrize('line,status', [
    (b'GET / HTTP/1.0', 505), (b'GET / HTTP/2.0', 505), (b'GET /', 400),
    (b'get / HTTP/1.1', 501), (b'TRACE / HTTP/1.1', 501),
    (b'GET http://b/ HTTP/1.1', 400), (b'GET /%zz HTTP/1.1', 400),
    (b'GET /' + b'a' * 5000 + b' HTTP/1.1', 414),
    (b'GET / HTTP/1.1\r\nX: ' + b'a' * 20000, 431)])
def test_request_lines(shared, line, status):
    assert statuses(talk(shared, line + b'\r\nHost: a\r\n\r\n')) == [status]


def test_a_page_of_somebody_else_posts_nothing(shared):
    got = talk(shared, b'GET / HTTP/1.1\r\nHost: a\r\nOrigin: http://evil'
               b'\r\nConnection: close\r\n\r\n')
    assert statuses(got) == [403]


def test_no_webmail_on_a_box(shared):
    for line, status in ((b'GET /login', 404), (b'GET /main.js', 404),
                         (b'GET /view/e0', 404), (b'POST /session', 405)):
        got = talk(shared, line + b' HTTP/1.1\r\nHost: a\r\n'
                   b'Connection: close\r\n\r\n')
        assert statuses(got) == [status], line


def test_the_protocol_of_tls(shared):
    for offer, want in ((['h2', 'http/1.1'], 'http/1.1'), ([], None)):
        c = box.insecure_tls()
        if offer:
            c.set_alpn_protocols(offer)
        s = c.wrap_socket(socket.create_connection(
            ('127.0.0.1', shared.https)))
        assert s.selected_alpn_protocol() == want
        s.close()
    c = box.insecure_tls()
    c.set_alpn_protocols(['h2'])
    with pytest.raises(ssl.SSLError):
        c.wrap_socket(socket.create_connection(('127.0.0.1', shared.https)))


def test_clear_text_on_the_tls_port(shared):
    s = socket.create_connection(('127.0.0.1', shared.https))
    s.sendall(HIDDEN)
    s.settimeout(30)
    assert not s.recv(100).startswith(b'HTTP')
    s.close()


def test_a_gate_says_for_whom(make_box):
    b = make_box(extra='proxy 127.0.0.1\n')
    header = (b'\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c' +
              socket.inet_aton('192.0.2.7') + socket.inet_aton('192.0.2.1') +
              struct.pack('>HH', 1000, 443))
    last = b'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    assert statuses(talk(b, header + last)) == [200]
    assert talk(b, last) == b''
    healthy(b)


def test_http_clear_is_for_loopback(build, tmp_path):
    conf = tmp_path / 'plid.conf'
    for where, good in (('127.0.0.1:80', True), ('192.0.2.1:80', False),
                        ('80', False)):
        conf.write_text('host a.example\ndomain a.example\n'
                        f'listen http-clear {where}\n')
        r = box.run(build + '/ctl/plictl', 'check', 'conf', str(conf))
        assert (r.returncode == 0) == good, r.stdout + r.stderr
