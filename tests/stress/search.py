"""A random SEARCH and what it must find."""
from wire import as_set, check, numbers


class Search:
    def __init__(self, stress, c):
        self.s, self.c, self.r = stress, c, stress.r
        # (number, uid, mail)
        self.all = [(i + 1, row.uid, c.view.box.mails[row.uid])
                    for i, row in enumerate(c.view.rows)]

    def run(self):
        text, found = self.key(2)
        uid = self.r.random() < 0.5
        want = [u if uid else n for n, u, _ in self.all if n in found]
        if 'ESEARCH' in self.s.offers and self.r.random() < 0.4:
            return self.extended(text, uid, want)
        r = self.c.ok(f'{"UID " if uid else ""}SEARCH {text}')
        lines = r.lines('SEARCH')
        check(len(lines) == 1, 'one SEARCH', r)
        got = [int(x) for x in lines[0][1:] if isinstance(x, bytes)]
        check(sorted(got) == want, f'{r}: {got}, expected {want}')

    def extended(self, text, uid, want):
        r = self.c.ok(f'{"UID " if uid else ""}SEARCH '
                      f'RETURN (MIN MAX COUNT ALL) {text}')
        a = r.lines('ESEARCH')[0]
        check(a[1] == [b'TAG', r.tag.encode()], 'TAG', a)
        rest = a[2:]
        if uid:
            check(rest[0].upper() == b'UID', 'UID', a)
            rest = rest[1:]
        got = {k.upper(): x for k, x in zip(rest[::2], rest[1::2])}
        check(int(got[b'COUNT']) == len(want), f'{r}: {a}, expected {want}')
        if want:
            check(int(got[b'MIN']) == want[0] and int(got[b'MAX']) == want[-1]
                  and sorted(numbers(got[b'ALL'])) == want,
                  f'{r}: {a}, expected {want}')
        else:
            check(not {b'MIN', b'MAX', b'ALL'} & set(got), f'{r}: {a}')

    def key(self, depth):
        """(its text, the numbers that it finds)"""
        simple = [self.flag, self.keyword, self.numbers, self.uids, self.size,
                  self.header, self.everything]
        nested = [self.negation, self.either, self.both]
        if depth and self.r.random() < 0.5:
            return self.r.choice(nested)(depth - 1)
        return self.r.choice(simple)()

    def those(self, test):
        return {n for n, u, m in self.all if test(n, u, m)}

    def everything(self):
        return 'ALL', self.those(lambda *_: True)

    def flag(self):
        f = self.r.choice(['SEEN', 'FLAGGED', 'ANSWERED', 'DELETED', 'DRAFT'])
        un = self.r.random() < 0.5
        return ('UN' if un else '') + f, self.those(
            lambda n, u, m: ('\\' + f.lower() in m.flags) != un)

    def keyword(self):
        k = self.r.choice(['$Junk', 'work', 'K4', 'never'])
        un = self.r.random() < 0.5
        return f'{"UN" if un else ""}KEYWORD {k}', self.those(
            lambda n, u, m: (k.lower() in m.flags) != un)

    def numbers(self):
        if not self.all:
            return self.everything()
        ns = self.r.sample([n for n, _, _ in self.all],
                           self.r.randrange(1, min(5, len(self.all)) + 1))
        return as_set(ns), set(ns)

    def uids(self):
        if not self.all:
            return self.everything()
        a = self.r.choice(self.all)[1]
        return f'UID {a}:*', self.those(
            lambda n, u, m: u >= a or n == len(self.all))

    def size(self):
        k = self.r.randrange(100, 2500)
        word = self.r.choice(['SMALLER', 'LARGER'])
        return f'{word} {k}', self.those(
            lambda n, u, m: m.size < k if word == 'SMALLER' else m.size > k)

    def header(self):
        if not self.all:
            return self.everything()
        ident = self.r.choice(self.all)[2].ident
        word = self.r.choice(['SUBJECT "about {}"', 'HEADER X-Id {}',
                              'HEADER Message-ID "<{}@a.example>"'])
        whole = 'Message-ID' in word
        return word.format(ident), self.those(
            lambda n, u, m: m.ident == ident if whole else
            m.ident.startswith(ident))

    def negation(self, depth):
        text, found = self.key(depth)
        return f'NOT ({text})', self.those(lambda n, u, m: n not in found)

    def either(self, depth):
        (a, x), (b, y) = self.key(depth), self.key(depth)
        return f'OR ({a}) ({b})', x | y

    def both(self, depth):
        (a, x), (b, y) = self.key(depth), self.key(depth)
        return f'({a}) {b}', x & y
