"""What a whole session of an owner asks of the kernel: the agent opens nothing
once it has begun, what shows a letter opens nothing, and nobody connects to
anybody but the box."""
import os, shutil, subprocess, sys
import pytest

import home
from calls import Calls

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason='needs root'),
    pytest.mark.skipif(not shutil.which('strace'), reason='needs strace')]
HERE = os.path.dirname(os.path.abspath(__file__))
BOX = '192.0.2.10'
NETWORK = f'''ip link set lo up && ip link add far type veth peer name off &&
ip addr add {BOX}/24 dev far && ip link set far up &&
ip link set off up &&
ip route add default via 192.0.2.1 && exec "$@"'''


@pytest.fixture(scope='module')
def lines(tmp_path_factory):
    trace = tmp_path_factory.mktemp('strace') / 'trace'
    got = subprocess.run(
        ['unshare', '--net', 'bash', '-c', NETWORK, 'bash', sys.executable,
         HERE + '/session.py', trace], capture_output=True, text=True,
        timeout=400)
    assert got.returncode == 0 and 'done' in got.stdout, \
        (got.stdout + got.stderr)[-4000:]
    return trace.read_text(errors='replace').splitlines()


@pytest.fixture(scope='module')
def calls(lines):
    return Calls(lines)


def far(reached):
    return {r for r in reached if r[1] != BOX and r[1] != '::1' and
            not r[1].startswith('127.')}


def test_everybody_was_seen(calls):
    """Or what follows would be true of nothing."""
    assert {'agent', 'open', 'sync', 'send', 'store', 'keys', 'imapd',
            'submit', 'httpd'} <= calls.roles()
    for role in ('agent', 'open'):
        assert any(inside for name, inside, _ in calls.all if name == role)
        # its children, too
        assert any(calls.role(p) == role and p not in calls.name
                   for p in calls.parent)
    assert any('mail.db' in t for t in calls.opened('store'))


def test_agent_opens_nothing(calls):
    assert calls.opened('agent') == [] == calls.sockets('agent')


def test_open_opens_nothing(calls):
    assert calls.opened('open') == [] == calls.sockets('open')


def test_the_box_and_nobody_else(calls):
    reached = calls.reached()
    assert ('sync', BOX, 443) in reached and ('send', BOX, 465) in reached
    assert far(reached) == set()


@pytest.mark.parametrize('role, call', [
    ('agent', 'openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 5'),
    ('open', 'openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 5'),
    ('agent', 'socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 5'),
    ('sync', 'connect(5, {sa_family=AF_INET, sin_port=htons(443),'
     ' sin_addr=inet_addr("198.51.100.7")}, 16) = -1 ENETUNREACH'),
    ('dns', 'sendto(5, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(53),'
     ' sin_addr=inet_addr("198.51.100.7")}, 16) = 1')])
def test_a_call_too_many_is_found(lines, role, call):
    """The same with one line more, of the role's last child."""
    calls = Calls(lines)
    pid = [p for p, _ in calls.lines if calls.role(p) == role][-1]
    calls = Calls(lines + [f'{pid} {call}'])
    assert calls.opened('agent') + calls.sockets('agent') + \
        calls.opened('open') + sorted(far(calls.reached()))
