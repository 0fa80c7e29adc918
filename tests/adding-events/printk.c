	/* SPDX-License-Identifier: GPL-2.0 */
	/* What trace_hyp_printk() can print; goes where docs/adding-events.md puts its own call */
	if (value == 42) {
		trace_hyp_printk("none");
		trace_hyp_printk("ints %d %i %u %x", -1, -2, (u32)value, (u8)value);
		trace_hyp_printk("small %d %u %d %u", (s8)-3, (u16)65535, (s16)-4, true);
		trace_hyp_printk("longs %ld %lu %lx %zu", -5L, 6UL, 7UL << 32, sizeof(value));
		trace_hyp_printk("mixed %u %llu %u %lld %u %llx", 1, value, 2, -8LL, 3, ~0ULL);
		trace_hyp_printk("mixed too %llu %u %llu %u", value, 4, ~0ULL, 5);
		trace_hyp_printk("six %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6);
		trace_hyp_printk("long six %lld %lld %lld %lld %lld %lld", 1LL, 2LL, 3LL, 4LL, 5LL,
				 -6LL);
		trace_hyp_printk("width %08llx|%5d|%.3d|100%%", value, 42, 7);
		trace_hyp_printk("pointer %p.", (void *)0x123456789abc);
		trace_hyp_printk("symbol %ps", trace_hyp_printk_sym(el2_trace_panic));
		trace_hyp_printk("offset %pS", trace_hyp_printk_sym((void *)el2_trace_panic + 4));
		trace_hyp_printk("data %ps", trace_hyp_printk_sym(&el2_trace_dead));
		trace_hyp_printk("newline %llu\n", value);
		trace_hyp_printk("quotes \"%llu\" and\ttab", value);
	}
	/* And what a hypervisor gone wrong could write: the host must look before it prints */
	if (value == 44) {
		static const char own[] = "not listed";
		static const char text[] __section("__tracepoints_strings") = "text %s";
		static const char *text_listed __used __section("__tracepoint_str") = text;
		static const char two[] __section("__tracepoints_strings") = "two %d %d %d";
		static const char *two_listed __used __section("__tracepoint_str") = two;

		__trace_hyp_printk6(_THIS_IP_, own, 0, 0, 0, 0, 0, 0);
		__trace_hyp_printk6(_THIS_IP_, text, 0, 0, 0, 0, 0, 0);
		__trace_hyp_printk1(_THIS_IP_, two, 0, 0, 0, 0, 0, 0);
		__trace_hyp_printk2(_THIS_IP_, two, 1 | 2ULL << 32, 3, 0, 0, 0, 0);
	}
