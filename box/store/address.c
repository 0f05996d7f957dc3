/*
 * address.c - whom an address stands for.
 *
 * In this order, whole addresses only: an account; the account before a "+";
 * an alias; the alias before a "+"; the domain's catch-all; and postmaster,
 * who must always be reached, is else the oldest account.  ASCII letters are
 * folded, domains are compared as A-labels; nothing else is.
 */

#include <idn2.h>

#include "store.h"

static const char by_name[] =
    "SELECT id, sealed, cert, quota, used FROM account WHERE name = ?1";
static const char by_id[] =
    "SELECT id, sealed, cert, quota, used FROM account WHERE id = ?1";
static const char oldest[] =
    "SELECT id, sealed, cert, quota, used FROM account ORDER BY id LIMIT 1";
static const char targets_of[] =
    "SELECT target FROM alias WHERE address = ?1 ORDER BY target";

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static void
add_folded(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_byte(out, fold(s.ptr[i]));
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

/* The domain as A-labels, folded. */
static bool
add_domain(struct buf *out, struct str domain)
{
	char text[DOMAIN_OCTETS_MAX + 1];
	char *ascii = NULL;

	if (is_ascii(domain)) {
		add_folded(out, domain);
		return !out->failed;
	}
	if (domain.len >= sizeof(text) ||
	    memchr(domain.ptr, '\0', domain.len) != NULL)
		return false;
	memcpy(text, domain.ptr, domain.len);
	text[domain.len] = '\0';
	if (idn2_to_ascii_8z(text, &ascii, IDN2_NONTRANSITIONAL |
	    IDN2_USE_STD3_ASCII_RULES | IDN2_NFC_INPUT) != IDN2_OK)
		return false;
	buf_add_c(out, ascii);
	idn2_free(ascii);
	return !out->failed;
}

bool
address_fold(struct str local, struct str domain, struct buf *out)
{
	add_folded(out, local);
	buf_byte(out, '@');
	return add_domain(out, domain);
}

bool
address_is_ours(struct str domain)
{
	const struct conf *c = &store.role->conf;
	struct buf a, b;
	bool ours = false;

	buf_init(&a, ADDRESS_MAX);
	buf_init(&b, ADDRESS_MAX);
	if (add_domain(&a, domain))
		for (size_t i = 0; i < c->domains && !ours; i++) {
			buf_clear(&b);
			ours = add_domain(&b, c->domain[i]) &&
			    str_eq(buf_str(&a), buf_str(&b));
		}
	buf_free(&a);
	buf_free(&b);
	return ours;
}

static bool
take_account(struct sqlite3_stmt *q, struct account *out)
{
	bool found = sql_step(q) == SQL_ROW;

	if (found)
		*out = (struct account){
			.id = sql_u64(q, 0),
			.sealed = sql_u64(q, 1) != 0,
			.cert = (uint32_t)sql_u64(q, 2),
			.quota = sql_u64(q, 3),
			.used = sql_u64(q, 4),
		};
	sql_end(q);
	return found;
}

bool
account_by_name(struct str name, struct account *out)
{
	return take_account(sql_bind(&store.db, by_name, "t", name), out);
}

bool
account_by_id(uint64_t id, struct account *out)
{
	return take_account(sql_bind(&store.db, by_id, "u", id), out);
}

/* Each account once. */
static size_t
add_account(struct account *out, size_t n, size_t most,
    const struct account *a)
{
	for (size_t i = 0; i < n; i++)
		if (out[i].id == a->id)
			return n;
	if (n < most)
		out[n++] = *a;
	return n;
}

static size_t find(struct str address, struct account *out, size_t n,
    size_t most, int depth);

/* The targets are read whole before one is followed: a statement cannot be
 * stepped within itself. */
static size_t
follow(struct str address, struct account *out, size_t n, size_t most,
    int depth)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, targets_of, "t", address);
	struct buf names;
	struct str in, key, target;

	buf_init(&names, TARGETS_MAX * (ADDRESS_MAX + 16));
	while (sql_step(q) == SQL_ROW)
		admin_put(&names, STR(""), sql_str(q, 0));
	sql_end(q);
	in = buf_str(&names);
	while (admin_take(&in, &key, &target))
		n = find(target, out, n, most, depth + 1);
	buf_free(&names);
	return n;
}

static size_t
find(struct str address, struct account *out, size_t n, size_t most, int depth)
{
	struct account a;

	if (depth > ALIAS_DEPTH)
		return n;
	if (account_by_name(address, &a))
		return add_account(out, n, most, &a);
	return follow(address, out, n, most, depth);
}

/* alice+lists@example.org without +lists; empty if there is no such part. */
static bool
without_plus(struct str address, struct buf *out)
{
	const char *at = memrchr(address.ptr, '@', address.len);
	const char *plus = at == NULL ? NULL :
	    memchr(address.ptr, '+', (size_t)(at - address.ptr));

	if (plus == NULL || plus == address.ptr)
		return false;
	buf_add_mem(out, address.ptr, (size_t)(plus - address.ptr));
	buf_add_mem(out, at, address.len - (size_t)(at - address.ptr));
	return !out->failed;
}

static size_t
find_base(struct str address, struct account *out, size_t most)
{
	struct buf base;
	size_t n = 0;

	buf_init(&base, ADDRESS_MAX);
	if (without_plus(address, &base))
		n = find(buf_str(&base), out, 0, most, 0);
	buf_free(&base);
	return n;
}

size_t
address_find(struct str address, struct account *out, size_t most)
{
	const char *at = memrchr(address.ptr, '@', address.len);
	struct str domain;
	struct account a;
	size_t n = find(address, out, 0, most, 0);

	if (n == 0)
		n = find_base(address, out, most);
	if (n > 0 || at == NULL)
		return n;
	domain = (struct str){ at, address.len - (size_t)(at - address.ptr) };
	n = find(domain, out, 0, most, 0);
	if (n == 0 && str_take_word(&address, STR("postmaster@")) &&
	    take_account(sql_bind(&store.db, oldest, ""), &a))
		n = add_account(out, n, most, &a);
	return n;
}
