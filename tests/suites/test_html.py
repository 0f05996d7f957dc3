"""Attacks that others collected on sanitisers of HTML: of each only what the
lists of lib/html allow is left, and cleaning it again changes nothing of what one reads.
"""
import html.parser
import json
import pathlib
import re

import suites

NAMES = (suites.ROOT / 'lib/html/names.c').read_text()


def listed(name):
    body = re.search(r'\*const %s\[\] = \{(.*?)\};' % name, NAMES, re.S)[1]
    return set(re.findall(r'"([^"]+)"', body))


ELEMENTS = listed('keep') | listed('voids')
ATTRIBUTES = (listed('words') | listed('texts')
              | {'style', 'href', 'src', 'target', 'rel', 'referrerpolicy'})
URL = re.compile(r'(https?://|mailto:|data:image/(png|gif|jpe?g|webp);base64,)',
                 re.I)


class Look(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.wrong = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in ELEMENTS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f'{tag} {name}')
            if name in ('href', 'src') and not URL.match(value):
                self.wrong.append(f'{tag} {name}={value}')
            if name == 'style' and re.search(r'url|expression|[\\@<{}/]',
                                             value, re.I):
                self.wrong.append(f'{tag} style={value}')

    def handle_comment(self, data):
        self.wrong.append('comment')

    handle_decl = handle_pi = unknown_decl = handle_comment


def dompurify():
    path = suites.folder('html-xss-dompurify') / 'expect.json'
    return [t['payload'] for t in json.loads(path.read_text())]


def loofah():
    assets = suites.folder('html-xss-loofah') / 'test' / 'assets'
    text = (assets / 'testdata_sanitizer_tests1.dat').read_text()
    inputs = re.findall(r'^ *"input": (".*"),?$', text, re.M)
    assert len(inputs) == text.count('"input":')
    return [json.loads(t, strict=False) for t in inputs] + [
        (assets / 'msword.html').read_text(errors='replace')]


def html5lib():
    out = []
    for f in sorted(suites.folder('html5lib').rglob('*.dat')):
        for test in f.read_text(errors='replace').split('#data\n')[1:]:
            out.append(test.split('\n#errors')[0])
    return out


def same(text):
    """What is to be read.  Elements that HTML does not nest move when they are
    read again; noncharacters are replaced."""
    text = re.sub(r'<[^>]*>|\s|[\ufdd0-\ufdef\ufffd]', '', text)
    return ''.join(c for c in text if ord(c) & 0xfffe != 0xfffe)


def check(payloads):
    texts = [p.encode(errors='replace') for p in payloads]
    for text, got in zip(texts, suites.ask('htmlclean', [], texts)):
        clean = suites.text(got['clean'])
        look = Look(clean)
        assert not look.wrong, (text, clean, look.wrong)
        again = suites.text(got['again'])
        assert not Look(again).wrong, (text, clean, again)
        assert same(again) == same(clean), (text, clean, again)


def test_dompurify():
    check(dompurify())


def test_loofah():
    check(loofah())


def test_html5lib():
    check(html5lib())
