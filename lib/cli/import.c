/* import.c - mail of others, appended where it is not yet. */

#include "cli/import.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "mail/date.h"
#include "mail/header.h"
#include "proto/imap_utf7.h"

enum { SEND_SIZE = 65536, COMMAND_MAX = 8192, KEYWORD_OCTETS = 64 };

bool
import_file(const char *path, struct str *s)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	void *at = NULL;

	*s = STR("");
	if (fd < 0)
		return false;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return false;
	}
	if (st.st_size > 0)
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
		    0);
	close(fd);
	if (at == MAP_FAILED)
		return false;
	if (at != NULL)
		*s = (struct str){ at, (size_t)st.st_size };
	return true;
}

void
import_forget(struct str s)
{
	if (s.len > 0)
		munmap((void *)(uintptr_t)s.ptr, s.len);
}

/* A keyword is an atom; what cannot be in one becomes "_". */
static void
put_keyword(struct buf *out, struct str word)
{
	if (out->ptr[out->len - 1] != '(')
		buf_byte(out, ' ');
	for (size_t i = 0; i < word.len && i < KEYWORD_OCTETS; i++) {
		unsigned char c = (unsigned char)word.ptr[i];
		bool good = c > ' ' && c < 0x7f &&
		    strchr("(){%*\"\\]", c) == NULL;

		buf_byte(out, good ? (char)c : '_');
	}
}

static bool
is_between(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',';
}

static bool
is_word(unsigned char c)
{
	return !is_between(c);
}

static void
put_flags(struct buf *out, const struct mbox_mail *m)
{
	static const char *const names[] = { "\\Seen", "\\Answered",
	    "\\Flagged", "\\Deleted", "\\Draft", "$Forwarded" };
	struct str words = m->keywords;

	buf_byte(out, '(');
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((m->flags & (uint32_t)1 << i) == 0)
			continue;
		if (out->ptr[out->len - 1] != '(')
			buf_byte(out, ' ');
		buf_add_c(out, names[i]);
	}
	for (;;) {
		struct str word;

		str_take_while(&words, is_between);
		word = str_take_while(&words, is_word);
		if (word.len == 0)
			break;
		put_keyword(out, word);
	}
	buf_add(out, STR(") "));
}

/* Counts the octets, or sends them. */
static bool
text(struct import *i, const struct mbox_mail *m, uint64_t *octets)
{
	struct mbox_lines l;
	struct str line;
	bool ended, ok = true;

	*octets = 0;
	buf_clear(&i->out);
	mbox_lines_begin(&l, m);
	while (ok && mbox_lines_next(&l, &line, &ended)) {
		*octets += line.len + (ended ? 2 : 0);
		if (!i->sending)
			continue;
		buf_add(&i->out, line);
		if (ended)
			buf_add(&i->out, STR("\r\n"));
		if (i->out.len >= SEND_SIZE) {
			ok = imap_put(&i->im, buf_str(&i->out));
			buf_clear(&i->out);
		}
	}
	return ok && !i->out.failed &&
	    (!i->sending || imap_put(&i->im, buf_str(&i->out)));
}

static bool
begin_append(struct import *i, const struct mbox_mail *m, uint64_t octets)
{
	struct buf b;
	bool ok;

	buf_init(&b, COMMAND_MAX);
	buf_add(&b, STR("APPEND "));
	imap_quote(&b, from_c(i->box));
	buf_byte(&b, ' ');
	put_flags(&b, m);
	imap_put_date(&b, m->date);
	buf_add(&b, STR(" {"));
	buf_add_u64(&b, octets);
	buf_add(&b, STR("}\r\n"));
	ok = !b.failed && imap_begin(&i->im, buf_str(&b));
	buf_free(&b);
	return ok;
}

bool
import_append(struct import *i, const struct mbox_mail *m)
{
	enum imap_said said;
	uint64_t octets;
	struct str line;

	i->sending = false;
	(void)text(i, m, &octets);
	if (!begin_append(i, m, octets))
		return false;
	said = imap_end(&i->im, &line);
	if (said == IMAP_GO_ON) {
		i->sending = true;
		if (!text(i, m, &octets) || !imap_put(&i->im, STR("\r\n")))
			return false;
		said = imap_end(&i->im, &line);
	}
	if (said == IMAP_OK) {
		i->brought++;
	} else if (said == IMAP_NO) {
		i->refused++;
		snprintf(i->why, sizeof(i->why), "%.*s", (int)line.len,
		    line.ptr);
	}
	return said == IMAP_OK || said == IMAP_NO;
}

/* Without a date of its own: that of its header, else of its file. */
static void
find_date(struct import *i, struct mbox_mail *m)
{
	struct header_field f;
	struct date d;

	if (!m->dated && header_find(m->head, STR("Date"), &f) &&
	    date_parse(f.value, &d))
		m->date = date_seconds(&d);
	else if (!m->dated)
		m->date = i->file_date;
	if (m->date < 1)
		m->date = 1;	/* 0 would be "now" */
}

bool
import_mail(struct import *i, struct mbox_mail *m)
{
	unsigned char key[BOX_KEY];

	if (m->internal)
		return true;
	find_date(i, m);
	box_key(key, m->head, m->date);
	if (have_take(&i->have, key)) {
		i->there++;
		return true;
	}
	return import_append(i, m);
}

static enum imap_said
create(struct import *i, struct str box)
{
	enum imap_said said;
	struct buf b;

	buf_init(&b, COMMAND_MAX);
	buf_add(&b, STR("CREATE "));
	imap_quote(&b, box);
	said = imap_do(&i->im, buf_str(&b), NULL, NULL);
	buf_free(&b);
	return said;
}

/* And the levels above, which may be there. */
static enum imap_said
create_all(struct import *i, struct str box)
{
	for (size_t n = 1; n < box.len; n++)
		if (box.ptr[n] == '/' &&
		    create(i, (struct str){ box.ptr, n }) == IMAP_CUT)
			return IMAP_CUT;
	return create(i, box);
}

/* Opens it, makes it if need be, and learns what is there. */
int
import_box(struct import *i, const char *box)
{
	enum imap_said said;
	struct box there;

	i->box = box;
	have_free(&i->have);
	box_begin(&there);
	said = box_open(&i->im, &there, from_c(box), true);
	if (said == IMAP_NO)
		said = create_all(i, from_c(box));
	have_begin(&i->have, &there);
	box_free(&there);
	if (said == IMAP_NO)
		return say(i->c, EXIT_NO, "import-box", box, NULL);
	return said == IMAP_OK ? 0 : import_cut(i);
}

int
import_cut(struct import *i)
{
	progress_end(&i->bar);
	return say(i->c, EXIT_LATER, "import-cut", i->im.user, NULL);
}

static int
import_mbox(struct import *i, const char *path, const char *box)
{
	struct str file, rest;
	struct mbox_mail m;
	bool ok = true;
	int status;

	if (!import_file(path, &file))
		return say(i->c, EXIT_NO, "file-unreadable", path,
		    strerror(errno));
	status = import_box(i, box);
	rest = file;
	progress_begin(&i->bar, box, file.len);
	while (status == 0 && ok && !progress_stopped() &&
	    mbox_next(&rest, &m)) {
		ok = import_mail(i, &m);
		progress_at(&i->bar, file.len - rest.len);
	}
	progress_end(&i->bar);
	if (status == 0 && !ok)
		status = import_cut(i);
	if (status == 0 && !progress_stopped() && rest.len > 0)
		status = say(i->c, EXIT_NO, "import-no-mbox", path, NULL);
	import_forget(file);
	return status;
}

/* How it went, in the end and also when it was broken off. */
int
import_report(struct import *i, int status)
{
	char brought[32], there[32];

	snprintf(brought, sizeof(brought), "%llu",
	    (unsigned long long)i->brought);
	snprintf(there, sizeof(there), "%llu", (unsigned long long)i->there);
	tell(i->c, "import-done", brought, there);
	if (i->refused > 0) {
		snprintf(brought, sizeof(brought), "%llu",
		    (unsigned long long)i->refused);
		return say(i->c, EXIT_NO, "import-refused", brought, i->why);
	}
	return status == 0 && progress_stopped() ?
	    say(i->c, EXIT_LATER, "import-stopped", NULL, NULL) : status;
}

/* As IMAP writes it. */
static const char *
wire_name(const char *name, struct buf *out)
{
	buf_init(out, FILE_NAME_MAX);
	imap_utf7_encode(out, from_c(name));
	buf_byte(out, '\0');
	return out->failed ? name : out->ptr;
}

void
import_begin(struct import *i, struct cli *c)
{
	*i = (struct import){ .c = c };
	imap_begin_session(&i->im, c, "");
	buf_init(&i->out, 4 * SEND_SIZE + IMAP_LINE_MAX);
	have_begin(&i->have, NULL);
}

void
import_end(struct import *i)
{
	have_free(&i->have);
	buf_free(&i->out);
}

int
import_files(struct import *i, const char *path, const char *mailbox)
{
	struct buf wire;
	struct stat st;
	const char *box;
	int status;

	if (stat(path, &st) != 0)
		return say(i->c, EXIT_NO, "file-unreadable", path,
		    strerror(errno));
	i->file_date = st.st_mtime;
	box = wire_name(mailbox, &wire);
	status = S_ISDIR(st.st_mode) ? import_maildir(i, path, box) :
	    import_mbox(i, path, box);
	buf_free(&wire);
	return import_report(i, status);
}
