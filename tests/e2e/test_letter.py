"""A letter arrives, is sealed, and is read."""
import email, os, subprocess

import box, mail
from conftest import ROOT


def gpg_encrypt(b, text):
    return subprocess.run(b.gpg.words + ['--trust-model', 'always', '-r',
                                         'alice@example.org', '--armor',
                                         '--encrypt'], input=text.encode(),
                          capture_output=True, check=True).stdout.decode()


def pgp_mime(b, text, tail=''):
    armour = gpg_encrypt(b, text).replace('\n', '\r\n')
    return mail.letter(
        '--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n'
        '\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n' + armour
        + '\r\n--b--\r\n' + tail, subject='kept as it came', MIME_Version='1.0',
        Content_Type='multipart/encrypted; boundary=b;'
        ' protocol="application/pgp-encrypted"')


def test_sealed_and_decrypted(shared):
    text = mail.letter('the grey cabinet', subject='The secret subject',
                       X_Private='something private')
    assert mail.deliver(shared, 'alice@example.org', text) == 250
    raw = mail.newest(shared)
    assert b'grey cabinet' not in raw and b'secret subject' not in raw
    assert b'something private' not in raw
    assert mail.field(raw, 'Subject') == '[...]'
    clear = shared.gpg.decrypt(raw)
    assert b'the grey cabinet' in clear
    assert b'X-Private: something private' in clear


def test_subject_comes_back(shared):
    mail.deliver(shared, 'alice@example.org',
                 mail.letter(subject='Seen only by her'))
    clear = email.message_from_bytes(shared.gpg.decrypt(mail.newest(shared)))
    assert clear['Subject'] == 'Seen only by her'
    assert clear.get_param('hp') == 'cipher'
    assert clear.get_param('protected-headers') == 'v1'


def test_what_stays_outside(shared):
    mail.deliver(shared, 'alice@example.org', mail.letter(
        Cc='Carol <carol@example.net>', In_Reply_To='<1@example.net>',
        References='<0@example.net> <1@example.net>', X_Mailer='A mailer',
        Reply_To='elsewhere@example.net'))
    raw = mail.newest(shared)
    names = {l.split(':')[0].lower() for l in mail.head(raw).split('\r\n')
             if l[0] not in ' \t'}
    assert names == {'from', 'to', 'cc', 'date', 'message-id', 'in-reply-to',
                     'references', 'subject', 'mime-version', 'content-type',
                     'pli-seal'}


def test_form_is_rfc_3156(shared):
    mail.deliver(shared, 'alice@example.org')
    m = email.message_from_bytes(mail.newest(shared))
    assert m.get_content_type() == 'multipart/encrypted'
    assert m.get_param('protocol') == 'application/pgp-encrypted'
    types = [p.get_content_type() for p in m.get_payload()]
    assert types == ['application/pgp-encrypted', 'application/octet-stream']
    assert m.get_payload(0).get_payload().strip() == 'Version: 1'


def test_integrity_protected(shared):
    mail.deliver(shared, 'alice@example.org')
    out = shared.gpg.call('--list-packets', '--list-only',
                          input=mail.newest(shared).decode())
    assert ':encrypted data packet:' in out.stdout
    assert 'mdc_method: 2' in out.stdout


def test_unsealed_is_kept(shared):
    text = mail.letter('plain for bob', To='bob@example.org')
    assert mail.deliver(shared, 'bob@example.org', text) == 250
    raw = mail.newest(shared, 'bob@example.org')
    assert raw.endswith(text.encode())
    assert mail.field(raw, 'Return-Path') == '<stranger@example.net>'
    assert 'mx.example.org' in mail.field(raw, 'Received')


def test_one_letter_for_both(shared):
    with mail.Smtp(shared) as s:
        assert s.envelope('alice@example.org', 'bob@example.org') == [250, 250]
        assert s.data(mail.letter('to both of them'))[0] == 250
    assert b'to both of them' in shared.gpg.decrypt(mail.newest(shared))
    assert b'to both of them' in mail.newest(shared, 'bob@example.org')


def test_over_starttls(shared):
    with mail.Smtp(shared) as s:
        assert 'STARTTLS' in s.extensions
        assert 'STARTTLS' not in s.starttls()
        assert s.envelope('alice@example.org') == [250]
        assert s.data(mail.letter('over TLS'))[0] == 250
    clear = shared.gpg.decrypt(mail.newest(shared))
    assert b'over TLS' in clear
    assert b'ESMTPS' in clear


def test_encrypted_is_kept_as_it_came(shared):
    text = pgp_mime(shared, 'sealed by its sender')
    assert mail.deliver(shared, 'alice@example.org', text) == 250
    raw = mail.newest(shared)
    assert mail.body(raw) == text.encode().split(b'\r\n\r\n', 1)[1]
    assert mail.field(raw, 'Subject') == 'kept as it came'
    assert b'sealed by its sender' in shared.gpg.decrypt(raw)


def test_clear_text_beside_the_armour_is_sealed(shared):
    text = pgp_mime(shared, 'sealed by its sender', 'an epilogue in clear\r\n')
    assert mail.deliver(shared, 'alice@example.org', text) == 250
    raw = mail.newest(shared)
    assert b'an epilogue in clear' not in raw
    assert b'kept as it came' not in raw
    assert b'an epilogue in clear' in shared.gpg.decrypt(raw)


def test_claiming_to_be_encrypted_is_not_enough(shared):
    text = pgp_mime(shared, 'x').split('-----BEGIN')[0] + \
        '-----BEGIN PGP MESSAGE-----\r\n\r\nthis is no armour at all\r\n' \
        '-----END PGP MESSAGE-----\r\n\r\n--b--\r\n'
    assert mail.deliver(shared, 'alice@example.org', text) == 250
    raw = mail.newest(shared)
    assert b'no armour at all' not in raw
    assert b'no armour at all' in shared.gpg.decrypt(raw)


def test_eight_bits_and_odd_content(shared):
    for text in ('grüße aus köln', 'From the first line\r\n.dots', '',
                 'x' * 900, 'no end of line'):
        assert mail.deliver(shared, 'alice@example.org', mail.letter(
            text.replace('\r\n.', '\r\n..'),
            Content_Type='text/plain; charset=utf-8')) == 250
        assert text.encode() in shared.gpg.decrypt(mail.newest(shared))


def test_a_megabyte(shared):
    line = 'a line of some length, again and again and again\r\n'
    text = mail.letter(line * 20000)
    assert mail.deliver(shared, 'alice@example.org', text) == 250
    assert (line * 20000).encode() in shared.gpg.decrypt(mail.newest(shared))


def test_nothing_of_it_is_in_any_file(shared):
    secret = 'the harbour master has a wooden leg'
    mail.deliver(shared, 'alice@example.org', mail.letter(secret))
    assert secret.encode() in shared.gpg.decrypt(mail.newest(shared))
    out = box.run(os.path.join(ROOT, 'tools', 'canary'), shared.dir + '/var',
                  shared.dir + '/run', shared.dir + '/etc', input=secret)
    assert (out.returncode, out.stdout) == (0, '')


def test_the_log_has_no_address(shared):
    mail.deliver(shared, 'alice@example.org')
    mail.deliver(shared, 'nobody@example.org')
    log = shared.log()
    for word in ('alice@', 'stranger@', 'nobody@', 'A letter'):
        assert word not in log
