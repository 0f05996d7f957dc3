"""The webmail that pli run opens: what comes to the box sealed is read, found
and shown, and gone while it is locked.
"""
import os, re
import pytest

import home
from browser import Browser
from test_home import letter, until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='needs root')
PARTS = ('--b\r\nContent-Type: text/html\r\n\r\n<h1>Soup</h1><script>1</script>'
         'pumpkin and crème\r\n--b\r\nContent-Type: application/pdf\r\n\r\n'
         'x\r\n--b--\r\n')


def opened(h):
    said = h.pli('run', '--no-browser').stdout
    port, token = re.search(r'http://127.0.0.1:(\d+)/login#(\w{32})',
                            said).groups()
    w = Browser(int(port))
    assert w.ask('GET', '/login').status == 200
    assert w.log_in(token).status == 200 and w.log_in(token).status == 403
    return w


def test_a_letter_is_read(b, h):
    w = opened(h)
    b.deliver([letter('Recipe', PARTS, **{
        'MIME-Version': '1.0',
        'Content-Type': 'multipart/mixed; boundary=b'}).encode()])
    id, = until(lambda: w.call('Email/query', filter={
        'text': 'pumpkin creme', 'hasAttachment': True})['ids'])
    e, = w.call('Email/get', ids=[id], properties=[
        'subject', 'hasAttachment', 'header:Pli-Status:asText'])['list']
    assert e['subject'] == 'Recipe' and e['hasAttachment']
    assert e['header:Pli-Status:asText'].startswith('sealed;')
    page = w.ask('GET', '/view/' + id).body.decode()
    assert '<h1>Soup</h1>' in page and 'script' not in page
    found, = w.call('SearchSnippet/get', filter={'text': 'pump'},
                    emailIds=[id])['list']
    assert '<mark>pumpkin</mark> and crème' in found['preview']


def test_locked_is_gone(h):
    w = opened(h)
    assert w.status() == 200
    h.pli('lock')

    def gone():
        try:
            return w.status() != 200
        except OSError:
            return True
    until(gone)
    h.run()
    until(lambda: w.status() == 200)
