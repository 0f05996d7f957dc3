"""Several commands at once, on several connections.

Their order is the server's, so the model cannot tell the flags; it tells which
uids may be new, which may be gone, and that a message never changes under its
uid.  Then it takes the flags as they are, and all must agree on them.
"""
from model import Mail
from wire import check, number, numbers

KINDS = ['append', 'copy', 'move', 'store', 'store', 'fetch', 'noop',
         'expunge', 'uid_expunge', 'status', 'search']
VANISH = ('move', 'expunge', 'uid_expunge')


class Part:
    def __init__(self, c, kind):
        self.c, self.kind = c, kind
        self.to = self.mails = None


class Rounds:
    def round(self):
        able = [c for c in self.c if not (c.view and c.view.lost)]
        n = self.r.randrange(2, len(able) + 1) if len(able) > 1 else 0
        parts = []
        for c in self.r.sample(able, n):
            part = Part(c, self.r.choice(KINDS))
            command = getattr(self, 'begin_' + part.kind)(c, part)
            if command:
                self.said.append(f'--- {self.steps} {c.name} {part.kind}')
                part.command = command
                parts.append(part)
        for p in parts:
            p.c.start(*p.command)
        for p in parts:
            p.result = p.c.finish()
            check(p.result.verdict != 'BAD', p.result)
        self.settle(parts)

    # what is sent

    def selected(self, c):
        return c.view and not c.view.read_only and self.target(c)

    def begin_append(self, c, part):
        part.to = self.some_box()
        part.mails, literals = self.to_append(1)
        return f'APPEND {part.to.name} ', literals

    def begin_copy(self, c, part):
        t = self.selected(c)
        part.to = self.some_box()
        if not t or (part.kind == 'move' and part.to is c.view.box):
            return None
        part.source = c.view.box
        return f'{t[0]}{part.kind.upper()} {t[1]} {part.to.name}',

    def begin_move(self, c, part):
        return self.begin_copy(c, part) if 'MOVE' in self.offers else None

    def begin_store(self, c, part):
        t = self.selected(c)
        how = self.r.choice(['FLAGS', '+FLAGS', '-FLAGS'])
        flags = self.some_flags() or ['\\Seen']
        return t and (f'{t[0]}STORE {t[1]} {how} ({" ".join(flags)})',)

    def begin_fetch(self, c, part):
        t = self.selected(c)
        return t and (f'{t[0]}FETCH {t[1]} (UID FLAGS BODY.PEEK[])',)

    def begin_noop(self, c, part):
        return 'NOOP',

    def begin_expunge(self, c, part):
        return ('EXPUNGE',) if self.selected(c) else None

    def begin_uid_expunge(self, c, part):
        uids = c.view and not c.view.read_only and \
            [u for u in c.view.uids() if u]
        return uids and (f'UID EXPUNGE {self.r.choice(uids)}:*',)

    def begin_status(self, c, part):
        return f'STATUS {self.some_box().name} (MESSAGES UNSEEN)',

    def begin_search(self, c, part):
        return ('SEARCH UNSEEN',) if c.view else None

    # what has become of it

    def settle(self, parts):
        new = self.new_ones(parts)
        vanish = {id(p.c.view.box) for p in parts if p.kind in VANISH}
        touched = {id(b) for p in parts for b in (
            p.to, p.c.view and p.c.view.box) if b}
        touched.add(id(self.some_box()))
        for b in self.boxes.values():
            if id(b) in touched:
                self.take(b, new.get(id(b), {}), id(b) in vanish)
        for c in self.c:
            if c.view and not c.view.lost and id(c.view.box) in touched:
                self.sync(c)

    def new_ones(self, parts):
        """id of a box -> {uid: the message that came under it}"""
        new, moved = {}, set()
        for p in sorted(parts, key=lambda p: p.kind != 'append'):
            if p.result.verdict != 'OK' or p.to is None:
                continue
            here = new.setdefault(id(p.to), {})
            if p.kind == 'append':
                code = p.result.code('APPENDUID')
                check(code, p.result)
                here[number(code[1])] = p.mails[0]
                continue
            code = p.result.code('COPYUID')
            for a, b in zip(numbers(code[1]), numbers(code[2])) if code else ():
                check(b not in here, f'uid {b} was given twice')
                here[b] = (id(p.source), a)
                if p.kind == 'move':
                    check((id(p.source), a) not in moved, f'{a} moved twice')
                    moved.add((id(p.source), a))
        return {k: {u: self.origin(m, new) for u, m in ms.items()}
                for k, ms in new.items()}

    def origin(self, m, new):
        """A copy of a copy of the same round is followed to its message."""
        while not isinstance(m, Mail):
            box, uid = m
            b = next(b for b in self.boxes.values() if id(b) == box)
            m = b.mails.get(uid) or new[box][uid]
        return m

    def take(self, b, new, vanish):
        got = self.look(b.name)
        gone = (set(b.mails) | set(new)) - set(got)
        check(vanish or not gone, f'{b.name}: {sorted(gone)} are gone')
        for u in gone & set(b.mails):
            del b.mails[u]
        for u in sorted(set(got) - set(b.mails)):
            check(u in new, f'{b.name}: nobody brought uid {u}')
            ident, size, date, flags = got[u]
            check((ident, size) == (new[u].ident, new[u].size) and
                  new[u].date in (None, date), f'{b.name} {u}: {got[u]}')
            b.add(u, Mail(ident, size, date, flags), check)
        for u, (ident, size, date, flags) in got.items():
            m = b.mails[u]
            check((ident, size, date) == (m.ident, m.size, m.date),
                  f'{b.name} {u}: {got[u]}, was {m}')
            m.flags = flags
        b.uidnext = max([b.uidnext, *(u + 1 for u in new)])
