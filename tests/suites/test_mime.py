"""Messages of six projects: structure as gmime sees it, and as mail-parser
writes down; protect leads there and back; the whole is covered.
"""
import json
import mailbox

import pytest

import suites

CORPORA = {
    'mime-stalwart': ['resources/eml/**/*.eml'],
    'mime-python': ['*.txt', '*.eml'],
    'mime-enmime': ['testdata/**/*.raw', 'dsn/**/*.raw', 'dsn/**/*.eml'],
    'mime-gmime': ['tests/data/**/*.mbox', 'tests/data/partial/**/*'],
    'mime-james': ['**/*.eml'],
    'mail-spamassassin': ['t/data/nice/**/*', 't/data/spam/**/*',
                          't/data/Mail/**/*', 't/data/dkim/**/*'],
    'hp-rfc9788': ['*.inner', '*.eml'],
    'pgpmime-deltachat': ['**/*.eml'],
    'smtp-postfix-vectors': ['postfix/src/global/mime_*.in*'],
}

# Where we judge otherwise than gmime; reasons in README.md.
EXCEPTIONS = {
    'mime-stalwart': {'resources/eml/thirdparty/001.eml',
                      'resources/eml/thirdparty/015.eml'},
    'mime-python': {'msg_14.txt', 'msg_35.txt', 'msg_37.txt', 'msg_38.txt'},
    'mime-enmime': {
        'dsn/testdata/dsn_with_multipart_alternative.raw',
        'dsn/testdata/multi_recipient_dsn.raw',
        'dsn/testdata/simple_dsn.raw',
        'dsn/testdata/simple_dsn_with_html.raw',
        'testdata/low-quality/bad-header-wrap.raw',
        'testdata/mail/qp-utf8-header-no-break.raw',
        'testdata/parts/barren-content-type.raw',
        'testdata/parts/empty-ctype-bad-content.raw',
        'testdata/parts/multi-malformed.raw'},
    'mime-gmime': {f'tests/data/mbox/output/jwz.mbox:{n}'
                   for n in (18, 29, 97, 115)},
    'mime-james': {
        'mailbox/store/src/test/resources/eml/filenameAndName.eml',
        'mailbox/store/src/test/resources/eml/filenameOnly.eml'},
    'mail-spamassassin': {'t/data/nice/mime8', 't/data/spam/015',
                          't/data/spam/016', 't/data/spam/badctype1',
                          't/data/spam/badmime2.txt'},
    'pgpmime-deltachat': {'test-data/message/unencrypted_signed_simple.eml'},
    'smtp-postfix-vectors': {'postfix/src/global/mime_garb3.in',
                             'postfix/src/global/mime_nest.in'},
}
# Of the expectations that mail-parser gives.
EXPECTED_EXCEPTIONS = {'rfc/008.eml', 'thirdparty/015.eml'}


def messages(corpus):
    path = suites.folder(corpus)
    files = sorted({f for glob in CORPORA[corpus] for f in path.glob(glob)
                    if f.is_file()})
    for f in files:
        name = str(f.relative_to(path))
        if f.suffix == '.mbox':
            for n, m in enumerate(mailbox.mbox(f, create=False)):
                yield f'{name}:{n}', m.as_bytes()
        else:
            yield name, f.read_bytes()


def crlf(text):
    """As it would come by SMTP."""
    text = text.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')
    return text if text.endswith(b'\n') else text + b'\r\n'


def shape(part):
    """[type, octets of a leaf's text or -1, children], as gmimedump says it."""
    kind = suites.text(part['type']) + '/' + suites.text(part['subtype'])
    size = -1 if part['kind'] else part['body'][1]
    return [kind.lower(), size, [shape(c) for c in part['children']]]


def decoded(tree):
    return [suites.text(tree[0]).lower(), tree[1],
            [decoded(c) for c in tree[2]]]


def covered(part, start, end):
    """Ranges follow one another and stay inside."""
    h, b = part['header'], part['body']
    assert start <= h[0] and h[0] + h[1] == b[0] and b[0] + b[1] <= end
    at = b[0]
    for c in part['children']:
        at = covered(c, at, b[0] + b[1])
    return b[0] + b[1]


@pytest.mark.parametrize('corpus', CORPORA)
@pytest.mark.parametrize('ends', ['LF', 'CRLF'])
def test_structure(corpus, ends):
    names, texts = zip(*messages(corpus))
    if ends == 'CRLF':
        texts = [crlf(t) for t in texts]
    ours = suites.pliparse('mime', texts)
    for name, text, m in zip(names, texts, ours):
        assert m['back'], f'{name}: protect does not lead back'
        assert covered(m['root'], 0, len(text)) == len(text), name
    theirs = suites.ask('gmimedump', [], texts)
    wrong = {}
    for name, a, b in zip(names, ours, theirs):
        if b is None:
            continue
        a, b = shape(a['root']), decoded(b)
        if a != b:
            wrong[name] = f'{name}\n  ours  {a}\n  gmime {b}'
    known = EXCEPTIONS.get(corpus, set())
    surplus = set(wrong) - known
    assert not surplus, f'{len(surplus)} of {len(names)}\n' + '\n'.join(
        wrong[n] for n in sorted(surplus))


def test_expected():
    """mail-parser's own expectation: parts, their types, where they are."""
    path = suites.folder('mime-stalwart') / 'resources' / 'eml'
    files = [(f, f.with_suffix('.json')) for f in sorted(path.glob('*/*.eml'))]
    files = [(f, j) for f, j in files if j.exists()]
    assert files
    ours = suites.pliparse('mime', [f.read_bytes() for f, _ in files])
    wrong = {}
    for (f, j), m in zip(files, ours):
        want = expected(json.loads(j.read_text()), 0)
        got = plain(m['root'])
        if want != got:
            wrong[f'{f.parent.name}/{f.name}'] = (
                f'{f}\n  want {want}\n  got  {got}')
    surplus = set(wrong) - EXPECTED_EXCEPTIONS
    assert not surplus, '\n'.join(wrong[n] for n in sorted(surplus))


def expected(message, n):
    part = message['parts'][n]
    kind = 'message/rfc822' if 'Message' in part['body'] else 'text/plain'
    for h in part['headers']:
        if h['name'] == 'content_type' and 'ContentType' in (h['value'] or {}):
            c = h['value']['ContentType']
            kind = f"{c['c_type']}/{c.get('c_subtype') or ''}".lower()
            break
    body = part['body']
    if 'Multipart' in body:
        return [kind, [expected(message, c) for c in body['Multipart']]]
    if 'Message' in body:
        return [kind, [expected(body['Message'], 0)]]
    return [kind, []]


def plain(part):
    kind = suites.text(part['type']) + '/' + suites.text(part['subtype'])
    return [kind.lower(), [plain(c) for c in part['children']]]


def test_sole_ciphertext():
    """Real encrypted mail is kept as it came, the rest is sealed."""
    names, texts = zip(*messages('pgpmime-deltachat'))
    ours = suites.pliparse('mime', texts)
    sole = {n for n, m in zip(names, ours) if m['sole']}
    for n, text in zip(names, texts):
        if n in sole:
            assert b'multipart/encrypted' in text.lower()
    assert any('thunderbird' in n for n in sole)
    assert len(sole) >= 10, sole
