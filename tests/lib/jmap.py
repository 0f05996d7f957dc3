"""jmap.py - a client of JMAP for tests: Python's http.client and no more."""
import base64, http.client, json
import box

CORE = 'urn:ietf:params:jmap:core'
MAIL = 'urn:ietf:params:jmap:mail'
SUBMISSION = 'urn:ietf:params:jmap:submission'


class Client:
    def __init__(self, b, user, password=box.PASSWORD):
        self.c = self.connect(b)
        self.login = {'Authorization': 'Basic ' + base64.b64encode(
            f'{user}:{password}'.encode()).decode()}
        self.session = json.loads(self.get('/.well-known/jmap'))
        self.account = self.session['primaryAccounts'][MAIL]

    def connect(self, b):
        return http.client.HTTPSConnection(
            '127.0.0.1', b.https, context=box.insecure_tls(), timeout=60)

    def ask(self, method, path, body=None, status=200, **fields):
        self.c.request(method, path, body,
                       {**self.login, **{k.replace('_', '-'): v
                                         for k, v in fields.items()}})
        r = self.c.getresponse()
        data = r.read()
        assert r.status == status, (r.status, data)
        return data

    def get(self, path, **kw):
        return self.ask('GET', path, **kw)

    def post(self, request, status=200):
        if not isinstance(request, (bytes, str)):
            request = json.dumps(request)
        return json.loads(self.ask('POST', '/jmap/api', request, status,
                                   Content_Type='application/json'))

    def calls(self, *calls, using=(CORE, MAIL)):
        """The responses, errors among them: [name, arguments]."""
        got = self.post({'using': list(using), 'methodCalls': [
            [name, {'accountId': self.account, **args}, str(i)]
            for i, (name, args) in enumerate(calls)]})['methodResponses']
        return [r[:2] for r in got]

    def call(self, name, **args):
        """The arguments of the one response, which is no error."""
        r, = self.calls((name, args))
        assert r[0] == name, r
        return r[1]

    def error(self, name, **args):
        r, = self.calls((name, args))
        assert r[0] == 'error', r
        return r[1]['type']

    def boxes(self):
        return {m['role'] or m['name']: m['id']
                for m in self.call('Mailbox/get')['list']}

    def upload(self, data, type='message/rfc822', status=201):
        return json.loads(self.ask(
            'POST', f'/jmap/upload/{self.account}/', data, status,
            Content_Type=type))

    def download(self, blob, name='x', type='text/plain', status=200):
        return self.get(f'/jmap/download/{self.account}/{blob}/{name}'
                        f'?type={type}', status=status)
