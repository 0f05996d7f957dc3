"""demo_out.py - the second half of the demo: she answers.

A name server and a foreign mail server on loopback stand for the world; the
box, its queue and the signatures are real.  For demo.py alone.
"""
import email, email.policy, json, os, re, shutil, smtplib, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tests', 'lib'))
import box, demo_mx, outside

ANSWER = 'I will be there. Not the grey cabinet: the one behind it.'
SUBJECT = 'Re: The ledger'
DRAWER = 'This one waits in a drawer that nobody else can open.'


def message(to, subject, text, ident):
    return (f'From: Alice <alice@example.org>\nTo: {to}\nBcc: me@secret.example\n'
            f'Subject: {subject}\nMessage-ID: <demo-{ident}-{os.getpid()}'
            f'@example.org>\n\n{text}\n')


def submit(b, password, to, text):
    """By swaks over TLS; her password stands in no list of processes."""
    if not shutil.which('swaks'):
        return submit_plainly(b, password, to, text)
    out = subprocess.run(
        ['swaks', '--server', '127.0.0.1', '--port', str(b.submissions),
         '--tls-on-connect', '--auth', 'PLAIN', '--auth-user',
         'alice@example.org', '--from', 'alice@example.org', '--to', to,
         '--silent', '2', '--data', '-'], input=text.encode(),
        env={**os.environ, 'SWAKS_OPT_auth_password': password},
        capture_output=True)
    if out.returncode:
        raise SystemExit((out.stdout + out.stderr).decode(errors='replace'))


def submit_plainly(b, password, to, text):
    with smtplib.SMTP_SSL('127.0.0.1', b.submissions,
                          context=box.insecure_tls()) as s:
        s.login('alice@example.org', password)
        s.sendmail('alice@example.org', [to], text)


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


def answer(b, password, world):
    submit(b, password, 'stranger@there.example',
           message('stranger@there.example', SUBJECT, ANSWER, 1))
    sender, rcpts, raw = wait_for(lambda: world.sink.got)[0]
    if (rcpts != ['stranger@there.example'] or ANSWER.encode() not in raw or
            b'secret.example' in raw or b'127.0.0.1' in raw):
        raise SystemExit('not what she wrote: ' + raw.decode())
    return raw


def sent_and_waiting(b, password):
    """One letter that the other side puts off: it waits on the disk."""
    submit(b, password, 'busy@later.example',
           message('busy@later.example', DRAWER, DRAWER, 2))
    return wait_for(lambda: [r for r in json.loads(
        b.plictl('-j', 'queue', 'list').stdout) if r['attempts'] != '0'])[0]


def bounce(b, password, fetch):
    """A letter to nobody comes back, sealed."""
    submit(b, password, 'nobody@no.example',
           message('nobody@no.example', SUBJECT, ANSWER, 3))
    raw = wait_for(lambda: fetch(2))
    if b'BEGIN PGP MESSAGE' not in raw or ANSWER.encode() in raw:
        raise SystemExit('the notice is not sealed')
    m = email.message_from_bytes(b.gpg.decrypt(raw),
                                 policy=email.policy.default)
    status = list(m.iter_parts())[1].get_payload()[1]
    return status['Status'], ' '.join(status['Diagnostic-Code'].split()[1:])


def new_world(folder):
    return outside.Outside(folder, demo_mx.start())


def dkim_head(raw):
    head = raw.decode(errors='replace').replace('\r', '').split('\n\n')[0]
    head = re.sub(r'\n[ \t]+', ' ', head)
    return '\n'.join(l[:76] + (' …' if len(l) > 76 else '')
                     for l in head.split('\n')
                     if re.match('(DKIM-Signature|From|To|Subject):', l))
