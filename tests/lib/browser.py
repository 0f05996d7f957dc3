"""browser.py - what a browser says to the webmail's server, and no more."""
import http.client, json
import jmap


class Browser:
    def __init__(self, port):
        self.port, self.cookie = port, None
        self.origin = f'http://127.0.0.1:{port}'
        self.own = {'Host': f'127.0.0.1:{port}'}

    def ask(self, method, path, body=None, **fields):
        """Each time a connection of its own."""
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        how = dict(self.own)
        if method in ('POST', 'DELETE'):
            how['Origin'] = self.origin
        if self.cookie:
            how['Cookie'] = self.cookie
        how.update({k.replace('_', '-'): v for k, v in fields.items()})
        c.request(method, path, body, {k: v for k, v in how.items() if v})
        r = c.getresponse()
        r.body = r.read()
        return r

    def log_in(self, token):
        r = self.ask('POST', '/session', json.dumps({'token': token}))
        if r.status == 200:
            self.cookie = r.getheader('Set-Cookie').split(';')[0]
        return r

    def calls(self, *calls, **fields):
        return self.ask('POST', '/jmap/api', json.dumps({
            'using': [jmap.CORE, jmap.MAIL], 'methodCalls': [
                [name, args, str(i)] for i, (name, args) in
                enumerate(calls)]}), Content_Type='application/json', **fields)

    def call(self, name, **args):
        if not hasattr(self, 'account'):
            session = json.loads(self.ask('GET', '/.well-known/jmap').body)
            self.account = session['primaryAccounts'][jmap.MAIL]
        r = self.calls((name, {'accountId': self.account, **args}))
        got, = json.loads(r.body)['methodResponses']
        assert got[0] == name, got
        return got[1]

    def status(self, **fields):
        return self.ask('GET', '/.well-known/jmap', **fields).status
