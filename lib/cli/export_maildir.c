/* export_maildir.c - a mailbox as a folder of a Maildir++. */

#include "cli/export.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/mbox.h"

enum { PATH_ROOM = 3 * FILE_NAME_MAX };

/* What is in cur already: uids of this mailbox, and the names. */
struct there {
	struct dirent **list;
	int n;
};

struct file {
	int fd;
	bool cr;		/* the last octet was a CR, not yet written */
	struct buf out;
};

/* INBOX is the folder itself, Lists/pli.old is .Lists.pli&AC4-old. */
static void
folder_path(const struct export *e, char path[PATH_ROOM])
{
	struct str name = e->box.name;
	size_t n = (size_t)snprintf(path, PATH_ROOM, "%.*s", FILE_NAME_MAX,
	    e->folder);

	if (str_eq_nocase(name, STR("INBOX")))
		return;
	n += (size_t)snprintf(path + n, PATH_ROOM - n, "/.");
	for (size_t i = 0; i < name.len && n < PATH_ROOM - 6; i++) {
		if (name.ptr[i] == '.')
			n += (size_t)snprintf(path + n, PATH_ROOM - n,
			    "&AC4-");
		else
			path[n++] = name.ptr[i] == '/' ? '.' : name.ptr[i];
	}
	path[n] = '\0';
}

static bool
make_folder(const char *path)
{
	static const char *const subs[] = { "", "/cur", "/new", "/tmp" };
	char name[PATH_ROOM + 8];

	for (size_t i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "%s%s", path, subs[i]);
		if (mkdir(name, 0700) != 0 && errno != EEXIST)
			return false;
	}
	return true;
}

static void
read_letters(struct box *old, const char *path)
{
	char file[PATH_ROOM + 32], line[128];
	FILE *f;

	snprintf(file, sizeof(file), "%s/dovecot-keywords", path);
	f = fopen(file, "re");
	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL &&
	    old->words < BOX_WORDS_MAX) {
		char *name = strchr(line, ' ');

		if (name == NULL)
			continue;
		name[1 + strcspn(name + 1, "\r\n")] = '\0';
		snprintf(old->word[old->words++], sizeof(old->word[0]), "%s",
		    name + 1);
	}
	fclose(f);
}

/* The letter of a keyword, as a bit; 0: there are no more. */
static uint32_t
letter_of(struct box *old, const char *word)
{
	size_t at = 0;

	while (at < old->words && strcasecmp(old->word[at], word) != 0)
		at++;
	if (at == BOX_WORDS_MAX)
		return 0;
	if (at == old->words)
		snprintf(old->word[old->words++], sizeof(old->word[0]), "%s",
		    word);
	return (uint32_t)1 << at;
}

/* Letters that older runs gave stay; new keywords come after them. */
static void
keep_letters(struct box *box, const char *path)
{
	struct box old = { .words = 0 };

	read_letters(&old, path);
	for (size_t i = 0; i < box_count(box); i++) {
		struct box_mail *m = box_mail(box, i);
		uint32_t words = 0;

		for (size_t k = 0; k < box->words; k++)
			if ((m->words & (uint32_t)1 << k) != 0)
				words |= letter_of(&old, box->word[k]);
		m->words = words;
	}
	memcpy(box->word, old.word, sizeof(old.word));
	box->words = old.words;
}

static bool
write_letters(const struct box *box, const char *path)
{
	char file[PATH_ROOM + 32];
	FILE *f;

	if (box->words == 0)
		return true;
	snprintf(file, sizeof(file), "%s/dovecot-keywords", path);
	f = fopen(file, "we");
	if (f == NULL)
		return false;
	for (size_t i = 0; i < box->words; i++)
		fprintf(f, "%zu %s\n", i, box->word[i]);
	return fclose(f) == 0;
}

static void
base_name(const struct export *e, const struct box_mail *m, char name[96])
{
	snprintf(name, 96, "%lld.V%uU%u.plid", (long long)m->date,
	    e->box.uidvalidity, m->uid);
}

static void
flagged_name(const char *base, const struct box_mail *m, char name[160])
{
	static const struct { char letter; uint32_t flag; } kept[] = {
		{ 'D', KEPT_DRAFT }, { 'F', KEPT_FLAGGED },
		{ 'P', KEPT_FORWARDED }, { 'R', KEPT_ANSWERED },
		{ 'S', KEPT_SEEN }, { 'T', KEPT_DELETED },
	};
	size_t n = (size_t)snprintf(name, 128, "%s:2,", base);

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if ((m->flags & kept[i].flag) != 0)
			name[n++] = kept[i].letter;
	for (unsigned i = 0; i < BOX_WORDS_MAX && n < 159; i++)
		if ((m->words & (uint32_t)1 << i) != 0)
			name[n++] = (char)('a' + i);
	name[n] = '\0';
}

/* Maildirs hold LF. */
static bool
sink(void *ctx, struct str s)
{
	struct file *f = ctx;
	ssize_t n;

	buf_clear(&f->out);
	for (size_t i = 0; i < s.len; i++) {
		if (f->cr && s.ptr[i] != '\n')
			buf_byte(&f->out, '\r');
		f->cr = s.ptr[i] == '\r';
		if (!f->cr)
			buf_byte(&f->out, s.ptr[i]);
	}
	for (size_t at = 0; at < f->out.len; at += (size_t)n) {
		n = write(f->fd, f->out.ptr + at, f->out.len - at);
		if (n <= 0)
			return false;
	}
	return !f->out.failed;
}

static int
write_file(struct export *e, const struct box_mail *m, const char *tmp,
    bool *gone)
{
	const struct timespec times[2] = { { .tv_sec = m->date },
	    { .tv_sec = m->date } };
	struct file f = { .fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600) };
	enum imap_said said;
	struct stat st;
	bool ok;

	if (f.fd < 0)
		return export_disk(e, tmp);
	buf_init(&f.out, 1 << 20);
	errno = 0;
	said = box_fetch(&e->im, m, sink, &f);
	ok = errno != ENOSPC && errno != EDQUOT && errno != EIO &&
	    (!f.cr || write(f.fd, "\r", 1) == 1) &&
	    futimens(f.fd, times) == 0 && fsync(f.fd) == 0 &&
	    fstat(f.fd, &st) == 0;
	*gone = ok && said == IMAP_OK && st.st_size == 0;
	buf_free(&f.out);
	if (close(f.fd) != 0 || !ok)
		return export_disk(e, tmp);
	return said == IMAP_CUT ? export_cut(e) : 0;
}

static int
write_mail(struct export *e, const struct box_mail *m, const char *path)
{
	char base[96], name[160], tmp[PATH_ROOM + 192], cur[PATH_ROOM + 192];
	bool gone = true;
	int status;

	base_name(e, m, base);
	flagged_name(base, m, name);
	snprintf(tmp, sizeof(tmp), "%s/tmp/%s", path, base);
	snprintf(cur, sizeof(cur), "%s/cur/%s", path, name);
	status = write_file(e, m, tmp, &gone);
	if (status != 0 || gone) {	/* expunged meanwhile */
		(void)unlink(tmp);
		return status;
	}
	if (rename(tmp, cur) != 0)
		return export_disk(e, cur);
	e->written++;
	return 0;
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
compare(const void *base, const void *entry)
{
	const struct dirent *const *d = entry;

	return strncmp(base, (*d)->d_name, strlen(base));
}

/* It is there: under the right name, or it gets it. */
static bool
refresh(const struct export *e, const struct box_mail *m,
    const struct there *t, const char *path)
{
	char base[96], name[160], old[PATH_ROOM + 320], new[PATH_ROOM + 192];
	struct dirent **d;

	base_name(e, m, base);
	d = t->n > 0 ? bsearch(base, t->list, (size_t)t->n, sizeof(*t->list),
	    compare) : NULL;
	if (d == NULL)
		return false;
	flagged_name(base, m, name);
	if (strcmp((*d)->d_name, name) == 0)
		return true;
	snprintf(old, sizeof(old), "%s/cur/%s", path, (*d)->d_name);
	snprintf(new, sizeof(new), "%s/cur/%s", path, name);
	return rename(old, new) == 0;
}

static int
by_octets(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int
export_maildir(struct export *e)
{
	char path[PATH_ROOM], cur[PATH_ROOM + 8], shown[128];
	struct there t = { .n = 0 };
	int status = 0;

	folder_path(e, path);
	keep_letters(&e->box, path);
	if (!make_folder(path) || !write_letters(&e->box, path))
		return export_disk(e, path);
	snprintf(cur, sizeof(cur), "%s/cur", path);
	t.n = scandir(cur, &t.list, visible, by_octets);
	if (t.n < 0)
		return export_disk(e, cur);
	snprintf(shown, sizeof(shown), "%.*s", (int)e->box.name.len,
	    e->box.name.ptr);
	progress_begin(&e->bar, shown, box_count(&e->box));
	for (size_t i = 0; status == 0 && !progress_stopped() &&
	    i < box_count(&e->box); i++) {
		const struct box_mail *m = box_mail(&e->box, i);

		if (refresh(e, m, &t, path))
			e->there++;
		else
			status = write_mail(e, m, path);
		progress_at(&e->bar, i + 1);
	}
	while (t.n > 0)
		free(t.list[--t.n]);
	free(t.list);
	return status;
}
