"""JMAP's core and mailboxes on the box (RFC 8620; RFC 8621, 2)."""
import base64, http.client
import pytest
import box
from jmap import CORE, MAIL, Client
from conftest import healthy


@pytest.fixture(scope='module')
def bob(shared):
    c = Client(shared, 'bob@example.org')
    yield c
    c.c.close()


@pytest.fixture(scope='module')
def cleo(shared):
    """Whose mailboxes these tests change."""
    shared.add_user('cleo@example.org')
    return Client(shared, 'cleo@example.org')


def test_who_may_not(shared):
    answers = []
    for user, password in (('bob@example.org', 'wrong'),
                           ('nobody@example.org', 'wrong'), ('', '')):
        c = http.client.HTTPSConnection('127.0.0.1', shared.https,
                                        context=box.insecure_tls())
        c.request('GET', '/.well-known/jmap', headers={
            'Authorization': 'Basic ' + base64.b64encode(
                f'{user}:{password}'.encode()).decode()})
        r = c.getresponse()
        body = r.read()
        assert r.getheader('WWW-Authenticate').startswith('Basic ')
        answers.append((r.status, body, [k for k, _ in r.getheaders()]))
        c.close()
    # nobody can tell from them who has an account
    assert answers[0][0] == 401 and answers.count(answers[0]) == 3
    for bad in (None, 'Basic', 'Basic !', 'Bearer abc', 'Basic YWJj'):
        c = http.client.HTTPSConnection('127.0.0.1', shared.https,
                                        context=box.insecure_tls())
        c.request('GET', '/.well-known/jmap',
                  headers={'Authorization': bad} if bad else {})
        assert c.getresponse().status == 401
        c.close()


def test_a_connection_is_one_accounts(shared, cleo):
    c = Client(shared, 'bob@example.org')
    c.login = cleo.login
    assert b'421' in c.get('/.well-known/jmap', status=421)
    c.login = {}
    c.c.close()
    c.get('/.well-known/jmap', status=401)
    c.c.close()


def test_the_session(bob):
    s = bob.session
    core = s['capabilities'][CORE]
    assert core['maxObjectsInGet'] >= 500 and core['maxCallsInRequest'] >= 16
    assert core['maxSizeRequest'] >= 10_000_000
    assert s['capabilities'][MAIL] == {}
    account = s['accounts'][bob.account]
    assert account['name'] == s['username'] == 'bob@example.org'
    mail = account['accountCapabilities'][MAIL]
    assert mail['maxMailboxesPerEmail'] == 1
    assert s['apiUrl'].endswith('/jmap/api')
    got = bob.post({'using': [CORE], 'methodCalls': []})
    assert got == {'methodResponses': [], 'sessionState': s['state']}


@pytest.mark.parametrize('text,type', [
    ('{', 'notJSON'), ('{"a":1,"a":1}', 'notJSON'), ('\xff', 'notJSON'),
    ('[' * 100000, 'notJSON'), ('"\\u0000"', 'notJSON'), ('[]', 'notRequest'), ('1', 'notJSON'),
    ('{"using":[]}', 'notRequest'),
    ('{"using":[1],"methodCalls":[]}', 'notRequest'),
    ('{"using":[],"methodCalls":[["a",{}]]}', 'notRequest'),
    ('{"using":[],"methodCalls":[["a",[],"c"]]}', 'notRequest'),
    ('{"using":["x"],"methodCalls":[]}', 'unknownCapability')])
def test_requests_that_are_none(bob, text, type):
    got = bob.post(text.encode('latin-1'), status=400)
    assert got['type'] == 'urn:ietf:params:jmap:error:' + type
    assert got['status'] == 400


def test_limits_of_requests(shared, bob):
    many = [['Core/echo', {}, 'a']] * 33
    got = bob.post({'using': [CORE], 'methodCalls': many}, status=400)
    assert got['limit'] == 'maxCallsInRequest'
    c = Client(shared, 'bob@example.org')
    try:
        got = c.post(b' ' * 10_000_001, status=400)
    except (BrokenPipeError, ConnectionResetError):
        return          # told while we still talked
    assert got['limit'] == 'maxSizeRequest'
    ids = ['m%013d' % i for i in range(1001)]
    assert bob.error('Mailbox/get', ids=ids) == 'requestTooLarge'
    assert bob.error('Mailbox/set', destroy=ids) == 'requestTooLarge'


def test_echo_and_methods_that_are_none(bob):
    args = {'a': [1, 2.5, None, 'é'], 'accountId': bob.account}
    assert bob.call('Core/echo', **args) == args
    assert bob.error('Core/no') == 'unknownMethod'
    assert bob.calls(('Mailbox/get', {}), using=[CORE])[0] == [
        'error', {'type': 'unknownMethod'}]
    assert bob.error('Mailbox/get', accountId='x') == 'accountNotFound'
    assert bob.error('Mailbox/get', ids=3) == 'invalidArguments'
    assert bob.error('Mailbox/get', nothing=3) == 'invalidArguments'
    assert bob.error('Mailbox/get', properties=['x']) == 'invalidArguments'


def test_references(bob):
    got = bob.calls(
        ('Core/echo', {'a': [{'b': ['x', 'y'], 'c/~': 1}, {'b': ['z']}]}),
        ('Core/echo', {'#r': {'resultOf': '0', 'name': 'Core/echo',
                              'path': '/a/*/b'}}),
        ('Core/echo', {'#r': {'resultOf': '0', 'name': 'Core/echo',
                              'path': '/a/0/c~1~0'}}),
        ('Core/echo', {'#r': {'resultOf': '0', 'name': 'Core/echo',
                              'path': '/a/7'}}),
        ('Core/echo', {'#r': {'resultOf': '0', 'name': 'Core/x',
                              'path': '/a'}}),
        ('Core/echo', {'#r': {'resultOf': '0', 'name': 'Core/echo',
                              'path': '/a'}, 'r': 1}),
        ('Core/echo', {'#r': 'nonsense'}))
    assert got[1][1]['r'] == ['x', 'y', 'z'] and got[2][1]['r'] == 1
    assert [r[1].get('type') for r in got[3:]] == [
        'invalidResultReference', 'invalidResultReference',
        'invalidArguments', 'invalidResultReference']


def test_mailboxes_are_told(bob):
    boxes = bob.call('Mailbox/get')['list']
    inbox, = [m for m in boxes if m['role'] == 'inbox']
    assert inbox['name'] == 'Inbox' and inbox['parentId'] is None
    assert not inbox['myRights']['mayDelete']
    assert {m['role'] for m in boxes} >= {'inbox', 'drafts', 'sent', 'trash',
                                          'junk', 'archive'}
    got = bob.call('Mailbox/get', ids=[inbox['id'], 'x', inbox['id']],
                   properties=['name'])
    assert got['list'] == [{'id': inbox['id'], 'name': 'Inbox'}]
    assert got['notFound'] == ['x']


def test_a_mailbox_lives_and_ends(cleo):
    first = cleo.call('Mailbox/get')['state']
    got = cleo.call('Mailbox/set', create={
        'a': {'name': 'Lettres', 'isSubscribed': True},
        'b': {'name': 'Été', 'parentId': '#a'},
        'c': {'name': 'x/y'}, 'd': {'name': 'X', 'parentId': 'm'},
        'e': {'name': 'X', 'role': 'sent'}, 'f': {'name': 'X', 'id': 'y'}})
    assert sorted(got['created']) == ['a', 'b']
    assert {k: e['properties'] for k, e in got['notCreated'].items()} == {
        'c': ['name'], 'd': ['parentId'], 'e': ['role'], 'f': ['id']}
    a, b = got['created']['a']['id'], got['created']['b']['id']
    told = cleo.call('Mailbox/changes', sinceState=first)
    assert told['created'] == [a, b] and not told['destroyed']
    now = told['newState']
    part = cleo.call('Mailbox/changes', sinceState=first, maxChanges=1)
    assert part['created'] == [a] and part['hasMoreChanges']
    rest = cleo.call('Mailbox/changes', sinceState=part['newState'])
    assert b in rest['created']
    one = cleo.call('Mailbox/get', ids=[b])['list'][0]
    assert (one['name'], one['parentId']) == ('Été', a)
    assert cleo.error('Mailbox/set', ifInState=first, destroy=[b]) == \
        'stateMismatch'
    got = cleo.call('Mailbox/set', update={
        b: {'name': 'Winter', 'parentId': None}, a: {'role': 'sent'},
        'm0000000000zzz': {'name': 'x'}})
    assert list(got['updated']) == [b]
    assert got['notUpdated'][a]['type'] == 'invalidProperties'
    assert cleo.call('Mailbox/changes', sinceState=now)['updated'] == [b]
    cleo.call('Mailbox/set', update={b: {'parentId': a}})
    got = cleo.call('Mailbox/set', destroy=[a, cleo.boxes()['inbox']])
    assert got['notDestroyed'][a]['type'] == 'mailboxHasChild'
    assert got['notDestroyed'][cleo.boxes()['inbox']]['type'] == 'forbidden'
    now = got['newState']
    assert cleo.call('Mailbox/set', destroy=[b, a])['destroyed'] == [b, a]
    told = cleo.call('Mailbox/changes', sinceState=now)
    assert sorted(told['destroyed']) == sorted([a, b])
    assert cleo.error('Mailbox/changes', sinceState='x') == \
        'cannotCalculateChanges'


def test_mailboxes_are_found(cleo):
    q = cleo.call('Mailbox/query', filter={'hasAnyRole': True},
                  sort=[{'property': 'sortOrder'}], calculateTotal=True,
                  limit=2)
    boxes = cleo.boxes()
    assert q['ids'] == [boxes['inbox'], boxes['drafts']] and q['total'] == 6
    q = cleo.call('Mailbox/query', filter={'operator': 'NOT', 'conditions': [
        {'role': 'inbox'}, {'name': 'SEN'}]}, position=-2,
        sort=[{'property': 'name', 'isAscending': False}])
    assert q['ids'] == [boxes['drafts'], boxes['archive']]
    q = cleo.call('Mailbox/query', anchor=boxes['sent'], anchorOffset=-1,
                  limit=1, sort=[{'property': 'sortOrder'}])
    assert q['ids'] == [boxes['drafts']] and q['position'] == 1
    assert cleo.error('Mailbox/query', anchor='x') == 'anchorNotFound'
    assert cleo.error('Mailbox/query', filter={'x': 1}) == 'unsupportedFilter'
    assert cleo.error('Mailbox/query', sort=[{'property': 'x'}]) == \
        'unsupportedSort'


def test_all_that_was_healthy(shared):
    healthy(shared)
