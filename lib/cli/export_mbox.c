/* export_mbox.c - a mailbox as a file, mboxrd. */

#include "cli/export.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/date.h"
#include "mail/mbox.h"

enum { PATH_ROOM = 3 * FILE_NAME_MAX, LINE_ROOM = 1 << 20, PREFIX = 64 };

struct file {
	FILE *f;
	bool began;		/* something of the message was written */
	bool start;		/* of a line */
	bool cr;
	struct buf held;	/* ">>Fro…": is it to be quoted? */
};

static void
file_path(const struct export *e, char path[PATH_ROOM])
{
	struct str name = e->box.name;
	size_t n = (size_t)snprintf(path, PATH_ROOM, "%.*s/", FILE_NAME_MAX,
	    e->folder);

	for (size_t i = 0; i < name.len && n < PATH_ROOM - 8; i++)
		path[n++] = name.ptr[i] == '/' ? '.' : name.ptr[i];
	snprintf(path + n, PATH_ROOM - n, ".mbox");
}

/* Could this still become ">From "? */
static bool
undecided(struct str s)
{
	static const struct str from = STR_INIT("From ");

	while (str_take_byte(&s, '>'))
		;
	return s.len < from.len &&
	    (s.len == 0 || memcmp(s.ptr, from.ptr, s.len) == 0);
}

static void
let_go(struct file *f)
{
	if (mbox_is_from(buf_str(&f->held)))
		fputc('>', f->f);
	if (f->held.len > 0)
		fwrite(f->held.ptr, 1, f->held.len, f->f);
	buf_clear(&f->held);
	f->start = false;
}

static void
put(struct file *f, char c)
{
	if (f->start && c != '\n') {
		buf_byte(&f->held, c);
		if (!undecided(buf_str(&f->held)))
			let_go(f);
		return;
	}
	if (f->start)
		let_go(f);
	fputc(c, f->f);
	f->start = c == '\n';
}

static bool
sink(void *ctx, struct str s)
{
	struct file *f = ctx;

	for (size_t i = 0; i < s.len; i++) {
		if (f->cr && s.ptr[i] != '\n')
			put(f, '\r');
		f->cr = s.ptr[i] == '\r';
		if (!f->cr)
			put(f, s.ptr[i]);
	}
	return !ferror(f->f) && !f->held.failed;
}

/* The From_ line, and the fields that say the flags. */
static void
put_front(const struct export *e, const struct box_mail *m, FILE *f)
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
	    "Fri", "Sat" };
	struct date d = date_of(m->date, 0);

	fprintf(f, "From MAILER-DAEMON %s %s %2u %02u:%02u:%02u %d\n",
	    days[d.weekday % 7], date_month(d.month), d.day, d.hour, d.minute,
	    d.second, d.year);
	fprintf(f, "Status: %sO\n", (m->flags & KEPT_SEEN) != 0 ? "R" : "");
	if ((m->flags & ~(uint32_t)(KEPT_SEEN | KEPT_FORWARDED)) != 0)
		fprintf(f, "X-Status: %s%s%s%s\n",
		    (m->flags & KEPT_ANSWERED) != 0 ? "A" : "",
		    (m->flags & KEPT_FLAGGED) != 0 ? "F" : "",
		    (m->flags & KEPT_DRAFT) != 0 ? "T" : "",
		    (m->flags & KEPT_DELETED) != 0 ? "D" : "");
	if (m->words == 0 && (m->flags & KEPT_FORWARDED) == 0)
		return;
	fputs("X-Keywords:", f);
	if ((m->flags & KEPT_FORWARDED) != 0)
		fputs(" $Forwarded", f);
	for (size_t i = 0; i < e->box.words; i++)
		if ((m->words & (uint32_t)1 << i) != 0)
			fprintf(f, " %s", e->box.word[i]);
	fputc('\n', f);
}

static int
write_mail(struct export *e, const struct box_mail *m, FILE *out,
    const char *path)
{
	struct file f = { .f = out, .start = true };
	enum imap_said said;

	buf_init(&f.held, LINE_ROOM);
	put_front(e, m, out);
	said = box_fetch(&e->im, m, sink, &f);
	if (f.cr)
		put(&f, '\r');
	if (f.held.len > 0)
		let_go(&f);
	/* a message that does not end its last line cannot say so in an mbox */
	fputs(f.start ? "\n" : "\n\n", out);
	buf_free(&f.held);
	if (ferror(out))
		return export_disk(e, path);
	e->written += said == IMAP_OK;
	return said == IMAP_CUT ? export_cut(e) : 0;
}

static int
write_box(struct export *e, const char *path, const char *part)
{
	FILE *f = fopen(part, "we");
	int status = 0;

	if (f == NULL)
		return export_disk(e, part);
	(void)fchmod(fileno(f), 0600);
	for (size_t i = 0; status == 0 && !progress_stopped() &&
	    i < box_count(&e->box); i++) {
		status = write_mail(e, box_mail(&e->box, i), f, part);
		progress_at(&e->bar, i + 1);
	}
	if (status == 0 && (fflush(f) != 0 || fsync(fileno(f)) != 0))
		status = export_disk(e, part);
	if (fclose(f) != 0 && status == 0)
		status = export_disk(e, part);
	if (status == 0 && !progress_stopped() && rename(part, path) != 0)
		status = export_disk(e, path);
	return status;
}

int
export_mbox(struct export *e)
{
	char path[PATH_ROOM], part[PATH_ROOM + 8], shown[128];

	file_path(e, path);
	if (access(path, F_OK) == 0) {
		e->there += box_count(&e->box);
		return 0;
	}
	snprintf(part, sizeof(part), "%s.part", path);
	snprintf(shown, sizeof(shown), "%.*s", (int)e->box.name.len,
	    e->box.name.ptr);
	progress_begin(&e->bar, shown, box_count(&e->box));
	return write_box(e, path, part);
}
