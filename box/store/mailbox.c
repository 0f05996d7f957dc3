/* mailbox.c - a message goes into a mailbox, or out of it. */

#include <unistd.h>

#include "store.h"

static const char find_inbox[] =
    "SELECT id FROM mailbox WHERE account = ?1 AND name = 'INBOX'";
static const char make_mailbox[] =
    "INSERT INTO mailbox(account, name, special, uidvalidity) "
    "VALUES(?1, ?2, ?3, ?4)";
static const char take_uid[] =
    "UPDATE mailbox SET uidnext = uidnext + 1, modseq = modseq + 1, "
    "messages = messages + 1, unseen = unseen + 1, octets = octets + ?2 "
    "WHERE id = ?1 RETURNING uidnext - 1, modseq";
static const char next_body[] = "SELECT coalesce(max(body), 0) + 1 FROM head";
static const char add_head[] =
    "INSERT INTO head(body, refs, data) VALUES(?1, 1, ?2)";
static const char add_chunk[] = "INSERT INTO chunk(id, data) VALUES(?1, ?2)";
static const char add_message[] =
    "INSERT INTO message(mailbox, uid, modseq, flags, size, date, head_len, "
    "body) VALUES(?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)";
static const char add_used[] =
    "UPDATE account SET used = used + ?2 WHERE id = ?1";
static const char drop_ref[] =
    "UPDATE head SET refs = refs - 1 WHERE body = ?1 RETURNING refs";
static const char drop_head[] = "DELETE FROM head WHERE body = ?1";
static const char drop_chunks[] =
    "DELETE FROM chunk WHERE id >= ?1 AND id < ?2";

uint64_t
mailbox_inbox(uint64_t account)
{
	uint64_t id = 0;

	(void)sql_number(&store.db, &id, find_inbox, "u", account);
	return id;
}

bool
mailbox_create_all(uint64_t account)
{
	static const struct {
		struct str name;
		enum special special;
	} all[] = {
		{ STR_INIT("INBOX"), SPECIAL_NONE },
		{ STR_INIT("Archive"), SPECIAL_ARCHIVE },
		{ STR_INIT("Drafts"), SPECIAL_DRAFTS },
		{ STR_INIT("Junk"), SPECIAL_JUNK },
		{ STR_INIT("Sent"), SPECIAL_SENT },
		{ STR_INIT("Trash"), SPECIAL_TRASH },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (sql_run(&store.db, make_mailbox, "utuu", account,
		    all[i].name, (uint64_t)all[i].special, now()) != SQL_DONE)
			return false;
	return true;
}

/* Head and chunks from the memfd, through one buffer: it is ciphertext, or
 * what its owner wanted in clear. */
static bool
insert_body(uint64_t body, const struct msg_store_deliver *m, int fd)
{
	static char piece[CHUNK_OCTETS];
	uint64_t at = m->head_len;

	if (m->head_len > sizeof(piece) ||
	    pread(fd, piece, m->head_len, 0) != (ssize_t)m->head_len ||
	    sql_run(&store.db, add_head, "ub", body,
	    (struct str){ piece, m->head_len }) != SQL_DONE)
		return false;
	for (uint64_t n = 0; at < m->size; n++) {
		size_t want = m->size - at > sizeof(piece) ? sizeof(piece) :
		    (size_t)(m->size - at);

		if (pread(fd, piece, want, (off_t)at) != (ssize_t)want ||
		    sql_run(&store.db, add_chunk, "ub",
		    body << CHUNK_SHIFT | n, (struct str){ piece, want })
		    != SQL_DONE)
			return false;
		at += want;
	}
	return true;
}

bool
mailbox_append(uint64_t account, const struct msg_store_deliver *m, int fd,
    uint64_t mailbox)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, take_uid, "uu", mailbox,
	    m->size);
	uint64_t uid = 0, modseq = 0, body;

	if (sql_step(q) == SQL_ROW) {
		uid = sql_u64(q, 0);
		modseq = sql_u64(q, 1);
	}
	sql_end(q);
	if (uid == 0 || uid > UINT32_MAX ||
	    sql_number(&store.db, &body, next_body, "") != SQL_DONE ||
	    !insert_body(body, m, fd) ||
	    sql_run(&store.db, add_message, "uuuuuuu", mailbox, uid, modseq,
	    m->size, m->date, (uint64_t)m->head_len, body) != SQL_DONE ||
	    sql_run(&store.db, add_used, "uu", account, m->size) != SQL_DONE)
		return false;
	commit_changed(mailbox, modseq);
	return true;
}

bool
body_remove(uint64_t body, uint64_t size, uint64_t head_len)
{
	uint64_t refs = 0, first = body << CHUNK_SHIFT;
	uint64_t chunks = (size - head_len + CHUNK_OCTETS - 1) / CHUNK_OCTETS;

	if (sql_number(&store.db, &refs, drop_ref, "u", body) != SQL_DONE)
		return false;
	if (refs > 0)
		return true;
	return sql_run(&store.db, drop_chunks, "uu", first, first + chunks)
	    == SQL_DONE && sql_run(&store.db, drop_head, "u", body) == SQL_DONE;
}
