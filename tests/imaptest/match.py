"""Does an answer match what a script expects?  As docs/scripted_test.md says.

Match.line(want, got) gives the variables as they are after the match, or None.
Variables are never changed in place, so an attempt that fails leaves nothing.
"""
import re

from values import Atom, Str

MODSEQ = re.compile(r'modseq(\d+)$')
# what a list in an answer takes for granted when it has no directives
FETCH = [b'$!unordered=2']
FLAGS = [b'$!unordered', b'$!noextra', b'$!ignore=\\recent']
NAMES = [b'$!unordered']
STATUS = [b'$!unordered=2']
PIECE = re.compile(
    rb'[$%]\{case:([^}]*)\}|\$\{(\w+)\}|\$(\d+)|\$([A-Za-z]\w*)|(\$\$)|(\$)')


def same(a, b):
    return a.lower() == b.lower()


def expand(text, v):
    """A command, or part of one, with its variables' values."""
    def one(m):
        if m[1] is not None:
            return m[1]
        if m[5] or m[6]:
            return b'$'
        name = (m[2] or m[3] or m[4]).decode()
        if name not in v:
            raise KeyError(f'${name} has no value yet')
        return v[name]
    return PIECE.sub(one, text)


class Rules:
    """What the directives of one list say."""

    def __init__(self, words):
        self.chain, self.extra = 0, None
        self.ignored, self.banned = [], []
        for w in words:
            name, _, arg = w[2:].partition(b'=')
            if name == b'ordered':
                self.chain = 0
            elif name == b'unordered':
                self.chain = int(arg or 1)
            elif name in (b'extra', b'noextra'):
                self.extra = name == b'extra'
            elif name == b'ignore':
                self.ignored.append(arg)
            elif name == b'ban':
                self.banned.append(arg)
            else:
                raise ValueError(f'unknown directive {w!r}')
        if self.extra is None:
            self.extra = self.chain > 0

    def rest(self, left):
        """May these be there, too?"""
        left = [x for x in left if not self.one_of(x, self.ignored)]
        if any(self.one_of(x, self.banned) for x in left):
            return False
        return self.extra or not left

    @staticmethod
    def one_of(x, names):
        return isinstance(x, bytes) and any(same(x, n) for n in names)


def directives(want):
    words = [w for w in want if isinstance(w, Atom) and w.startswith(b'$!')]
    return words, [w for w in want if w not in words]


def chains(values, n):
    return [values[i:i + n] for i in range(0, len(values), n)]


class Match:
    def __init__(self, sequence=None):
        # what $1 is now: the number of the message that was the first
        self.sequence = sequence or (lambda n: n)

    def line(self, want, got, v, prefix=False):
        """v after the match or None; with prefix, got may say more."""
        if len(got) < len(want) or (len(got) > len(want) and not prefix):
            return None
        return self.ordered(want, got[:len(want)], v, self.defaults(want))

    @staticmethod
    def defaults(want):
        """index of a list -> the directives it has if it names none"""
        kinds = [w.lower() for w in want[:2] if isinstance(w, bytes)]
        if kinds[:1] in ([b'list'], [b'lsub']):
            return {1: NAMES}
        if kinds[:1] == [b'status']:
            return {2: STATUS}
        if kinds[1:] == [b'fetch']:
            return {2: FETCH}
        return {}

    def ordered(self, want, got, v, defaults={}):
        for i, (w, g) in enumerate(zip(want, got)):
            v = self.value(w, g, v, defaults.get(i, []))
            if v is None:
                return None
        return v

    def value(self, want, got, v, defaults=[]):
        if want == b'$' and isinstance(want, Atom):
            return v
        if isinstance(want, list):
            if not isinstance(got, list):
                return None
            words, want = directives(want)
            rules = Rules(words or defaults)
            fetch = defaults == FETCH
            if rules.chain:
                return self.unordered(chains(want, rules.chain),
                                      chains(got, rules.chain), v, rules,
                                      fetch)
            if len(got) < len(want):
                return None
            v = self.ordered(want, got[:len(want)], v)
            return v if v is not None and rules.rest(got[len(want):]) else None
        if isinstance(got, list):
            return None
        return self.text(want, got, v)

    def unordered(self, want, got, v, rules, fetch):
        """Each chain of want has one of its own in got."""
        if not want:
            return v if rules.rest([g[0] for g in got]) else None
        first = want[0]
        flags = fetch and len(first) == 2 and same(first[0], b'flags')
        for i, g in enumerate(got):
            if len(g) != len(first):
                continue
            now = self.ordered(first, g, v, {1: FLAGS} if flags else {})
            if now is not None:
                now = self.unordered(want[1:], got[:i] + got[i + 1:], now,
                                     rules, fetch)
            if now is not None:
                return now
        return None

    def text(self, want, got, v):
        nil = isinstance(got, Atom) and same(got, b'nil')
        pattern, new = self.pattern(want, v)
        if nil and not new and not (isinstance(want, Atom) and
                                    same(expand(want, v), b'nil')):
            return None
        m = re.fullmatch(pattern, got, re.S | re.I)
        if not m:
            return None
        if new:
            v = {**v, **{name: m[name] for name in new}}
            if not modseqs_fit(v):
                return None
        return v

    def pattern(self, want, v):
        """A regular expression, and the variables that it finds out."""
        out, new, at = b'', [], 0
        for m in PIECE.finditer(want):
            out += re.escape(want[at:m.start()])
            at = m.end()
            name = (m[2] or m[4] or b'').decode()
            if m[1] is not None:
                out += b'(?-i:%s)' % re.escape(m[1])
            elif m[3]:
                out += b'%d' % self.sequence(int(m[3]))
            elif not name:
                out += re.escape(b'$')
            elif name in v:
                out += re.escape(v[name])
            elif name in new:
                out += b'(?P=%s)' % name.encode()
            else:
                new.append(name)
                out += b'(?P<%s>.*)' % name.encode()
        return out + re.escape(want[at:]), new


def modseqs_fit(v):
    """Known $modseqN rise at least as their numbers do."""
    known = sorted((int(m[1]), int(v[name])) for name in v
                   if (m := MODSEQ.match(name)) and v[name].isdigit())
    before = (0, 0)
    for n, value in known:
        if value - before[1] < n - before[0]:
            return False
        before = n, value
    return True
