"""The commands of the stress program, one at a time, with their results.

While one of these runs no other command does, so the model tells the result
exactly.  A connection may be behind, though: what another did it learns by
NOOP; until then a message may be gone that it still counts.
"""
import datetime, time

from model import Box, Mail, changed
from search import Search
from wire import as_set, check, flag_set, number, numbers

FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '\\Deleted', '\\Draft']
KEYWORDS = ['$Forwarded', '$Junk', 'work', 'K4']
# name, weight, needs a selected mailbox
OPS = [('append', 14, False), ('select', 5, False), ('status', 4, False),
       ('listing', 2, False), ('create_some', 1, False),
       ('delete_some', 1, False), ('rename_some', 1, False),
       ('subscribe', 1, False), ('reconnect', 1, False), ('eye_some', 2, False),
       ('noop', 6, True), ('fetch', 10, True), ('store', 16, True),
       ('copy', 6, True), ('move', 5, True), ('expunge', 4, True),
       ('uid_expunge', 4, True), ('search', 8, True), ('idle', 3, True),
       ('close_box', 1, True), ('unselect', 1, True), ('unchanged', 3, True)]
MAILS_MOST = 60             # in one mailbox: then rather expunge


class Ops:
    # choices

    def some_box(self):
        return self.boxes[self.r.choice(sorted(self.boxes))]

    def some_flags(self, most=3):
        pool = FLAGS + KEYWORDS
        return self.r.sample(pool, self.r.randrange(most + 1))

    def some_rows(self, c):
        """Numbers of messages, as the client counts."""
        n = len(c.view.rows)
        if n == 0:
            return []
        if self.r.random() < 0.1:
            return list(range(1, n + 1))
        return sorted(self.r.sample(range(1, n + 1),
                                    self.r.randrange(1, min(n, 6) + 1)))

    def target(self, c):
        """(prefix, set, uids) of some messages, by number or by uid"""
        ns = self.some_rows(c)
        uids = [c.view.rows[n - 1].uid for n in ns]
        if not ns or None in uids:
            return None
        if self.r.random() < 0.5:
            return 'UID ', as_set(uids), uids
        return '', as_set(ns), uids

    def letter(self):
        self.serial += 1
        ident = f'm{self.serial}'
        text = 'word ' * self.r.randrange(0, 400)
        body = (f'From: Alice <a@a.example>\r\nTo: b@b.example\r\n'
                f'Subject: about {ident}\r\nX-Id: {ident}\r\n'
                f'Message-ID: <{ident}@a.example>\r\n\r\n{text}\r\n')
        return ident, body.encode()

    @staticmethod
    def date_of(text):
        return int(datetime.datetime.strptime(
            text.decode().strip(), '%d-%b-%Y %H:%M:%S %z').timestamp())

    @staticmethod
    def fetched(r):
        return [{k.upper(): x for k, x in zip(a[2][::2], a[2][1::2])}
                for a in r.untagged
                if a[0].isdigit() and a[1].upper() == b'FETCH']

    @staticmethod
    def ident_of(row):
        text = next(x for k, x in row.items() if k.startswith(b'BODY[HEADER'))
        return text.strip().partition(b': ')[2].decode()

    # APPEND

    def append(self, c, b=None):
        b = b or self.some_box()
        if len(b.mails) > MAILS_MOST:
            return
        n = self.r.randrange(1, 4) if 'MULTIAPPEND' in self.offers and \
            self.r.random() < 0.2 else 1
        mails, literals = self.to_append(n)
        r = c.ok(f'APPEND {b.name} ', literals)
        self.appended(b, r, mails)

    def to_append(self, n):
        mails, literals = [], []
        for _ in range(n):
            ident, text = self.letter()
            flags, words, date = [], [], None
            if self.r.random() < 0.7:
                flags = self.some_flags()
                words.append(f'({" ".join(flags)})')
            if self.r.random() < 0.5:
                date = self.r.randrange(10**9, 16 * 10**8)
                words.append(time.strftime('"%d-%b-%Y %H:%M:%S +0000"',
                                           time.gmtime(date)))
            mails.append(Mail(ident, len(text), date,
                              [f.lower() for f in flags]))
            literals.append((' '.join(words), text))
        return mails, literals

    def appended(self, b, r, mails):
        """Into the model, under the uids that were answered."""
        code = r.code('APPENDUID')
        check(code, 'no APPENDUID', r)
        check(number(code[0]) == b.uidvalidity, 'APPENDUID', r)
        uids = numbers(code[1])
        check(len(uids) == len(mails), 'APPENDUID', r)
        for uid, m in zip(uids, mails):
            b.add(uid, m, check)
            if m.date is None:
                m.date = self.date_now(b, uid)

    def date_now(self, b, uid):
        """An APPEND without a date gets the time at which it came."""
        self.eye.open(b.name, 'EXAMINE')
        r = self.eye.ok(f'UID FETCH {uid} (INTERNALDATE)')
        date = self.date_of(self.fetched(r)[0][b'INTERNALDATE'])
        check(abs(date - time.time()) < 30, 'INTERNALDATE is not now')
        return date

    # COPY, MOVE

    def copy(self, c, verb='COPY'):
        t = self.target(c)
        to = self.some_box()
        if not t or len(to.mails) > MAILS_MOST or \
           (verb == 'MOVE' and to is c.view.box):
            return
        prefix, names, uids = t
        there = [u for u in uids if u in c.view.box.mails]
        r = c.do(f'{prefix}{verb} {names} {to.name}')
        if r.verdict == 'NO' and there != uids:
            return
        check(r.verdict == 'OK', r)
        self.copied(c, r, there, to, verb)

    def move(self, c):
        if 'MOVE' in self.offers and not c.view.read_only:
            self.copy(c, 'MOVE')

    def copied(self, c, r, there, to, verb):
        code = r.code('COPYUID')
        if not code:
            check(not there, 'no COPYUID', r)
            return
        check(number(code[0]) == to.uidvalidity, 'COPYUID', r)
        src, dst = numbers(code[1]), numbers(code[2])
        check(sorted(src) == there and len(src) == len(dst),
              f'COPYUID, expected {there}', r)
        mails = c.view.box.mails
        for a, b in sorted(zip(src, dst), key=lambda x: x[1]):
            to.add(b, mails[a].copy(), check)
        if verb == 'MOVE':
            for u in src:
                del mails[u]
            left = set(src) & set(c.view.uids())
            check(not left, 'moved, but no EXPUNGE of', left)

    # STORE

    def store(self, c):
        t = self.target(c)
        if not t or c.view.read_only:
            return
        prefix, names, uids = t
        how = self.r.choice(['FLAGS', '+FLAGS', '-FLAGS'])
        silent = self.r.random() < 0.3
        given = self.some_flags()
        if how != 'FLAGS' and not given:
            given = ['\\Seen']
        r = c.do(f'{prefix}STORE {names} {how}{".SILENT" if silent else ""} '
                 f'({" ".join(given)})')
        mails = c.view.box.mails
        there = [u for u in uids if u in mails]
        if r.verdict == 'NO' and there != uids:
            # all or nothing, or those that are left: look
            return self.learn_flags(c.view.box)
        check(r.verdict == 'OK', r)
        for u in there:
            mails[u].flags = changed(mails[u].flags, how,
                                     {f.lower() for f in given})
        self.stored(c, there, silent)

    def stored(self, c, there, silent):
        for row in c.view.rows:
            if row.uid not in there:
                continue
            if silent:
                row.flags = None
            elif row.flags is not None:
                check(row.flags == c.view.box.mails[row.uid].flags,
                      f'STORE told {row}, expected',
                      c.view.box.mails[row.uid])

    def learn_flags(self, b):
        """The model takes flags as they are, and nothing else."""
        got = self.look(b.name)
        check(set(got) == set(b.mails), f'{b.name}: uids {sorted(got)}')
        for u, (_, _, _, flags) in got.items():
            b.mails[u].flags = flags

    def unchanged(self, c):
        """STORE UNCHANGEDSINCE, RFC 7162, 3.1.3."""
        if 'CONDSTORE' not in self.offers or c.view.read_only or \
           not c.view.rows:
            return
        self.sync(c)
        if not c.view.rows:
            return
        c.ok('FETCH 1:* (UID MODSEQ)')
        rows = {r.uid: r.modseq for r in c.view.rows}
        prefix, names, uids = self.target(c)
        limit = self.r.choice(sorted(rows.values()))
        r = c.do(f'{prefix}STORE {names} (UNCHANGEDSINCE {limit}) '
                 '+FLAGS.SILENT (K4)')
        old = [u for u in uids if rows[u] > limit]
        # OK with MODIFIED, or NO when nothing could be done
        check(r.verdict == 'OK' or (old and r.verdict == 'NO'), r)
        code = r.code('MODIFIED')
        said = numbers(code[0]) if code else []
        if not prefix:
            said = [c.view.rows[n - 1].uid for n in said]
        check(sorted(said) == old, f'MODIFIED, expected {old}', r)
        for u in set(uids) - set(old):
            c.view.box.mails[u].flags.add('k4')
        for row in c.view.rows:
            row.flags = None

    # FETCH

    def fetch(self, c):
        t = self.target(c)
        if not t:
            return
        prefix, names, uids = t
        items = self.r.sample(['FLAGS', 'RFC822.SIZE', 'INTERNALDATE',
                               'ENVELOPE', 'BODYSTRUCTURE', 'BODY.PEEK[]',
                               'BODY.PEEK[TEXT]<0.10>', 'RFC822.HEADER',
                               'BODY[]'], self.r.randrange(1, 5))
        mails = c.view.box.mails
        there = [u for u in uids if u in mails]
        r = c.do(f'{prefix}FETCH {names} (UID BODY.PEEK[HEADER.FIELDS (X-Id)] '
                 f'{" ".join(items)})')
        check(r.verdict == 'OK' or there != uids, r)
        if 'BODY[]' in items and not c.view.read_only:
            for u in there:
                mails[u].flags.add('\\seen')
            for row in c.view.rows:
                row.flags = None if row.uid in there else row.flags
        rows = [x for x in self.fetched(r) if any(
            k.startswith(b'BODY[HEADER') for k in x)]
        if r.verdict == 'OK':
            check(set(there) <= {int(x[b'UID']) for x in rows}, 'missing', r)
        for x in rows:
            self.right(x, mails.get(int(x[b'UID'])))

    def right(self, x, mail):
        """A row of FETCH tells of the message that has this uid."""
        if mail is None:
            return
        check(self.ident_of(x) == mail.ident, f'{x} is not {mail.ident}')
        if b'RFC822.SIZE' in x:
            check(int(x[b'RFC822.SIZE']) == mail.size, f'{x}: {mail.size}')
        if b'BODY[]' in x:
            check(len(x[b'BODY[]']) == mail.size, f'{x}: {mail.size}')
        if b'INTERNALDATE' in x:
            check(self.date_of(x[b'INTERNALDATE']) == mail.date, x, mail.date)
        if b'ENVELOPE' in x:
            check(x[b'ENVELOPE'][1] == f'about {mail.ident}'.encode(), x)

    # EXPUNGE and its kin

    def expunge(self, c):
        if c.view.read_only:
            return
        self.sync(c)
        c.ok('EXPUNGE')
        self.without(c.view.box, None)
        self.sync(c)

    def uid_expunge(self, c):
        if c.view.read_only or not c.view.rows:
            return
        self.sync(c)
        uids = [c.view.rows[n - 1].uid for n in self.some_rows(c)]
        if not uids:
            return
        if self.r.random() < 0.6:
            c.ok(f'UID STORE {as_set(uids)} +FLAGS.SILENT (\\Deleted)')
            for row in c.view.rows:
                if row.uid in uids:
                    c.view.box.mails[row.uid].flags.add('\\deleted')
                    row.flags = None
        c.ok(f'UID EXPUNGE {as_set(uids)}')
        self.without(c.view.box, set(uids))
        left = [r.uid for r in c.view.rows if r.uid not in c.view.box.mails]
        check(not left, 'expunged, but no EXPUNGE of', left)

    @staticmethod
    def without(b, uids):
        for u, m in list(b.mails.items()):
            if '\\deleted' in m.flags and (uids is None or u in uids):
                del b.mails[u]

    def close_box(self, c):
        v = c.view
        self.keep(c)
        c.view = None
        c.ok('CLOSE')
        if not v.read_only:
            self.without(v.box, None)

    def unselect(self, c):
        if 'UNSELECT' in self.offers:
            self.keep(c)
            c.view = None
            c.ok('UNSELECT')

    # SELECT

    def keep(self, c):
        """What a client that knows QRESYNC takes along."""
        if not c.qresync:
            return
        self.sync(c)
        v = c.view
        r = c.ok(f'STATUS {v.box.name} (HIGHESTMODSEQ)')
        modseq = number(r.lines('STATUS')[0][2][1])
        c.kept[v.box] = modseq, {r.uid: r.flags for r in v.rows}

    def select(self, c):
        b = self.some_box()
        if c.view and not c.view.lost:
            self.keep(c)
        verb = 'SELECT' if self.r.random() < 0.8 else 'EXAMINE'
        kept = c.kept.get(b) if c.qresync else None
        how = f' (QRESYNC ({b.uidvalidity} {kept[0]}))' if kept else \
            ' (CONDSTORE)' if 'CONDSTORE' in self.offers and \
            self.r.random() < 0.3 else ''
        if c.qresync:
            c.kept.pop(b, None)
        r = c.open(b.name, verb, how)
        check(r.verdict == 'OK', r)
        v = c.view
        v.box, v.read_only = b, verb == 'EXAMINE'
        check(v.uidvalidity == b.uidvalidity, 'UIDVALIDITY', v.uidvalidity)
        check(v.uidnext >= b.uidnext, 'UIDNEXT', v.uidnext, b.uidnext)
        if kept:
            self.resynced(r, kept[1], b)
        check(not self.disagree(c), c.name, self.disagree(c))

    def resynced(self, r, known, b):
        """VANISHED (EARLIER) and FETCH lead from then to now."""
        now = dict(known)
        for a in r.lines('VANISHED'):
            for u in numbers(a[-1]):
                now.pop(u, None)
        for x in self.fetched(r):
            now[int(x[b'UID'])] = flag_set(x[b'FLAGS'])
        want = {u: m.flags for u, m in b.mails.items()}
        check(now == want, 'QRESYNC', self.difference(now, want))

    # looking

    def noop(self, c):
        self.sync(c, self.r.choice(['NOOP', 'CHECK']))

    def eye_some(self, c):
        self.verify(self.some_box())

    def search(self, c):
        self.sync(c)
        Search(self, c).run()

    def status(self, c):
        b = self.some_box()
        if c.view and c.view.box is b:
            self.sync(c)
        r = c.ok(f'STATUS {b.name} (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)')
        line = r.lines('STATUS')[0]
        got = {k.upper(): int(x) for k, x in zip(line[2][::2], line[2][1::2])}
        unseen = sum('\\seen' not in m.flags for m in b.mails.values())
        check(got[b'MESSAGES'] == len(b.mails) and got[b'UNSEEN'] == unseen and
              got[b'UIDVALIDITY'] == b.uidvalidity and
              got[b'UIDNEXT'] >= b.uidnext, r, line)

    def listing(self, c):
        check(self.names() == self.others | set(self.boxes), self.names())
        r = self.eye.ok('LSUB "" "work*"')
        got = {x[3].decode() for x in r.lines('LSUB')}
        want = {b.name for b in self.boxes.values() if b.subscribed}
        check(got == want, f'LSUB {got}, expected {want}')

    def idle(self, c):
        """What another one does comes while IDLE waits."""
        others = [d for d in self.c if d is not c and not (
            d.view and d.view.lost)]
        if not others or 'IDLE' not in self.offers:
            return
        self.sync(c)
        c.start('IDLE')
        check(c.wait_plus(), 'IDLE was refused')
        self.append(self.r.choice(others), c.view.box)
        self.idle_store(self.r.choice(others), c.view.box)
        until = time.monotonic() + 5
        while len(c.view.rows) != len(c.view.box.mails):
            check(time.monotonic() < until, 'IDLE told nothing')
            c.line(0.5)
        c.send(b'DONE\r\n')
        check(c.finish().verdict == 'OK', 'IDLE')
        c.learn()
        self.sync(c)

    def idle_store(self, d, b):
        if d.view and d.view.box is b:
            self.store(d)

    # mailboxes

    def create(self, c, name):
        c.ok(f'CREATE {name}')
        r = c.ok(f'STATUS {name} (UIDVALIDITY UIDNEXT MESSAGES)')
        line = r.lines('STATUS')[0][2]
        got = {k.upper(): int(x) for k, x in zip(line[::2], line[1::2])}
        check(got[b'MESSAGES'] == 0, r)
        self.boxes[name] = Box(name, got[b'UIDVALIDITY'], got[b'UIDNEXT'])

    def free_name(self):
        names = [f'work{i}' for i in range(8)]
        return self.r.choice([n for n in names if n not in self.boxes])

    def create_some(self, c):
        if len(self.boxes) < 6:
            self.create(c, self.free_name())

    def delete_some(self, c):
        b = self.some_box()
        if len(self.boxes) < 4 or (c.view and c.view.box is b):
            return
        self.eye.view = None
        self.eye.do('CLOSE')
        subscribed = b.subscribed
        if subscribed:
            c.ok(f'UNSUBSCRIBE {b.name}')
        c.ok(f'DELETE {b.name}')
        del self.boxes[b.name]
        for d in self.c:
            if d.view and d.view.box is b:
                d.view.lost = True

    def rename_some(self, c):
        b, name = self.some_box(), self.free_name()
        if b.subscribed:
            c.ok(f'UNSUBSCRIBE {b.name}')
            b.subscribed = False
        c.ok(f'RENAME {b.name} {name}')
        del self.boxes[b.name]
        b.name = name
        self.boxes[name] = b

    def subscribe(self, c):
        b = self.some_box()
        b.subscribed = not b.subscribed
        c.ok(f'{"" if b.subscribed else "UN"}SUBSCRIBE {b.name}')

    def reconnect(self, c):
        if c.view:
            self.keep(c)
            c.view = None
        c.ok('LOGOUT')
        self.again(c)
