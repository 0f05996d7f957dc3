"""demo_out.py - the second half of the demo: she answers.

A name server and a foreign mail server on loopback stand for the world; the
box, its queue and the signatures are real.  For demo.py alone.
"""
import email, json, os, re, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tests', 'lib'))
import box, demo_mx, outside

ANSWER = 'I will be there. Not the grey cabinet: the one behind it.'
SUBJECT = 'Re: The ledger'
DRAWER = 'This one waits in a drawer that nobody else can open.'


def wait_for(what):
    got = box.wait_for(what, 30)
    if not got:
        raise SystemExit('nothing came')
    return got


def records(b):
    out = b.plictl('-j', 'dkim', 'show').stdout
    return {r['name'] + '.': r['value'] for r in json.loads(out)}


def signatures(b, raw):
    """How many DKIM signatures python3-dkim finds good; None: it is not
    here."""
    try:
        import dkim
    except ImportError:
        return None
    known = {k.encode(): v.encode() for k, v in records(b).items()}
    d = dkim.DKIM(raw)
    return [d.verify(i, dnsfunc=lambda n, **kw: known[n]) for i in (0, 1)]


def arrived(world):
    """The first letter that the foreign server got."""
    sender, rcpts, raw = wait_for(lambda: world.sink.got)[0]
    text = email.message_from_bytes(raw).get_payload(decode=True)
    if (rcpts != ['stranger@there.example'] or
            text.strip() != ANSWER.encode() or b'127.0.0.1' in raw):
        raise SystemExit('not what she wrote: ' + raw.decode())
    return raw


def new_world(folder):
    return outside.Outside(folder, demo_mx.start())


def dkim_head(raw):
    head = raw.decode(errors='replace').replace('\r', '').split('\n\n')[0]
    head = re.sub(r'\n[ \t]+', ' ', head)
    return '\n'.join(l[:76] + (' …' if len(l) > 76 else '')
                     for l in head.split('\n')
                     if re.match('(DKIM-Signature|From|To|Subject):', l))
