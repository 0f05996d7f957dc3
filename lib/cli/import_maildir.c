/* import_maildir.c - import of a Maildir and its folders. */

#include "cli/import.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LETTERS = 26, LINE = 256 };

/* Dovecot's names of the letters a to z in file names. */
struct letters {
	char name[LETTERS][LINE];
};

static void
read_letters(struct letters *l, const char *path)
{
	char file[FILE_NAME_MAX], line[LINE];
	FILE *f;

	memset(l, 0, sizeof(*l));
	snprintf(file, sizeof(file), "%s/dovecot-keywords", path);
	f = fopen(file, "re");
	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL) {
		char *name;
		unsigned long n = strtoul(line, &name, 10);

		if (name == line || *name != ' ' || n >= LETTERS)
			continue;
		name++;
		name[strcspn(name, "\r\n")] = '\0';
		snprintf(l->name[n], LINE, "%s", name);
	}
	fclose(f);
}

static void
put_letters(struct buf *out, const struct letters *l, uint32_t bits)
{
	for (size_t i = 0; i < LETTERS; i++)
		if ((bits & (uint32_t)1 << i) != 0 && l->name[i][0] != '\0') {
			buf_add_c(out, l->name[i]);
			buf_byte(out, ' ');
		}
}

/* 0; -1: the connection is lost. */
static int
import_one(struct import *i, const char *path, const char *name,
    const struct letters *l)
{
	struct buf words;
	struct mbox_mail m;
	uint32_t letters;
	struct str file;
	struct stat st;
	bool ok;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	if (!import_file(path, &file)) {
		i->refused++;
		snprintf(i->why, sizeof(i->why), "%.150s: %s", path,
		    strerror(errno));
		return 0;
	}
	buf_init(&words, LETTERS * LINE);
	m = mbox_single(file);
	m.dated = true;
	m.date = st.st_mtime;
	m.flags = maildir_flags(from_c(name), &letters);
	put_letters(&words, l, letters);
	m.keywords = buf_str(&words);
	ok = import_mail(i, &m);
	buf_free(&words);
	import_forget(file);
	return ok ? 0 : -1;
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
import_sub(struct import *i, const char *path, const char *sub,
    const struct letters *l)
{
	char name[4 * FILE_NAME_MAX];
	struct dirent **list;
	int n, lost = 0;

	snprintf(name, sizeof(name), "%s/%s", path, sub);
	n = scandir(name, &list, visible, alphasort);
	if (n < 0)
		return 0;
	progress_begin(&i->bar, i->box, (uint64_t)n);
	for (int k = 0; k < n; k++) {
		if (lost == 0 && !progress_stopped()) {
			snprintf(name, sizeof(name), "%s/%s/%s", path, sub,
			    list[k]->d_name);
			lost = import_one(i, name, list[k]->d_name, l);
			progress_at(&i->bar, (uint64_t)k + 1);
		}
		free(list[k]);
	}
	free(list);
	progress_end(&i->bar);
	return lost;
}

static bool
is_maildir(const char *path)
{
	char name[4 * FILE_NAME_MAX];
	struct stat st;

	snprintf(name, sizeof(name), "%s/cur", path);
	return stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
import_folder(struct import *i, const char *path, const char *box)
{
	struct letters l;
	int status = import_box(i, box);

	if (status != 0)
		return status;
	read_letters(&l, path);
	if (import_sub(i, path, "cur", &l) != 0 ||
	    import_sub(i, path, "new", &l) != 0)
		return import_cut(i);
	return 0;
}

/* ".Lists.pli" is Lists/pli.  Names are in IMAP's UTF-7 already, where a dot
 * within a level may have been written &AC4-. */
static bool
folder_name(char out[FILE_NAME_MAX], const char *box, const char *dir)
{
	static const char dot[] = "&AC4-";
	size_t n = 0;

	if (strcmp(box, "INBOX") != 0)
		n = (size_t)snprintf(out, FILE_NAME_MAX, "%s/", box);
	for (const char *s = dir + 1; *s != '\0' && n < FILE_NAME_MAX - 1;) {
		bool is_dot = strncmp(s, dot, sizeof(dot) - 1) == 0;

		out[n++] = is_dot ? '.' : *s == '.' ? '/' : *s;
		s += is_dot ? sizeof(dot) - 1 : 1;
	}
	if (n >= FILE_NAME_MAX)
		return false;
	out[n] = '\0';
	return n < FILE_NAME_MAX - 1;
}

static int
is_folder(const struct dirent *d)
{
	return d->d_name[0] == '.' && d->d_name[1] != '\0' &&
	    strcmp(d->d_name, "..") != 0;
}

int
import_maildir(struct import *i, const char *path, const char *box)
{
	char name[FILE_NAME_MAX], sub[2 * FILE_NAME_MAX];
	struct dirent **list;
	int n, status;

	if (!is_maildir(path))
		return say(i->c, EXIT_NO, "import-no-maildir", path, NULL);
	status = import_folder(i, path, box);
	n = scandir(path, &list, is_folder, alphasort);
	for (int k = 0; k < n; k++) {
		snprintf(sub, sizeof(sub), "%s/%s", path, list[k]->d_name);
		if (status == 0 && !progress_stopped() && is_maildir(sub) &&
		    folder_name(name, box, list[k]->d_name))
			status = import_folder(i, sub, name);
		free(list[k]);
	}
	if (n >= 0)
		free(list);
	return status;
}
