/* fuzz_imap_cmd.c - frames, commands and the arguments of all but FETCH. */

#include "fuzz/fuzz.h"
#include "proto/imap_args.h"
#include "proto/imap_boxes.h"
#include "proto/imap_cmd.h"
#include "proto/imap_frame.h"

enum { LITERAL_MAX = 4096 };

/* The end of the command, given as much at a time as the input says. */
static enum imap_frame_is
frame(struct str in, bool pieces, uint64_t *n)
{
	struct str rest = in;
	struct imap_frame f;

	if (!pieces)
		rest.len = 0;
	imap_frame_begin(&f);
	for (;;) {
		struct str have = in;

		have.len -= rest.len;
		switch (imap_frame_next(&f, have, n)) {
		case FRAME_MORE:
			if (rest.len == 0)
				return FRAME_MORE;
			fuzz_piece(&rest);
			break;
		case FRAME_LITERAL:
			if (*n > LITERAL_MAX)
				return FRAME_LITERAL;
			imap_frame_accept(&f, (size_t)*n);
			break;
		case FRAME_DONE:
			assert(*n >= 2 && *n <= have.len);
			return FRAME_DONE;
		case FRAME_BARE:
			assert(*n >= 1 && *n <= have.len);
			return FRAME_BARE;
		}
	}
}

static void
check_set(struct imap_set *set, uint32_t max)
{
	imap_set_resolve(set, max);
	for (size_t i = 0; i < set->n; i++) {
		assert(set->range[i].from > 0);
		assert(set->range[i].from <= set->range[i].to);
		assert(i == 0 || set->range[i - 1].to + 1 < set->range[i].from);
	}
}

static void
all_args(struct str args, struct arena *a)
{
	struct imap_authenticate authenticate;
	struct imap_login login;
	struct imap_create create;
	struct imap_list list;
	struct imap_select select;
	struct imap_store store;
	struct imap_set set;
	struct str name;
	unsigned items;

	(void)imap_args_login(args, a, &login);
	if (imap_args_authenticate(args, &authenticate))
		fuzz_inside(args, authenticate.initial);
	(void)imap_args_mailbox(args, a, &name);
	(void)imap_boxes_status(args, a, &name, &items);
	(void)imap_boxes_create(args, a, &create);
	(void)imap_boxes_rename(args, a, &name, &name);
	(void)imap_args_id(args, a);
	(void)imap_args_enable(args, &items);
	if (imap_boxes_select(args, a, &select) && select.has_known)
		check_set(&select.known, 0);
	if (imap_boxes_list(args, a, &list))
		assert(list.patterns > 0 &&
		    list.patterns <= IMAP_PATTERNS_MAX);
	(void)imap_boxes_lsub(args, a, &list);
	if (imap_args_store(args, a, &store)) {
		assert(store.keywords <= IMAP_FLAGS_MAX && store.flags < 32);
		check_set(&store.set, 7);
	}
	if (imap_args_set(args, a, &set))
		check_set(&set, 0);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size), line = in;
	uint64_t n = 0, again = 0;
	enum imap_frame_is is = frame(in, false, &n);
	struct imap_cmd cmd;
	struct arena a;

	assert(frame(in, true, &again) == is);
	assert(is == FRAME_MORE || n == again);
	if (is == FRAME_DONE)
		line.len = (size_t)n - 2;
	if (imap_cmd_parse(&cmd, line) == IMAP_PARSE_OK)
		assert(cmd.verb < IMAP_VERBS && cmd.tag.len > 0);
	fuzz_inside(line, cmd.tag);
	fuzz_inside(line, cmd.args);
	arena_init(&a, 1 << 20);
	all_args(cmd.args, &a);
	arena_reset(&a);
	fuzz_free(in);
	return 0;
}
