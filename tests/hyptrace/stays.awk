# SPDX-License-Identifier: GPL-2.0
# Stays in the hypervisor from the text of "trace-cmd report -N -t": what hyptrace does from
# records, once more, in another language, from what another program printed. A line for each stay:
# nanoseconds, CPU, cause, VM, vCPU, task and when it began, with tabs between.

function word(text, tag) {
	# after "tag=", to the next space
	if (!match(" " text, " " tag "=[^ ]*"))
		return ""
	return substr(text, RSTART + length(tag) + 1, RLENGTH - length(tag) - 2)
}

function forget(cpu) {
	inside[cpu] = 0
	left_for[cpu] = ""
}

/CPU:[0-9]+ \[.*EVENTS DROPPED\]/ {
	match($0, /CPU:[0-9]+/)
	forget(substr($0, RSTART + 4, RLENGTH - 4) + 0)
	next
}

match($0, /\[[0-9]+\] *[0-9]+: [a-z_]+: /) {
	head = substr($0, RSTART, RLENGTH)
	text = substr($0, RSTART + RLENGTH)
	gsub(/[^0-9a-z_]+/, " ", head)
	split(head, part, " ")
	cpu = part[1] + 0
	time = part[2] + 0
	event = part[3]
	sub(/^ */, "", text)
	task = $0
	sub(/ *\[[0-9]+\] *[0-9]+: .*/, "", task)
	sub(/^hypervisor: /, "", task)
	gsub(/^ +| +$/, "", task)
	pid = task
	sub(/.*-/, "", pid)
	pid += 0
	comm[pid] = task

	if (event == "hyp_enter") {
		inside[cpu] = 1
		enter[cpu] = time
		reason[cpu] = word(text, "reason")
		detail[cpu] = ""
		who[cpu] = pid
		thread[cpu] = word(text, "vcpu") + 0
		vm[cpu] = ""
		next
	}
	if (!inside[cpu])
		next
	name = ""
	if (event == "host_hcall" || event == "psci_call" || event == "psci_return")
		name = word(text, "name")
	if (event == "host_smc")
		name = word(text, "id")
	if (event == "vcpu_exit") {
		name = word(text, "code")
		if (name == "TRAP")
			name = word(text, "ec")
	}
	if (event == "vcpu_exit" || event == "vcpu_run") {
		vm[cpu] = word(text, "vm")
		vcpu[cpu] = word(text, "vcpu_idx")
	}
	if (name != "" && detail[cpu] == "")
		detail[cpu] = name
	if (event != "hyp_exit")
		next

	inside[cpu] = 0
	if (detail[cpu] == "" && reason[cpu] == left_for[cpu])
		detail[cpu] = left_detail[cpu]
	left_for[cpu] = word(text, "reason")
	left_detail[cpu] = detail[cpu]
	if (!thread[cpu])
		thread[cpu] = word(text, "vcpu") + 0
	if (!who[cpu])
		who[cpu] = pid
	if (!who[cpu])
		who[cpu] = thread[cpu]
	t = thread[cpu]
	if (vm[cpu] != "") {
		vm_of[t] = vm[cpu]
		vcpu_of[t] = vcpu[cpu]
	}
	cause = reason[cpu] (detail[cpu] == "" ? "" : ":" detail[cpu])
	if (!t) {
		vm_name = vcpu_name = "host"
	} else if (vm_of[t] ~ /^0x[0-9a-f]*[1-9a-f]/) {
		vm_name = "vm " vm_of[t]
		vcpu_name = vm_name " vcpu " vcpu_of[t]
	} else {
		vm_name = "vm not told"
		vcpu_name = "vcpu of thread " t
	}
	task = who[cpu]
	if (!task)
		task = "not known or idle"
	else if (comm[task] == "" || comm[task] ~ /^<\.\.\.>/)
		task = "thread " task
	else
		task = comm[task]
	printf "%.0f\t%d\t%s\t%s\t", time - enter[cpu], cpu, cause, vm_name
	printf "%s\t%s\t%.0f\n", vcpu_name, task, enter[cpu]
}
