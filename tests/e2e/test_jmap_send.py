"""Letters sent by JMAP (RFC 8621, 6 and 7): what a foreign server gets, what
the store keeps, what lies on the disk."""
import email, email.policy, http.client, json, os, re, sqlite3
import pytest
import box, mail
from conftest import ROOT, healthy
from jmap import CORE, MAIL, SUBMISSION, Client
from mail import eventually
from outside import Outside

ALICE, BOB, CAROL = (f'{n}@example.org' for n in ('alice', 'bob', 'carol'))
BLOB = 'urn:pli:params:jmap:submission'
USING = (CORE, MAIL, SUBMISSION)
SECRET = 'a heron stands in the estuary'


class Sender(Client):
    """A client that has drafts, and sends them."""

    def __init__(self, b, user):
        super().__init__(b, user)
        self.folders = self.boxes()

    def say(self, *calls, using=USING):
        return self.calls(*calls, using=using)

    def do(self, name, using=USING, **args):
        r = self.say((name, args), using=using)[0]
        assert r[0] == name, r
        return r[1]

    def identity(self, address=None):
        found = self.do('Identity/get')['list']
        return next(i for i in found if address in (None, i['email']))

    def draft(self, to=('x@one.example',), sender=None, **more):
        given = {'mailboxIds': {self.folders['drafts']: True},
                 'keywords': {'$draft': True},
                 'from': [{'name': 'Me', 'email': sender or
                           self.session['username']}],
                 'to': [{'email': a} for a in to], 'subject': 'A letter',
                 'textBody': [{'partId': 't', 'type': 'text/plain'}],
                 'bodyValues': {'t': {'value': SECRET}}, **more}
        got = self.call('Email/set', create={'d': given})
        assert got['created'], got
        return got['created']['d']['id']

    def bring(self, data, folder='drafts'):
        blob = self.upload(data)['blobId']
        got = self.call('Email/import', emails={'k': {
            'blobId': blob, 'mailboxIds': {self.folders[folder]: True}}})
        assert got['created'], got
        return got['created']['k']['id'], blob

    def send(self, using=USING, set={}, **given):
        """The one created, or the SetError."""
        given.setdefault('identityId', self.identity()['id'])
        r = self.do('EmailSubmission/set', using=using,
                    create={'s': given}, **set)
        return r['created']['s'] if r['created'] else r['notCreated']['s']

    def get(self, *args, **kw):
        if args and args[0].startswith('/'):
            return super().get(*args, **kw)
        return self.do('EmailSubmission/get', ids=list(args) or None)

    def one(self, id):
        return self.get(id)['list'][0]


@pytest.fixture(scope='module')
def world(tmp_path_factory, build):
    """alice is sealed; bob, who has an alias, and carol are not."""
    o = Outside(str(tmp_path_factory.mktemp('outside')))
    b = box.Box(build, extra=o.conf)
    try:
        b.alice()
        for name in (BOB, CAROL):
            b.add_user(name)
        b.plictl('alias', 'add', 'sales@example.org', BOB)
        yield b, o
        healthy(b)
    finally:
        b.stop()
        o.stop()


@pytest.fixture
def bob(world):
    world[1].sink.got.clear()
    return Sender(world[0], BOB)


@pytest.fixture
def alice(world):
    world[1].sink.got.clear()
    return Sender(world[0], ALICE)


def arrived(o, n=1):
    eventually(lambda: len(o.sink.got) >= n)
    assert len(o.sink.got) == n
    return o.sink.got


def canary(b, secret=SECRET):
    out = box.run(os.path.join(ROOT, 'tools', 'canary'), b.dir + '/var',
                  b.dir + '/run', b.dir + '/etc', input=secret)
    assert (out.returncode, out.stdout) == (0, '')


def queue(b):
    return json.loads(b.plictl('-j', 'queue', 'list').stdout)


def waits(b, recipient):
    """Its row, while it waits or is held."""
    return next((r for r in queue(b) if r['recipient'] == recipient and
                 r['state'] in ('waits', 'held')), None)


def said(raw):
    m = email.message_from_bytes(raw, policy=email.policy.default)
    assert not m.defects
    return m.get_content()


def signed(b, raw):
    dkim = pytest.importorskip('dkim')
    known = {(r['name'] + '.').encode(): r['value'].encode() for r in
             json.loads(b.plictl('-j', 'dkim', 'show').stdout)}
    d = dkim.DKIM(raw)
    return [d.verify(n, dnsfunc=lambda name, **kw: known[name])
            for n in range(raw.count(b'DKIM-Signature:'))]


def test_announced(bob):
    account = bob.session['accounts'][bob.account]['accountCapabilities']
    assert account[SUBMISSION]['maxDelayedSend'] == 0
    assert 'DSN' in account[SUBMISSION]['submissionExtensions']
    assert bob.session['primaryAccounts'][SUBMISSION] == bob.account
    for urn in (SUBMISSION, BLOB):
        assert bob.session['capabilities'][urn] == {} and urn in account
    r, = bob.calls(('EmailSubmission/get', {'ids': None}))
    assert r == ['error', {'type': 'unknownMethod'}]


def test_a_letter_goes_out(world, bob):
    """Signed, without Bcc and without a trace of where from; the email moves
    to Sent when asked for, and no other copy is made."""
    b, o = world
    sent = len(mail.inbox(b, CAROL))
    id = bob.draft(('x@one.example',), cc=[{'email': 'y@one.example'}],
                   bcc=[{'email': 'hidden@two.example'}, {'email': CAROL}])
    state = bob.get()['state']
    (name, r), (name2, r2) = bob.say(('EmailSubmission/set', {
        'create': {'s': {'identityId': bob.identity()['id'],
                         'emailId': id}},
        'onSuccessUpdateEmail': {'#s': {
            'mailboxIds': {bob.folders['sent']: True},
            'keywords/$draft': None}}}))
    assert (name, name2) == ('EmailSubmission/set', 'Email/set')
    made = r['created']['s']
    assert r['oldState'] == state and r['newState'] != state
    assert r2['updated'] == {id: None}, r2
    # carol has it already: that cannot be had back
    assert made['undoStatus'] == 'final' and made['sendAt'].endswith('Z')
    assert [a['email'] for a in made['envelope']['rcptTo']] == [
        'x@one.example', 'y@one.example', 'hidden@two.example', CAROL]
    assert made['envelope']['mailFrom']['email'] == BOB
    got = arrived(o, 2)
    assert {g[0] for g in got} == {BOB}
    assert sorted(sum((g[1] for g in got), [])) == [
        'hidden@two.example', 'x@one.example', 'y@one.example']
    for _, _, raw in got:
        assert SECRET in said(raw) and b'hidden@' not in raw
        assert not re.search(rb'^bcc:', raw, re.I | re.M)
        assert b'127.0.0.1' not in raw
        assert b'by mail.example.org with HTTP id' in raw
        assert signed(b, raw) == [True, True]
    here = mail.inbox(b, CAROL)
    assert len(here) == sent + 1 and b'hidden@' not in here[-1]
    in_sent = bob.call('Email/query', filter={
        'inMailbox': bob.folders['sent']})['ids']
    assert in_sent == [id]
    e = bob.call('Email/get', ids=[id])['list'][0]
    assert '$draft' not in e['keywords'] and len(e['bcc']) == 2
    eventually(lambda: not queue(b))
    status = bob.one(made['id'])['deliveryStatus']
    assert status[CAROL]['delivered'] == 'yes'
    assert status['x@one.example']['delivered'] == 'unknown'
    assert status['x@one.example']['smtpReply'].startswith('250 ')


def test_an_envelope_that_is_given(world, bob):
    b, o = world
    id = bob.draft(('nobody@asked.example',), sender='sales@example.org')
    made = bob.send(emailId=id, envelope={
        'mailFrom': {'email': 'sales@example.org',
                     'parameters': {'RET': 'HDRS', 'ENVID': 'a b+c'}},
        'rcptTo': [{'email': 'y@one.example', 'parameters': {
            'NOTIFY': 'SUCCESS,FAILURE', 'ORCPT': 'rfc822;y@one.example'}},
            {'email': '"two words"@one.example', 'parameters': None}]})
    assert 'envelope' not in made, made
    (sender, rcpts, raw), = arrived(o)
    assert sender == 'sales@example.org'
    assert rcpts == ['y@one.example', '"two words"@one.example']
    assert b'nobody@asked.example' in raw and b'one.example' not in raw
    # a server without DSN: the sender is told by us, with what was asked for
    eventually(lambda: any(b'two words' not in m and b'y@one.example' in m
                           for m in mail.inbox(b, BOB)))
    note = mail.newest(b, BOB)
    assert b'Original-Envelope-Id: a+20b+2Bc' in note
    assert b'Original-Recipient: rfc822;' in note


REFUSED = [
    ({'envelope': {'mailFrom': {'email': CAROL}, 'rcptTo': [
        {'email': 'x@one.example'}]}}, 'forbiddenMailFrom'),
    ({'envelope': {'mailFrom': {'email': BOB}, 'rcptTo': []}},
     'noRecipients'),
    ({'envelope': {'mailFrom': {'email': BOB}, 'rcptTo': [
        {'email': f'x{i}@one.example'} for i in range(101)]}},
     'tooManyRecipients'),
    ({'envelope': {'mailFrom': {'email': BOB}, 'rcptTo': [
        {'email': 'x@one.example', 'parameters': {'HOLDFOR': '60'}}]}},
     'invalidRecipients'),
    ({'envelope': {'mailFrom': {'email': BOB, 'parameters': {
        'HOLDFOR': '60'}}, 'rcptTo': [{'email': 'x@one.example'}]}},
     'invalidProperties'),
    ({'envelope': {'mailFrom': {'email': BOB}, 'rcptTo': 'x'}},
     'invalidProperties'),
    ({'envelope': {'mailFrom': {'email': BOB, 'parameters': {
        'SIZE': '99999999999'}}, 'rcptTo': [{'email': 'x@one.example'}]}},
     'tooLarge'),
    ({'identityId': 'i0'}, 'invalidProperties'),
    ({'emailId': 'e0'}, 'invalidProperties'),
    ({'blobId': 'bu0'}, 'invalidProperties'),
    ({'sendAt': '2030-01-01T00:00:00Z'}, 'invalidProperties'),
]


@pytest.mark.parametrize('given, want', REFUSED)
def test_what_is_refused(world, bob, given, want):
    id = bob.draft()
    before = bob.get()['list']
    e = bob.send(**{'emailId': id, **given})
    assert e.get('type') == want, e
    if want == 'tooManyRecipients':
        assert e['maxRecipients'] == 100
    assert bob.get()['list'] == before and not world[1].sink.got


def test_wrong_recipients_are_all_told(world, bob):
    wrong = ['none@example.org', 'x@', 'a b@one.example',
             'x@one.example> NOTIFY=NEVER', 'x@one.example\r\nDATA', '']
    e = bob.send(emailId=bob.draft(), envelope={
        'mailFrom': {'email': BOB}, 'rcptTo': [{'email': a} for a in
                                               ['x@one.example'] + wrong]})
    assert e['type'] == 'invalidRecipients'
    assert e['invalidRecipients'] == wrong
    for more in ({'NOTIFY': 'NEVER ORCPT=rfc822;y@one.example'},
                 {'NOTIFY=NEVER': None}, {'NOTIFY': 1}, {'': 'x'},
                 {'ORCPT': 'y@one.example'}):
        e = bob.send(emailId=bob.draft(), envelope={
            'mailFrom': {'email': BOB}, 'rcptTo': [
                {'email': 'x@one.example', 'parameters': more}]})
        assert e['invalidRecipients'] == ['x@one.example'], more
    e = bob.send(emailId=bob.draft(to=('nowhere', 'x@one.example')))
    assert e['invalidRecipients'] == ['nowhere']
    e = bob.send(emailId=bob.draft(to=()))
    assert e['type'] == 'noRecipients'
    assert not world[1].sink.got


@pytest.mark.parametrize('text, want', [
    (f'From: {CAROL}\r\nTo: x@one.example\r\n\r\nx\r\n', 'forbiddenFrom'),
    ('To: x@one.example\r\n\r\nx\r\n', 'invalidEmail'),
    (f'From: {BOB}\r\nFrom: {BOB}\r\nTo: x@one.example\r\n\r\nx\r\n',
     'invalidEmail'),
    (f'From: {BOB}, sales@example.org\r\nTo: x@one.example\r\n\r\nx\r\n',
     'invalidEmail'),
    (f'From: {BOB}\r\nTo: x@one.example\r\n\r\na\nb\r\n', 'invalidEmail'),
    (f'From: {BOB}\r\nTo: x@one.example\r\n\r\na\r\n.\r\nMAIL FROM:<>\r\n',
     None),
])
def test_texts(world, bob, text, want):
    """An upload that is stored nowhere, under our own capability."""
    blob = bob.upload(text.encode())['blobId']
    e = bob.send(using=USING + (BLOB,), blobId=blob)
    assert e.get('type') == want, e
    if want is None:
        assert e['emailId'] is None and e['threadId'] is None
        (_, _, raw), = arrived(world[1])
        assert raw.endswith(b'\r\n\r\na\r\n.\r\nMAIL FROM:<>\r\n')
        assert re.search(rb'^Date: ', raw, re.M)
        assert re.search(rb'^Message-ID: <\w+@example.org>\r$', raw, re.M)


def test_what_waits_can_be_had_back(world, bob):
    b, o = world
    later = bob.send(emailId=bob.draft(('x@b.later.example',
                                        'y@b.later.example')))
    assert later['undoStatus'] == 'pending'
    eventually(lambda: all(
        s['smtpReply'].startswith('451 4.7.1') for s in
        bob.one(later['id'])['deliveryStatus'].values()))
    now = bob.one(later['id'])
    assert now['undoStatus'] == 'pending'
    assert {s['delivered'] for s in now['deliveryStatus'].values()} == {
        'queued'}
    for patch in ({'undoStatus': 'final'}, {'emailId': 'e0'},
                  {'sendAt': '2030-01-01T00:00:00Z'}):
        r = bob.do('EmailSubmission/set', update={later['id']: patch})
        assert r['notUpdated'][later['id']]['type'] == 'invalidProperties'
    notices = len(mail.inbox(b, BOB))
    r = bob.do('EmailSubmission/set', update={
        later['id']: {'undoStatus': 'canceled'}})
    assert r['updated'] == {later['id']: None}, r
    assert not waits(b, 'x@b.later.example')
    now = bob.one(later['id'])
    assert now['undoStatus'] == 'canceled'
    assert {s['delivered'] for s in now['deliveryStatus'].values()} == {'no'}
    changes = bob.do('EmailSubmission/changes', sinceState=r['oldState'])
    assert changes['updated'] == [later['id']]
    assert changes['newState'] == r['newState']
    # once more changes nothing
    r = bob.do('EmailSubmission/set', update={
        later['id']: {'undoStatus': 'canceled'}})
    assert r['updated'] and len(mail.inbox(b, BOB)) == notices


def test_what_went_cannot(world, bob):
    made = bob.send(emailId=bob.draft())
    arrived(world[1])
    eventually(lambda: bob.one(made['id'])['undoStatus'] == 'final')
    r = bob.do('EmailSubmission/set', update={
        made['id']: {'undoStatus': 'canceled'}})
    assert r['notUpdated'][made['id']]['type'] == 'cannotUnsend'


def test_what_is_with_another_server_cannot(world, bob):
    """The text has been handed out: nobody knows what becomes of it."""
    b, o = world
    before = o.sink.sessions
    o.sink.hold.clear()
    try:
        made = bob.send(emailId=bob.draft(('x@slow.example',)))
        assert made['undoStatus'] == 'pending'
        eventually(lambda: o.sink.sessions > before)
        r = bob.do('EmailSubmission/set', update={
            made['id']: {'undoStatus': 'canceled'}})
        assert r['notUpdated'][made['id']]['type'] == 'cannotUnsend'
    finally:
        o.sink.hold.set()
    arrived(o)


def test_refused_elsewhere(world, bob):
    made = bob.send(emailId=bob.draft(('x@no.example', 'y@yes.example')))
    eventually(lambda: not queue(world[0]))
    s = bob.one(made['id'])['deliveryStatus']
    assert s['x@no.example'] == {'delivered': 'no', 'displayed': 'unknown',
                                 'smtpReply': '550 5.1.1 no such user here'}
    assert s['y@yes.example']['delivered'] == 'unknown'


def test_forgotten(world, bob):
    b, o = world
    id = bob.draft(('x@f.later.example',))
    made = bob.send(emailId=id)
    state = bob.get()['state']
    r = bob.do('EmailSubmission/set', destroy=[made['id'], 'x0'],
               onSuccessDestroyEmail=[made['id']])
    assert r['destroyed'] == [made['id']]
    assert r['notDestroyed']['x0']['type'] == 'notFound'
    assert bob.get(made['id'])['notFound'] == [made['id']]
    changes = bob.do('EmailSubmission/changes', sinceState=state)
    assert changes['destroyed'] == [made['id']]
    assert bob.call('Email/get', ids=[id])['notFound'] == [id]
    # what is forgotten goes out all the same
    b.plictl('queue', 'cancel', waits(b, 'x@f.later.example')['id'])


def test_onsuccess_is_for_success(world, bob):
    """A submission that fails changes no email; a reference to nothing is
    none."""
    id = bob.draft(to=())
    responses = bob.say(('EmailSubmission/set', {
        'create': {'s': {'identityId': bob.identity()['id'],
                         'emailId': id}},
        'onSuccessUpdateEmail': {'#s': {'keywords/$seen': True},
                                 '#t': {'keywords/$seen': True}},
        'onSuccessDestroyEmail': ['#s']}))
    assert [r[0] for r in responses] == ['EmailSubmission/set']
    assert bob.call('Email/get', ids=[id])['list'][0]['keywords'] == {
        '$draft': True}
    r, = bob.say(('EmailSubmission/set', {'onSuccessUpdateEmail': []}))
    assert r[1]['type'] == 'invalidArguments'


def test_queries(world, bob):
    ids = [bob.draft((f'{n}@one.example',)) for n in 'ab']
    made = [bob.send(emailId=i)['id'] for i in ids]
    arrived(world[1], 2)

    def query(**args):
        return bob.do('EmailSubmission/query', **args)['ids']
    assert query(filter={'emailIds': ids[:1]}) == made[:1]
    assert set(query(filter={'operator': 'OR', 'conditions': [
        {'emailIds': [i]} for i in ids]})) == set(made)
    by = [{'property': 'emailId', 'isAscending': False}]
    both = {'emailIds': ids}
    assert query(filter=both, sort=by) == made[::-1]
    r = bob.do('EmailSubmission/query', filter=both, sort=by, limit=1,
               position=1, calculateTotal=True)
    assert (r['ids'], r['total'], r['canCalculateChanges']) == (
        made[:1], 2, False)
    assert query(filter={**both, 'before': '2020-01-01T00:00:00Z'}) == []
    assert set(query(filter={**both, 'after': '2020-01-01T00:00:00Z'})) == \
        set(made)
    thread = bob.one(made[0])['threadId']
    assert query(filter={'threadIds': [thread]}) == made[:1]
    assert set(made) <= set(query(filter={
        'identityIds': [bob.identity()['id']]}))
    for args, want in [({'filter': {'x': 1}}, 'unsupportedFilter'),
                       ({'sort': [{'property': 'x'}]}, 'unsupportedSort')]:
        r, = bob.say(('EmailSubmission/query', args))
        assert r[1]['type'] == want
    r, = bob.say(('EmailSubmission/queryChanges', {'sinceQueryState': 's0'}))
    assert r[1]['type'] == 'cannotCalculateChanges'
    some = bob.do('EmailSubmission/changes', maxChanges=1, sinceState='s' +
                  '0' * 13)
    assert some['hasMoreChanges'] and len(some['created']) <= 1
    r, = bob.say(('EmailSubmission/changes', {'sinceState': 'nonsense'}))
    assert r[1]['type'] == 'cannotCalculateChanges'


def test_references_in_one_request(world, bob):
    """A draft that is made, sent and destroyed in one go."""
    identity = bob.identity()['id']
    r = bob.say(
        ('Email/set', {'create': {'d': {
            'mailboxIds': {bob.folders['drafts']: True},
            'from': [{'email': BOB}], 'to': [{'email': 'x@one.example'}],
            'textBody': [{'partId': 't', 'type': 'text/plain'}],
            'bodyValues': {'t': {'value': 'at once'}}}}}),
        ('EmailSubmission/set', {
            'create': {'s': {'identityId': identity, 'emailId': '#d'}},
            'onSuccessDestroyEmail': ['#s']}))
    id = r[0][1]['created']['d']['id']
    assert r[2][0] == 'Email/set' and r[2][1]['destroyed'] == [id], r
    assert 'at once' in said(arrived(world[1])[0][2])


def test_sealed_is_no_letter(world, alice):
    """What lies encrypted to its owner is nobody else's to read."""
    b, o = world
    id = alice.draft(subject='sealed')
    e = alice.send(emailId=id)
    assert e['type'] == 'forbiddenToSend' and 'blobId' in e['description']
    # nor as somebody's upload
    raw = alice.download(alice.call('Email/get', ids=[id])['list'][0][
        'blobId'])
    assert b'PGP MESSAGE' in raw
    e = alice.send(using=USING + (BLOB,),
                   blobId=alice.upload(raw)['blobId'])
    assert e['type'] == 'forbiddenToSend'
    assert not alice.get()['list'] and not o.sink.got


def letter(secret, to='x@one.example', **more):
    return (f'From: Alice <{ALICE}>\r\nTo: {to}\r\nSubject: {secret}\r\n' +
            ''.join(f'{k}: {v}\r\n' for k, v in more.items()) +
            f'\r\n{secret}\r\n').encode()


def test_an_upload_of_a_sealed_account(world, alice):
    """It goes out, and nothing of it was ever on the disk in clear: not while
    it waits, not after it went."""
    b, o = world
    secret = 'the violet bell rings at seven'
    blob = alice.upload(letter(secret, 'x@s.later.example', Bcc='y@one.example'))
    e = alice.send(blobId=blob['blobId'])
    assert e['type'] == 'invalidProperties'     # without the capability
    made = alice.send(using=USING + (BLOB,), blobId=blob['blobId'])
    assert made['undoStatus'] == 'pending' and made['emailId'] is None
    (_, rcpts, raw), = arrived(o)
    assert rcpts == ['y@one.example'] and secret.encode() in raw
    assert b'Bcc' not in raw and signed(b, raw) == [True, True]
    eventually(lambda: alice.one(made['id'])['deliveryStatus'][
        'x@s.later.example']['smtpReply'])
    canary(b, secret)
    b.plictl('queue', 'cancel', waits(b, 'x@s.later.example')['id'])
    canary(b, secret)
    # no copy was made; that is the client's, who imports what it wants kept
    sent = alice.folders['sent']
    assert alice.call('Email/query', filter={'inMailbox': sent})['ids'] == []


def test_what_was_imported_can_be_sent(world, alice):
    """While the store still holds the text that was uploaded."""
    b, o = world
    secret = 'nine swans on the canal'
    id, _ = alice.bring(letter(secret))
    made = alice.send(emailId=id, set={'onSuccessUpdateEmail': {'#s': {
        'mailboxIds': {alice.folders['sent']: True}}}})
    assert made['threadId'], made
    assert secret.encode() in arrived(o)[0][2]
    e = alice.call('Email/get', ids=[id], properties=[
        'mailboxIds', 'subject'])['list'][0]
    assert e['mailboxIds'] == {alice.folders['sent']: True}
    assert e['subject'] == '[...]'
    canary(b, secret)


def test_the_text_of_a_draft_that_is_sealed(world, alice):
    """The email says which it is, the upload what goes out."""
    secret = 'two otters under the bridge'
    id = alice.draft()
    blob = alice.upload(letter(secret))['blobId']
    made = alice.send(using=USING + (BLOB,), emailId=id, blobId=blob, set={
        'onSuccessUpdateEmail': {'#s': {'keywords/$draft': None}}})
    assert made['threadId'] and secret.encode() in arrived(world[1])[0][2]
    assert alice.call('Email/get', ids=[id])['list'][0]['keywords'] == {}
    assert alice.one(made['id'])['emailId'] == id


def test_sealed_here_and_there_on_one_connection(world, alice):
    """What is imported and what is sent share the way to seal."""
    b, o = world
    before = len(mail.inbox(b, ALICE))
    for n in range(3):
        secret = f'message number {n} of a long evening'
        id, _ = alice.bring(letter(secret, f'{ALICE}, {BOB}'))
        made = alice.send(emailId=id)
        assert {s['delivered'] for s in made['deliveryStatus'].values()} == {
            'yes'}, made
        here = mail.inbox(b, ALICE)
        assert len(here) == before + n + 1
        assert secret.encode() in b.gpg.decrypt(here[-1])
        assert secret.encode() in mail.newest(b, BOB)


def test_names_beyond_ascii(world, bob):
    """A domain goes out as the DNS has it; a local part needs SMTPUTF8."""
    b, o = world
    to = ['jörg@bücher.example', 'x@b\u00fccher.example']
    made = bob.send(emailId=bob.draft(), envelope={
        'mailFrom': {'email': BOB},
        'rcptTo': [{'email': a} for a in to]})
    assert list(made['deliveryStatus']) == to
    (_, rcpts, _), = arrived(o)
    assert rcpts == ['jörg@xn--bcher-kva.example',
                     'x@xn--bcher-kva.example']
    eventually(lambda: {s['delivered'] for s in bob.one(made['id'])[
        'deliveryStatus'].values()} == {'unknown'})


def test_to_a_sealed_account(world, bob):
    b, _ = world
    secret = 'the ferry leaves from pier nine'
    before = len(mail.inbox(b, ALICE))
    blob = bob.upload(f'From: {BOB}\r\nTo: {ALICE}\r\nSubject: x\r\n\r\n'
                      f'{secret}\r\n'.encode())
    made = bob.send(using=USING + (BLOB,), blobId=blob['blobId'])
    assert made['undoStatus'] == 'final'
    assert made['deliveryStatus'][ALICE]['delivered'] == 'yes'
    here = mail.inbox(b, ALICE)
    assert len(here) == before + 1 and b'; with=jmap; from=bob' in \
        here[-1].replace(b'\r\n ', b'')
    assert secret.encode() in b.gpg.decrypt(here[-1])
    canary(b, secret)


def test_identities(world, bob):
    own = bob.do('Identity/get')
    assert [i['email'] for i in own['list']] == [BOB, 'sales@example.org']
    assert not any(i['mayDelete'] for i in own['list'])
    me = own['list'][0]['id']
    given = {'name': 'Bob Ø', 'textSignature': '-- \nBob',
             'htmlSignature': '<b>Bob</b>',
             'replyTo': [{'name': None, 'email': 'r@example.org'}],
             'bcc': [{'email': 'archive@example.org'}]}
    r = bob.do('Identity/set', update={me: given}, ifInState=own['state'])
    assert r['updated'] == {me: None} and r['oldState'] == own['state']
    assert r['newState'] != r['oldState']
    now = bob.do('Identity/get', ids=[me, 'i0'])
    assert now['list'][0] == {**own['list'][0], **given}
    assert now['notFound'] == ['i0'] and now['state'] == r['newState']
    same = bob.do('Identity/changes', sinceState=now['state'])
    assert same['created'] == same['updated'] == same['destroyed'] == []
    r, = bob.say(('Identity/changes', {'sinceState': own['state']}))
    assert r[1]['type'] == 'cannotCalculateChanges'
    for bad in ({'email': CAROL}, {'name': 1}, {'mayDelete': True},
                {'replyTo': [{'name': 'x'}]}, {'bcc': 'x'}):
        r = bob.do('Identity/set', update={me: bad})
        assert r['notUpdated'][me]['type'] == 'invalidProperties', bad
    r = bob.do('Identity/set', update={me: {'name': 'x' * 20000}})
    assert r['notUpdated'][me]['type'] == 'tooLarge'
    r = bob.do('Identity/set', destroy=[me])
    assert r['notDestroyed'][me]['type'] == 'forbidden'
    r, = bob.say(('Identity/set', {'update': {me: {}},
                                   'ifInState': own['state']}))
    assert r[1]['type'] == 'stateMismatch'


def test_identities_of_ones_own(world, bob):
    r = bob.do('Identity/set', create={
        'a': {'email': 'bob+shop@example.org', 'name': 'Shop'},
        'b': {'email': CAROL}, 'c': {'name': 'x'}, 'd': {'email': '*@x'}})
    made = r['created']['a']
    assert made['mayDelete'] and made['textSignature'] == ''
    assert {k: e['type'] for k, e in r['notCreated'].items()} == {
        'b': 'forbiddenFrom', 'c': 'invalidProperties', 'd': 'forbiddenFrom'}
    id = bob.draft(sender='bob+shop@example.org')
    sub = bob.send(emailId=id, identityId=made['id'])
    assert sub['envelope']['mailFrom']['email'] == 'bob+shop@example.org'
    assert arrived(world[1])[0][0] == 'bob+shop@example.org'
    r = bob.do('Identity/set', destroy=[made['id']])
    assert r['destroyed'] == [made['id']]
    assert len(bob.do('Identity/get')['list']) == 2


def test_an_alias_that_goes_takes_its_identity(world, bob):
    b, _ = world
    b.plictl('alias', 'add', 'shop@example.org', 'sales@example.org')
    shop = bob.identity('shop@example.org')['id']
    bob.do('Identity/set', update={shop: {'name': 'Shop'}})
    b.plictl('alias', 'remove', 'shop@example.org')
    assert bob.do('Identity/get', ids=[shop])['notFound'] == [shop]
    assert bob.send(emailId=bob.draft(), identityId=shop)['type'] == \
        'invalidProperties'
    b.plictl('alias', 'add', 'shop@example.org', BOB)
    assert bob.identity('shop@example.org')['name'] == 'Shop'
    b.plictl('alias', 'remove', 'shop@example.org')


def test_events_tell_of_it(world, bob):
    """What the queue learns comes by the EventSource."""
    b, _ = world
    made = bob.send(emailId=bob.draft(('x@e.later.example',)))
    c = http.client.HTTPSConnection('127.0.0.1', b.https, timeout=30,
                                    context=box.insecure_tls())
    c.request('GET', '/jmap/events?types=EmailSubmission&closeafter=state'
              '&ping=0', headers=bob.login)
    r = c.getresponse()
    b.plictl('queue', 'cancel', waits(b, 'x@e.later.example')['id'])
    text = r.read().decode()
    assert '"EmailSubmission":"s' in text and '"Email":' not in text
    eventually(lambda: bob.one(made['id'])['undoStatus'] == 'final')
    s = bob.one(made['id'])['deliveryStatus']['x@e.later.example']
    assert s['delivered'] == 'no'
    assert s['smtpReply'].startswith('554 5.7.0 Cancelled by the operator')


def test_too_much_is_held(make_box, tmp_path):
    """300 recipients elsewhere an hour, as by SMTP: then it waits for the
    operator, and can be had back."""
    o = Outside(str(tmp_path))
    b = make_box(extra=o.conf)
    b.add_user(BOB)
    bob = Sender(b, BOB)
    for n in range(3):
        made = bob.send(emailId=bob.draft([
            f'x{i}@many{n}.example' for i in range(100)]))
        assert made['undoStatus'] == 'pending'
    over = bob.send(emailId=bob.draft())
    assert over['undoStatus'] == 'pending'
    assert [r['state'] for r in queue(b) if
            r['recipient'] == 'x@one.example'] == ['held']
    eventually(lambda: sum(len(g[1]) for g in o.sink.got) == 300)
    assert bob.one(over['id'])['deliveryStatus']['x@one.example'][
        'delivered'] == 'queued'
    eventually(lambda: bob.do('EmailSubmission/set', update={
        over['id']: {'undoStatus': 'canceled'}})['updated'])
    assert not queue(b)
    assert not any('x@one.example' in g[1] for g in o.sink.got)
    o.stop()


def test_it_outlives_a_crash(make_box):
    """The store is killed right after the answer: letter and record are
    there, and the one still leads to the other."""
    b = make_box(extra='resolver 127.0.0.1@1\n')
    b.add_user(BOB)
    bob = Sender(b, BOB)
    made = bob.send(emailId=bob.draft())
    os.kill(b.roles()['store'], 9)
    again = eventually(lambda: Sender(b, BOB))
    assert again.one(made['id'])['undoStatus'] == 'pending'
    assert waits(b, 'x@one.example')
    eventually(lambda: again.do('EmailSubmission/set', update={
        made['id']: {'undoStatus': 'canceled'}})['updated'])
    assert not queue(b)


def test_a_day_later_it_is_forgotten(make_box, tmp_path):
    """The envelope with its Bcc is not kept for ever."""
    o = Outside(str(tmp_path))
    b = make_box(extra=o.conf)
    b.add_user(BOB)
    bob = Sender(b, BOB)
    made = bob.send(emailId=bob.draft(bcc=[{'email': 'hid@two.example'}]))
    eventually(lambda: not queue(b))
    state = bob.get()['state']
    b.halt()
    with sqlite3.connect(b.dir + '/var/lib/plid/store/mail.db') as db:
        found = db.execute('UPDATE submissions SET settled = settled - 90000'
                           ' WHERE envelope LIKE "%hid@%"')
        assert found.rowcount == 1
    b.start()
    bob = Sender(b, BOB)
    eventually(lambda: not bob.get()['list'], 70)
    assert bob.do('EmailSubmission/changes', sinceState=state)[
        'destroyed'] == [made['id']]
    with sqlite3.connect(b.dir + '/var/lib/plid/store/mail.db') as db:
        assert db.execute('SELECT count(*), sum(length(envelope) +'
                          ' length(rcpts)) FROM submissions').fetchall() == [
                              (1, 0)]
        bob.do('Identity/set', update={bob.identity()['id']: {'name': 'B'}})
        b.plictl('user', 'remove', BOB, '--yes')
        eventually(lambda: [db.execute(f'SELECT count(*) FROM {t}').fetchone()
                            for t in ('submissions', 'identities')] == [
                                (0,), (0,)])
    o.stop()
