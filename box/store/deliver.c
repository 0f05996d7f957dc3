/*
 * deliver.c - messages come in.
 *
 * A child's message is a group of copies, one an account.  They are kept until
 * all are there, then inserted under one savepoint: all or none.  For an
 * account with a certificate a copy is taken from seal alone.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store.h"

enum { SLOTS = 1 << 16 };

static struct peer *children[SLOTS];	/* by serve_slot */

void
deliver_joined(struct peer *p)
{
	/* not from an arena: it lives as long as the child */
	p->data = calloc(1, sizeof(struct sender));
	children[serve_slot(p)] = p;
}

static void
drop_parts(struct sender *s)
{
	for (size_t i = 0; i < s->parts; i++)
		close(s->part[i].fd);
	s->parts = 0;
	s->group = 0;
}

void
deliver_gone(struct peer *p)
{
	struct sender *s = p->data;

	children[serve_slot(p)] = NULL;
	if (s != NULL) {
		drop_parts(s);
		free(s->part);
	}
	free(s);
	p->data = NULL;
}

static const struct ticket *
find_ticket(const struct sender *s, uint64_t number)
{
	size_t n = s->tickets < TICKETS_MAX ? s->tickets : TICKETS_MAX;

	for (size_t i = 0; i < n; i++)
		if (s->ticket[i].number == number)
			return &s->ticket[i];
	return NULL;
}

/* Nobody can change it any more, and it is as long as they say. */
static bool
is_settled(int fd, const struct msg_store_deliver *m)
{
	int want = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
	off_t size = lseek(fd, 0, SEEK_END);

	return size >= 0 && (uint64_t)size == m->size &&
	    m->head_len <= m->size &&
	    (fcntl(fd, F_GET_SEALS) & want) == want;
}

/* May this peer bring this copy?  A child only what is not to be sealed. */
static bool
may_bring(const struct peer *p, const struct peer *child,
    const struct ticket *t, const struct msg_store_deliver *m)
{
	if (t == NULL || t->cert != m->cert)
		return false;
	if (p->from == ROLE_SEAL)
		return t->cert != 0;
	return p == child && t->cert == 0;
}

static enum rcpt_reason
insert_part(const struct part *part)
{
	struct account a;
	uint64_t inbox;

	if (!account_by_id(part->account, &a))
		return RCPT_NO_USER;
	/* a certificate that came since: seal it again, later */
	if ((a.sealed ? a.cert : 0) != part->m.cert)
		return RCPT_BUSY;
	if (a.quota > 0 && a.used + part->m.size > a.quota)
		return RCPT_FULL;
	inbox = mailbox_inbox(a.id);
	if (inbox == 0 || !mailbox_append(a.id, &part->m, part->fd, inbox))
		return RCPT_BUSY;
	return RCPT_OK;
}

static void
insert_group(struct peer *child)
{
	struct sender *s = child->data;
	struct msg_store_delivered m = { .group = s->group,
	    .verdict = VERDICT_LATER, .reason = RCPT_BUSY };

	if (commit_begin()) {
		enum rcpt_reason reason = RCPT_OK;

		for (size_t i = 0; i < s->parts && reason == RCPT_OK; i++)
			reason = insert_part(&s->part[i]);
		m.reason = reason;
		m.verdict = reason == RCPT_OK ? VERDICT_YES :
		    reason == RCPT_NO_USER ? VERDICT_NO : VERDICT_LATER;
		commit_keep(reason == RCPT_OK);
		commit_answer(child, STORE_DELIVERED, &m);
	} else {
		serve_send(store.role, child, msg_store, STORE_TYPES,
		    STORE_DELIVERED, &m, NULL, 0);
	}
	drop_parts(s);
}

static bool
add_part(struct sender *s, const struct msg_store_deliver *m,
    uint64_t account, int fd)
{
	if (s->group != m->group)
		drop_parts(s);	/* the child gave the last one up */
	if (s->part == NULL)
		s->part = calloc(PARTS_MAX, sizeof(*s->part));
	if (s->part == NULL || s->parts == PARTS_MAX)
		return false;
	s->group = m->group;
	s->part[s->parts++] = (struct part){ *m, account, fd };
	return true;
}

bool
deliver_take(struct peer *p, struct chan_msg *in)
{
	const struct ticket *t = NULL;
	struct msg_store_deliver m;
	struct peer *child;
	struct sender *s;

	if (field_get(msg_store, STORE_TYPES, in->wire, &m) != STORE_DELIVER ||
	    in->nfds != 1)
		return false;
	child = children[m.ticket >> 48];
	s = child == NULL ? NULL : child->data;
	if (s != NULL)
		t = find_ticket(s, m.ticket);
	/* seal repeats what a child told it: that costs seal nothing */
	if (!may_bring(p, child, t, &m) || m.parts == 0 ||
	    m.parts > PARTS_MAX || !is_settled(in->fds[0], &m)) {
		log_event("delivery-refused", "from=%s", role_name(p->from));
		if (p->from == ROLE_SEAL && child != NULL)
			serve_drop(store.role, child);
		return p->from == ROLE_SEAL;
	}
	if (!add_part(s, &m, t->account, in->fds[0]))
		return p->from == ROLE_SEAL;
	in->nfds = 0;
	if (s->parts == m.parts)
		insert_group(child);
	return true;
}
