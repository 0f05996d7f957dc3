"""arrive.py - mail comes to a home by way of its box: what is shown of it."""
import base64, html.parser, os, re, urllib.request

import box as lib
import home

SHOWN = ('subject', 'from', 'messageId', 'header:Pli-Status:asText',
         'header:X-Case:asText', 'preview')


def crlf(raw):
    """As it is sent: without the line before the header that mbox has."""
    raw = re.sub(rb'\AFrom [^\n]*\n', b'', raw)
    return raw.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')


FRAME = ('From: signer@case.example\r\nSubject: ...\r\nMIME-Version: 1.0\r\n'
         'Content-Type: multipart/encrypted; boundary=b;\r\n'
         ' protocol="application/pgp-encrypted"\r\n\r\n--b\r\n'
         'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n'
         '--b\r\nContent-Type: application/octet-stream\r\n\r\n%s\r\n--b--'
         '\r\n')


def framed(armour):
    return (FRAME % armour.strip()).encode()


def arrive(b, h, mails):
    """{name: octets} -> {name: what the mirror shows}.  By X-Case they are
    known again."""
    run = os.urandom(4).hex()
    b.deliver([f'X-Case: {run} {name}\r\n'.encode() + crlf(raw)
               for name, raw in mails.items()], to=h.me)
    c = h.client()

    def all_there():
        got = [((e['header:X-Case:asText'] or '').split(), e)
               for e in c.emails(*SHOWN)]
        got = {w[1]: e for w, e in got if w[:1] == [run]}
        return got if len(got) == len(mails) else None
    found = lib.wait_for(all_there, 120)
    assert found, h.log()[-3000:]
    for e in found.values():
        e['status'] = (e['header:Pli-Status:asText'] or '').strip()
        e['raw'] = c.raw(e['id'])
    return found


def page(h, e):
    """As the webmail's frame gets it."""
    word = base64.b64encode(f'{h.me}:{home.PASSWORD}'.encode()).decode()
    with urllib.request.urlopen(urllib.request.Request(
            f'http://127.0.0.1:{h.port("http-clear")}/view/{e["id"]}',
            headers={'Authorization': 'Basic ' + word})) as r:
        assert "default-src 'none'" in r.headers['Content-Security-Policy']
        return r.read().decode()


class Active(html.parser.HTMLParser):
    """What in a page could do more than be read."""
    NEVER = {'script', 'iframe', 'object', 'embed', 'form', 'input', 'button',
             'link', 'svg', 'math', 'audio', 'video', 'textarea', 'frame',
             'applet', 'portal', 'template', 'noscript'}

    def __init__(self, text):
        super().__init__()
        self.found = []
        # what stands before it is the page's own
        self.feed(text[text.index('<body>'):])
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in self.NEVER:
            self.found.append(tag)
        for name, value in attrs:
            value = value or ''
            if name.startswith('on') or name in ('srcdoc', 'formaction'):
                self.found.append((tag, name))
            if name in ('href', 'src', 'background', 'poster', 'action') and \
                    not re.match('https?://|mailto:|data:image/', value):
                self.found.append((tag, name, value))
            if name in ('src', 'srcset', 'background', 'poster') and \
                    re.match('https?:|//', value):
                self.found.append((tag, name, value))
            if name == 'style' and re.search(r'url\(|expression|@import',
                                             value, re.I):
                self.found.append((tag, name, value))


def inert(text):
    found = Active(text).found
    assert not found, found


def words(text):
    body = text[text.index('<body>'):]
    return ' '.join(re.sub('<[^>]*>', ' ', body).split())
