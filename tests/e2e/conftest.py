"""The box that the tests share, and boxes of their own.

PLI_BUILD names the build: an ASan build has no seccomp and no Landlock, and
finds other faults.
"""
import os, sys
import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
sys.path.insert(0, HERE)
import box

ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, os.environ.get('PLI_BUILD', 'build-rel'))
SANITIZED = os.path.basename(BUILD) == 'build'


def healthy(b):
    """Whatever a peer did, no process of the box died of it."""
    bad = [l for l in b.log().splitlines()
           if 'child-crashed' in l or 'role-died' in l or 'assert' in l]
    assert not bad, '\n'.join(bad[:10])


@pytest.fixture(scope='session')
def build():
    return BUILD


@pytest.fixture(scope='session')
def shared():
    """alice is sealed, bob is not."""
    b = box.Box(BUILD)
    try:
        b.alice()
        b.add_user('bob@example.org')
        yield b
        healthy(b)
    finally:
        b.stop()


@pytest.fixture
def make_box():
    """A box with a configuration of its own."""
    made = []

    def make(cls=box.Box, **kw):
        made.append(cls(BUILD, **kw))
        return made[-1]
    yield make
    for b in made:
        b.stop()


release_only = pytest.mark.skipif(SANITIZED, reason='too much for a '
                                  'sanitizer: tried in the release build')
as_root = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
