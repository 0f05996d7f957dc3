/* fuzz_smtp_client.c - a server that says anything at any moment. */

#include "fuzz/fuzz.h"
#include "proto/smtp_client.h"
#include "proto/smtp_stuff.h"

static const struct smtp_letter_to to[] = {
	{ .local = STR_INIT("a"), .domain = STR_INIT("b.example") },
	{ .local = STR_INIT("c d"), .domain = STR_INIT("b.example"),
	    .success = true },
};

static const struct smtp_letter letter = {
	.sender = STR_INIT("x@example.org"), .octets = 10, .to = to,
	.rcpts = 2, .requiretls = false,
};

static const struct smtp_client_conf confs[] = {
	{ .name = STR_INIT("mx"), .may_tls = true },
	{ .name = STR_INIT("mx"), .user = STR_INIT("u"),
	    .password = STR_INIT("p"), .may_tls = true, .must_tls = true },
};

static bool
is_not_lf(unsigned char c)
{
	return c != '\n';
}

static struct str
line_of(struct str *rest)
{
	struct str whole = *rest;

	(void)str_take_while(rest, is_not_lf);
	(void)str_take_byte(rest, '\n');
	return str_before(whole, *rest);
}

static void
check_results(const struct smtp_client *c)
{
	for (size_t i = 0; c->letter != NULL && i < 2; i++)
		assert(c->result[i].settled);
}

/* What went in comes out, perhaps with dots of ours, and so in pieces. */
static void
check_stuff(struct str in)
{
	char *out = malloc(2 * in.len + 1);
	struct pieces p = fuzz_pieces(in);
	struct smtp_stuff s;
	struct str run, piece;
	size_t octets = 0, again = 0, all = in.len;

	smtp_stuff_begin(&s);
	while ((run = smtp_stuff_take(&s, &in)).len > 0) {
		assert(run.len <= 2 * all - octets);
		memcpy(out + octets, run.ptr, run.len);
		octets += run.len;
	}
	assert(in.len == 0 && octets >= all);
	smtp_stuff_begin(&s);
	while (pieces_next(&p, &piece))
		while ((run = smtp_stuff_take(&s, &piece)).len > 0) {
			assert(run.len <= octets - again);
			assert(memcmp(out + again, run.ptr, run.len) == 0);
			again += run.len;
		}
	assert(again == octets);
	free(out);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct smtp_client c;
	struct str in, rest;

	if (size == 0)
		return 0;
	in = rest = fuzz_copy(data + 1, size - 1);
	check_stuff(in);
	smtp_client_begin(&c, &confs[data[0] & 1]);
	while (rest.len > 0 && smtp_client_wants(&c) != SMTP_WANTS_END) {
		switch (smtp_client_wants(&c)) {
		case SMTP_WANTS_ANSWER:
			smtp_client_line(&c, line_of(&rest));
			break;
		case SMTP_WANTS_TLS:
			smtp_client_tls(&c, rest.ptr[0] != 'N');
			break;
		case SMTP_WANTS_LETTER:
			check_results(&c);
			smtp_client_letter(&c, &letter);
			rest.ptr++;
			rest.len--;
			break;
		case SMTP_WANTS_TEXT:
			smtp_client_text_sent(&c);
			break;
		case SMTP_WANTS_END:
			break;
		}
		assert(!c.out.failed);
	}
	if (smtp_client_wants(&c) != SMTP_WANTS_END)
		smtp_client_lost(&c, "gone");
	check_results(&c);
	smtp_client_end(&c);
	fuzz_free(in);
	return 0;
}
