"""stand.py - imapd with an auth and a store that are made of paper.

Starts the real imapd as the parent does, in clear, and plays the other ends
of its edges.  auth knows alice and her password; the store is a few mailboxes
in memory, which a script can change, break and kill between two lines.
"""
import fcntl, os, socket, struct, subprocess, tempfile, threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

AUTH_START, AUTH_RESPONSE, AUTH_CHALLENGE, AUTH_OK, AUTH_FAILED = range(1, 6)
(LIST, INDEX, VANISHED, KEYWORDS, MESSAGES, QUOTA, DATA,
 INLINE) = range(1, 9)
OPEN = 15
(FLAGS, EXPUNGE, DONE, WATCH, CHANGED, CREATE, DELETE, RENAME, SUBSCRIBE,
 MADE) = range(1, 11)
(MADE_OK, EXISTS, MISSING, IS_INBOX, CHILDREN, INSIDE, BAD_NAME,
 USE) = range(8)
YES, LATER, NO = 0, 1, 2
SEEN, ANSWERED, FLAGGED, DELETED, DRAFT = 1, 2, 4, 8, 16
INLINE_MAX, CHUNK = 32768, 1 << 20
MEMFD_SEALS = 2 | 4 | 8
(APPEND, TICKET, DELIVER, APPENDED, COPY, COPIED,
 RECENT) = range(11, 18)
RCPT_FULL, RCPT_NO_MAILBOX = 3, 6
DATE = 1795699529

CONF = '''host mail.example.org
domain example.org
listen imap 127.0.0.1:1%s
'''


def text(s):
    return struct.pack('<I', len(s)) + s


def take(fmt, wire):
    """Fields of a message: I, Q and s (u32 length, octets)."""
    out, at = [], 2
    for f in fmt:
        if f == 's':
            n, = struct.unpack_from('<I', wire, at)
            out.append(wire[at + 4:at + 4 + n])
            at += 4 + n
        else:
            out.append(struct.unpack_from('<' + f, wire, at)[0])
            at += struct.calcsize('<' + f)
    assert at == len(wire), (fmt, wire)
    return out


def uids_of(packed):
    return struct.unpack('<%dI' % (len(packed) // 4), packed)


class Mail:
    def __init__(self, uid, data, flags, modseq):
        self.uid, self.data, self.flags, self.modseq = uid, data, flags, modseq
        self.date = DATE
        self.head_len = data.find(b'\r\n\r\n') + 4


class Mailbox:
    def __init__(self, number, name, special=0, subscribed=0):
        self.number, self.name = number, name.encode()
        self.special, self.subscribed = special, subscribed
        self.mails, self.gone, self.words = {}, [], []
        self.modseq, self.uidnext, self.watchers = 1, 1, []
        self.uidvalidity, self.recent = 7, 1 << 31  # none is recent

    def changed(self):
        """What modseq it is now, for those who watch."""
        for sock, since in self.watchers:
            try:
                sock.send(struct.pack('<HQQ', CHANGED, self.number,
                                      self.modseq))
            except OSError:
                pass
        self.watchers = []

    def deliver(self, data, flags=0):
        self.modseq += 1
        self.mails[self.uidnext] = Mail(self.uidnext, data, flags, self.modseq)
        self.uidnext += 1
        self.changed()

    def flag(self, uid, flags):
        self.modseq += 1
        self.mails[uid].flags, self.mails[uid].modseq = flags, self.modseq
        self.changed()

    def expunge(self, *uids):
        self.modseq += 1
        for u in uids:
            del self.mails[u]
            self.gone.append((u, self.modseq))
        self.changed()

    def bit(self, word):
        low = [w.lower() for w in self.words]
        if word.lower() not in low:
            if len(self.words) == 24:
                return None
            self.words.append(word)
            low.append(word.lower())
        return 1 << 8 + low.index(word.lower())


class Stand:
    def __init__(self, clear=True, build=None, auth=True, conf=''):
        self.lock = threading.RLock()
        self.boxes = [Mailbox(1, 'INBOX', 0, 1), Mailbox(2, 'Sent', 4),
                      Mailbox(3, 'a/b/c'), Mailbox(4, 'Entw\u00fcrfe', 2, 1)]
        self.inbox = self.boxes[0]
        self.wanted = set()     # names subscribed to, not mailboxes
        self.made = len(self.boxes)
        self.readers, self.writers, self.asked = [], [], []
        self.fault = None       # what the reader does wrong, once
        self.write_fault = None
        self.submitted = {}     # (mailbox, Message-ID): uid
        self.steps, self.quota = {}, 0
        build = build or os.environ.get('BUILD', ROOT + '/build')
        self.listen = socket.socket()
        self.listen.bind(('127.0.0.1', 0))
        self.listen.listen(64)
        self.port = self.listen.getsockname()[1]
        names = ['parent', 'log'] + ['+auth'] * auth
        pairs = {n: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                 for n in names}
        cf = tempfile.TemporaryFile()
        cf.write((CONF % ('/clear' if clear else '') + conf).encode())
        cf.flush()
        fds = {n: p[1].fileno() for n, p in pairs.items()}
        fds['conf'] = cf.fileno()
        fds['listen.imap' + '/clear' * clear] = self.listen.fileno()
        self.p = subprocess.Popen(
            [build + '/box/imapd/imapd'] +
            ['%s=%d' % (n, fd) for n, fd in fds.items()],
            pass_fds=list(fds.values()))
        self.ends = {n: p[0] for n, p in pairs.items()}
        for p in pairs.values():
            p[1].close()
        self.ends['parent'].recv(100)   # ready
        self.logs = []
        self.start(self.log)
        if auth:
            self.start(self.edge)

    def start(self, f, *args):
        threading.Thread(target=f, args=args, daemon=True).start()

    def stop(self):
        self.p.kill()
        self.p.wait()
        for s in [self.listen, *self.ends.values(), *self.readers,
                  *self.writers]:
            s.close()

    def log(self):
        while True:
            try:
                line = self.ends['log'].recv(1000)
            except OSError:
                return
            if not line:
                return
            self.logs.append(line)

    def edge(self):
        while True:
            try:
                wire, fds, _, _ = socket.recv_fds(self.ends['+auth'], 65536, 4)
            except OSError:
                return
            if not wire:
                return
            self.start(self.auth, socket.socket(fileno=fds[0]))

    def auth(self, s):
        while wire := s.recv(65536):
            kind, = struct.unpack_from('<H', wire)
            if kind == AUTH_START:
                mech, name, binding, initial = take('Isss', wire)
                if mech == 0:
                    self.answer_auth(s, initial == b'\0alice\0secret', b'')
                else:
                    self.first = initial
                    s.send(struct.pack('<H', AUTH_CHALLENGE) +
                           text(b'server-first'))
            elif kind == AUTH_RESPONSE:
                self.answer_auth(s, take('s', wire) == [b'client-final'],
                                 b'server-final')

    def answer_auth(self, s, ok, data):
        if not ok:
            s.send(struct.pack('<HI', AUTH_FAILED, NO) + text(b''))
            return
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                 for _ in range(2)]
        self.readers.append(pairs[0][0])
        self.writers.append(pairs[1][0])
        socket.send_fds(s, [struct.pack('<H', AUTH_OK) + text(data) +
                            text(b'alice@example.org') +
                            struct.pack('<Q', 1)],
                        [p[1].fileno() for p in pairs])
        for p in pairs:
            p[1].close()
        self.start(self.serve, pairs[0][0], self.read)
        self.start(self.serve_writer, pairs[1][0])

    def serve(self, s, take_one):
        while True:
            try:
                wire = s.recv(65536)
                if not wire:
                    return
                with self.lock:
                    take_one(s, wire)
            except OSError:
                return

    def serve_writer(self, s):
        tickets, group = {}, {}
        while True:
            try:
                wire, fds, _, _ = socket.recv_fds(s, 65536, 1)
                if not wire:
                    return
                with self.lock:
                    kind, = struct.unpack_from('<H', wire)
                    if kind == APPEND:
                        self.ticket(s, tickets, *take('QIQQss', wire))
                    elif kind == DELIVER:
                        self.part(s, tickets, group, fds[0],
                                  *take('QQIIQIIQQsI', wire))
                    elif kind == COPY:
                        self.copy(s, *take('QQIs', wire))
                    else:
                        self.write(s, wire)
            except OSError:
                return

    def ticket(self, s, tickets, number, flags, date, size, words, mid):
        b = self.box(number)
        fault, self.write_fault = self.write_fault, None
        if b is None or fault == 'full':
            s.send(struct.pack('<HIIQQIII', TICKET, LATER if b else NO,
                               RCPT_FULL if b else RCPT_NO_MAILBOX, 0, 0, 0,
                               0, 0))
            return
        known = self.submitted.get((number, mid), 0)
        n = len(tickets) + 1
        tickets[n] = b, flags, date, words
        s.send(struct.pack('<HIIQQIII', TICKET, YES, 0, 0 if known else n, 1,
                           0, 7, known))

    def part(self, s, tickets, group, fd, ticket, number, part, parts, _,
             cert, head_len, size, date, refs, attached):
        data = os.pread(fd, size, 0)
        os.close(fd)
        b, flags, date, words = tickets.pop(ticket)
        group[part] = data
        while words:
            n, = struct.unpack_from('<I', words)
            flags |= b.bit(words[4:4 + n]) or 0
            words = words[4 + n:]
        group[part] = data, flags, date, head_len
        if len(group) < parts:
            return
        uids = b''
        for _, (data, flags, date, head_len) in sorted(group.items()):
            uids += struct.pack('<I', b.uidnext)
            b.modseq += 1
            m = b.mails[b.uidnext] = Mail(b.uidnext, data, flags, b.modseq)
            m.date, m.head_len = date, head_len
            b.uidnext += 1
        group.clear()
        s.send(struct.pack('<HQIIIQ', APPENDED, number, YES, 0, 7, b.modseq) +
               text(uids) + text(b''))
        b.changed()

    def box(self, number):
        return next((b for b in self.boxes if b.number == number), None)

    # The reader.

    def reply(self, s, data, more=False, verdict=YES):
        if len(data) <= INLINE_MAX:
            s.send(struct.pack('<HII', INLINE, verdict, more) + text(data))
            return
        fd = os.memfd_create('answer', os.MFD_ALLOW_SEALING)
        for at in range(0, len(data), CHUNK):
            os.write(fd, data[at:at + CHUNK])
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE |
                    fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
        socket.send_fds(s, [struct.pack('<HIIQ', DATA, verdict, more,
                                        len(data))], [fd])
        os.close(fd)

    def read(self, s, wire):
        kind, = struct.unpack_from('<H', wire)
        self.asked.append(kind)
        fault, self.fault = self.fault, None
        if fault == 'kill':
            s.shutdown(socket.SHUT_RDWR)
        elif fault == 'later':
            self.reply(s, b'', verdict=LATER)
        elif fault == 'nonsense':
            self.reply(s, b'nonsense')
        elif fault == 'malformed':
            s.send(b'\xff\xff')
        elif kind == LIST:
            self.reply(s, b''.join(
                struct.pack('<QIIQIIQIIIQQ', b.number, b.uidvalidity,
                            b.uidnext, b.modseq,
                            len(b.mails), sum(not m.flags & SEEN
                                              for m in b.mails.values()),
                            sum(len(m.data) for m in b.mails.values()),
                            b.special, b.subscribed, b.recent, 1, 1)
                + text(b.name)
                for b in self.boxes) + b''.join(
                struct.pack('<QIIQIIQIIIQQ', *[0] * 8, 1, 0, 0, 0) + text(n)
                for n in sorted(self.wanted)))
        elif kind == OPEN:
            self.open(s, self.named(take('s', wire)[0]))
        elif kind == QUOTA:
            b = self.box(take('Q', wire)[0])
            self.reply(s, struct.pack(
                '<QQQ', sum(len(m.data) for b in self.boxes
                            for m in b.mails.values()), self.quota,
                sum(len(m.data) for m in b.mails.values()
                    if m.flags & DELETED) if b else 0))
        elif kind == MESSAGES:
            self.messages(s, *take('QIQQs', wire))
        else:
            number, first, since = take('QIQ', wire)
            b = self.box(number)
            if b is None:
                self.reply(s, b'', verdict=NO)
                return
            if kind == INDEX:
                data = b''.join(struct.pack('<IIQ', m.uid, m.flags, m.modseq)
                                for m in b.mails.values() if m.uid >= first
                                and m.modseq > since)
            elif kind == VANISHED:
                data = b''.join(struct.pack('<I', u) for u, q in
                                sorted(b.gone) if u >= first and q > since)
            else:
                data = b''.join(text(w) for w in b.words)
            self.reply(s, data)

    def open(self, s, b):
        if b is None:
            self.reply(s, b'', verdict=NO)
            return
        recent = sum(u >= b.recent for u in b.mails)
        unseen = [n for n, m in enumerate(b.mails.values(), 1)
                  if not m.flags & SEEN]
        self.reply(s, struct.pack('<QIIQIIII', b.number, b.uidvalidity,
                                  b.uidnext, b.modseq, len(b.mails),
                                  b.recent, recent, (unseen + [0])[0])
                   + b''.join(text(w) for w in b.words))

    def messages(self, s, number, what, offset, length, uids):
        data, more = [], False
        room = CHUNK
        for uid in uids_of(uids):
            m = self.box(number).mails.get(uid)
            if m is None:
                continue
            if room <= 0:
                more = True
                break
            end = [0, m.head_len, len(m.data)][what]
            part = m.data[min(offset, end):end]
            if length:
                part = part[:length]
            if len(part) > room:
                part, more = part[:room], True
            data.append(struct.pack('<IIQQQI', uid, m.flags, m.modseq,
                                    len(m.data), m.date, m.head_len) +
                        text(part))
            room -= len(data[-1])
        self.reply(s, b''.join(data), more)

    # The writer.

    def copy(self, s, number, target, move, ranges):
        a, b = self.box(number), self.box(target)
        r = uids_of(ranges)
        uids = [u for u in sorted(a.mails) for i in range(0, len(r), 2)
                if r[i] <= u <= r[i + 1]]
        fault, self.write_fault = self.write_fault, None
        if fault == 'full':
            s.send(struct.pack('<HIIQQIII', COPIED, NO, RCPT_FULL, 0, 0, 0, 0,
                               0) + text(b''))
            return
        first = b.uidnext
        for u in uids:
            m = a.mails[u]
            b.modseq += 1
            words = [w for i, w in enumerate(a.words) if m.flags >> 8 & 1 << i]
            b.mails[b.uidnext] = Mail(b.uidnext, m.data, m.flags & 255 |
                                      sum(b.bit(w) for w in words), b.modseq)
            b.uidnext += 1
            if move:
                a.modseq += 1
                del a.mails[u]
                a.gone.append((u, a.modseq))
        s.send(struct.pack('<HIIQQIII', COPIED, YES, 0, a.modseq, b.modseq, 7,
                           len(uids), first) +
               text(b''.join(struct.pack('<II', u, u) for u in uids)))
        a.changed()
        b.changed()

    def write(self, s, wire):
        kind, = struct.unpack_from('<H', wire)
        if kind == WATCH:
            number, since = take('QQ', wire)
            for b in self.boxes:
                b.watchers = [w for w in b.watchers if w[0] is not s]
            if number:
                b = self.box(number)
                b.watchers.append((s, since))
                if b.modseq > since:
                    b.changed()
            return
        if kind == RECENT:
            number, uid = take('QI', wire)
            self.box(number).recent = max(self.box(number).recent, uid)
            return
        if kind in (CREATE, DELETE, RENAME, SUBSCRIBE):
            why = self.make(kind, wire)
            s.send(struct.pack('<HIIQ', MADE, NO if why else YES, why, 0))
            return
        if kind == FLAGS:
            number, op, flags, words, since, uids = take('QIIsQs', wire)
            b = self.box(number)
            while words and flags is not None:
                n, = struct.unpack_from('<I', words)
                bit = b.bit(words[4:4 + n])
                flags = None if bit is None else flags | bit
                words = words[4 + n:]
            if flags is None:
                s.send(struct.pack('<HIQ', DONE, NO, b.modseq) + text(b''))
                return
            b.modseq += 1
            late = [u for u in uids_of(uids) if u in b.mails and
                    since and b.mails[u].modseq > since]
            for u in uids_of(uids):
                if u in b.mails and u not in late:
                    m = b.mails[u]
                    now = [flags, m.flags | flags, m.flags & ~flags][op]
                    if now != m.flags:
                        m.flags, m.modseq = now, b.modseq
        else:
            number, _, uids = take('QIs', wire)
            b, late = self.box(number), []
            b.modseq += 1
            for m in list(b.mails.values()):
                if m.flags & DELETED and (not uids or m.uid in uids_of(uids)):
                    del b.mails[m.uid]
                    b.gone.append((m.uid, b.modseq))
        s.send(struct.pack('<HIQ', DONE, YES, b.modseq) +
               text(b''.join(struct.pack('<I', u) for u in late)))
        b.changed()

    # Mailboxes.

    def named(self, name):
        return next((b for b in self.boxes if b.name == name), None)

    def make(self, kind, wire):
        if kind == CREATE:
            name, use = take('sI', wire)
            if self.named(name):
                return EXISTS
            if not name or b'//' in name:
                return BAD_NAME
            if use and use in [b.special for b in self.boxes]:
                return USE
            self.made += 1
            b = Mailbox(self.made, name.decode(), use, name in self.wanted)
            b.uidvalidity = 7 + self.made
            self.wanted.discard(name)
            self.boxes.append(b)
        elif kind == SUBSCRIBE:
            name, on = take('sI', wire)
            if self.named(name):
                self.named(name).subscribed = on
            elif on:
                self.wanted.add(name)
            else:
                self.wanted.discard(name)
        elif kind == DELETE:
            name, = take('s', wire)
            b = self.named(name)
            if b is self.inbox:
                return IS_INBOX
            if b is None:
                return CHILDREN if self.below(name) else MISSING
            if b.subscribed:
                self.wanted.add(name)
            self.boxes.remove(b)
            b.modseq += 1
            b.changed()
        else:
            old, new = take('ss', wire)
            if self.named(new):
                return EXISTS
            if new.startswith(old + b'/'):
                return INSIDE
            if not self.named(old) and not self.below(old):
                return MISSING
            for b in self.below(old) + [self.named(old)]:
                if b:
                    b.name = new + b.name[len(old):]
        return MADE_OK

    def below(self, name):
        return [b for b in self.boxes if b.name.startswith(name + b'/')]
