"""How much of one account there is at once, over all its connections: RFC
8620, 1.7 and 3.6.1."""
import http.client, json, select
import box
from conftest import healthy
from jmap import CORE, Client
from mail import eventually

ECHO = json.dumps({'using': [CORE], 'methodCalls': [
    ['Core/echo', {}, '0']]}).encode()


class Slow:
    """A request of which the last octet is still to come."""

    def __init__(self, b, client, path, data):
        self.c = http.client.HTTPSConnection(
            '127.0.0.1', b.https, context=box.insecure_tls(), timeout=30)
        self.c.putrequest('POST', path)
        for k, v in {**client.login, 'Content-Type': 'application/json',
                     'Content-Length': str(len(data))}.items():
            self.c.putheader(k, v)
        self.c.endheaders(data[:-1])
        self.last = data[-1:]

    def refused(self):
        """It has been answered, and not asked for its last octet."""
        return bool(select.select([self.c.sock], [], [], 0)[0])

    def finish(self):
        self.c.send(self.last)
        r = self.c.getresponse()
        return r.status, json.loads(r.read())

    def close(self):
        self.c.close()


def tried(client, path, data=ECHO):
    client.c.request('POST', path, data, {
        **client.login, 'Content-Type': 'application/json'})
    r = client.c.getresponse()
    return r.status, json.loads(r.read())


def full(b, client, path, limit, slow):
    """Whoever looks takes a place for a moment: who came just then is sent
    once more."""
    for i, s in enumerate(slow):
        if s.refused():
            s.close()
            slow[i] = Slow(b, client, path, ECHO)
    status, problem = tried(client, path)
    return status == 429 and problem['limit'] == limit and \
        problem['type'] == 'urn:ietf:params:jmap:error:limit'


def test_no_more_at_once(make_box):
    b = make_box()
    for name in ('bob@example.org', 'carol@example.org'):
        b.add_user(name)
    bob, carol = Client(b, 'bob@example.org'), Client(b, 'carol@example.org')
    core = bob.session['capabilities'][CORE]
    for path, limit in (
            ('/jmap/api', 'maxConcurrentRequests'),
            (f'/jmap/upload/{bob.account}/', 'maxConcurrentUpload')):
        n = core[limit]
        slow = [Slow(b, bob, path, ECHO) for _ in range(n)]
        eventually(lambda: full(b, bob, path, limit, slow))
        # one that ends makes room, and so does one that dies
        assert slow.pop().finish()[0] in (200, 201)
        assert tried(bob, path)[0] in (200, 201)
        slow.append(Slow(b, bob, path, ECHO))
        eventually(lambda: full(b, bob, path, limit, slow))
        slow.pop().close()
        eventually(lambda: not full(b, bob, path, limit, slow))
        # it is the account's: others have their own
        theirs = path.replace(bob.account, carol.account)
        assert tried(carol, theirs)[0] in (200, 201)
        # what was under way is answered
        for s in slow:
            assert s.finish()[0] in (200, 201)
        assert tried(bob, path)[0] in (200, 201)
    healthy(b)
