/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protocol of the remote ring, for SPIN: the owner (the CPU that writes), swap, reset, sync,
 * attach, detach, accept, load, unload; a consuming, a copying and a merging reader. Names are
 * those of remote_ring/{writer,reader,copy,follow}.c; ./run says which sizes are checked.
 *
 * What is modelled
 *	- SLOTS slots and the reader's page, pages of two events, an event of two words, so that a
 *	  torn one can be told. EVENTS are asked for; each has a serial number, which both its words
 *	  hold, and the number that the code derives for it, kept aside in number_of[].
 *	- The owner's stores to shared memory, and the one that drops its lock, wait in a buffer of
 *	  BUF entries and leave it in ANY order, at any time, except that: those to one address keep
 *	  their order, a release leaves after all before it, nothing passes a write barrier, and
 *	  remote_ring_store_sync() waits until it is empty. TSO and PSO are special cases.
 *	- In HORIZON, that the owner tells when it is busy while the reader asks it to, and that the
 *	  reader believes it when the owner has taken an interrupt since, which it does between
 *	  stays, and whose answer is a release. In LIFE it always tells, elsewhere never.
 *	- The plain loads of a copy happen in any order between acquire and smp_rmb().
 *	- The lock is a ticket lock, as EL2's; taking it does not empty the buffer. In LIFE it is
 *	  one of no fairness at all, which allows more.
 *	- Swap in steps, so that it takes the lock to make it safe.
 *	- Nothing that the owner does alone between two looks at what others change is split, but
 *	  the stores in it leave the buffer one by one.
 *
 * What is not
 *	- More reordering than BUF entries allow. Loads other than a copy's: each is an acquire, or
 *	  ordered by one, or from a page that is the reader's until a release (dropping the lock in
 *	  swap) gives it back. Loads that run ahead are shown only as mutations.
 *	- Stores that reach one CPU earlier than another, speculation, loads that depend on loads,
 *	  values out of thin air, tearing of an aligned word. Nothing here is compiled from the C
 *	  sources: it is as true as it repeats them.
 *	- Delays of what swap, reset and sync store: nobody but the reader that they are done for
 *	  reads it, readers are serialised, and all is out before the lock is. The same of the
 *	  writer's private memory: the lock orders what is shared of it, but for ring->entries and,
 *	  where nested events are refused, ring->events. Sync may see the first late by design, the
 *	  second early: here it is, with @events of the meta page still to come. Nor of the reader's
 *	  own fields in LOOK.
 *	- An event that its filter does not want: it leaves no trace, and so there is none here.
 *	- @sync.entries, time extends, records of different size, bytes, wrapping counters, hostile
 *	  contents and the budgets against them, a CPU that another detaches while it is off, where
 *	  a walk begins that follows (remote_ring_follow_init()), that a walk's copy is looked at
 *	  later than it is made.
 *
 * One page of the reader is enough
 *	A swap of several is as many swaps under one lock, each of another of the reader's pages.
 *	What is shown of rd_page holds for each: a page of the reader's is in no slot and comes back
 *	into one only by a swap that names it, so the writer cannot begin it anew. The hardest one
 *	to give back is the one got last, which may have been the tail a moment ago and have stores
 *	on their way; that is what the reader here gives, always. One that it keeps for longer, or
 *	gives later, asks for less.
 *
 * Scenarios, one -D each: (none) a consuming reader, with up to CLEARS clears; COPY, as many walks
 * beside it, which go on behind a clear, and with FOLLOW have no end; FREEZES, a trigger switches
 * tracing off as often, in the middle of a stay, and the host does what has to follow; LIFE, no
 * reader but a host that loads, unloads, swaps as it likes; HORIZON, a merging reader; LOOK,
 * somebody asks remote_ring_reader_empty() meanwhile. Mutations, -DMUT_..., break one thing on
 * purpose.
 */
#ifndef SLOTS
#define SLOTS		2
#endif
#ifndef EVENTS
#define EVENTS		8
#endif
#ifndef BUF
#define BUF		4
#endif
#ifndef OVERWRITE
#define OVERWRITE	1
#endif
#ifndef CLEARS
#define CLEARS		0
#endif
#ifndef NESTED
#define NESTED		0
#endif
#ifndef DETACHES
#define DETACHES	0
#endif
#ifndef FREEZES
#define FREEZES		0
#endif
#ifndef STAYS
#define STAYS		3
#endif
#ifndef TRANSFERS
#define TRANSFERS	2
#endif
#ifndef TIMES
#define TIMES		3
#endif
#ifndef LOADS
#define LOADS		2
#endif
#ifndef ASKS
#define ASKS		1
#endif

#define CAP		2	/* events a page takes */
#define PAGES		(SLOTS + 1)

/* Memory that both sides see, by address */
#define TAIL		0
#define HEAD		1
#define NUMBER		2	/* meta->events, and the dropped ones of them: see TELL */
#define BUSY		3
#define LOCK		4	/* the ticket being served; private, but the owner's store waits */
#define ANSWERS		5	/* how many interrupts the owner has answered; not the writer's */
#define TIME(p)		(6 + 6 * (p))	/* holds the page's first number, to know a page by */
#define COMMIT(p)	(7 + 6 * (p))	/* counts events, not bytes */
#define WORD(p, i)	(8 + 6 * (p) + (i))
#define PAGE_OF(a)	(((a) - 6) / 6)
#define IS_TIME(a)	((a) >= 6 && ((a) - 6) % 6 == 0)
#define IS_COMMIT(a)	((a) >= 6 && ((a) - 6) % 6 == 1)
#define WMB		255	/* no address: a write barrier in the buffer */

byte mem[6 + 6 * PAGES];

/* Only to check with, the events dropped come out of the buffer with the number of all */
#define TELL		(events | dropped << 4)
#define TOLD		(mem[NUMBER] & 15)
#define TOLD_DROPPED	(mem[NUMBER] >> 4)

/* Written by swap only */
byte m_seq, m_event, m_id, m_entries;

/* The owner's store buffer */
byte b_at[BUF], b_val[BUF], b_n;
bit b_rel[BUF];

#define PLAIN		0
#define RELEASE		1

#ifdef MUT_DROP_RELEASE
#define COMMIT_ORDER	PLAIN
#else
#define COMMIT_ORDER	RELEASE
#endif
#ifdef MUT_DROP_TAIL_RELEASE
#define TAIL_ORDER	PLAIN
#else
#define TAIL_ORDER	RELEASE
#endif
#ifdef MUT_DROP_LEAVE_RELEASE
#define LEAVE_ORDER	PLAIN
#else
#define LEAVE_ORDER	RELEASE
#endif
#ifdef MUT_DROP_UNLOCK_RELEASE
#define UNLOCK_ORDER	PLAIN
#else
#define UNLOCK_ORDER	RELEASE
#endif
#ifdef MUT_DROP_ANSWER_RELEASE
#define ANSWER_ORDER	PLAIN
#else
#define ANSWER_ORDER	RELEASE
#endif

/* The writer's private memory: struct remote_ring_writer */
byte head, tail, stored, overrun, dropped, events;
byte slot_page[SLOTS], slot_event[SLOTS], slot_entries[SLOTS];
byte rd_page, rd_event, rd_entries;
bool accepting, attached, loaded;
byte ticket;
byte entries, offset, page;
bool inside, busy;

/* What a stay reads when it begins: it is to tell */
#ifdef LIFE
bool telling = true;
#else
bool telling;
#endif
/* Interrupts that the reader has asked for */
byte asks;

/* Only to check with */
byte serial;			/* events asked for while they had to be counted */
byte number_of[EVENTS + 1];	/* by serial number */
byte page_event;		/* the first number on the tail page */
byte published;			/* serial number of the last event whose commit is out */
byte committed;			/* how many such there are; both until nobody needs them any more */
byte clears;			/* how many there have been */
byte read;			/* events consumed, discarded or given up by reset */
bool finished;			/* the owner has stopped */
bool given;			/* the pages are the writer's */
bool owner_waits;		/* for the lock */
bool others;			/* somebody has got it since */
byte clock = 1;

#define SLOT(seq)	((seq) % SLOTS)
#define STORED_AND_TAIL	(stored + (head <= tail -> entries : 0))

inline store(at, val, rel)
{
	atomic {
		b_n < BUF;
		d_step {
			assert((at) == LOCK || (at) == ANSWERS || given);
			b_at[b_n] = at;
			b_val[b_n] = val;
			b_rel[b_n] = rel;
			b_n++;
		}
	}
}

inline store_barrier()
{
#ifndef MUT_DROP_WMB
	atomic {
		if
		:: b_n == 0
		:: b_n > 0 && b_n < BUF -> store(WMB, 0, RELEASE)
		fi
	}
#else
	skip
#endif
}

#if defined(MUT_UNFAIR_LOCK) || defined(LIFE)
#define take_ticket(my)		skip
#define served(my)		mem[LOCK] == 0 -> mem[LOCK] = 1; my = 7
#else
#define take_ticket(my)		my = ticket; ticket = (ticket + 1) % 8
#define served(my)		mem[LOCK] == my
#endif

#ifdef FAIRNESS
/* While the owner waits, another CPU gets the lock before it once at most */
#define owner_lock(my)								\
	atomic { take_ticket(my); others = 0; owner_waits = true };		\
	atomic { served(my); owner_waits = false }
#define other_lock(my)								\
	atomic { take_ticket(my) };						\
	atomic {								\
		served(my);							\
		assert(!owner_waits || others == 0);				\
		others = owner_waits						\
	}
#else
#define owner_lock(my)								\
	atomic { take_ticket(my) };						\
	atomic { served(my) }
#define other_lock(my)	owner_lock(my)
#endif

#define owner_unlock(my)						\
	atomic { store(LOCK, (my + 1) % 8, UNLOCK_ORDER); my = 0 }
#define other_unlock(my)						\
	d_step { mem[LOCK] = (my + 1) % 8; my = 0 }

/* Each page has one place */
inline check_pages()
{
	assert(slot_page[0] != slot_page[1] && slot_page[0] != rd_page && slot_page[1] != rd_page);
#if SLOTS > 2
	assert(slot_page[2] != slot_page[0] && slot_page[2] != slot_page[1] &&
	       slot_page[2] != rd_page);
#endif
	assert(head >= 1 && head <= tail + 1 && tail + 1 <= head + SLOTS);
}

#ifdef LOOK
#define TO_FORGET	(!looked)
bool looked;
#else
#define TO_FORGET	(clears < CLEARS)
#endif

#define MAY_PASS(i, j)	(!b_rel[i] && b_at[j] != WMB && b_at[j] != b_at[i])

active proctype Memory()
{
	byte i;
end:
	do
	:: atomic {
		if
		:: b_n > 0 -> i = 0
		:: b_n > 1 && MAY_PASS(1, 0) -> i = 1
#if BUF > 2
		:: b_n > 2 && MAY_PASS(2, 0) && MAY_PASS(2, 1) -> i = 2
#endif
#if BUF > 3
		:: b_n > 3 && MAY_PASS(3, 0) && MAY_PASS(3, 1) && MAY_PASS(3, 2) -> i = 3
#endif
#if BUF > 4
		:: b_n > 4 && MAY_PASS(4, 0) && MAY_PASS(4, 1) && MAY_PASS(4, 2) &&
		   MAY_PASS(4, 3) -> i = 4
#endif
#if BUF > 5
		:: b_n > 5 && MAY_PASS(5, 0) && MAY_PASS(5, 1) && MAY_PASS(5, 2) &&
		   MAY_PASS(5, 3) && MAY_PASS(5, 4) -> i = 5
#endif
		fi;
		d_step {
			/* Nothing is left to come out once the pages are not the writer's */
			assert(b_at[i] == LOCK || b_at[i] == ANSWERS || given);
			/* A page that the reader holds is not begun anew */
			assert(!IS_TIME(b_at[i]) || PAGE_OF(b_at[i]) != rd_page);
			mem[b_at[i]] = b_val[i];
#if CLEARS || defined(LOOK)
			if
			:: TO_FORGET && IS_COMMIT(b_at[i]) && b_val[i] ->
				published = mem[WORD(PAGE_OF(b_at[i]), 2 * b_val[i] - 2)];
				committed++
			:: else
			fi;
#endif
			do
			:: do
			   :: i + 1 < b_n ->
				b_at[i] = b_at[i + 1];
				b_val[i] = b_val[i + 1];
				b_rel[i] = b_rel[i + 1];
				i++
			   :: else -> break
			   od;
			   b_n--;
			   b_at[b_n] = 0;
			   b_val[b_n] = 0;
			   b_rel[b_n] = 0;
			   i = 0;
			   if
			   :: b_n > 0 && b_at[0] == WMB
			   :: else -> break
			   fi
			od;
			i = 0
		}
	   }
	od
}

/* ---- the owner ---- */

inline drop_event()
{
	d_step { events++; dropped++ };
	store(NUMBER, TELL, PLAIN)
}

inline next_page()
{
	ok = true;
	if
	:: tail + 1 == head + SLOTS ->
		offset = CAP;
		ok = OVERWRITE
	:: else
	fi;
	if
	:: ok ->
		atomic {
			if
			:: head <= tail ->
				slot_entries[SLOT(tail)] = entries;
				stored = stored + entries
			:: else
			fi;
			events = events + entries;
			entries = 0;
			store(NUMBER, TELL, PLAIN)
		};
		if
		:: atomic { tail + 1 == head + SLOTS ->
			stored = stored - slot_entries[SLOT(head)];
			overrun = overrun + slot_entries[SLOT(head)];
			head++;
			store(HEAD, head, PLAIN);
			store_barrier()
		   }
		:: else
		fi;
		atomic {
			tail++;
			slot_event[SLOT(tail)] = events;
			slot_entries[SLOT(tail)] = 0;
			page = slot_page[SLOT(tail)];
			page_event = events;
			offset = 0;
			/* The reader's page is never written anew */
			assert(page != rd_page);
			store(COMMIT(page), 0, PLAIN);
			store(TIME(page), events, PLAIN);
			store(TAIL, tail, TAIL_ORDER)
		}
	:: else
	fi
}

/* One event: reserve, payload, commit */
inline event(first, second)
{
	ok = inside;
#ifdef MUT_WAIT_FOR_ROOM
	do
	:: offset == CAP && tail + 1 == head + SLOTS -> skip
	:: else -> break
	od;
#endif
	if
	:: ok && offset == CAP ->
		owner_lock(my);
		ok = accepting;
		if
		:: ok ->
			serial++;
			next_page();
			if
			:: !ok -> drop_event()
			:: else
			fi
		:: else
		fi;
		owner_unlock(my)
	:: ok && offset < CAP -> serial++
#ifdef MUT_COUNT_REFUSED
	:: !ok -> drop_event()
#endif
	:: else
	fi;
	atomic {
	if
	:: ok ->
		/* On a page of this ring, and not on what it was before it was loaded */
		assert(tail > 0);
#ifndef LIFE
		number_of[serial] = page_event + entries;
#endif
		store(WORD(page, 2 * offset), first, PLAIN);
		store(WORD(page, 2 * offset + 1), second, PLAIN);
		/* What is begun here finds no room */
		do
		:: nested < NESTED && serial < EVENTS ->
			d_step { serial++; nested++ };
			drop_event()
		:: break
		od;
		offset++;
		entries++;
		store(COMMIT(page), offset, COMMIT_ORDER)
	:: else
	fi;
	ok = false
	}
}

inline enter()
{
	if
	:: !attached ->
#ifdef MUT_ATTACH_UNLOCKED
		ok = accepting;
		attached = ok
#else
		owner_lock(my);
		attached = accepting;
		owner_unlock(my)
#endif
	:: else
	fi;
	if
	:: attached ->
		inside = true;
		if
		:: telling ->
			busy = true;
			store(BUSY, 1, PLAIN);
#ifndef MUT_DROP_STORE_SYNC
			b_n == 0
#endif
		:: else
		fi
	:: else
	fi
}

inline leave()
{
	if
	:: inside ->
		inside = false;
		if
		:: busy ->
			busy = false;
			store(BUSY, 0, LEAVE_ORDER)
		:: else
		fi
	:: else
	fi
}

inline detach()
{
	leave();
#ifdef MUT_DETACH_UNLOCKED
	attached = false
#else
	owner_lock(my);
	attached = false;
	owner_unlock(my)
#endif
}

inline load_ring()
{
	d_step {
		for (i : 0 .. SLOTS - 1) {
			slot_page[i] = i;
			slot_event[i] = 0;
			slot_entries[i] = 0
		};
		mem[TAIL] = 0;
		mem[NUMBER] = 0;
		mem[BUSY] = 0;
		mem[HEAD] = 1;
		m_seq = 0;
		m_event = 0;
		m_id = SLOTS;
		m_entries = 0;
#ifndef MUT_KEEP_OFFSET
		offset = CAP;
#endif
		entries = 0;
		rd_page = SLOTS;
		rd_event = 0;
		rd_entries = 0;
		head = 1;
		tail = 0;
		stored = 0;
		overrun = 0;
		dropped = 0;
		events = 0;
		loaded = true;
		given = true;
		i = 0
	}
}

/* now: the time an event is begun; a clock that stands still or goes on, whoever looks at it */
inline read_clock(to)
{
	atomic {
		if
		:: to = clock
		:: clock < TIMES -> clock++; to = clock
		fi
	}
}

active proctype Owner()
{
	byte my, nested, t, n, i;
	bool ok;
#ifdef HORIZON
	byte answered;
#endif

#ifdef LIFE
	/* The host decides what is loaded and when; the owner comes, writes, goes, detaches */
	for (n : 1 .. STAYS) {
		enter();
		if
		:: inside && n <= EVENTS -> event(1, 1)
		:: skip
		fi;
		leave();
		if
		:: detach()
		:: skip
		fi
	};
	detach()
#else
	load_ring();
	accepting = true;
#ifdef HORIZON
	do
	:: serial < EVENTS ->
#ifdef MUT_CLOCK_FIRST
		read_clock(t);
#endif
		enter();
		/* One event or two in one stay */
#ifndef MUT_CLOCK_FIRST
		read_clock(t);
#endif
		event(serial, t);
		if
		:: serial < EVENTS ->
			read_clock(t);
			event(serial, t)
		:: skip
		fi;
		leave();
		t = 0
	:: answered < asks ->
		answered++;
		store(ANSWERS, answered, ANSWER_ORDER)
	:: serial == EVENTS -> break
	od
#else
	enter();
	do
	:: serial < EVENTS -> event(serial, serial)
	:: n < DETACHES && offset > 0 && offset < CAP ->
		n++;
		detach();
		enter()
#if FREEZES
	:: n < FREEZES && offset > 0 ->
		/* Who is off is refused, and not counted, until tracing is on again */
		n++;
		leave();
		event(EVENTS, EVENTS);
		if
		:: detach()
		:: skip
		fi;
		do
		:: !inside -> enter()
		:: else -> break
		od
#endif
	:: serial == EVENTS -> break
	od
#endif
#endif
	b_n == 0;
	finished = true
}

/* ---- what the host asks the writer for, each under the lock ---- */

#if FREEZES
/* What the host has the hypervisor do when it hears of that, and to switch tracing on again */
active proctype Settle()
{
	byte my, n;

	inside;
	for (n : 1 .. FREEZES) {
		other_lock(my);
		accepting = false;
		other_unlock(my);
		other_lock(my);
		accepting = true;
		other_unlock(my)
	}
}
#endif

#ifdef MUT_SWAP_UNLOCKED
#define swap_lock(my)	skip
#define swap_unlock(my)	skip
#else
#define swap_lock(my)	other_lock(my)
#define swap_unlock(my)	other_unlock(my)
#endif

/* swapped: 0 if it returns an error */
inline swap()
{
	swap_lock(my);
	if
	:: !loaded || head > tail ->
		swapped = false
	:: else ->
		d_step {
			t_page = slot_page[SLOT(head)];
			t_event = slot_event[SLOT(head)];
			t_entries = slot_entries[SLOT(head)]
		};
		d_step {
			slot_page[SLOT(head)] = rd_page;
			slot_event[SLOT(head)] = rd_event;
			slot_entries[SLOT(head)] = rd_entries;
			rd_page = t_page;
			rd_event = t_event;
			rd_entries = t_entries;
			m_id = t_page;
			m_event = t_event;
			assert(given);
			if
			:: head < tail ->
				stored = stored - t_entries;
				m_entries = t_entries
			:: else -> m_entries = 0
			fi;
			m_seq = head
		};
		d_step {
			head++;
			mem[HEAD] = head;
			t_page = 0;
			t_event = 0;
			t_entries = 0;
			swapped = true;
			check_pages()
		}
	fi;
	swap_unlock(my)
}

inline reset()
{
	other_lock(my);
	d_step {
		if
		:: loaded && head < tail ->
			assert(given);
			head = tail;
			read = read + stored;
			stored = 0;
			mem[HEAD] = head
		:: else
		fi
	};
#ifndef MUT_KEEP_LOCK
	other_unlock(my)
#endif
}

/* What a clear asks for: @sync.tail and @sync.events, both of one moment */
inline sync(to_tail, to_events)
{
	other_lock(my);
	d_step { to_tail = tail; to_events = events };
	other_unlock(my)
}

#ifdef LIFE

/* Swap, reset and sync by a host that serialises nothing */
active [2] proctype Transfer()
{
	byte my, n, t_page, t_event, t_entries;
	bool swapped;

	for (n : 1 .. TRANSFERS) {
		if
		:: swap()
		:: n == TRANSFERS -> reset()
		fi
	}
}

/* Calls that the host's own lock, or the hypervisor's, does one after the other */
active proctype Control()
{
	byte my, n, i;
	bool ok;

	do
	:: n < LOADS && !loaded ->
		n++;
		other_lock(my);
		load_ring();
		serial = 0;
		other_unlock(my)
	:: loaded && !accepting ->
		other_lock(my);
		accepting = loaded;
		other_unlock(my)
	:: accepting ->
		other_lock(my);
		accepting = false;
		other_unlock(my)
	:: loaded ->
		other_lock(my);
#ifdef MUT_UNLOAD_ACCEPTING
		ok = !attached;
#else
		ok = !attached && !accepting;
#endif
		if
		:: ok -> loaded = false
		:: else
		fi;
		other_unlock(my);
		if
		/* What the caller does next: the pages go back */
		:: ok -> given = false
		:: else
		fi;
		ok = false
	:: break
	od
}

#else

/* ---- the reader ---- */

#ifdef LOOK
/* Others look at these */
byte id = SLOTS, seq, pos, last;
bool have;

/*
 * remote_ring_reader_empty() by somebody who is not serialised with the consumer. It is right if
 * the sequence is loaded first here and stored last there; MUT_SEQ_LATE is the other way round.
 */
active proctype Look()
{
	byte l_page, l_seq, l_tail, before;

	atomic { before = published; looked = true; published = 0; committed = 0 };
#ifndef MUT_SEQ_LATE
	l_seq = seq;
#endif
	l_page = (have -> id : PAGES);
	if
	:: l_page < PAGES && pos < mem[COMMIT(l_page)] -> goto not_empty
	:: else
	fi;
	l_tail = mem[TAIL];
#ifdef MUT_SEQ_LATE
	l_seq = seq;
#endif
	if
	:: l_tail > l_seq
	/* Empty: what had been published before has been consumed */
	:: else -> assert(last >= before)
	fi;
not_empty:
	skip;
	d_step { l_page = 0; l_seq = 0; l_tail = 0; before = 0 }
}
#endif

/* What a clear has forgotten of events that were dropped after the page was begun */
#define FORGOTTEN	(first_event - mem[TIME(id)])

/* What a walk finds on the page that the consumer has */
inline copy_own_page(from)
{
	commit = mem[COMMIT(id)];
	d_step {
		at = from;
		do
		:: at < commit ->
			assert(number_of[mem[WORD(id, 2 * at)]] + FORGOTTEN == c_next);
			assert(mem[WORD(id, 2 * at)] == mem[WORD(id, 2 * at + 1)]);
			assert(mem[WORD(id, 2 * at)] > mark);
			c_next++;
			at++
		:: else -> break
		od;
#ifdef FOLLOW
		c_have = true;
		c_pos = commit;
#endif
		at = 0;
		commit = 0
	}
}

/* A copy of page @at, and then what tells whether it is one */
inline copy_page()
{
	commit = mem[COMMIT(at)];
	mask = 0;
	k = 0;
	do
	:: !(mask & 1) -> d_step { ts = mem[TIME(at)]; mask = mask | 1 }
	:: commit > 0 && !(mask & 2) -> d_step { w[0] = mem[WORD(at, 0)]; mask = mask | 2 }
	:: commit > 0 && !(mask & 4) -> d_step { w[1] = mem[WORD(at, 1)]; mask = mask | 4 }
	:: commit > 1 && !(mask & 8) -> d_step { w[2] = mem[WORD(at, 2)]; mask = mask | 8 }
	:: commit > 1 && !(mask & 16) -> d_step { w[3] = mem[WORD(at, 3)]; mask = mask | 16 }
#ifdef MUT_DROP_RMB
	:: !(mask & 32) -> d_step { seen = mem[HEAD]; mask = mask | 32 }
	:: mask == (2 << (2 * commit)) + 31 -> break
#endif
	:: mask == (2 << (2 * commit)) - 1 -> break
	od;
#ifdef MUT_DROP_RMB
	if
	:: mask & 32
	:: else -> seen = mem[HEAD]
	fi
#else
	seen = mem[HEAD]
#endif
}

/* What is new in an accepted copy; @k: events of it that the walk has had */
inline look_at_copy()
{
	do
	:: k < commit ->
		assert(w[2 * k] == w[2 * k + 1]);
		assert(w[2 * k] > mark && number_of[w[2 * k]] == c_next);
		c_next++;
		k++
	:: else -> break
	od
}

active proctype Reader()
{
	byte my, t_page, t_event, t_entries;
	bool swapped;
	/* struct remote_ring_reader */
	byte next_event, first_event, slot_ids[SLOTS];
#ifndef LOOK
	byte id = SLOTS, seq, pos, last;
	bool have;
#endif
	/* Within a call */
	bool news, clearing;
	byte budget, commit, w0, w1, end, stop, skip_to, at;
	/* What a clear is to forget: serial numbers up to this, and so many events in all */
	byte mark, forget;
#ifdef HORIZON
	byte now, horizon;
	bool settled, believes;
#endif
#ifdef COPY
	bool walking, behind;
	byte walks, c_seq, c_next, c_end, s_seq, s_tail, s_event, ts, mask, seen, k;
	/* reader->discarded_to, for a walk that was under way */
	byte d_seq, d_event, d_pos;
#ifdef FOLLOW
	/* Where on its page the walk is, if it has one; what the last clear was to forget */
	bool c_have;
	byte c_pos, forgot;
	/* That page was looked at, and was there; if it is complete, no more can come of it */
	bool c_whole;
#else
#define c_whole	true
#endif
	byte w[2 * CAP];
#endif

	loaded;
	for (at : 0 .. SLOTS - 1) {
		slot_ids[at] = at
	};
	at = 0;

	do
	:: true ->
progress:
		if
		:: finished ->
			/* At rest, whatever has been read and what not, nothing is missing */
			d_step {
				at = STORED_AND_TAIL + (have -> mem[COMMIT(id)] - pos : 0);
				assert(serial == events + entries);
				assert(serial == read + overrun + dropped + at);
				/* Nor has the reader done with more than that; the rest is lost */
				assert(serial >= next_event + at);
				at = 0
			}
		:: else
		fi;
#ifdef HORIZON
		/* Who wants to know whether the owner is busy has it tell, and then interrupted */
		if
		:: !believes && asks < ASKS && !finished ->
			telling = true;
			asks++;
#ifndef MUT_BELIEVE_AT_ONCE
			mem[ANSWERS] == asks || finished;
#endif
			believes = true
		:: believes && !finished ->
			believes = false;
			telling = false
		:: skip
		fi;
		/* One round, any one, is strict and the others are not: the clock, then busy */
		if
		:: horizon == 0 && believes && !finished ->
#ifdef MUT_BUSY_FIRST
			settled = !mem[BUSY];
			read_clock(now);
#else
			read_clock(now);
			settled = !mem[BUSY];
#endif
			if
			:: !settled -> now = 0
			:: else
			fi
		:: skip
		fi;
#endif
#ifdef COPY
		if
		:: goto consume
		:: walks < COPY && !walking -> goto copy_init
		:: walking -> goto copy_next_page
		fi;
consume:
#endif
#if CLEARS
		if
		:: clears < CLEARS ->
			d_step {
				clears++;
				mark = published;
				forget = committed + TOLD_DROPPED;
				if
				:: clears == CLEARS -> published = 0; committed = 0
				:: else
				fi
			};
			reset();
#ifdef MUT_CLEAR_TO_TAIL
			stop = mem[TAIL];
#else
			sync(stop, skip_to);
#endif
			clearing = true;
			end = CAP + 1
		:: skip
		fi;
#endif
peek:
		budget = SLOTS + 1;
again:
#ifdef MUT_NEWS_AFTER_WALK
		news = false;
#else
		news = mem[TAIL] > seq;
#endif
		if
		:: have ->
#ifdef MUT_DROP_ACQUIRE
			atomic {
				if
				:: pos < CAP -> w0 = mem[WORD(id, 2 * pos)]
				:: else
				fi
			};
#endif
			commit = mem[COMMIT(id)];
			if
			:: pos < commit ->
#ifndef MUT_DROP_ACQUIRE
				w0 = mem[WORD(id, 2 * pos)];
#endif
				w1 = mem[WORD(id, 2 * pos + 1)];
				commit = 0;
				goto found
			:: else -> commit = 0
			fi
		:: else
		fi;
#ifdef MUT_NEWS_AFTER_WALK
		news = mem[TAIL] > seq;
#endif
		if
		:: !news -> goto none
		:: else
		fi;
		/* A writer that is honest never makes it run out */
		d_step { news = false; assert(budget > 0); budget-- };
		swap();
		if
		:: !swapped -> goto none
		:: else
		fi;
		d_step {
			swapped = false;
			/* A writer that is honest never looks otherwise */
			assert(m_seq > seq && m_seq <= mem[TAIL]);
			assert(m_event >= next_event && m_event <= TOLD);
			assert(m_id != id);
			slot_ids[SLOT(m_seq)] = id;
			next_event = m_event;
			first_event = m_event;
			pos = 0
#ifdef LOOK
		};
#ifdef MUT_SEQ_LATE
		seq = m_seq;
		d_step { id = m_id; have = true };
#else
		d_step { id = m_id; have = true };
		seq = m_seq;
#endif
		d_step {
#else
			; id = m_id;
			have = true;
			seq = m_seq;
#endif
			assert(mem[TIME(id)] == next_event);
			assert(m_entries == 0 || mem[COMMIT(id)] == m_entries)
		};
		goto again;

found:
		skip;
#if CLEARS
		if
		:: clearing ->
			/* Up to what was there when it began, no more */
			if
			:: seq > stop -> goto cleared
			:: seq == stop ->
				if
				:: end > CAP -> end = mem[COMMIT(id)]
				:: else
				fi;
				if
				:: pos >= end -> goto cleared
				:: else
				fi
			:: else
			fi
		:: else
		fi;
#endif
		d_step {
			assert(w0 > last && w0 <= serial);
#ifdef HORIZON
			assert(w1 >= horizon);
#else
			assert(w0 == w1);
#endif
			assert(number_of[w0] + FORGOTTEN == next_event);
			last = w0;
			/* What was there before a clear does not come after it */
			assert(clearing || last > mark);
#ifndef COPY
			if
			:: !clearing -> mark = 0
			:: else
			fi;
#endif
			w0 = 0;
			w1 = 0;
			news = false;
			budget = 0;
			pos++;
			next_event++;
			read++
		};
		if
		:: clearing -> goto peek
		:: else
		fi;
#ifdef HORIZON
		if
		:: settled -> goto peek
		:: else
		fi;
#endif
		goto next;

none:
		budget = 0;
		swapped = false;
#ifdef HORIZON
		/* All that is older than this has been there */
		if
		:: settled -> d_step { horizon = now; now = 0; settled = false }
		:: else
		fi;
#endif
		if
		:: clearing -> goto cleared
		:: else
		fi;
		if
		:: finished && mem[TAIL] == seq && (!have || pos == mem[COMMIT(id)]) ->
			assert(STORED_AND_TAIL == 0 ||
			       (head <= tail && stored == 0 && tail == seq));
			break
		:: else
		fi;
		goto next;

cleared:
		skip;
		d_step {
#ifndef MUT_CLEAR_TO_TAIL
			/* What was dropped since the last page was begun */
#if defined(MUT_CLEAR_EVENTS_LATE)
			skip_to = TOLD;
#elif defined(MUT_CLEAR_ALL_OR_NOTHING)
			skip_to = (skip_to > TOLD -> 0 : skip_to);
#else
			skip_to = (skip_to > TOLD -> TOLD : skip_to);
#endif
			if
			:: seq == stop && skip_to > first_event ->
				next_event = next_event + skip_to - first_event;
				first_event = skip_to
			:: else
			fi;
#endif
			/* Neither read nor lost from now on is what was there before */
			assert(next_event >= forget);
#ifdef COPY
			if
#ifdef MUT_FOLLOW_NOT_BEHIND
			:: false ->
#else
			:: walking ->
#endif
				behind = true;
				d_seq = seq;
				d_event = next_event;
				d_pos = pos
			:: else
			fi;
#endif
			clearing = false;
#ifdef FOLLOW
			forgot = forget;
#endif
			forget = 0;
			skip_to = 0;
			stop = 0;
			end = 0;
			w0 = 0;
			w1 = 0;
			news = false;
			budget = 0
		};
		goto next;

#ifdef COPY
copy_init:
		walks++;
		walking = true;
		c_end = mem[TAIL];
		d_step { c_seq = seq; c_next = next_event };
		if
		:: have -> copy_own_page(pos)
		:: else
		fi;
		goto next;

copy_next_page:
#if CLEARS
		if
		:: behind ->
			d_step {
				behind = false;
				c_seq = d_seq;
				c_next = d_event
#ifdef FOLLOW
				; c_have = false
#endif
			};
			if
#ifdef MUT_SKIP_NO_EVENTS
			:: have && seq == d_seq -> copy_own_page(0)
#else
			:: have && seq == d_seq -> copy_own_page(d_pos)
#endif
			:: else
			fi;
			d_step { d_seq = 0; d_event = 0; d_pos = 0 };
			goto next
		:: else
		fi;
#endif
#ifdef FOLLOW
#ifndef MUT_TAIL_AFTER_PAGE
		c_end = mem[TAIL];
#endif
		/* The page it was on, if that has grown and is still there */
		if
		:: c_have && have && c_seq == seq ->
			if
			:: mem[COMMIT(id)] != c_pos -> copy_own_page(c_pos); goto copied
			:: else -> c_whole = true
			fi
		:: c_have && !(have && c_seq == seq) ->
			at = slot_ids[SLOT(c_seq)];
			if
			:: atomic { mem[COMMIT(at)] == c_pos -> c_whole = mem[HEAD] <= c_seq }
			:: mem[COMMIT(at)] != c_pos ->
				copy_page();
				if
				:: seen > c_seq -> c_have = false
				:: seen <= c_seq && commit > c_pos ->
					d_step {
						assert(c_next >= forgot);
						k = c_pos;
						c_pos = commit;
						look_at_copy();
						k = 0
					};
					goto copied
				:: else
				fi
			fi
		:: else
		fi;
#ifdef MUT_TAIL_AFTER_PAGE
		c_end = mem[TAIL];
#endif
		/* The consumer's, from its beginning */
		if
		:: have && seq > c_seq ->
			d_step {
				assert(c_next >= forgot && first_event >= c_next);
				c_seq = seq;
				c_next = first_event
			};
			copy_own_page(0);
			goto copied
		:: else
		fi;
		if
		:: c_end <= c_seq -> goto copied
		:: else
		fi;
		c_have = false;
#endif
		other_lock(my);
		d_step {
			s_seq = (c_seq + 1 < head -> head : c_seq + 1);
			s_tail = tail;
			s_event = (s_seq <= tail -> slot_event[SLOT(s_seq)] : 0)
		};
		other_unlock(my);
		if
		:: s_seq > c_end || s_seq > s_tail ->
#ifndef FOLLOW
			d_step {
				walking = false;
				c_seq = 0;
				c_next = 0;
				c_end = 0
			};
#endif
			goto copied
		:: else
		fi;
		at = slot_ids[SLOT(s_seq)];
		copy_page();
		d_step {
			if
			:: seen <= s_seq ->
				/* Accepted: it is that page, and none of it is of another */
				assert(ts == s_event);
				assert(s_event >= c_next);
#if OVERWRITE && !NESTED
				/* A gap is a page that is gone, or what has not been seen of one */
				assert(s_event == c_next || s_seq > c_seq + 1 || !c_whole);
#endif
#ifdef FOLLOW
				assert(c_next >= forgot);
				c_have = true;
				c_pos = commit;
#endif
				c_next = s_event;
				c_seq = s_seq;
				k = 0;
				look_at_copy()
			:: else
			fi
		};
copied:
		skip;
		d_step {
#ifdef FOLLOW
			c_end = 0;
			c_whole = false;
#endif
			commit = 0;
			seen = 0;
			ts = 0;
			k = 0;
			mask = 0;
			at = 0;
			s_seq = 0;
			s_tail = 0;
			s_event = 0;
			w[0] = 0;
			w[1] = 0;
			w[2] = 0;
			w[3] = 0
		};
#endif
next:
		skip
	od
}

#endif
