/* SPDX-License-Identifier: GPL-2.0 */
#define hex_asc "0123456789abcdef"
