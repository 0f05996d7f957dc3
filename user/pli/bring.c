/* bring.c - what the child of account.h finds, brought into the mirror. */

#include "bring.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ascii.h"
#include "os/fd.h"

enum { WHY_TEXT_MAX = 256 };

struct found {
	struct account_mail mail;
	size_t words;			/* where they begin */
};

struct bring {
	struct import *i;
	struct pli *p;
	int wire;
	char record[ACCOUNT_RECORD_MAX];
	struct account_head head;
	struct buf own;			/* names of the mirror's mailboxes */
	/* the mailbox at hand */
	struct account_box box;
	char name[BOX_NAME_MAX + 1];
	struct buf mails;		/* of struct found */
	struct buf words;		/* each ends in NUL */
	struct buf wishes;
	uint64_t wanted, done;
	struct buf text;		/* of the message at hand */
	struct buf seen;		/* keys of all before */
	struct have all;		/* … for "all mail" */
	int worst;			/* what a mailbox alone came to */
};

/* --- records -------------------------------------------------------------- */

/* A signal that is to end it all ends a wait, too. */
static bool
get(const struct bring *b, void *to, size_t n)
{
	char *at = to;

	while (n > 0) {
		struct pollfd p = { .fd = b->wire, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, -1) < 0 && errno == EINTR) {
			if (progress_stopped())
				return false;
			continue;
		}
		got = read(b->wire, at, n);
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

static bool
next(struct bring *b)
{
	return get(b, &b->head, sizeof(b->head)) && b->head.kind > 0 &&
	    b->head.kind < ACCOUNT_KINDS &&
	    b->head.len <= sizeof(b->record) &&
	    get(b, b->record, b->head.len);
}

/* The fixed front of a record; the rest of it. */
static bool
front(const struct bring *b, void *to, size_t n, struct str *rest)
{
	if (b->head.len < n)
		return false;
	memcpy(to, b->record, n);
	*rest = (struct str){ b->record + n, b->head.len - n };
	return true;
}

/* --- a mailbox ------------------------------------------------------------ */

/* Printable ASCII (modified UTF-7), no level empty. */
static bool
take_name(struct bring *b, struct str name)
{
	if (name.len == 0 || name.len > BOX_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];

		if (!is_print(c) || (c == '/' && (i == 0 ||
		    i + 1 == name.len || name.ptr[i - 1] == '/')))
			return false;
	}
	memcpy(b->name, name.ptr, name.len);
	b->name[name.len] = '\0';
	return true;
}

/* Sent mail goes to Sent, whatever either calls it. */
static void
rename_box(struct bring *b)
{
	enum box_use use = b->box.use == BOX_ALL ? BOX_ARCHIVE :
	    (enum box_use)b->box.use;
	struct str rest = buf_str(&b->own);
	struct box_name n;

	while (use != BOX_PLAIN && boxes_next(&rest, &n))
		if (n.use == use && n.name.len <= BOX_NAME_MAX) {
			memcpy(b->name, n.name.ptr, n.name.len);
			b->name[n.name.len] = '\0';
			return;
		}
}

static bool
take_mails(struct bring *b)
{
	struct found m;
	struct str words;

	buf_clear(&b->mails);
	buf_clear(&b->words);
	for (uint32_t n = 0; n < b->box.mails; n++) {
		if (!next(b) || b->head.kind != ACCOUNT_MAIL ||
		    !front(b, &m.mail, sizeof(m.mail), &words) ||
		    memchr(words.ptr, '\0', words.len) != NULL)
			return false;
		m.words = b->words.len;
		buf_add_mem(&b->mails, &m, sizeof(m));
		buf_add(&b->words, words);
		buf_byte(&b->words, '\0');
	}
	return !b->mails.failed && !b->words.failed;
}

static const struct found *
mail_at(const struct bring *b, size_t n)
{
	return (const struct found *)(const void *)b->mails.ptr + n;
}

static bool
is_wanted(struct bring *b, size_t n)
{
	const struct account_mail *m = &mail_at(b, n)->mail;

	/* what "all mail" shows of other mailboxes is there by them */
	if (b->box.use == BOX_ALL && have_take(&b->all, m->key))
		return false;
	if (have_take(&b->i->have, m->key)) {
		b->i->there++;
		return false;
	}
	return true;
}

static void
wish(struct bring *b, bool any)
{
	b->wanted = b->done = 0;
	buf_clear(&b->wishes);
	for (size_t n = 0; n < b->box.mails; n++) {
		bool want = any && is_wanted(b, n);

		b->wanted += want;
		buf_byte(&b->wishes, want ? 'y' : 'n');
		if (b->box.use != BOX_ALL)
			buf_add_mem(&b->seen, mail_at(b, n)->mail.key, BOX_KEY);
	}
}

/* --- messages ------------------------------------------------------------- */

/* One that is wanted, once; false: the mirror is gone. */
static bool
append(struct bring *b, const struct account_done *d)
{
	struct mbox_mail m = mbox_single(buf_str(&b->text));
	struct import *i = b->i;
	const struct found *f;
	bool ok = true;

	if (d->mail >= b->box.mails || b->wishes.ptr[d->mail] != 'y' ||
	    d->whole == 0)
		return true;
	b->wishes.ptr[d->mail] = 'd';
	m.dated = true;
	f = mail_at(b, d->mail);
	m.date = f->mail.date;
	m.flags = f->mail.flags;
	m.keywords = from_c(b->words.ptr + f->words);
	if (m.date < 1)
		m.date = 1;		/* 0 would be "now" */
	if (b->text.failed) {
		i->refused++;
		snprintf(i->why, sizeof(i->why), "%s", "256 MB");
	} else {
		ok = import_append(i, &m);
	}
	progress_at(&i->bar, ++b->done);
	return ok;
}

/* So that "all mail" is looked for among them. */
static void
index_seen(struct bring *b)
{
	struct box box;

	box_begin(&box);
	for (size_t at = 0; at < b->seen.len; at += BOX_KEY) {
		struct box_mail m = { 0 };

		memcpy(m.key, b->seen.ptr + at, BOX_KEY);
		buf_add_mem(&box.mails, &m, sizeof(m));
	}
	have_free(&b->all);
	have_begin(&b->all, &box);
	box_free(&box);
}

/* BOX: what is in it, and which of it is wanted. */
static int
begin_box(struct bring *b)
{
	struct import *i = b->i;
	struct str name;
	int status;

	progress_end(&i->bar);
	if (!front(b, &b->box, sizeof(b->box), &name) ||
	    b->box.mails > BOX_MAILS_MAX || b->box.use >= BOX_USES ||
	    !take_name(b, name) || !take_mails(b))
		return -1;
	rename_box(b);
	if (b->box.use == BOX_ALL)
		index_seen(b);
	status = import_box(i, b->name);
	if (status == EXIT_LATER)
		return status;
	if (status != 0)
		b->worst = status;	/* that one; the others come */
	wish(b, status == 0);
	progress_begin(&i->bar, b->name, b->wanted);
	return !b->wishes.failed && fd_write(b->wire, buf_str(&b->wishes)) ?
	    0 : -1;
}

static int
why(const struct bring *b, const struct account_job *job)
{
	struct str rest = { b->record, b->head.len };
	const char *nl = memchr(rest.ptr, '\n', rest.len);
	char key[64], text[WHY_TEXT_MAX];

	snprintf(key, sizeof(key), "account-%.*s",
	    nl != NULL ? (int)(nl - rest.ptr) : 0, rest.ptr);
	if (nl != NULL) {
		rest.len -= (size_t)(nl + 1 - rest.ptr);
		rest.ptr = nl + 1;
	}
	snprintf(text, sizeof(text), "%.*s", (int)rest.len, rest.ptr);
	if (text_of(&b->p->cli, key)[0] == '\0')
		snprintf(key, sizeof(key), "account-cut");
	return say(&b->p->cli, EXIT_LATER, key, job->url.host, text);
}

/* -1: what was said makes no sense, or the child is gone. */
static int
follow(struct bring *b, const struct account_job *job)
{
	struct account_done done;
	struct str rest;
	int status = 0;

	while (status == 0 && !progress_stopped()) {
		if (!next(b))
			return progress_stopped() ? 0 : -1;
		switch (b->head.kind) {
		case ACCOUNT_ERROR:
			progress_end(&b->i->bar);
			return why(b, job);
		case ACCOUNT_BOX:
			status = begin_box(b);
			break;
		case ACCOUNT_TEXT:
			buf_add(&b->text, (struct str){ b->record,
			    b->head.len });
			break;
		case ACCOUNT_DONE:
			if (!front(b, &done, sizeof(done), &rest))
				return -1;
			if (!append(b, &done))
				return import_cut(b->i);
			buf_free(&b->text);
			break;
		default:
			return b->head.kind == ACCOUNT_END ? 0 : -1;
		}
	}
	return status;
}

/* --- all of it ------------------------------------------------------------ */

static void
begin(struct bring *b, struct import *i, struct pli *p)
{
	b->i = i;
	b->p = p;
	buf_init(&b->own, BOX_NAMES_MAX);
	buf_init(&b->mails, (size_t)BOX_MAILS_MAX *
	    sizeof(struct found));
	buf_init(&b->words, (size_t)1 << 30);
	buf_init(&b->wishes, BOX_MAILS_MAX);
	buf_init(&b->seen, (size_t)BOX_MAILS_MAX * BOX_KEY);
	buf_init(&b->text, ACCOUNT_MAIL_MAX);
	have_begin(&b->all, NULL);
}

static void
end(struct bring *b, pid_t pid)
{
	progress_end(&b->i->bar);
	close(b->wire);
	if (pid > 0) {
		(void)kill(pid, SIGTERM);
		(void)waitpid(pid, NULL, 0);
	}
	have_free(&b->all);
	buf_free(&b->own);
	buf_free(&b->mails);
	buf_free(&b->words);
	buf_free(&b->wishes);
	buf_free(&b->seen);
	buf_free(&b->text);
}

int
bring_account(struct import *i, struct pli *p, const struct imap_at *at,
    const struct account_job *job)
{
	static struct bring b;
	int ends[2], status;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL);
	fflush(stdout);
	/* before there is a session, so that the child has none */
	pid = fork();
	if (pid == 0)
		account_child(job, ends[1]);
	close(ends[1]);
	b.wire = ends[0];
	begin(&b, i, p);
	status = pid < 0 ? say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL) :
	    imap_open(&i->im, &p->cli, at, p->address);
	if (status == 0 && boxes_list(&i->im, &b.own) != IMAP_OK)
		status = import_cut(i);
	if (status == 0)
		status = follow(&b, job);
	if (status < 0)
		status = say(&p->cli, EXIT_LATER, "account-cut",
		    job->url.host, NULL);
	if (status == 0)
		status = b.worst;
	end(&b, pid);
	return status != 0 && i->brought + i->there == 0 ? status :
	    import_report(i, status);
}
