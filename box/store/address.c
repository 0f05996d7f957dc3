/*
 * address.c - whom an address stands for.
 *
 * Case never matters here, in the local part neither: ASCII by hand, other
 * UTF-8 by Unicode's full case folding and NFC (libunistring, which idn2 maps
 * anyway).  Domains are compared as A-labels (UTS 46, nontransitional).
 *
 * Order: the whole address, account or alias; else without "+detail"; else
 * the domain's catch-all.  postmaster always works: where nobody has that
 * address, in no domain of ours, it is the oldest account.
 */

#include "store.h"

#include <string.h>
#include <unicase.h>

#include "codec/utf8.h"
#include "os/idn.h"

enum { HOPS_MAX = 200 };	/* addresses looked at for one recipient */

bool
has_control(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
			return true;
	return false;
}

/* Lower case into out; false: too long or not UTF-8. */
static bool
lower(char *out, size_t room, struct str in, size_t *len)
{
	if (str_is_ascii(in)) {
		if (in.len > room)
			return false;
		for (size_t i = 0; i < in.len; i++)
			out[i] = in.ptr[i] >= 'A' && in.ptr[i] <= 'Z' ?
			    (char)(in.ptr[i] + 32) : in.ptr[i];
		*len = in.len;
		return true;
	}
	*len = room;
	return utf8_valid(in) && u8_casefold((const uint8_t *)in.ptr, in.len,
	    NULL, UNINORM_NFC, (uint8_t *)out, len) == (uint8_t *)out;
}

bool
domain_fold(struct domain *d, struct str in)
{
	return idn_fold(d->text, &d->len, in);
}

bool
address_fold(struct address *a, struct str local, struct str domain)
{
	size_t n, room = ADDRESS_MAX - DOMAIN_OCTETS_MAX - 1;
	struct domain d;

	if (local.len > LOCAL_PART_MAX || has_control(local) ||
	    !domain_fold(&d, domain) ||
	    !lower(a->text, room, local, &n))
		return false;
	a->local = (struct str){ a->text, n };
	a->text[n] = '@';
	memcpy(a->text + n + 1, d.text, d.len);
	a->domain = (struct str){ a->text + n + 1, d.len };
	a->whole = (struct str){ a->text, n + 1 + d.len };
	return true;
}

bool
address_parse(struct address *a, struct str whole)
{
	const char *at = whole.len == 0 ? NULL :
	    memrchr(whole.ptr, '@', whole.len);
	size_t n;

	if (at == NULL)
		return false;
	n = (size_t)(at - whole.ptr);
	return address_fold(a, (struct str){ whole.ptr, n },
	    (struct str){ at + 1, whole.len - n - 1 });
}

void
domains_load(struct store *st)
{
	const struct conf *c = &st->role->conf;

	st->domains = 0;
	for (size_t i = 0; i < c->domains; i++)
		st->domains += domain_fold(&st->domain[st->domains],
		    c->domain[i]);
}

bool
domain_is_ours(const struct store *st, struct str folded)
{
	for (size_t i = 0; i < st->domains; i++)
		if (str_eq((struct str){ st->domain[i].text,
		    st->domain[i].len }, folded))
			return true;
	return false;
}

/* Addresses still to be looked up, each with its length in front. */
struct walk {
	struct store *st;
	struct resolved *out;
	struct buf todo;
	size_t hops;
	bool failed;
};

static void
add_account(struct walk *w, uint64_t account)
{
	struct resolved *r = w->out;

	for (size_t i = 0; i < r->accounts; i++)
		if (r->account[i] == account)
			return;
	if (r->accounts == TARGETS_MAX)
		w->failed = true;
	else
		r->account[r->accounts++] = account;
}

static void
add_target(struct walk *w, struct str target)
{
	if (++w->hops > HOPS_MAX)
		w->failed = true;
	field_put_str(&w->todo, target);
}

/* false: nobody has this very address. */
static bool
look_up(struct walk *w, struct str local, struct str domain)
{
	struct sqlite3_stmt *q = sql_bind(&w->st->db,
	    "SELECT account, target FROM addresses"
	    " WHERE domain = ? AND local = ?", "tt", domain, local);
	enum sql_status s;
	bool found = false;

	while ((s = sql_step(q)) == SQL_ROW && !w->failed) {
		found = true;
		if (sql_str(q, 1).len == 0)
			add_account(w, sql_u64(q, 0));
		else
			add_target(w, sql_str(q, 1));
	}
	sql_end(q);
	if (s != SQL_DONE)
		w->failed = true;
	return found;
}

static bool
look_up_plus(struct walk *w, struct str local, struct str domain)
{
	const char *plus = local.len == 0 ? NULL :
	    memchr(local.ptr, '+', local.len);

	if (look_up(w, local, domain))
		return true;
	return plus != NULL && plus > local.ptr && look_up(w,
	    (struct str){ local.ptr, (size_t)(plus - local.ptr) }, domain);
}

static void
look_up_targets(struct walk *w)
{
	size_t at = 0;

	while (at < w->todo.len && !w->failed) {
		struct str in = buf_str(&w->todo), rest;
		struct address a;
		uint32_t n;

		rest = (struct str){ in.ptr + at, in.len - at };
		(void)field_take_u32(&rest, &n);
		at += 4 + n;
		if (address_parse(&a, (struct str){ rest.ptr, n }))
			look_up_plus(w, a.local, a.domain);
	}
}

static void
postmaster(struct walk *w)
{
	uint64_t first;

	for (size_t i = 0; i < w->st->domains; i++)
		if (look_up(w, STR("postmaster"), (struct str){
		    w->st->domain[i].text, w->st->domain[i].len }))
			return;
	if (sql_number(&w->st->db, &first, "SELECT id FROM accounts"
	    " WHERE removed = 0 ORDER BY id LIMIT 1", "") == SQL_ROW)
		add_account(w, first);
}

static void
resolve(struct walk *w, const struct address *a)
{
	bool found = a != NULL && (look_up_plus(w, a->local, a->domain) ||
	    look_up(w, STR(""), a->domain));

	look_up_targets(w);
	if (found && w->out->accounts > 0)
		return;
	if (a == NULL || str_eq(a->local, STR("postmaster"))) {
		postmaster(w);
		look_up_targets(w);
	}
}

void
address_resolve(struct store *st, struct str local, struct str domain,
    struct resolved *out)
{
	struct walk w = { .st = st, .out = out };
	struct address a;
	struct domain d;
	bool bare = domain.len == 0;

	out->accounts = 0;
	out->reason = RCPT_NO_DOMAIN;
	if (bare ? !str_eq_nocase(local, STR("postmaster")) :
	    !domain_fold(&d, domain) ||
	    !domain_is_ours(st, (struct str){ d.text, d.len }))
		return;
	out->reason = RCPT_NO_USER;
	if (!bare && (local.len == 0 || !address_fold(&a, local, domain)))
		return;
	buf_init(&w.todo, HOPS_MAX * ADDRESS_MAX);
	resolve(&w, bare ? NULL : &a);
	if (w.failed || w.todo.failed)
		out->reason = RCPT_BUSY;
	else if (out->accounts > 0)
		out->reason = RCPT_OK;
	buf_free(&w.todo);
}
