"""Messages of the corpora, signed by us, verified by rspamd, which knows
Ed25519; its resolver is a name server of a few lines."""
import json, os, shutil, socket, struct, subprocess, threading, time
import urllib.request

import pytest

import suites
import test_dkim
import test_mime
from test_dkim import keys                              # noqa: F401

pytestmark = pytest.mark.skipif(not shutil.which('rspamd'),
                                reason='rspamd is not here')

CONF = '''
options { pidfile = "%(dir)s/pid"; filters = "dkim"; rundir = "%(dir)s";
  dbdir = "%(dir)s"; tempdir = "%(dir)s";
  control_socket = "%(dir)s/sock mode=0600";
  url_tld = "/usr/share/rspamd/effective_tld_names.dat";
  dns { nameserver = ["127.0.0.1:%(dns)d"]; timeout = 2s; retransmits = 2; } }
logging { type = "file"; filename = "%(dir)s/log"; level = "info"; }
worker "normal" { bind_socket = "127.0.0.1:%(port)d"; count = 1; }
modules { path = "%(dir)s/modules"; }
dkim { check_local = true; check_authed = true; }
'''


def serve_names(sock, records):
    """TXT records, and nothing else."""
    while True:
        q, who = sock.recvfrom(2000)
        at, labels = 12, []
        while q[at]:
            labels.append(q[at + 1:at + 1 + q[at]])
            at += 1 + q[at]
        at += 5
        text = records.get(b'.'.join(labels).lower() + b'.')
        if q[at - 4:at - 2] != b'\0\x10':
            text = None
        out = (q[:2] + (b'\x81\x80' if text else b'\x81\x83') + b'\0\1' +
               (b'\0\1' if text else b'\0\0') + b'\0\0\0\0' + q[12:at])
        if text:
            data = b''.join(bytes([len(text[i:i + 255])]) + text[i:i + 255]
                            for i in range(0, len(text), 255))
            out += (b'\xc0\x0c\0\x10\0\1\0\0\0\x3c' +
                    struct.pack('>H', len(data)) + data)
        sock.sendto(out, who)


def listens(port):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    except OSError:
        return False


@pytest.fixture(scope='module')
def rspamd(keys, tmp_path_factory):                     # noqa: F811
    folder = tmp_path_factory.mktemp('rspamd')
    os.makedirs(folder / 'modules')
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(('127.0.0.1', 0))
    threading.Thread(target=serve_names, args=(names, keys[1]),
                     daemon=True).start()
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    (folder / 'conf').write_text(CONF % {
        'dir': folder, 'dns': names.getsockname()[1], 'port': port})
    p = subprocess.Popen(['rspamd', '-f', '-i', '-c', folder / 'conf'],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if listens(port):
                break
            assert p.poll() is None, (folder / 'log').read_text()
            time.sleep(0.2)
        yield port
    finally:
        p.terminate()
        p.wait()


def verdict(port, message):
    r = urllib.request.Request(f'http://127.0.0.1:{port}/checkv2',
                               data=message)
    with urllib.request.urlopen(r, timeout=30) as f:
        symbols = json.load(f)['symbols']
    return sorted(symbols.get('R_DKIM_ALLOW', {}).get('options', []))


@pytest.mark.parametrize('suite', sorted(test_mime.CORPORA))
def test_rspamd_verifies(suite, keys, rspamd):          # noqa: F811
    # a body that rspamd refuses before it looks at anything
    raws = [r for r in test_dkim.messages(suite)
            if b'GTUBE-STANDARD-ANTI-UBE-TEST' not in r]
    if not raws:
        pytest.skip('no message with a sound header')
    both = ['example.org:s=pe1', 'example.org:s=pr1']
    for raw, fields in zip(raws, test_dkim.ask(['sign'] + keys[0], raws)):
        assert verdict(rspamd, bytes.fromhex(fields) + raw) == both, raw
