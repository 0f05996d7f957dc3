"""isemail: 443 addresses, from good to bad (BSD)."""
import xml.etree.ElementTree as tree

import pytest

import suites

LEVELS = {
    'ISEMAIL_VALID_CATEGORY': 0, 'ISEMAIL_DNSWARN': 0, 'ISEMAIL_RFC5321': 1,
    'ISEMAIL_CFWS': 2, 'ISEMAIL_DEPREC': 3, 'ISEMAIL_RFC5322': 4,
    'ISEMAIL_ERR': 5,
}


def control(c):
    """The suite writes control characters as pictures of them."""
    n = ord(c)
    return chr(n - 0x2400) if 0x2400 <= n < 0x2420 else c


def cases(name):
    for test in tree.parse(name).getroot().iter('test'):
        address = test.findtext('address') or ''
        yield (''.join(map(control, address)), test.findtext('category'),
               test.get('id'), test.findtext('diagnosis'))


def check(name, exceptions):
    tests = list(cases(suites.folder('addr-isemail') / 'test' / name))
    got = suites.pliparse('addr_spec', [t[0].encode() for t in tests])
    wrong = {}
    for (address, category, number, why), level in zip(tests, got):
        if category in LEVELS and level != LEVELS[category]:
            wrong[number] = (address, category, why, level)
    surplus = {k: v for k, v in wrong.items() if k not in exceptions}
    assert not surplus, '\n'.join(f'{k}: {v}' for k, v in surplus.items())
    stale = set(exceptions) - set(wrong)
    assert not stale, f'no exceptions any more: {stale}'
    return len(tests)


# Numbers of tests that we judge otherwise, with reasons in README.md.
EXCEPTIONS = {
    'tests.xml': {'5', '71'},
    'tests-original.xml': {'185'},
}


@pytest.mark.parametrize('name', ['tests.xml', 'tests-original.xml'])
def test_levels(name):
    assert check(name, EXCEPTIONS.get(name, set())) > 160
