// SPDX-License-Identifier: GPL-2.0
/*
 * The newest events of a remote ring, found without asking anybody: for a machine that is going
 * down.
 *
 * The tail, the head and the commits are in shared memory; which page is in which slot is the
 * reader's own account. No lock is taken, for its holder may have been stopped, so that account may
 * be that of a swap which is not entered yet. Nothing is copied: a writer that cannot be stopped
 * may overwrite a page under the walk, which then shows newer events, or drops the page as bad.
 * Whatever is found, no step leaves the pages, and the walk ends after as many events as were asked
 * for.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/remote_ring_dump.h>

#include <asm/barrier.h>

/* The page of sequence @seq, or NULL if it is the reader's and the reader has none */
static struct remote_ring_page *page_of(const struct remote_ring_dump *dump, u64 seq)
{
	const struct remote_ring_reader *reader = dump->reader;

	if (seq < dump->first)
		return READ_ONCE(reader->page);

	return reader->pages[READ_ONCE(reader->ids[seq % reader->nr_slots])];
}

static void dump_walk(struct remote_ring_dump *dump, u64 seq)
{
	struct remote_ring_page *page = page_of(dump, seq);
	struct remote_ring_reader *walk = &dump->walk;

	walk->page = page;
	walk->pos = 0;
	walk->next_size = 0;
	walk->time = page ? READ_ONCE(page->time_stamp) : 0;
}

/* Events on the page of sequence @seq, up to the first that makes no sense */
static u64 dump_count(struct remote_ring_dump *dump, u64 seq)
{
	struct remote_ring_reader *walk = &dump->walk;
	u64 nr = 0;

	dump_walk(dump, seq);
	while (remote_ring_reader_step(walk)) {
		remote_ring_reader_consume(walk);
		nr++;
	}

	return nr;
}

/**
 * remote_ring_dump_init - find the newest events of a ring
 * @dump:	to be initialised
 * @reader:	the ring's reader; its account of the slots and its page must stay, its lock need
 *		not be held
 * @nr_events:	how many events are wanted at the most
 *
 * Whether they have been consumed makes no difference while they are still there.
 *
 * Context: any. Bounded by the size of the ring.
 */
void remote_ring_dump_init(struct remote_ring_dump *dump, const struct remote_ring_reader *reader,
			   u32 nr_events)
{
	u64 head, tail, seq, nr = 0;
	u32 i;

	/* Pairs with the smp_store_release() of the tail in ring_next_page() */
	tail = smp_load_acquire(&reader->meta->tail);
	/* Nobody gets so far, but garbage may: there must be a sequence after the last */
	tail = min(tail, ~0ULL - 1);
	head = READ_ONCE(reader->meta->head);
	/*
	 * Pages that are neither in a slot nor the reader's were just taken from their slots, by a
	 * swap that the reader does not know of yet; or they were overwritten, and are older than
	 * what fits.
	 */
	for (i = 0; i < reader->nr_readers && head - 1 > READ_ONCE(reader->seq); i++)
		head--;

	*dump = (struct remote_ring_dump) {
		.reader = reader,
		/* If there is none in a slot the reader has taken the last */
		.first = clamp(head, tail - min(tail, reader->nr_slots) + 1, tail + 1),
		.last = tail,
	};

	/* From the newest back; the page before the first is the reader's */
	seq = tail + 1;
	while (nr < nr_events && seq >= dump->first && seq)
		nr += dump_count(dump, --seq);

	dump->seq = seq;
	dump->walk = (struct remote_ring_reader) { };
	dump->begin = nr > nr_events ? nr - nr_events : 0;
	dump->end = dump->begin + nr_events;
	dump_walk(dump, seq);
}

/**
 * remote_ring_dump_peek - the next of the events, oldest first
 * @dump:	any dump
 *
 * What was lost between two events is not known.
 *
 * Context: any.
 * Return: the event, the same until remote_ring_reader_consume() on @dump->walk; NULL if there is
 * no other.
 */
const struct remote_ring_event *remote_ring_dump_peek(struct remote_ring_dump *dump)
{
	struct remote_ring_reader *walk = &dump->walk;

	while (walk->read < dump->end) {
		if (!remote_ring_reader_step(walk)) {
			if (dump->seq >= dump->last)
				break;
			dump_walk(dump, ++dump->seq);
		} else if (walk->read < dump->begin) {
			remote_ring_reader_consume(walk);
		} else {
			return &walk->next;
		}
	}

	return NULL;
}
