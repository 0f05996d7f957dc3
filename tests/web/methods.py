"""The methods of JMAP that the webmail uses, over a Stand."""
import datetime

CORE = 'urn:ietf:params:jmap:core'
MAIL = 'urn:ietf:params:jmap:mail'
SUBMISSION = 'urn:ietf:params:jmap:submission'
PLI = 'urn:pli:params:jmap:protection'
# whose key is known
KEYS = ('bob@example.net', 'ines@example.com', 'alice@example.org')


class Refused(Exception):
    pass


def run(stand, request):
    done = []
    for name, args, call in request['methodCalls']:
        try:
            args = {k.lstrip('#'): resolve(done, v) if k[0] == '#' else v
                    for k, v in args.items()}
            found = METHODS.get(name)
            if found is None:
                raise Refused('unknownMethod')
            answer = {'accountId': 'a1', **found(stand, args)}
            done.append([name, answer, call])
        except Refused as e:
            done.append(['error', {'type': str(e)}, call])
    return {'methodResponses': done, 'sessionState': '0'}


def resolve(done, ref):
    """A result reference (RFC 8620, 3.7)."""
    value = next((a for n, a, c in done if c == ref['resultOf']
                  and n == ref['name']), None)
    if value is None:
        raise Refused('invalidResultReference')
    return walk(value, ref['path'].split('/')[1:])


def walk(value, path):
    if not path:
        return value
    if path[0] != '*':
        return walk(value[path[0]], path[1:])
    found = []
    for one in value:
        got = walk(one, path[1:])
        found += got if isinstance(got, list) else [got]
    return found


def mailbox_get(stand, args):
    made = []
    for box in stand.boxes.values():
        inside = [e for e in stand.emails.values()
                  if box['id'] in e['mailboxIds']]
        new = [e for e in inside if '$seen' not in e['keywords']]
        made.append({**box, 'totalEmails': len(inside),
                     'unreadEmails': len(new),
                     'totalThreads': len({e['threadId'] for e in inside}),
                     'unreadThreads': len({e['threadId'] for e in new})})
    return {'state': str(stand.count), 'list': made, 'notFound': []}


def people(email, field):
    return ' '.join(f'{a.get("name") or ""} {a["email"]}'
                    for a in email[field] or [])


def text_of(email):
    return ' '.join([people(email, 'from'), people(email, 'to'),
                     email['subject'] or '', email['text']])


CONDITIONS = {
    'inMailbox': lambda e, v: v in e['mailboxIds'],
    'inMailboxOtherThan': lambda e, v: any(b not in v
                                           for b in e['mailboxIds']),
    'hasKeyword': lambda e, v: v in e['keywords'],
    'notKeyword': lambda e, v: v not in e['keywords'],
    'hasAttachment': lambda e, v: e['hasAttachment'] == v,
    'before': lambda e, v: e['receivedAt'] < v,
    'after': lambda e, v: e['receivedAt'] >= v,
    'from': lambda e, v: v.lower() in people(e, 'from').lower(),
    'to': lambda e, v: v.lower() in people(e, 'to').lower(),
    'cc': lambda e, v: v.lower() in people(e, 'cc').lower(),
    'subject': lambda e, v: v.lower() in (e['subject'] or '').lower(),
    'body': lambda e, v: v.lower() in e['text'].lower(),
    'text': lambda e, v: v.lower() in text_of(e).lower(),
}


def unquoted(v):
    return v[1:-1] if isinstance(v, str) and v[:1] == v[-1:] == '"' else v


def matches(email, f):
    if f is None:
        return True
    if 'operator' in f:
        got = [matches(email, c) for c in f['conditions']]
        return {'AND': all, 'OR': any,
                'NOT': lambda g: not any(g)}[f['operator']](got)
    unknown = set(f) - set(CONDITIONS)
    if unknown:
        raise Refused('unsupportedFilter')
    return all(CONDITIONS[k](email, unquoted(v)) for k, v in f.items())


def email_query(stand, args):
    found = sorted((e for e in stand.emails.values()
                    if matches(e, args.get('filter'))),
                   key=lambda e: (e['receivedAt'], e['id']), reverse=True)
    if args.get('collapseThreads'):
        seen = set()
        found = [e for e in found if not (e['threadId'] in seen
                                          or seen.add(e['threadId']))]
    at, limit = args.get('position', 0), args.get('limit', 256)
    return {'queryState': str(stand.count), 'canCalculateChanges': False,
            'position': at, 'ids': [e['id'] for e in found[at:at + limit]],
            'total': len(found)}


def email_get(stand, args):
    ids = args['ids']
    if len(ids) > 200:
        raise Refused('requestTooLarge')
    wanted = ['id', *args.get('properties', [])]
    made = []
    for e in (stand.emails[i] for i in ids if i in stand.emails):
        one = {}
        for p in wanted:
            if p == 'header:Pli-Status:asText':
                one[p] = e['status'] or None
            elif p == 'textBody':
                one[p] = [{'partId': '1', 'type': 'text/plain'}]
            elif p == 'bodyValues':
                one[p] = {'1': {'value': e['text'], 'isTruncated': False}}
            elif p in e:
                one[p] = e[p]
        made.append(one)
    return {'state': str(stand.count), 'list': made,
            'notFound': [i for i in ids if i not in stand.emails]}


def email_changes(stand, args):
    since = int(args['sinceState'])
    kinds = {}
    for n, kind, email in stand.log:
        if n <= since:
            continue
        before = kinds.get(email)
        if kind == 'destroyed' and before == 'created':
            kinds.pop(email)
        elif not (kind == 'updated' and before == 'created'):
            kinds[email] = kind
    return {'oldState': args['sinceState'], 'newState': str(stand.count),
            'hasMoreChanges': False,
            **{k: [e for e, got in kinds.items() if got == k]
               for k in ('created', 'updated', 'destroyed')}}


def thread_get(stand, args):
    made = []
    for thread in dict.fromkeys(args['ids']):
        some = sorted((e for e in stand.emails.values()
                       if e['threadId'] == thread),
                      key=lambda e: (e['receivedAt'], e['id']))
        if some:
            made.append({'id': thread, 'emailIds': [e['id'] for e in some]})
    got = {t['id'] for t in made}
    return {'state': str(stand.count), 'list': made,
            'notFound': [t for t in args['ids'] if t not in got]}


def now():
    return datetime.datetime.utcnow().strftime('%Y-%m-%dT%H:%M:%SZ')


def create(stand, given):
    part = (given.get('textBody') or [{}])[0].get('partId')
    kept = {k: v for k, v in given.items()
            if k not in ('textBody', 'bodyValues', 'attachments')}
    files = [{**a, 'size': len(stand.blobs[a['blobId']]), 'cid': None}
             for a in given.get('attachments', [])]
    return stand.insert({'receivedAt': now(), **kept, 'attachments': files,
                         'text': given.get('bodyValues', {}).get(
                             part, {}).get('value', '')})


def patch(email, change):
    for path, value in change.items():
        if '/' not in path:
            email[path] = value
            continue
        name, key = path.split('/')
        if value is None:
            email[name].pop(key, None)
        else:
            email[name][key] = value


def email_set(stand, args):
    made, lost = {}, []
    for key, given in (args.get('create') or {}).items():
        e = create(stand, given)
        made[key] = {k: e[k] for k in ('id', 'blobId', 'threadId', 'size')}
    missing = {}
    for name, change in (args.get('update') or {}).items():
        if name not in stand.emails:
            missing[name] = {'type': 'notFound'}
            continue
        patch(stand.emails[name], change)
        stand.changed('updated', name)
    for name in args.get('destroy') or []:
        if stand.emails.pop(name, None) is not None:
            lost.append(name)
            stand.changed('destroyed', name)
    return {'newState': str(stand.count), 'created': made, 'destroyed': lost,
            'notCreated': None, 'notUpdated': missing or None,
            'updated': {k: None for k in args.get('update') or {}
                        if k not in missing}}


def submission_set(stand, args):
    made, refused = {}, {}
    for key, given in args['create'].items():
        e = stand.emails.get(given['emailId'])
        to = [a['email'] for f in ('to', 'cc', 'bcc') for a in e[f] or []]
        clear = [a for a in to if a not in KEYS]
        if clear and not given.get('pliClear'):
            refused[key] = {'type': 'pliClear', 'recipients': clear}
            continue
        stand.submitted.append({'to': to, 'clear': clear})
        made[key] = {'id': f's{len(stand.submitted)}'}
        change = (args.get('onSuccessUpdateEmail') or {}).get('#' + key)
        if change:
            patch(e, change)
            stand.changed('updated', e['id'])
    return {'newState': str(len(stand.submitted)), 'created': made,
            'notCreated': refused or None}


def identity_set(stand, args):
    for change in args['update'].values():
        stand.identity.update(change)
    return {'updated': {k: None for k in args['update']}, 'newState': '1'}


METHODS = {
    'Mailbox/get': mailbox_get, 'Email/query': email_query,
    'Email/get': email_get, 'Email/changes': email_changes,
    'Email/set': email_set, 'Thread/get': thread_get,
    'EmailSubmission/set': submission_set,
    'Identity/get': lambda stand, args: {'state': '1', 'notFound': [],
                                         'list': [stand.identity]},
    'Identity/set': identity_set,
    'Protection/forecast': lambda stand, args: {
        'clear': [a for a in args['addresses'] if a not in KEYS]},
}
