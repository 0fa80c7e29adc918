/* SPDX-License-Identifier: GPL-2.0 */
/* As the kernel gives it to programs, and so this machine has it. */
#include <linux/psci.h>
