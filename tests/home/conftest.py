"""One box and one owner's side for all tests of this folder."""
import os, sys
import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import home
import box as lib


def bad(log):
    return [l for l in log.splitlines() if 'child-crashed' in l
            or 'assert' in l or 'box-lies' in l]


@pytest.fixture(scope='module')
def b():
    b = home.Box()
    try:
        yield b
        assert not bad(b.log()), bad(b.log())
    finally:
        b.stop()


@pytest.fixture(scope='module')
def h(b):
    h = home.Home(b)
    try:
        b.plictl('user', 'password', home.ME, '--password-file', '-',
                 input=home.PASSWORD)
        yield h
        assert not bad(h.log()), bad(h.log())
    finally:
        h.stop()


@pytest.fixture(scope='module')
def neighbour(b, h, tmp_path_factory):
    """On the same box, his mail is not sealed; his gpg, which has her key."""
    who = 'bob@example.org'
    b.plictl('user', 'add', who, '--unsealed', '--password-file', '-',
             input=home.PASSWORD)
    g = lib.Gpg(str(tmp_path_factory.mktemp('neighbour')), who)
    g.call('--import', input=h.pli('key', 'export').stdout)
    yield g
    g.stop()
