"""JMAP's emails, threads, blobs and events on the box (RFC 8621, 3 and 4)."""
import imaplib, json, random, re, socket
import pytest
import box
from jmap import CORE, MAIL, SUBMISSION, Client
from conftest import healthy

LETTER = '''\
From: =?utf-8?q?Z=C3=A9no?= <zeno@there.example>, "B, C" <b@c.example>
To: team: dora@example.org, e@f.example;
Subject: =?utf-8?q?Un_=C3=A9t=C3=A9?=
Message-ID: <one@there.example>
Date: Thu, 26 Nov 2026 12:19:51 +0100
X-Twice: first
X-Twice: second
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: multipart/alternative; boundary=i

--i
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Bonjour,  c'est l'=E9t=E9.
Deuxi=E8me ligne.
--i
Content-Type: text/html; charset=utf-8

<p>Bonjour <b>été</b></p>
--i--
--o
Content-Type: image/png; name="../x.png"
Content-Disposition: attachment; filename="../x.png"
Content-Transfer-Encoding: base64
Content-ID: <pic@x>

aGVsbG8=
--o--
'''.replace('\n', '\r\n').encode()
ANSWER = (b'From: dora@example.org\r\nTo: zeno@there.example\r\n'
          b'Subject: Re: x\r\nMessage-ID: <two@example.org>\r\n'
          b'In-Reply-To: <one@there.example>\r\n'
          b'Date: Thu, 26 Nov 2026 13:00:00 +0000\r\n\r\nYes.\r\n')


def bring(c, data, box='inbox', **more):
    blob = c.upload(data)
    assert blob['size'] == len(data) and blob['accountId'] == c.account
    got = c.call('Email/import', emails={'k': {
        'blobId': blob['blobId'], 'mailboxIds': {c.boxes()[box]: True},
        **more}})
    assert got['created'], got
    return got['created']['k']


@pytest.fixture(scope='module')
def dora(shared):
    shared.add_user('dora@example.org')
    return Client(shared, 'dora@example.org')


@pytest.fixture(scope='module')
def letter(dora):
    return bring(dora, LETTER, receivedAt='2026-11-26T11:20:00Z',
                 keywords={'$flagged': True, 'Work': True})


def test_a_letter_is_told(dora, letter):
    m = dora.call('Email/get', ids=[letter['id']])['list'][0]
    assert m['threadId'] == letter['threadId'] and m['size'] == len(LETTER)
    assert m['mailboxIds'] == {dora.boxes()['inbox']: True}
    assert m['keywords'] == {'$flagged': True, 'work': True}
    assert m['receivedAt'] == '2026-11-26T11:20:00Z'
    assert m['sentAt'] == '2026-11-26T12:19:51+01:00'
    assert m['subject'] == 'Un été' and m['messageId'] == ['one@there.example']
    assert m['from'] == [{'name': 'Zéno', 'email': 'zeno@there.example'},
                         {'name': 'B, C', 'email': 'b@c.example'}]
    assert [a['email'] for a in m['to']] == ['dora@example.org',
                                             'e@f.example']
    assert m['cc'] is None and m['inReplyTo'] is None
    assert m['hasAttachment'] and m['bodyValues'] == {}
    assert m['preview'] == "Bonjour, c'est l'été. Deuxième ligne."
    text, = m['textBody']
    html, = m['htmlBody']
    image, = m['attachments']
    assert (text['type'], text['charset']) == ('text/plain', 'iso-8859-1')
    assert html['type'] == 'text/html'
    assert (image['type'], image['disposition'], image['size'],
            image['cid']) == ('image/png', 'attachment', 5, 'pic@x')
    assert dora.download(image['blobId']) == b'hello'
    assert dora.download(m['blobId']) == LETTER
    assert dora.download(text['blobId']).startswith(b'Bonjour,  c\'est l\'\xe9')


def test_values_and_structure(dora, letter):
    m = dora.call('Email/get', ids=[letter['id']], fetchAllBodyValues=True,
                  properties=['bodyValues', 'bodyStructure', 'textBody'],
                  bodyProperties=['partId', 'type', 'header:Content-Type'])
    m = m['list'][0]
    part = m['textBody'][0]['partId']
    value = m['bodyValues'][part]
    assert value == {'value': "Bonjour,  c'est l'été.\nDeuxième ligne.",
                     'isEncodingProblem': False, 'isTruncated': False}
    s = m['bodyStructure']
    assert s['type'] == 'multipart/mixed' and s['partId'] is None
    assert [p['type'] for p in s['subParts']] == ['multipart/alternative',
                                                  'image/png']
    assert s['subParts'][1]['header:Content-Type'] == \
        ' image/png; name="../x.png"'
    m = dora.call('Email/get', ids=[letter['id']], fetchTextBodyValues=True,
                  maxBodyValueBytes=19, properties=['bodyValues'])['list'][0]
    value = m['bodyValues'][part]
    assert value['isTruncated'] and value['value'] == "Bonjour,  c'est l'"


def test_headers_in_every_form(dora, letter):
    props = ['header:X-Twice', 'header:x-twice:all', 'header:Subject:asText',
             'header:To:asGroupedAddresses', 'header:Date:asDate',
             'header:Message-ID:asMessageIds', 'header:Nothing:all',
             'header:Nothing', 'headers']
    m = dora.call('Email/get', ids=[letter['id']], properties=props)['list'][0]
    assert m['header:X-Twice'] == ' second'
    assert m['header:x-twice:all'] == [' first', ' second']
    assert m['header:Subject:asText'] == 'Un été'
    assert m['header:To:asGroupedAddresses'] == [{'name': 'team', 'addresses': [
        {'name': None, 'email': 'dora@example.org'},
        {'name': None, 'email': 'e@f.example'}]}]
    assert m['header:Date:asDate'] == '2026-11-26T12:19:51+01:00'
    assert m['header:Message-ID:asMessageIds'] == ['one@there.example']
    assert m['header:Nothing:all'] == [] and m['header:Nothing'] is None
    assert m['headers'][0]['name'] == 'From'
    for bad in ('header:', 'header:X:asNothing', 'header:X:all:asText', 'x'):
        assert dora.error('Email/get', ids=[], properties=[bad]) == \
            'invalidArguments'
    got = dora.call('Email/get', ids=['x', 'e0000000000000'])
    assert got['notFound'] == ['x', 'e0000000000000']
    assert dora.error('Email/get') == 'requestTooLarge'


def test_changes_and_a_thread(dora, letter):
    state = dora.call('Email/get', ids=[])['state']
    answer = bring(dora, ANSWER, 'sent', keywords={'$seen': True})
    assert answer['threadId'] == letter['threadId']
    told = dora.call('Email/changes', sinceState=state)
    assert told['created'] == [answer['id']] and not told['hasMoreChanges']
    t = dora.call('Thread/get', ids=[letter['threadId'], 't'])
    assert t['list'] == [{'id': letter['threadId'],
                          'emailIds': [letter['id'], answer['id']]}]
    assert t['notFound'] == ['t']
    told = dora.call('Thread/changes', sinceState=state)
    assert told['updated'] == [letter['threadId']]
    assert dora.error('Email/changes', sinceState='x') == \
        'cannotCalculateChanges'
    now = dora.call('Email/set', destroy=[answer['id'], 'e'])
    assert now['destroyed'] == [answer['id']]
    assert now['notDestroyed']['e']['type'] == 'notFound'
    told = dora.call('Email/changes', sinceState=now['oldState'])
    assert told['destroyed'] == [answer['id']]
    part = dora.call('Email/changes', sinceState=state, maxChanges=1)
    assert part['created'] == part['destroyed'] == []


def test_keywords_and_moves(dora):
    id = bring(dora, b'Subject: a\r\n\r\nb\r\n')['id']
    boxes = dora.boxes()

    def now():
        m = dora.call('Email/get', ids=[id], properties=['keywords',
                      'mailboxIds'])['list'][0]
        return sorted(m['keywords']), list(m['mailboxIds'])

    def change(**patch):
        got = dora.call('Email/set', update={id: patch})
        return (got['notUpdated'] or {}).get(id, {}).get('type')

    assert change(**{'keywords/$seen': True, 'keywords/x': True}) is None
    assert now() == (['$seen', 'x'], [boxes['inbox']])
    assert change(**{'keywords/x': None, 'keywords/y': True}) is None
    assert now()[0] == ['$seen', 'y']
    assert change(keywords={'$flagged': True},
                  mailboxIds={boxes['trash']: True}) is None
    assert now() == (['$flagged'], [boxes['trash']])
    assert change(**{'mailboxIds/' + boxes['trash']: None,
                     'mailboxIds/' + boxes['archive']: True}) is None
    assert now()[1] == [boxes['archive']]
    for bad, why in (({'mailboxIds/' + boxes['archive']: None},
                      'invalidProperties'),
                     ({'mailboxIds/' + boxes['inbox']: True},
                      'tooManyMailboxes'),
                     ({'mailboxIds': {}}, 'invalidProperties'),
                     ({'mailboxIds/m0000000000zzz': True,
                       'mailboxIds/' + boxes['archive']: None},
                      'invalidProperties'),
                     ({'keywords': {'a b': True}}, 'invalidProperties'),
                     ({'keywords/x': False}, 'invalidProperties'),
                     ({'subject': 'x'}, 'invalidProperties')):
        assert change(**bad) == why, bad
    assert now() == (['$flagged'], [boxes['archive']])
    # the id outlives the move; IMAP sees the same
    with imaplib.IMAP4_SSL('127.0.0.1', dora.imaps,
                           ssl_context=box.insecure_tls()) as m:
        m.login('dora@example.org', box.PASSWORD)
        m.select('Archive')
        assert b'\\Flagged' in m.fetch('1', '(FLAGS)')[1][0]


@pytest.fixture(autouse=True)
def _ports(shared, dora):
    dora.imaps = shared.imaps


def test_emails_are_found(dora):
    made = [bring(dora, b'Subject: %d\r\n\r\n%s\r\n' % (i, b'x' * 100 * i),
                  'junk', receivedAt='2026-01-0%dT00:00:00Z' % (i + 1),
                  keywords={'$seen': True} if i % 2 else {})['id']
            for i in range(4)]
    junk = {'inMailbox': dora.boxes()['junk']}

    def ids(filter=junk, **kw):
        return dora.call('Email/query', filter=filter, **kw)['ids']

    assert ids() == made[::-1]
    up = [{'property': 'receivedAt', 'isAscending': True}]
    assert ids(sort=up) == made
    q = dora.call('Email/query', filter=junk, sort=up, position=1, limit=2,
                  calculateTotal=True)
    assert (q['ids'], q['total'], q['position']) == (made[1:3], 4, 1)
    assert ids(sort=up, position=-1) == made[3:]
    assert ids(sort=up, limit=0) == []
    assert ids(sort=up, anchor=made[2], anchorOffset=-1, limit=1) == made[1:2]
    both = {'operator': 'AND', 'conditions': [junk, {'hasKeyword': '$seen'}]}
    assert ids(both, sort=up) == made[1::2]
    assert ids({**junk, 'notKeyword': '$seen'}, sort=up) == made[::2]
    assert ids({**junk, 'minSize': 200}, sort=up) == made[2:]
    assert ids({**junk, 'before': '2026-01-03T00:00:00Z'}, sort=up) == made[:2]
    assert ids({**junk, 'after': '2026-01-03T00:00:00Z'}, sort=up) == made[2:]
    other = {'inMailboxOtherThan': [dora.boxes()[k] for k in
                                    ('inbox', 'archive', 'sent', 'trash')]}
    assert ids(other, sort=up) == made
    assert ids({**junk, 'hasAttachment': False}, sort=up) == made
    assert ids({**junk, 'hasAttachment': True}) == []
    assert dora.error('SearchSnippet/get', filter={'text': 'x'},
                      emailIds=made) == 'unsupportedFilter'
    for bad, why in (({'filter': {'subject': 'x'}}, 'unsupportedFilter'),
                     ({'filter': {'x': 1}}, 'unsupportedFilter'),
                     ({'filter': {'before': 'x'}}, 'invalidArguments'),
                     ({'sort': [{'property': 'from'}]}, 'unsupportedSort'),
                     ({'anchor': 'x'}, 'anchorNotFound')):
        assert dora.error('Email/query', **bad) == why, bad


def test_imports_that_are_none(dora):
    inbox = dora.boxes()['inbox']
    blob = dora.upload(b'Subject: x\r\n\r\n\0\r\n')['blobId']
    good = dora.upload(b'Subject: x\r\n\r\ny\r\n')['blobId']
    got = dora.call('Email/import', emails={
        'a': {'blobId': 'b', 'mailboxIds': {inbox: True}},
        'b': {'blobId': 'bu0000000000001', 'mailboxIds': {inbox: True}},
        'c': {'blobId': blob, 'mailboxIds': {inbox: True}},
        'd': {'blobId': good, 'mailboxIds': {}},
        'e': {'blobId': good, 'mailboxIds': {'m0000000000zzz': True}}})
    assert {k: e['type'] for k, e in got['notCreated'].items()} == {
        'a': 'invalidProperties', 'b': 'blobNotFound', 'c': 'invalidEmail',
        'd': 'invalidProperties', 'e': 'invalidProperties'}
    assert dora.error('Email/copy', fromAccountId='x') == \
        'fromAccountNotFound'


def test_a_draft(dora, letter):
    blob = dora.upload(b'attached', 'text/plain')['blobId']
    box = {dora.boxes()['drafts']: True}
    image = dora.call('Email/get', ids=[letter['id']])['list'][0][
        'attachments'][0]['blobId']
    draft = {
        'mailboxIds': box, 'keywords': {'$draft': True, '$seen': True},
        'from': [{'name': 'Dora "D"', 'email': 'dora@example.org'}],
        'to': [{'name': 'Zéno ' * 20, 'email': 'zeno@there.example'},
               {'email': 'b@c.example'}],
        'subject': 'Été\r\nBcc: evil@x ' + 'é' * 100,
        'inReplyTo': ['one@there.example'],
        'textBody': [{'partId': 't', 'type': 'text/plain'}],
        'htmlBody': [{'partId': 'h', 'type': 'text/html'}],
        'bodyValues': {'t': {'value': 'Bonjour\nété\n'},
                       'h': {'value': '<p>été</p>'}},
        'attachments': [{'blobId': blob, 'type': 'text/x-y',
                         'name': 'ré"\r\n.txt'},
                        {'blobId': image, 'type': 'image/png',
                         'disposition': 'inline', 'cid': 'a@b'}]}
    made = dora.call('Email/set', create={'k': draft})['created']['k']
    assert made['threadId'] == letter['threadId']
    m = dora.call('Email/get', ids=[made['id']],
                  fetchAllBodyValues=True)['list'][0]
    assert sorted(m['keywords']) == ['$draft', '$seen']
    assert m['mailboxIds'] == box and m['bcc'] is None
    assert m['from'] == draft['from']
    assert [a['email'] for a in m['to']] == ['zeno@there.example',
                                             'b@c.example']
    assert m['to'][0]['name'].split() == ['Zéno'] * 20
    assert m['subject'].endswith('é' * 100)
    assert m['messageId'][0].endswith('@example.org') and m['sentAt']
    values = m['bodyValues']
    assert values[m['textBody'][0]['partId']]['value'] == 'Bonjour\nété\n'
    assert values[m['htmlBody'][0]['partId']]['value'] == '<p>été</p>'
    # an inline image stands among the text: RFC 8621, 4.1.4
    assert dora.download(m['attachments'][0]['blobId']) == b'attached'
    assert dora.download(m['textBody'][1]['blobId']) == b'hello'
    raw = dora.download(m['blobId'])
    head = raw.partition(b'\r\n\r\n')[0]
    assert b'\r\nBcc' not in head and raw.count(b'\n') == raw.count(b'\r\n')
    assert max(map(len, raw.split(b'\r\n'))) <= 998
    for bad, why in (({'from': [{'email': 'a@b>\r\nX: y'}]},
                      'invalidProperties'),
                     ({'messageId': ['a>\r\nX: y']}, 'invalidProperties'),
                     ({'size': 3}, 'invalidProperties'),
                     ({'textBody': [{'partId': 'no'}]}, 'invalidProperties'),
                     ({'attachments': [{'blobId': 'bu0000000000001'}]},
                      'blobNotFound')):
        got = dora.call('Email/set', create={'k': {**draft, **bad}})
        assert got['notCreated']['k']['type'] == why, bad
    got = dora.call('Email/set', create={'k': {'mailboxIds': box}},
                    destroy=[made['id']])
    assert got['created']['k'] and got['destroyed'] == [made['id']]


def test_blobs(dora, shared):
    blob = dora.upload(b'hello', 'text/x-thing')
    assert blob['type'] == 'text/x-thing'
    path = f"/jmap/download/{dora.account}/{blob['blobId']}/" \
           "a%20%2e%2e%22b?type=text/html"
    dora.c.request('GET', path, headers=dora.login)
    r = dora.c.getresponse()
    assert r.read() == b'hello' and r.getheader('Content-Type') == 'text/html'
    assert r.getheader('Content-Disposition') == \
        "attachment; filename*=UTF-8''a%20%2e%2e%22b"
    assert 'sandbox' in r.getheader('Content-Security-Policy')
    bob = Client(shared, 'bob@example.org')
    bob.download(blob['blobId'], status=404)
    dora.download('bu0000000000001', status=404)
    dora.download('../x', status=404)
    bob.get(path, status=404)       # in her account
    dora.ask('POST', f'/jmap/upload/{dora.account}/', b'', 400)


def test_a_sealed_account_gets_ciphertext(shared):
    c = Client(shared, 'alice@example.org')
    made = bring(c, b'Subject: secret words\r\nFrom: x@y.example\r\n'
                    b'Message-ID: <s@x>\r\n\r\nnobody reads this\r\n')
    m = c.call('Email/get', ids=[made['id']])['list'][0]
    assert m['subject'] == '[...]' and m['messageId'] == ['s@x']
    assert not m['hasAttachment']
    raw = c.download(m['blobId'])
    assert b'nobody reads this' not in raw and b'secret words' not in raw
    armour = re.search(b'-----BEGIN PGP MESSAGE.*END PGP MESSAGE-----', raw,
                       re.S)[0]
    clear = shared.gpg.decrypt(armour)
    assert b'nobody reads this' in clear and b'secret words' in clear
    # what is encrypted already is kept as it came
    again = bring(c, raw, 'archive')
    assert again['size'] >= len(raw) - 2000


def test_events(shared, dora):
    s = box.insecure_tls().wrap_socket(socket.create_connection(
        ('127.0.0.1', shared.https)))
    s.settimeout(30)
    s.sendall((f'GET /jmap/events?types=Email,Mailbox&closeafter=state&ping=0'
               f' HTTP/1.1\r\nHost: a\r\nAuthorization: '
               f'{dora.login["Authorization"]}\r\n\r\n').encode())
    got = b''
    while b'\r\n\r\n' not in got:
        got += s.recv(4096)
    assert b'text/event-stream' in got
    made = bring(dora, b'Subject: news\r\n\r\nx\r\n')
    while more := s.recv(4096):
        got += more
    assert b'event: state' in got
    change = json.loads(re.search(rb'data: (\{.*\})', got)[1])
    states = change['changed'][dora.account]
    assert sorted(states) == ['Email', 'Mailbox']
    told = dora.call('Email/get', ids=[made['id']])
    assert states['Email'] <= told['state'] and told['list']
    s.close()


SHAPES = {
    'Mailbox/get': ['ids', 'properties'],
    'Mailbox/query': ['filter', 'sort', 'position', 'anchor', 'limit',
                      'anchorOffset', 'sortAsTree'],
    'Mailbox/changes': ['sinceState', 'maxChanges'],
    'Mailbox/set': ['create', 'update', 'destroy', 'ifInState'],
    'Email/get': ['ids', 'properties', 'bodyProperties',
                  'fetchAllBodyValues', 'maxBodyValueBytes'],
    'Email/query': ['filter', 'sort', 'position', 'anchor', 'limit',
                    'collapseThreads'],
    'Email/changes': ['sinceState', 'maxChanges'],
    'Email/set': ['create', 'update', 'destroy'],
    'Email/import': ['emails', 'ifInState'],
    'Thread/get': ['ids', 'properties'],
    'Thread/changes': ['sinceState', 'maxChanges'],
    'Identity/get': ['ids', 'properties'],
    'Core/echo': ['x'],
}
WORDS = ['operator', 'conditions', 'AND', 'NOT', 'inMailbox', 'text', 'name',
         'hasKeyword', 'before', 'header:X:asDate', 'property', 'receivedAt',
         'k', '#k', '', 'e0000000000001', 'm0000000000001', 'keywords',
         'mailboxIds', 'mailboxIds/m0000000000001', 'keywords/', 'parentId',
         'blobId', 'é' * 300, 'resultOf', 'path', '/*/~']


def junk(r, depth=0):
    n = r.randrange(9 if depth < 4 else 6)
    if n < 2:
        return r.choice(WORDS)
    if n < 6:
        return r.choice([None, True, False, 0, -1, 2 ** 53, -2 ** 63, 1.5,
                         3, 's0000000000000'])
    if n == 6:
        return [junk(r, depth + 1) for _ in range(r.randrange(4))]
    return {r.choice(WORDS): junk(r, depth + 1) for _ in range(r.randrange(4))}


def test_arguments_of_any_kind(shared, dora):
    """Whatever is asked, each call has one answer, and nothing breaks."""
    r = random.Random(4)
    for _ in range(60):
        calls = []
        for _ in range(8):
            name = r.choice(list(SHAPES))
            args = {r.choice(['', '', '', '', '#']) + k: junk(r)
                    for k in SHAPES[name] if r.random() < 0.6}
            calls.append((name, args))
        got = dora.calls(*calls, using=[CORE, MAIL, SUBMISSION])
        assert len(got) == len(calls)
        assert all(a[0] in (b[0], 'error') for a, b in zip(got, calls))
        assert not [a for a in got if a[1].get('type') == 'serverUnavailable']
    healthy(shared)


def test_who_one_may_be(dora):
    got, = dora.calls(('Identity/get', {}), using=[CORE, SUBMISSION])
    assert got[1]['list'][0]['email'] == 'dora@example.org'


def test_all_that_was_healthy(shared):
    healthy(shared)
