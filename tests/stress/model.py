"""What must be in the account: mailboxes, messages, flags."""


class Mail:
    def __init__(self, ident, size, date, flags):
        self.ident, self.size, self.date = ident, size, date
        self.flags = set(flags)

    def copy(self):
        return Mail(self.ident, self.size, self.date, self.flags)

    def __repr__(self):
        return f'{self.ident}{sorted(self.flags)}'


class Box:
    def __init__(self, name, uidvalidity, uidnext):
        self.name = name
        self.uidvalidity, self.uidnext = uidvalidity, uidnext
        self.mails = {}             # uid -> Mail, ascending
        self.subscribed = False

    def add(self, uid, mail, check):
        check(uid >= self.uidnext, f'uid {uid}, but UIDNEXT was {self.uidnext}')
        self.mails[uid] = mail
        self.uidnext = uid + 1


def changed(flags, how, given):
    if how == '+FLAGS':
        return flags | given
    if how == '-FLAGS':
        return flags - given
    return set(given)
