/* unseal_test.c - the message that its owner reads. */

#include "mail/unseal.h"

#include "mail/protect.h"
#include "tests/check.h"

static void
becomes(enum unseal_kind kind, struct str stored, struct str entity,
    const char *want)
{
	struct unseal u = { kind, stored, entity, STR("x") };
	struct buf out;

	buf_init(&out, 65536);
	assert_true(unseal_message(&u, &out));
	CHECK(str_eq(buf_str(&out), from_c(want)), "is\n%.*s\nwant\n%s",
	    (int)out.len, out.ptr, want);
	buf_free(&out);
}

/* Through the box's own protect_header and back. */
TEST(sealed)
{
	struct str header = STR("From: a@b\r\nSubject: secret\r\n"
	    "Pli-Status: forged\r\nContent-Type: text/html\r\n\r\n");
	struct buf outer, entity;

	TEST_BEGIN;
	buf_init(&outer, PROTECT_OUTER_MAX);
	buf_init(&entity, PROTECT_INNER_MAX);
	assert_true(protect_header(&(struct protect_in){ header,
	    STR("Return-Path: <a@b>\r\n"), STR("Received: by us\r\n") },
	    &outer, &entity));
	buf_add(&entity, STR("body\r\n"));
	becomes(UNSEAL_SEALED, STR("From: a@b\r\n\r\n"), buf_str(&entity),
	    "Pli-Status: x\r\nReturn-Path: <a@b>\r\nReceived: by us\r\n"
	    "From: a@b\r\nSubject: secret\r\nContent-Type: text/html\r\n\r\n"
	    "body\r\n");
	buf_free(&outer);
	buf_free(&entity);
}

/* An entity that says it is ours, and is none. */
TEST(not_ours)
{
	struct unseal u = { UNSEAL_SEALED, STR("A: b\r\n\r\n"),
	    STR("Content-Type: text/plain\r\n\r\nx"), STR("x") };
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 65536);
	assert_false(unseal_message(&u, &out));
	buf_free(&out);
}

#define OUTER	"From: a@b\r\nSubject: ...\r\nReceived: x\r\n"		\
	"Pli-Seal: forged\r\nMIME-Version: 1.0\r\n"			\
	"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b--\r\n"

TEST(encrypted)
{
	TEST_BEGIN;
	/* nothing protected: the outer header stands */
	becomes(UNSEAL_ENCRYPTED, STR(OUTER),
	    STR("Content-Type: text/plain\r\nSubject: ignored\r\n\r\nx\r\n"),
	    "Pli-Status: x\r\nFrom: a@b\r\nSubject: ...\r\nReceived: x\r\n"
	    "Content-Type: text/plain\r\n\r\nx\r\n");
	becomes(UNSEAL_ENCRYPTED, STR(OUTER),
	    STR("Subject: real\r\nFrom: a@b\r\nHP-Outer: Subject: ...\r\n"
	    "Content-Type: text/plain; hp=\"cipher\"\r\n\r\nx\r\n"),
	    "Pli-Status: x\r\nReceived: x\r\nSubject: real\r\nFrom: a@b\r\n"
	    "Content-Type: text/plain; hp=\"cipher\"\r\n\r\nx\r\n");
	becomes(UNSEAL_ENCRYPTED, STR(OUTER),
	    STR("Subject: real\r\nPli-Status: forged\r\n"
	    "Content-Type: text/plain; protected-headers=\"v1\"\r\n\r\nx"),
	    "Pli-Status: x\r\nFrom: a@b\r\nReceived: x\r\nSubject: real\r\n"
	    "Content-Type: text/plain; protected-headers=\"v1\"\r\n\r\nx");
	/* no header at all */
	becomes(UNSEAL_ENCRYPTED, STR("From: a@b\r\n\r\n"), STR("text\r\n"),
	    "Pli-Status: x\r\nFrom: a@b\r\n\r\ntext\r\n");
}

/* Whoever passes a letter on in another envelope gets no answer to it. */
TEST(envelope)
{
#define ANOTHER	"From: a@b\r\nReply-To: e@vil\r\nCC: e@vil\r\n"	\
	"List-Id: l\r\n\r\n"
	TEST_BEGIN;
	becomes(UNSEAL_ENCRYPTED, STR(ANOTHER),
	    STR("From: a@b\r\nContent-Type: text/plain; hp=\"cipher\"\r\n"
	    "\r\nx"), "Pli-Status: x\r\nList-Id: l\r\nFrom: a@b\r\n"
	    "Content-Type: text/plain; hp=\"cipher\"\r\n\r\nx");
	becomes(UNSEAL_ENCRYPTED, STR(ANOTHER),
	    STR("From: a@b\r\nPli-Edit: none\r\nFrom: a@b\r\n\r\nx"),
	    "Pli-Status: x\r\nList-Id: l\r\nFrom: a@b\r\n\r\nx");
	/* what protects some fields alone is believed as far as it goes */
	becomes(UNSEAL_ENCRYPTED, STR(ANOTHER),
	    STR("Content-Type: text/plain; protected-headers=v1\r\n\r\nx"),
	    "Pli-Status: x\r\nFrom: a@b\r\nReply-To: e@vil\r\nCC: e@vil\r\n"
	    "List-Id: l\r\nContent-Type: text/plain; "
	    "protected-headers=v1\r\n\r\nx");
}

/* The same entity, of a sender that is not our box: the original, and no trace
 * that it has put in front. */
TEST(own)
{
	struct str header = STR("From: a@b\r\nSubject: secret\r\n"
	    "Content-Type: text/plain; hp=\"cipher\"\r\n\r\n");
	struct buf outer, entity;

	TEST_BEGIN;
	buf_init(&outer, PROTECT_OUTER_MAX);
	buf_init(&entity, PROTECT_INNER_MAX);
	assert_true(protect_header(&(struct protect_in){ header,
	    STR("Return-Path: <a@b>\r\n"), STR("") }, &outer, &entity));
	buf_add(&entity, STR("body\r\n"));
	assert_true(unseal_is_ours(buf_str(&entity)));
	assert_false(unseal_is_ours(STR("Subject: a\r\n\r\nPli-Edit: x")));
	becomes(UNSEAL_ENCRYPTED, STR("Pli-Seal: x\r\nFrom: a@b\r\n"
	    "Subject: [...]\r\nReceived: x\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/encrypted\r\n\r\n"), buf_str(&entity),
	    "Pli-Status: x\r\nReceived: x\r\nFrom: a@b\r\n"
	    "Subject: secret\r\nContent-Type: text/plain; hp=\"cipher\"\r\n"
	    "\r\nbody\r\n");
	/* its list of edits makes no sense: as of any sender */
	becomes(UNSEAL_ENCRYPTED, STR("From: a@b\r\n\r\n"),
	    STR("Pli-Edit: 99+99\r\nContent-Type: text/plain; hp=\"clear\""
	    "\r\n\r\nx"), "Pli-Status: x\r\nFrom: a@b\r\n"
	    "Content-Type: text/plain; hp=\"clear\"\r\n\r\nx");
	buf_free(&outer);
	buf_free(&entity);
}

/* Signed inside, as Thunderbird does it: what is signed counts. */
TEST(signed_inside)
{
	TEST_BEGIN;
	becomes(UNSEAL_ENCRYPTED, STR("From: a@b\r\nSubject: ...\r\n\r\n"),
	    STR("Content-Type: multipart/signed; boundary=b; protocol="
	    "\"application/pgp-signature\"\r\n\r\n--b\r\n"
	    "Content-Type: text/plain; protected-headers=v1\r\n"
	    "Pli-Status: forged\r\nSubject: secret\r\n\r\nbody\r\n\r\n--b"
	    "\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--"
	    "\r\n"), "Pli-Status: x\r\nFrom: a@b\r\nContent-Type: "
	    "text/plain; protected-headers=v1\r\nSubject: secret\r\n\r\n"
	    "body\r\n");
}

TEST(clear)
{
	TEST_BEGIN;
	becomes(UNSEAL_CLEAR, STR("From: a@b\r\nPLI-status: sig=good\r\n\r\n"
	    "Pli-Status: of the text\r\n"), STR(""),
	    "Pli-Status: x\r\nFrom: a@b\r\n\r\nPli-Status: of the text\r\n");
}

TEST(payload)
{
	static const char message[] = "Content-Type: multipart/encrypted; "
	    "boundary=b; protocol=\"application/pgp-encrypted\"\r\n\r\n"
	    "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n"
	    "Version: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	    "a=3Db\r\n--b--\r\n";
	struct arena a;
	struct buf out;

	TEST_BEGIN;
	arena_init(&a, 1 << 20);
	buf_init(&out, 4096);
	assert_true(unseal_payload(from_c(message), &a, &out));
	assert_true(str_eq(buf_str(&out), STR("a=b")));
	assert_false(unseal_payload(STR("A: b\r\n\r\nx"), &a, &out));
	buf_free(&out);
	arena_reset(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(sealed), RUN(not_ours), RUN(encrypted), RUN(envelope),
		RUN(own), RUN(signed_inside), RUN(clear), RUN(payload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
