/* SPDX-License-Identifier: GPL-2.0 */
/* In place of kernel/trace/trace.h */
#include <filter_shim.h>
