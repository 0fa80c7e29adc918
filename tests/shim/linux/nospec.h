/* SPDX-License-Identifier: GPL-2.0 */
/* Nothing is speculated here. */
#ifndef _SHIM_LINUX_NOSPEC_H
#define _SHIM_LINUX_NOSPEC_H

#define array_index_nospec(index, size)	((index) < (size) ? (index) : 0)

#endif /* _SHIM_LINUX_NOSPEC_H */
