"""OpenPGP messages that others made: which are encrypted, and nothing else?"""
import suites

FRAME = (b'Content-Type: multipart/encrypted; boundary=b;\r\n'
         b' protocol="application/pgp-encrypted"\r\n\r\n'
         b'--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n'
         b'Version: 1\r\n'
         b'--b\r\nContent-Type: application/octet-stream\r\n\r\n%s\r\n'
         b'--b--\r\n')


def sole(paths):
    texts = [FRAME % p.read_bytes().replace(b'\r\n', b'\n').strip()
             .replace(b'\n', b'\r\n') for p in paths]
    return {p.name for p, m in zip(paths, suites.pliparse('mime', texts))
            if m['sole']}


def test_interop_messages():
    folder = suites.folder('pgp-interop-testcases')
    paths = sorted(folder.glob('**/messages/*.asc'))
    keys = {p.name for p in paths if p.stem.endswith(('-decrypt', '-verify'))}
    # a marker packet, which old PGP writes, is not among what we take
    marker = {p.name for p in paths if p.name.startswith('pgp-10-')}
    assert sole(paths) == {p.name for p in paths} - keys - marker


def test_rfc9580():
    """v6 PKESK with SEIPD v2 passes; what has only a password does not."""
    folder = suites.folder('pgp-rfc9580')
    paths = sorted(p for p in folder.glob('**/A.*') if p.is_file())
    assert sole(paths) == {'A.8.5-v6pkesk-v2seipd'}
