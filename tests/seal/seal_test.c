/* seal_test.c - the role as its neighbours see it; its path is argv[1]. */

#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/verdict.h"
#include "mail/header.h"
#include "mail/pgpmime.h"
#include "mail/pliseal.h"
#include "rig.h"
#include "tests/check.h"

#define WAIT	5000

static const char *path;
static struct rig r;

static const struct str entity = STR_INIT("Content-Type: text/plain\r\n"
    "Subject: hidden\r\n\r\nThis is a marker of plain text.\r\n");

static const struct str as_is = STR_INIT("From: a@example.net\r\n"
    "Content-Type: multipart/encrypted\r\n\r\n--b\r\n…");

static int
setup(void **state)
{
	(void)state;
	rig_start(&r, path);
	rig_cert(&r, "alice.asc");
	memset(r.signature, 's', sizeof(r.signature));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rig_stop(&r);
	return 0;
}

/* Pli-Seal first, its hash that of the body, the signature in it. */
static void
check_seal_field(const struct msg_store_deliver *m, struct str stored,
    struct str form)
{
	static struct pliseal p;
	unsigned char hash[PLISEAL_HASH];
	struct str value = stored, head = { stored.ptr, m->head_len };
	const char *end;

	CHECK(head.len > 4 && head.len <= stored.len &&
	    memcmp(head.ptr + head.len - 4, "\r\n\r\n", 4) == 0, "head_len");
	CHECK(str_take_word(&value, STR("Pli-Seal:")), "first field");
	for (end = value.ptr; end[1] != '\n' || end[2] == ' '; end++)
		;
	value.len = (size_t)(end - value.ptr);
	CHECK(pliseal_parse(&p, value), "%.*s", (int)value.len, value.ptr);
	CHECK(memcmp(p.signature, r.signature, 64) == 0, "signature");
	CHECK(EVP_Digest(stored.ptr + m->head_len, stored.len - m->head_len,
	    hash, NULL, EVP_sha256(), NULL) == 1, "sha256");
	CHECK(memcmp(p.hash, hash, sizeof(hash)) == 0, "hash");
	value = (struct str){ p.stamp, p.stamp_len };
	CHECK(str_take_word(&value, form), "form");
	CHECK(str_eq(value,
	    STR("t=1775000000;with=esmtps;from=a@example.net")), "stamp");
}

static void
expect_sealed(uint64_t group, uint32_t part, uint32_t parts)
{
	struct rig_got got;
	struct buf stored;

	CHECK(rig_next(&r, &got, WAIT) == RIG_DELIVERED, "no delivery");
	CHECK(got.deliver.group == group && got.deliver.part == part &&
	    got.deliver.parts == parts && got.deliver.cert == 3 &&
	    got.deliver.ticket == 100 + part, "part %u of %u",
	    got.deliver.part, got.deliver.parts);
	rig_read(&got, &stored);
	check_seal_field(&got.deliver, buf_str(&stored), STR(""));
	CHECK(pgpmime_is_sole(buf_str(&stored)), "form");
	CHECK(memmem(stored.ptr, stored.len, "marker", 6) == NULL, "clear");
	buf_free(&stored);
}

TEST(seals)
{
	TEST_BEGIN;
	for (unsigned i = 0; i < 5; i++) {
		rig_message(&r, i, entity, 0, 1, 3);
		expect_sealed(i, 0, 1);
	}
	CHECK(r.certs_asked == 1, "asked %u times", r.certs_asked);
}

TEST(seals_for_many)
{
	TEST_BEGIN;
	rig_message(&r, 1, entity, 0, 200, 3);
	for (uint32_t i = 0; i < 200; i++)
		expect_sealed(1, i, 200);
	CHECK(r.certs_asked == 200, "asked %u times", r.certs_asked);
}

TEST(seals_every_length)
{
	static char text[300000];
	struct rig_got got;
	struct buf stored;

	TEST_BEGIN;
	memset(text, 'x', sizeof(text));
	for (size_t n = 1; n < sizeof(text); n += n < 400 ? 1 : n / 7) {
		rig_message(&r, n, (struct str){ text, n }, 0, 1, 3);
		CHECK(rig_next(&r, &got, WAIT) == RIG_DELIVERED, "%zu", n);
		rig_read(&got, &stored);
		check_seal_field(&got.deliver, buf_str(&stored), STR(""));
		CHECK(pgpmime_is_sole(buf_str(&stored)), "%zu", n);
		buf_free(&stored);
	}
}

TEST(goes_on_among_waiting_ones)
{
	struct rig_got got;

	TEST_BEGIN;
	/* as many as there is room for, and more, before keys says a word */
	r.mute_keys = true;
	for (unsigned i = 0; i < 60; i++)
		rig_message(&r, i, entity, 0, 5, 3);
	CHECK(rig_next(&r, &got, 300) == RIG_SILENT, "too early");
	r.mute_keys = false;
	for (unsigned i = 0; i < 300; i++) {
		CHECK(rig_next(&r, &got, WAIT) == RIG_DELIVERED, "%u", i);
		close(got.fd);
	}
	CHECK(r.signed_texts == 300, "%u", r.signed_texts);
}

TEST(keeps_what_is_encrypted)
{
	struct msg_scan_is is = { .verdict = VERDICT_YES };
	uint32_t head = (uint32_t)(as_is.len - sizeof("--b\r\n…") + 1);
	struct rig_got got;
	struct buf stored;
	size_t field;

	TEST_BEGIN;
	rig_message(&r, 1, as_is, head, 1, 3);
	CHECK(rig_next(&r, &got, WAIT) == RIG_ASKS_SCAN, "scan");
	is.id = got.scan.id;
	CHECK(chan_put(r.end[RIG_SCAN], msg_scan, SCAN_TYPES, SCAN_IS, &is,
	    NULL, 0) == CHAN_OK, "answer");
	CHECK(rig_next(&r, &got, WAIT) == RIG_DELIVERED, "delivery");
	rig_read(&got, &stored);
	check_seal_field(&got.deliver, buf_str(&stored), STR("form=kept;"));
	field = got.deliver.head_len - head;
	CHECK(str_eq(as_is, (struct str){ stored.ptr + field,
	    stored.len - field }), "as it was");
	CHECK(r.certs_asked == 0, "a certificate for what?");
	buf_free(&stored);
	rig_message(&r, 2, as_is, head, 1, 3);
	CHECK(rig_next(&r, &got, WAIT) == RIG_ASKS_SCAN, "scan");
	is = (struct msg_scan_is){ got.scan.id, VERDICT_LATER };
	CHECK(chan_put(r.end[RIG_SCAN], msg_scan, SCAN_TYPES, SCAN_IS, &is,
	    NULL, 0) == CHAN_OK, "answer");
	CHECK(rig_next(&r, &got, WAIT) == RIG_FAILED &&
	    got.failed.group == 2, "later");
	rig_message(&r, 3, as_is, head, 1, 3);
	CHECK(rig_next(&r, &got, WAIT) == RIG_ASKS_SCAN, "scan");
	is = (struct msg_scan_is){ got.scan.id, VERDICT_NO };
	CHECK(chan_put(r.end[RIG_SCAN], msg_scan, SCAN_TYPES, SCAN_IS, &is,
	    NULL, 0) == CHAN_OK, "answer");
	CHECK(rig_next(&r, &got, WAIT) == RIG_FAILED &&
	    got.failed.group == 3 && got.failed.verdict == VERDICT_NO,
	    "no: the child protects it and asks again");
}

TEST(drops_who_breaks_the_rules)
{
	struct msg_seal_message m = { .group = 1, .size = 5,
	    .targets = STR("01234567890123456789"), .outer = STR(""),
	    .stamp = STR("t=1") };
	struct rig_got got;

	TEST_BEGIN;
	for (int i = 0; i < 8; i++) {
		struct msg_seal_message bad = m;
		int fd = rig_memfd(STR("hello"), i != 0);

		bad.size += i == 1;
		bad.head_len = i == 2 ? 6 : 0;
		bad.targets.len -= i == 3;
		if (i == 4)		/* an account that is not sealed */
			bad.targets = STR("0123456789012345\0\0\0\0");
		if (i == 5)
			bad.stamp = STR("t=1; T");
		if (i == 7)		/* that is for seal to say */
			bad.stamp = STR("t=1; form=kept");
		if (i == 6)
			bad.outer = STR("From: a\r\n\r\nin clear");
		CHECK(chan_put(r.child, msg_seal, SEAL_TYPES, SEAL_MESSAGE,
		    &bad, &fd, 1) == CHAN_OK, "send");
		close(fd);
		CHECK(rig_next(&r, &got, WAIT) == RIG_CHILD_DROPPED, "%d", i);
		rig_child(&r);
	}
	rig_message(&r, 1, entity, 0, 1, 3);
	expect_sealed(1, 0, 1);
}

TEST(says_when_it_cannot)
{
	struct rig_got got;

	TEST_BEGIN;
	r.refuse_cert = true;
	rig_message(&r, 1, entity, 0, 1, 3);
	CHECK(rig_next(&r, &got, WAIT) == RIG_FAILED &&
	    got.failed.group == 1 && got.failed.verdict == VERDICT_LATER,
	    "no certificate");
	r.refuse_cert = false;
	buf_clear(&r.use);
	buf_add_c(&r.use, "rubbish");
	rig_message(&r, 2, entity, 0, 1, 3);
	CHECK(rig_next(&r, &got, WAIT) == RIG_FAILED &&
	    got.failed.group == 2, "a broken one");
	rig_cert(&r, "old.asc");
	rig_message(&r, 3, entity, 0, 1, 3);
	expect_sealed(3, 0, 1);
	close(r.end[RIG_STORE]);
	rig_message(&r, 4, entity, 0, 2, 4);
	r.end[RIG_STORE] = -1;
	CHECK(rig_next(&r, &got, WAIT) == RIG_FAILED &&
	    got.failed.group == 4, "no store");
}

TEST(waits_for_keys)
{
	struct rig_got got;

	TEST_BEGIN;
	r.mute_keys = true;
	rig_message(&r, 1, entity, 0, 1, 3);
	CHECK(rig_next(&r, &got, 200) == RIG_SILENT, "too early");
	rig_new_edge(&r, RIG_KEYS, "keys");
	r.mute_keys = false;
	expect_sealed(1, 0, 1);
}

/* While the store writes to disk it does not listen. */
TEST(bears_with_a_slow_store)
{
	static bool there[1501];
	struct rig_got got;

	TEST_BEGIN;
	rig_message(&r, 0, entity, 0, 1, 3);
	expect_sealed(0, 0, 1);
	r.mute_store = true;
	for (unsigned i = 1; i <= 1500; i++) {
		rig_message(&r, i, entity, 0, 1, 3);
		CHECK(i % 50 != 0 || rig_next(&r, &got, 100) == RIG_SILENT,
		    "at %u", i);
	}
	r.mute_store = false;
	for (unsigned i = 1; i <= 1500; i++) {
		CHECK(rig_next(&r, &got, WAIT) == RIG_DELIVERED, "%u", i);
		close(got.fd);
		CHECK(got.deliver.group <= 1500 && !there[got.deliver.group],
		    "twice");
		there[got.deliver.group] = true;
	}
}

static const struct {
	const char *file, *why;
} files[] = {
	{ "alice.asc", "ok" }, { "secret.pgp", "secret" },
	{ "rsa4096.asc", "ok" }, { "nistp256.asc", "ok" },
	{ "several.asc", "several" }, { "v6.asc", "version" },
	{ "README.md", "empty" }, { "revoked.asc", "revoked" },
};

TEST(looks_at_certificates)
{
	struct msg_seal_check_cert m = { .id = 9 };
	struct rig_got got;
	struct buf file;
	bool ok;
	int fd;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		rig_file(&file, files[i].file);
		m.size = file.len;
		fd = rig_memfd(buf_str(&file), true);
		CHECK(chan_put(r.end[RIG_CONTROL], msg_seal, SEAL_TYPES,
		    SEAL_CHECK_CERT, &m, &fd, 1) == CHAN_OK, "send");
		close(fd);
		buf_free(&file);
		CHECK(rig_next(&r, &got, WAIT) == RIG_CERT_IS, "%s",
		    files[i].file);
		ok = strcmp(files[i].why, "ok") == 0;
		CHECK(got.cert.id == 9 && (got.cert.verdict == VERDICT_YES)
		    == ok && (got.cert.use.len > 0) == ok, "%s",
		    files[i].file);
		CHECK(str_eq(got.cert.why, (struct str){ files[i].why,
		    strlen(files[i].why) }), "%.*s", (int)got.cert.why.len,
		    got.cert.why.ptr);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(seals, setup, teardown),
		cmocka_unit_test_setup_teardown(seals_for_many, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(seals_every_length, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(goes_on_among_waiting_ones,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(keeps_what_is_encrypted, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(drops_who_breaks_the_rules,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(says_when_it_cannot, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(waits_for_keys, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(bears_with_a_slow_store, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(looks_at_certificates, setup,
		    teardown),
	};

	if (argc < 2)
		return 77;
	path = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
