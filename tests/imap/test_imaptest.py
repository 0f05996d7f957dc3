"""Those of Dovecot's scripted tests that need only the commands we have."""
import os, re

import pytest

import imaptest, stand

GROUPS = ['atoms', 'close', 'expunge2', 'fetch-body-message-rfc822',
          'fetch-body-message-rfc822-mime', 'fetch-body-mime',
          'fetch-bodystructure', 'fetch-envelope', 'list', 'mutf7', 'pipeline',
          'pipeline-connections', 'select', 'store']


class World:
    """CREATE and its like, done to the store."""

    def __init__(self, s):
        self.s = s

    def box(self, name):
        return next((b for b in self.s.boxes if b.name == name), None)

    def create(self, name):
        name = name.rstrip(b'/')
        name = {b'imaptest/p&AOQA5A-': 'imaptest/p\u00e4\u00e4'.encode()}.get(
            name, name)
        if not self.box(name):
            b = stand.Mailbox(len(self.s.boxes) + 1, '')
            b.name = name
            self.s.boxes.append(b)

    def does(self, line, script):
        m = re.match(rb'(?i)(create|delete|append)(?: (.*))?$', line)
        if not m:
            return False
        with self.s.lock:
            if m[1].lower() == b'create':
                self.create(m[2].strip(b'"'))
            elif m[1].lower() == b'delete':
                self.s.boxes = [b for b in self.s.boxes if b.name != m[2]]
            else:
                script.append()
        return True


@pytest.mark.skipif(not os.path.isdir(imaptest.SUITE),
                    reason='the suite is not here')
@pytest.mark.parametrize('name', GROUPS)
def test_group(name):
    s = stand.Stand()
    script = imaptest.Script(name, s, World(s))
    try:
        script.run()
    except imaptest.Skipped as e:
        assert script.checked > 0, e
    finally:
        s.stop()
