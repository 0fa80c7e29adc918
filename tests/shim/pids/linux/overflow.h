/* SPDX-License-Identifier: GPL-2.0 */
/* ../remote_trace/internal.h has what is needed of it */
