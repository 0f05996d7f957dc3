"""A letter that the webmail submits at home goes out by the owner's own box."""
import os
import pytest

import box as lib
import home
from home import ME, Home
from jmap import CORE, MAIL, SUBMISSION
from outside import Outside

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
USING = (CORE, MAIL, SUBMISSION)


class Box(home.Box):
    """Its submission listens where its owner's side looks for it."""

    def write_conf(self, extra=''):
        super().write_conf(extra)
        path = self.dir + '/etc/plid.conf'
        with open(path) as f:
            conf = f.read()
        with open(path, 'w') as f:
            f.write(conf.replace(f'submissions 127.0.0.1:{self.submissions}',
                                 f'submissions {self.ip}:465'))
        self.submissions, self.takes_at = 465, self.ip


@pytest.fixture(scope='module')
def world(tmp_path_factory):
    o = Outside(str(tmp_path_factory.mktemp('outside')))
    b = Box(extra=o.conf)
    h = Home(b)
    try:
        yield b, h, o
    finally:
        h.stop()
        b.stop()
        o.stop()


def until(what, seconds=60):
    got = lib.wait_for(what, seconds)
    assert got, got
    return got


def draft(c, to, text):
    got = c.call('Email/set', create={'d': {
        'mailboxIds': {c.boxes()['drafts']: True},
        'keywords': {'$draft': True}, 'from': [{'email': ME}],
        'to': [{'email': to}], 'subject': text,
        'textBody': [{'partId': 't', 'type': 'text/plain'}],
        'bodyValues': {'t': {'value': text}}}})
    return got['created']['d']['id']


def submit(c, id, **more):
    """The responses: as the webmail asks for it."""
    identity, = c.calls(('Identity/get', {}), using=USING)[0][1]['list']
    assert identity['email'] == ME
    return c.calls(('EmailSubmission/set', {
        'create': {'s': {'identityId': identity['id'], 'emailId': id,
                         **more}},
        'onSuccessUpdateEmail': {'#s': {
            'mailboxIds': {c.boxes()['sent']: True},
            'keywords/$draft': None}}}), using=USING)


def one(c, id):
    return c.calls(('EmailSubmission/get', {'ids': [id]}),
                   using=USING)[0][1]['list'][0]


def test_by_way_of_the_box(world):
    b, h, o = world
    c = h.client()
    id = draft(c, 'x@one.example', 'by way of the box')
    # nobody's key is known, and nobody has said that it may go so
    (_, r), = submit(c, id)
    assert r['notCreated']['s']['type'] == 'pliClear'
    (_, r), (_, moved) = submit(c, id, pliClear=True)
    made = r['created']['s']
    assert made['undoStatus'] == 'pending' and moved['updated'] == {id: None}
    until(lambda: o.sink.got)
    (sender, rcpts, raw), = o.sink.got
    assert (sender, rcpts) == (ME, ['x@one.example'])
    # the box signs, the owner's side does not
    assert raw.count(b'DKIM-Signature:') == 2
    assert b'127.0.0.1' not in raw and b'Pli-' not in raw
    assert until(lambda: one(c, made['id'])['undoStatus'] == 'final')
    out = lib.run(os.path.join(home.ROOT, 'tools', 'canary'), b.dir + '/var',
                  b.dir + '/etc', input='by way of the box')
    assert (out.returncode, out.stdout) == (0, '')


def test_what_waits_for_the_box_can_be_had_back(world):
    b, h, o = world
    o.sink.got.clear()
    c = h.client()
    b.halt()
    made = submit(c, draft(c, 'y@one.example', 'not sent after all'),
                  pliClear=True)[0][1]['created']['s']
    kept = submit(c, draft(c, 'z@one.example', 'sent when it is there'),
                  pliClear=True)[0][1]['created']['s']
    until(lambda: one(c, made['id'])['deliveryStatus']['y@one.example'][
        'smtpReply'])
    r = until(lambda: c.calls(('EmailSubmission/set', {'update': {
        made['id']: {'undoStatus': 'canceled'}}}),
        using=USING)[0][1]['updated'])
    assert r == {made['id']: None}
    b.start()
    try:
        h.admin('queue retry', ('id', 'all'))
    except AssertionError as e:
        assert 'no-letter' in str(e)    # it has gone by itself
    until(lambda: o.sink.got)
    until(lambda: one(c, kept['id'])['undoStatus'] == 'final')
    assert [g[1] for g in o.sink.got] == [['z@one.example']]
    assert one(c, made['id'])['undoStatus'] == 'canceled'
