"""Header vectors of mail-parser (Apache-2.0 or MIT): values and their parse.

id.json, list.json and received.json are not read here: the box takes apart
no message ids, lists or traces of others.
"""
import calendar
import json
import re

import suites

# Numbers of vectors that we judge otherwise, with reasons in README.md.
EXCEPTIONS = {
    'address': {5, 6, 7, 9, 37},
    'content_type': {22, 24, 26, 31, 32, 36, 39, 45, 46, 51, 52},
    'date': {8},
    'unstructured': {14, 18},
}


def first_field(value):
    """A vector may go on behind the field it is about."""
    value = value.encode('utf-8', 'surrogateescape')
    m = re.match(rb'.*?\n(?![ \t])', value + b'\n', re.S)
    return m.group(0).rstrip(b'\r\n')


def run(kind, want, got_of):
    path = suites.folder('mime-stalwart') / 'headers' / f'{kind}.json'
    tests = json.loads(path.read_text())
    answers = suites.pliparse(kind, [first_field(t['header']) for t in tests])
    wrong = {}
    for n, (test, answer) in enumerate(zip(tests, answers)):
        expected, got = want(test['expected']), got_of(answer)
        if expected != got:
            wrong[n] = f'{test["header"]!r}\n   want {expected}\n   got  {got}'
    surplus = set(wrong) - EXCEPTIONS[kind]
    assert not surplus, '\n'.join(f'{n}: {wrong[n]}' for n in sorted(surplus))
    stale = EXCEPTIONS[kind] - set(wrong)
    assert not stale, f'no exceptions any more: {stale}'


def squeeze(text):
    return ' '.join(text.split()) if text else None


def test_unstructured():
    run('unstructured', squeeze, lambda a: squeeze(suites.text(a)))


def test_date():
    def want(d):
        if d is None:
            return None
        zone = d['tz_hour'] * 60 + d['tz_minute']
        if d['tz_before_gmt']:
            zone = -zone
        seconds = calendar.timegm((d['year'], d['month'], d['day'], d['hour'],
                                   d['minute'], d['second']))
        return [seconds - zone * 60, zone]
    run('date', want, lambda a: a)


def test_content_type():
    """Attributes in order; sections joined, as they come first."""
    def want(c):
        if c is None:
            return None
        attributes = c.get('attributes') or []
        return (c['c_type'].lower(), (c.get('c_subtype') or '').lower(),
                {k.lower(): squeeze(v) for k, v in attributes
                 if not k.endswith(('-charset', '-language'))})

    def got(a):
        if a is None:
            return None
        params = {}
        for name, value, charset in a['params']:
            raw = bytes.fromhex(value)
            charset = suites.text(charset) or 'utf-8'
            try:
                value = raw.decode(charset)
            except (LookupError, UnicodeDecodeError):
                value = raw.decode('utf-8', 'replace')
            params.setdefault(suites.text(name).lower(), squeeze(value))
        return (suites.text(a['type']).lower(),
                suites.text(a['subtype']).lower(), params)
    run('content_type', want, got)


def test_address():
    def group(g):
        return (squeeze(g['name']), [one(a) for a in g['addresses']])

    def one(a):
        return (squeeze(a['name']), a['address'])

    def want(e):
        if e is None:
            return []
        if 'List' in e:
            return [(None, [one(a) for a in e['List']])]
        return [group(g) for g in e['Group']]

    def got(addresses):
        out = []
        inside = False
        for kind, name, local, domain in addresses:
            name = squeeze(suites.text(name))
            if kind == 1:
                out.append((name, []))
                inside = True
            elif kind == 2:
                inside = False
            else:
                if not out or not (inside or out[-1][0] is None):
                    out.append((None, []))
                address = suites.text(local)
                if domain:
                    address += '@' + suites.text(domain)
                out[-1][1].append((name, address or None))
        return out
    run('address', want, got)
