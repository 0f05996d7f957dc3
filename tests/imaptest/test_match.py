"""The runner itself: scripts and matching as docs/scripted_test.md has them."""
import os, sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from match import Match, expand
from script import Steps, Unreadable, logical
from values import Malformed, parse
import run

V = {'mailbox': b'box', 'uid1': b'7'}


def match(want, got, v=V, prefix=False):
    return Match().line(parse(want, True), parse(got), v, prefix)


@pytest.mark.parametrize('want,got', [
    (b'0 exists', b'0 EXISTS'),
    (b'search 1 2', b'SEARCH 1 2'),
    (b'search', b'SEARCH'),
    (b'1 fetch (uid $uid1 flags (\\seen))',
     b'1 FETCH (FLAGS (\\Seen \\Recent) UID 7)'),
    (b'1 fetch (uid $ flags $)', b'1 FETCH (UID 9 FLAGS (a b))'),
    (b'1 fetch (flags (b a))', b'1 FETCH (UID 3 FLAGS (A B))'),
    (b'1 fetch (flags ($!extra))', b'1 FETCH (FLAGS (A B))'),
    (b'list () $sep ${mailbox}2', b'LIST (\\HasNoChildren) "/" box2'),
    (b'list ($!unordered $!ban=\\noselect \\a) $ x', b'LIST (\\b \\A) NIL "x"'),
    (b'status $mailbox (unseen 0 messages 3)',
     b'STATUS "box" (MESSAGES 3 UIDNEXT 4 UNSEEN 0)'),
    (b'1 fetch (body[header.fields (subject)] $)',
     b'1 FETCH (BODY[HEADER.FIELDS ("SUBJECT")] {2}\r\nab)'),
    (b'1 fetch (body[] {2}\r\nAB)', b'1 FETCH (BODY[] "ab")'),
    (b'x ${case:In/out}', b'x "In/out"'),
    (b'x %{case:In}', b'x In'),
    (b'esearch (tag $t) all 1:$uid1', b'ESEARCH (TAG "n3") ALL 1:7'),
    (b'x $modseq2 $modseq5', b'x 2 5'),
    (b'x $modseq2 $modseq5', b'x 10 100'),
    (b'x ($!unordered=2 b (1) a 2)', b'x (a 2 b (1) c 3)'),
    (b'x NIL "NIL"', b'x nil "nil"'),
    (b'x $$kw', b'x $kw'),
])
def test_matches(want, got):
    assert match(want, got) is not None


@pytest.mark.parametrize('want,got', [
    (b'0 exists', b'10 EXISTS'),
    (b'search', b'SEARCH 1'),
    (b'1 fetch (uid $uid1)', b'1 FETCH (UID 70)'),
    (b'1 fetch (flags (\\seen))', b'1 FETCH (FLAGS (\\Seen \\Flagged))'),
    (b'1 fetch (flags (\\seen))', b'1 FETCH (FLAGS ())'),
    (b'list ($!unordered $!ban=\\noselect) $ x', b'LIST (\\NoSelect) "/" x'),
    (b'x $name', b'x (a b)'),
    (b'x (a b)', b'x (b a)'),
    (b'x (a)', b'x (a b)'),
    (b'x ($!unordered a b)', b'x (a c)'),
    (b'x ($!unordered $!noextra a)', b'x (a c)'),
    (b'x ($!unordered a a)', b'x (a c)'),
    (b'x ${case:In}', b'x in'),
    (b'x $modseq2', b'x 1'),
    (b'x $modseq2 $modseq5', b'x 2 4'),
    (b'x $modseq2 $modseq5', b'x 10 12'),
    (b'x "NIL"', b'x NIL'),
    (b'x $a $a', b'x 1 2'),
])
def test_does_not_match(want, got):
    assert match(want, got) is None


def test_variables():
    v = match(b'x $a/$b', b'x "1/2"')
    assert (v['a'], v['b']) == (b'1', b'2')
    assert 'a' not in V
    assert expand(b'${a}2 $b $$c', v) == b'12 2 $c'
    with pytest.raises(KeyError):
        expand(b'$nothing', v)


def test_backtracks():
    """The first element of a list need not have the first candidate."""
    v = match(b'x ($!unordered $a 1)', b'x (1 2)')
    assert v['a'] == b'2'


def test_sequences():
    got = [parse(b'2 EXPUNGE'), parse(b'3 FETCH (FLAGS ())'),
           parse(b'3 EXPUNGE')]
    gone = run.positions(got)
    assert run.moved(4, gone[1]) == 3
    assert run.moved(2, gone[1]) == 0
    assert run.moved(2, gone[0]) == 2


@pytest.mark.parametrize('line', [
    b'1 FETCH (UID 1', b'x  y', b'x "a', b'x {9}\r\nab', b'x )', b'x "\\a"',
    b'1 FETCH (BODY[HEADER x)'])
def test_malformed(line):
    with pytest.raises(Malformed):
        parse(line)


def steps(text, many=False):
    return list(Steps(text, many))


def test_methods():
    a, b, c = steps(b'ok select $mailbox\n* 0 exists\n'
                    b'select x\n* 1 exists\nok [read-write]\n'
                    b'tag1 noop\ntag2 noop\n* 2 exists\ntag2 ok\ntag1 bad\n')
    assert (a.commands[0].verdict, a.commands[0].line) == \
        (b'ok', b'select $mailbox')
    assert b.commands[0].prefix == [b'[', b'read-write', b']']
    assert [x.verdict for x in c.commands] == [b'bad', b'ok']
    assert [len(x.wanted) for x in (a, b, c)] == [1, 1, 1]


def test_connections():
    a, b, c = steps(b'2 ok noop\n1 select x\n1 no [trycreate]\n'
                    b'2 "" delete y\n', True)
    assert [x.connection for x in (a, b, c)] == [1, 0, 1]
    assert b.commands[0].verdict == b'no'


def test_literals_and_blocks():
    os.environ.pop('HAVE_FOO', None)
    got = list(logical(b'# no\nok a {{{\n# 1\n\n}}} {{{\n2\n}}}\n!ifenv HAVE_FOO\n'
                       b'b\n!else\nc\n!endif\nd ~{{{\n1\n2\n}}}\n'))
    assert got == [b'ok a {5}\r\n# 1\r\n {1}\r\n2', b'c', b'd ~{3}\r\n1\n2']


@pytest.mark.parametrize('text', [b'* 1 exists\n', b'noop\n', b'!what\n',
                                  b'ok a {{{\n'])
def test_unreadable(text):
    with pytest.raises(Unreadable):
        steps(text)


def test_pieces():
    assert run.pieces(b'a x {4}\r\n{1}\n (b) {0}\r\n\r\n') == \
        [b'a x {4}\r\n', b'{1}\n (b) {0}\r\n', b'\r\n']
