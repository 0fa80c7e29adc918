// SPDX-License-Identifier: GPL-2.0
/*
 * Having functions traced, against a model: of any hypercall the instructions become exactly what
 * was asked for, or none does and it is refused; nothing is ever written but an instruction of the
 * tracer's over one of them. The text can be written to nowhere but at another address of one page
 * of it, which is there while the page is worked on and no longer, and each instruction is seen to
 * all caches by both its addresses.
 *
 * Usage: patch_hyp [SEED [ROUNDS]]
 */
#include <nvhe/el2_functions.h>

#include "el2.h"

#define TEXT_PAGES	24
#define PAGE_INSNS	(PAGE_SIZE / sizeof(u32))
#define INSNS		(TEXT_PAGES * PAGE_INSNS)
/* Three words, the last of which is not full */
#define FUNCTIONS	150
#define WORDS		3
#define BTI_C		0xd503245fU
#define PACIASP		0xd503233fU

static u64 seed;

/* Can be read where it is, and written to where it is mapped for that */
static u32 text[INSNS] __aligned(65536);
static int text_fd;
static char *alias;
/* The page that is mapped there, if @mapped; not to be touched before others are not any more */
static unsigned long alias_page;
static bool mapped, current;
static u64 maps, tlbis;

/* What is at the place of each function, and is to be */
static u32 places[FUNCTIONS];
static u32 model[INSNS];
static unsigned int wanted[FUNCTIONS];

/* Instructions that this call has had cleaned, not yet invalidated; and that it has had both */
static u32 *cleaned;
static u64 published;

static u64 granted, refused, foreign, changed;

const char el2_function_entries[EL2_FUNCTION_ENTRIES * EL2_FUNCTION_ENTRY_SIZE];
/* The table, which the linker puts together of what is the compiler's */
asm(".pushsection .data; .balign 8; .globl el2_functions_start; .globl el2_functions_stop\n\t"
	"el2_functions_start: .zero 150 * 8\n\t"
	"el2_functions_stop: .popsection");
static_assert(FUNCTIONS == 150);

void *hyp_fixmap_map(phys_addr_t phys)
{
	unsigned long page = (unsigned long)hyp_phys_to_virt(phys);

	CHECK(!mapped);
	CHECK(page >= (unsigned long)text && page < (unsigned long)text + sizeof(text));
	CHECK_EQ(page % PAGE_SIZE, 0);
	mapped = true;
	current = false;
	alias_page = page;
	maps++;

	return alias;
}

void hyp_fixmap_unmap(void)
{
	CHECK(mapped && !cleaned);
	CHECK(mmap(alias, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	      alias);
	mapped = false;
}

/* Only now is it sure that what is stored goes to the page that is mapped */
void shim_tlbi(void)
{
	tlbis++;
	if (!mapped || current)
		return;
	CHECK(mmap(alias, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, text_fd,
		   alias_page - (unsigned long)text) == alias);
	current = true;
}

static void clean(void *addr, u64 size)
{
	u64 offset = (char *)addr - alias;

	CHECK(mapped && current && !cleaned);
	CHECK_EQ(size, sizeof(u32));
	CHECK(offset < PAGE_SIZE && !(offset % sizeof(u32)));
	cleaned = (u32 *)(alias_page + offset);
}

void icache_inval_pou(unsigned long start, unsigned long end)
{
	CHECK(cleaned);
	CHECK_EQ(start, (unsigned long)cleaned);
	CHECK_EQ(end, start + sizeof(u32));
	CHECK_EQ(*cleaned, model[cleaned - text]);
	cleaned = NULL;
	published++;
}

/* What is written to it so is not patched: the linker's work, or a mistake that is to be found */
static void poke(u32 insn, u32 value)
{
	CHECK_EQ(pwrite(text_fd, &value, sizeof(value), insn * sizeof(u32)), sizeof(value));
	model[insn] = value;
}

/* A BL to the entry that does what is wanted, put together otherwise than the sources do it */
static u32 insn_for(u32 place, unsigned int how)
{
	s64 to;

	if (!how)
		return EL2_FUNCTION_NOP;

	to = el2_function_entries + (how - 1) * EL2_FUNCTION_ENTRY_SIZE - (char *)&text[place];
	CHECK(!(to % 4) && to >= -(1LL << 27) && to < 1LL << 27);

	return 37U << 26 | (u32)((u64)(to / 4) & 0x3ffffff);
}

static void make_text(void)
{
	unsigned long *table = (unsigned long *)el2_functions_start;
	u32 i, at = 1;

	CHECK_EQ(el2_functions_stop - el2_functions_start, FUNCTIONS);
	text_fd = memfd_create("text", 0);
	CHECK(text_fd >= 0 && !ftruncate(text_fd, sizeof(text)));
	CHECK(mmap(text, sizeof(text), PROT_READ, MAP_SHARED | MAP_FIXED, text_fd, 0) == text);
	alias = mmap(NULL, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(alias != MAP_FAILED);

	for (i = 0; i < INSNS; i++)
		poke(i, test_random(&seed));
	for (i = 0; i < FUNCTIONS; i++) {
		/* Some next to each other; some whose two instructions are in two pages */
		at += 2 + test_below(&seed, 60);
		if (i && !(i % 16))
			at = (at + PAGE_INSNS - 1) / PAGE_INSNS * PAGE_INSNS;
		CHECK(at < INSNS);
		table[i] = (unsigned long)&text[at - 1];
		places[i] = at;
		poke(at - 1, EL2_FUNCTION_SAVE);
		poke(at, EL2_FUNCTION_NOP);
	}
}

/* The text is what it ought to be, and nobody can write to it */
static void check(void)
{
	CHECK(!mapped && !cleaned);
	CHECK(!memcmp(text, model, sizeof(text)));
}

static struct el2_function_word random_word(u32 first, u32 nr)
{
	struct el2_function_word word = {};
	u32 i, bit, kind = test_below(&seed, 4);

	for (i = 0; i < nr; i++) {
		switch (kind) {
		case 0:
			wanted[first + i] = 0;
			break;
		case 1:
			wanted[first + i] = 1 + test_below(&seed, EL2_FUNCTION_ENTRIES);
			break;
		case 2:
			wanted[first + i] = test_below(&seed, EL2_FUNCTION_ENTRIES + 1);
			break;
		case 3:
			/* Few change */
			if (!test_below(&seed, 16))
				wanted[first + i] = test_below(&seed, EL2_FUNCTION_ENTRIES + 1);
			break;
		}
		for (bit = 0; bit < EL2_FUNCTIONS_BITS; bit++)
			word.bits[bit] |= (u64)(wanted[first + i] >> bit & 1) << i;
	}

	return word;
}

static s64 patch(u64 nr, const struct el2_function_word *word)
{
	maps = 0;
	tlbis = 0;
	published = 0;

	return el2_call(patch_functions, nr, word->bits[0], word->bits[1], word->bits[2]);
}

/* Nothing has come of it, and nothing was tried */
static void refuse(u64 nr, const struct el2_function_word *word, int error)
{
	CHECK_EQ(patch(nr, word), error);
	CHECK_EQ(maps, 0);
	CHECK_EQ(published, 0);
	check();
	refused++;
}

static void grant(u32 nr, u32 first, u32 functions, const struct el2_function_word *word)
{
	u32 i, differ = 0, pages = 0, page = ~0U, nospecs = shim_nospecs;

	for (i = first; i < first + functions; i++) {
		u32 insn = insn_for(places[i], wanted[i]);

		if (model[places[i]] == insn)
			continue;
		model[places[i]] = insn;
		differ++;
		pages += page != places[i] / PAGE_INSNS;
		page = places[i] / PAGE_INSNS;
	}

	CHECK_EQ(patch(nr, word), 0);
	CHECK_EQ(published, differ);
	CHECK_EQ(maps, pages);
	CHECK_EQ(tlbis, pages);
	CHECK_EQ(shim_nospecs, nospecs + 1);
	check();
	granted++;
	changed += differ;
}

/* What there is none of, or cannot become of a function */
static void wrong_word(u32 nr, u32 functions, struct el2_function_word word)
{
	u32 i = test_below(&seed, functions), bit;

	switch (test_below(&seed, 3)) {
	case 0:
		refuse(WORDS + (test_random(&seed) >> test_below(&seed, 64)), &word, -EINVAL);
		break;
	case 1:
		/* More than there are entries */
		for (bit = 0; bit < EL2_FUNCTIONS_BITS; bit++)
			word.bits[bit] |= BIT_ULL(i);
		word.bits[test_below(&seed, 2)] ^= test_below(&seed, 2) ? BIT_ULL(i) : 0;
		refuse(nr, &word, -EINVAL);
		break;
	case 2:
		/* Of a function after the last */
		i = test_below(&seed, EL2_FUNCTIONS_WORD);
		if (i < functions)
			return;
		word.bits[test_below(&seed, EL2_FUNCTIONS_BITS)] |= BIT_ULL(i);
		refuse(nr, &word, -EINVAL);
		break;
	}
}

/* Not one of ours: whatever is there stays there, and the others of the word are as they were */
static void foreign_insn(u32 nr, u32 first, u32 functions, const struct el2_function_word *word)
{
	static const u32 insns[] = {
		EL2_FUNCTION_NOP, BTI_C, PACIASP, EL2_FUNCTION_SAVE, 0, ~0U, 0xd65f03c0U
	};
	u32 i = first + test_below(&seed, functions), at = places[i], before, insn;
	unsigned int how;

	/* In the place of the first of the two, or of the second */
	if (test_below(&seed, 2))
		at--;
	before = model[at];
	switch (test_below(&seed, 3)) {
	case 0:
		insn = insns[test_below(&seed, ARRAY_SIZE(insns))];
		break;
	case 1:
		/* A call, but of nobody's or of another instruction of ours */
		insn = insn_for(places[i], 1 + test_below(&seed, EL2_FUNCTION_ENTRIES)) +
		       1 + test_below(&seed, EL2_FUNCTION_ENTRY_SIZE / 4 - 1);
		break;
	default:
		insn = before ^ BIT(test_below(&seed, 32));
		break;
	}
	for (how = 0; how <= EL2_FUNCTION_ENTRIES; how++) {
		if (insn == before || (at == places[i] && insn == insn_for(places[i], how)))
			return;
	}

	poke(at, insn);
	refuse(nr, word, -EINVAL);
	poke(at, before);
	foreign++;
}

static void one(void)
{
	u32 nr = test_below(&seed, WORDS), first = nr * EL2_FUNCTIONS_WORD;
	u32 functions = min_t(u32, FUNCTIONS - first, EL2_FUNCTIONS_WORD);
	unsigned int before[FUNCTIONS];
	struct el2_function_word word;
	u32 what = test_below(&seed, 8);

	memcpy(before, wanted, sizeof(before));
	word = random_word(first, functions);
	if (what < 5) {
		grant(nr, first, functions, &word);
		return;
	}

	switch (what) {
	case 5:
		wrong_word(nr, functions, word);
		break;
	case 6:
		foreign_insn(nr, first, functions, &word);
		break;
	case 7:
		if (test_below(&seed, 2)) {
			/* Who may write to it is not settled yet */
			shim_protected_initialized = false;
			refuse(nr, &word, -EPERM);
			shim_protected_initialized = true;
		} else {
			/* The host does it */
			el2_protected = false;
			refuse(nr, &word, 0);
			el2_protected = true;
		}
		break;
	}
	memcpy(wanted, before, sizeof(before));
}

static void all_off(void)
{
	static const struct el2_function_word none;
	u32 nr;

	memset(wanted, 0, sizeof(wanted));
	for (nr = 0; nr < WORDS; nr++) {
		u32 first = nr * EL2_FUNCTIONS_WORD;

		grant(nr, first, min_t(u32, FUNCTIONS - first, EL2_FUNCTIONS_WORD), &none);
	}
}

int main(int argc, char **argv)
{
	u64 first_seed = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 20000), i;
	static u32 at_first[INSNS];
	struct el2_function_word word;

	seed = first_seed;
	el2_boot(true);
	el2_on_clean = clean;
	shim_protected_initialized = true;
	make_text();
	memcpy(at_first, text, sizeof(text));

	for (i = 0; i < rounds; i++) {
		snprintf(test_context, sizeof(test_context), "seed %llu, round %llu",
			 (unsigned long long)first_seed, (unsigned long long)i);
		one();
	}
	all_off();
	CHECK(!memcmp(text, at_first, sizeof(text)));
	CHECK(granted && refused && foreign && changed > granted);

	/* The hypervisor has panicked: not even off, not even what was */
	word = random_word(0, EL2_FUNCTIONS_WORD);
	grant(0, 0, EL2_FUNCTIONS_WORD, &word);
	el2_trace_panic();
	refuse(0, &word, -EIO);
	word = random_word(0, EL2_FUNCTIONS_WORD);
	refuse(0, &word, -EIO);
	memset(&word, 0, sizeof(word));
	for (i = 0; i < WORDS + 1; i++)
		refuse(i, &word, -EIO);

	printf("%llu words granted, of %llu instructions; %llu refused, %llu for what was there\n",
	       (unsigned long long)granted, (unsigned long long)changed,
	       (unsigned long long)refused, (unsigned long long)foreign);

	return 0;
}
