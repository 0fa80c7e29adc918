/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which events the model looks at, and where in their records the fields are: found out once, from
 * the formats that came with the records.
 */
#ifndef HYPTRACE_SCHEMA_H
#define HYPTRACE_SCHEMA_H

#include <event-parse.h>

#include "hyptrace.h"

enum event_kind {
	EVENT_NONE,		/* not the hypervisor's */
	EVENT_OTHER,		/* the hypervisor's, and the model need not know which */
	EVENT_ENTER,
	EVENT_EXIT,
	EVENT_HCALL,
	EVENT_SMC,
	EVENT_PSCI_CALL,
	EVENT_PSCI_RETURN,
	EVENT_FFA,
	EVENT_RUN,
	EVENT_VCPU_EXIT,
	/* What ftrace records of functions, and nothing of it makes a stay */
	EVENT_CALL,
	EVENT_CALL_BEGIN,
	EVENT_CALL_END,
	EVENT_KINDS,
};

/* Mainline's events have fewer fields; one that is not there has size 0 and reads as 0 */
struct field {
	unsigned int	offset;
	unsigned int	size;
};

struct schema {
	struct tep_handle	*tep;
	struct tep_event	*event[EVENT_KINDS];
	__u8			*kind;		/* by the number in a record */
	unsigned int		nr_kinds;
	bool			swap;		/* bytes are in another order than here */
	struct field		type, pid;
	/* By kind: what tells a stay's reason or its detail, and two that only some have */
	struct field		value[EVENT_KINDS];
	struct field		vcpu;		/* of hyp_enter and hyp_exit */
	struct field		vcpu_exit;	/* likewise, of hyp_exit */
	struct field		vm[EVENT_KINDS], vcpu_idx[EVENT_KINDS];
	struct field		ec;
	/* Of the last three: which function, and how many it is called in */
	struct field		func[EVENT_KINDS], depth[EVENT_KINDS];
	struct field		calltime, rettime, overrun;
};

/* False if the formats have no hyp_enter or no hyp_exit */
bool schema_init(struct schema *schema, struct tep_handle *tep);
void schema_free(struct schema *schema);

/* An unsigned number; 0 if the record is too short to have it */
__u64 schema_read(const struct schema *schema, const struct field *field,
		  const struct tep_record *record);

/*
 * The word after @tag= in what the event's own format prints of a record, to be freed; NULL if
 * there is none.
 */
char *schema_word(const struct schema *schema, struct tep_record *record, const char *tag);
/* All it prints, to be freed */
char *schema_text(const struct schema *schema, struct tep_record *record);

static inline enum event_kind schema_kind(const struct schema *schema,
					  const struct tep_record *record)
{
	__u64 type = schema_read(schema, &schema->type, record);

	return type < schema->nr_kinds ? schema->kind[type] : EVENT_NONE;
}

#endif /* HYPTRACE_SCHEMA_H */
