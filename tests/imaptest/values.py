"""Values of IMAP (RFC 3501, 4) in answers of a server and in what is expected.

An atom is an Atom, a quoted string or a literal a Str (both bytes), a list a
list.  Names like BODY[HEADER.FIELDS (SUBJECT)] are one atom.  Strict: what is
no IMAP raises Malformed.
"""
import re


class Malformed(Exception):
    pass


class Atom(bytes):
    """A word without quotes; as such it can be NIL."""


class Str(bytes):
    """A quoted string or a literal."""


STATUS = re.compile(rb'(?i)(ok|no|bad|bye|preauth)(?: |$)')


class Reader:
    def __init__(self, data, expected=False):
        self.data, self.at = data, 0
        # ${name} and "$!ignore=\recent" stand in expectations only
        self.expected = expected

    def peek(self):
        return self.data[self.at:self.at + 1]

    def eat(self, pattern):
        m = re.compile(pattern, re.S).match(self.data, self.at)
        if m:
            self.at = m.end()
        return m

    def fail(self, what):
        raise Malformed(f'{what} at {self.at} of {self.data!r}')

    def values(self, end=b''):
        out = []
        if self.peek() == end:
            return out
        while True:
            out.append(self.value())
            if self.peek() == end:
                return out
            # lists may follow one another: BODY ((...)(...) "MIXED")
            both = isinstance(out[-1], list) and self.peek() == b'('
            if not both and not self.eat(rb' +' if self.expected else rb' '):
                self.fail('no blank')
            if self.expected and self.peek() == end:
                return out

    def value(self):
        if self.eat(rb'\('):
            out = self.values(b')')
            if not self.eat(rb'\)'):
                self.fail('no )')
            return out
        if m := self.eat(rb'"((?:[^"\\\r\n]|\\["\\])*)"'):
            return Str(re.sub(rb'\\(.)', rb'\1', m[1]))
        if m := self.eat(rb'~?\{(\d+)\}\r\n'):
            n = int(m[1])
            self.at += n
            if self.at > len(self.data):
                self.fail('short literal')
            return Str(self.data[self.at - n:self.at])
        return self.atom()

    def atom(self):
        since = self.at
        word = rb'(?:[$%]\{[^}]*\}|[^][(){ "\r\n])+' if self.expected else \
            rb'[^][(){ "\r\n]+'
        self.eat(word)
        if self.at > since and self.eat(rb'\['):
            self.section()
            self.eat(word)
        elif self.at == since and not self.eat(rb'\[[^][(){ "\r\n]*'):
            self.fail('no value')
        else:
            while self.eat(rb'\]') and self.eat(word):
                pass
        return Atom(self.data[since:self.at].replace(b'"', b''))

    def section(self):
        """The rest of BODY[...: it may hold blanks, lists and strings."""
        if not self.eat(rb'(?:[^]"\r\n]|"[^"\r\n]*")*\]'):
            self.fail('no ]')


def status(data, m, expected):
    """OK and its kin: a code in brackets is values, then come free words."""
    out = [Atom(m[1])]
    rest = data[m.end():]
    if rest.startswith(b'['):
        code, closed, rest = rest[1:].partition(b']')
        r = Reader(code, expected)
        out += [Atom(b'['), *r.values()]
        if closed:
            out.append(Atom(b']'))
    return out + [Atom(w) for w in rest.split()]


def parse(data, expected=False):
    """The values of a line without its tag, "* " and line end."""
    if m := STATUS.match(data):
        return status(data, m, expected)
    return Reader(data.rstrip() if expected else data, expected).values()
