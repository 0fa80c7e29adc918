/* SPDX-License-Identifier: GPL-2.0 */
/* There is no ftrace here that would expand the events once more. */
