/*
 * fuzz_pgpmime.c - no octets hurt; packets and armour agree in pieces; and a
 * message that passes has two parts and nothing beside them.
 */

#include "fuzz/fuzz.h"
#include "mail/armour.h"
#include "mail/mime.h"
#include "mail/pgpmime.h"

static void
pieces(struct str in)
{
	struct pgppacket p = { 0 };
	struct armour whole = { 0 }, a = { 0 };
	struct pieces cut = fuzz_pieces(in);
	struct str piece;
	bool packets = true, armour = true, yes;

	while (pieces_next(&cut, &piece)) {
		packets = packets && pgppacket_feed(&p, piece);
		armour = armour && armour_feed(&a, piece);
	}
	assert((packets && pgppacket_end(&p)) == pgppacket_is_encrypted(in));
	yes = armour_feed(&whole, in) && armour_end(&whole);
	assert((armour && armour_end(&a)) == yes);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct arena arena;
	struct mime m;

	pieces(in);
	if (pgpmime_is_sole(in)) {
		arena_init(&arena, 1 << 20);
		assert(mime_parse(&m, in, &arena));
		assert(m.root->children == 2 && m.parts == 3);
		arena_reset(&arena);
	}
	fuzz_free(in);
	return 0;
}
