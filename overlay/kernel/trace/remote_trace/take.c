// SPDX-License-Identifier: GPL-2.0
/*
 * A CPU's events consumed as pages, in ftrace's binary form.
 *
 * A page that is complete is not copied on its way to a user or a pipe: the reader holds several,
 * and goes on with another that nobody has. Whether somebody has one is told by its reference count
 * and nothing else, so that a pipe may keep it for as long as it wants, even when the ring is gone.
 * Where there is none to go on with, in a small ring or one that is mapped, pages are copied.
 */
#include <linux/cleanup.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pipe_fs_i.h>

#include "internal.h"

/* Has nobody got this page but the ring and, if they do not matter, those who have it mapped? */
static bool is_spare(const struct remote_ring_page *page, bool mapped)
{
	const struct folio *folio = virt_to_folio(page);
	int refs = folio_ref_count(folio);

	if (!mapped)
		return refs == 1;

	/*
	 * Of one that is being unmapped, more references are seen than mappings. Pairs with the
	 * atomic_dec_and_test() of the reference, which is put after the mapping is gone.
	 */
	smp_rmb();

	return refs == 1 + folio_mapcount(folio);
}

/**
 * remote_trace_take_spares - find pages that a CPU's reader can go on with
 * @tcpu:	whose; its lock is held
 * @max:	how many at most
 * @mapped:	those that are mapped, too
 *
 * Return: a bit for each.
 */
u32 remote_trace_take_spares(const struct remote_trace_cpu *tcpu, u32 max, bool mapped)
{
	const struct remote_ring_reader *reader = &tcpu->reader;
	const u32 *ids = reader->ids + reader->nr_slots;
	u32 i, spares = 0;

	lockdep_assert_held(&tcpu->lock);

	for (i = 0; i < reader->nr_readers && max; i++) {
		if (i == reader->index || tcpu->map_held & BIT(i))
			continue;
		if (is_spare(reader->pages[ids[i]], mapped)) {
			spares |= BIT(i);
			max--;
		}
	}

	/*
	 * Whoever had one has read what he wanted before it is written to again. Pairs with the
	 * atomic_dec_and_test() in put_page().
	 */
	smp_acquire__after_ctrl_dep();

	return spares;
}

/*
 * How many pages with something to be read the writer has left. The head is asked for first: too
 * many are no harm, the last is then the page that is being written and nobody's yet.
 */
static u64 nr_whole(const struct remote_ring_reader *reader)
{
	u64 head = READ_ONCE(reader->meta->head), nr = 0;

	if (reader->page && remote_ring_reader_passed(reader, reader->seq) &&
	    reader->pos < READ_ONCE(reader->page->commit))
		nr = 1;
	if (remote_ring_reader_passed(reader, head))
		nr += READ_ONCE(reader->meta->tail) - head;

	return nr;
}

/**
 * remote_trace_take_has_whole - is there a page with something to be read that the writer has left?
 * @tcpu:	whose
 *
 * Context: the remote is loaded and stays so.
 * Return: true if there is.
 */
bool remote_trace_take_has_whole(struct remote_trace_cpu *tcpu)
{
	guard(mutex)(&tcpu->lock);

	return nr_whole(&tcpu->reader);
}

/**
 * remote_trace_take_pages - consume pages without a copy
 * @tcpu:	whose
 * @pages:	filled in; each comes with a reference
 * @max:	how many at most
 * @whole:	leave the page that is being written where it is: the writer's
 *
 * Context: the remote is loaded and stays so.
 * Return: how many; 0 does not mean that remote_trace_take_copy() has none.
 */
u32 remote_trace_take_pages(struct remote_trace_cpu *tcpu, struct page **pages, u32 max, bool whole)
{
	struct remote_ring_reader *reader = &tcpu->reader;
	struct remote_ring_page *taken[PIPE_DEF_BUFFERS];
	u32 i, nr, spares;

	max = min(max, ARRAY_SIZE(taken));

	guard(mutex)(&tcpu->lock);

	if (whole)
		max = min_t(u64, max, nr_whole(reader));

	spares = remote_trace_take_spares(tcpu, max, false);
	nr = remote_ring_reader_take_pages(reader, spares, taken, max);
	for (i = 0; i < nr; i++) {
		pages[i] = virt_to_page(taken[i]);
		get_page(pages[i]);
	}

	return nr;
}

/**
 * remote_trace_take_copy - consume what there is of a page into a copy
 * @tcpu:	whose
 * @copy:	overwritten if there is something
 * @whole:	only of a page that the writer has left. As in ftrace, if there is no such page the
 *		reader gets the one that is being written, and that is then not much any more
 *
 * Context: the remote is loaded and stays so.
 * Return: whether there was something.
 */
bool remote_trace_take_copy(struct remote_trace_cpu *tcpu, struct page *copy, bool whole)
{
	struct remote_ring_reader *reader = &tcpu->reader;

	guard(mutex)(&tcpu->lock);

	if (whole && !(remote_ring_reader_peek(reader) &&
		       remote_ring_reader_passed(reader, reader->seq)))
		return false;

	return remote_ring_reader_read_page(reader, page_address(copy));
}
