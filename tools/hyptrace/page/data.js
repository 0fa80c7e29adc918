// SPDX-License-Identifier: GPL-2.0
// What is in the page, and its stays as columns of numbers.
"use strict";

const page = JSON.parse(document.getElementById("data").textContent);
const names = JSON.parse(document.getElementById("names").textContent);
const first = page.tables.cause.first_ns;
const span = Math.max(page.tables.cause.last_ns - first, 1);

// Times are nanoseconds since the first event. guest: from when on a guest ran until enter, or NaN.
function decode(text, nr, merged)
{
	const bytes = atob(text);
	const stays = {
		nr,
		cpu: new Uint16Array(nr),
		enter: new Float64Array(nr),
		leave: new Float64Array(nr),
		cause: new Uint32Array(nr),
		task: new Uint32Array(nr),
		vcpu: new Uint32Array(nr),
		guest: new Float64Array(nr),
		number: new Uint32Array(nr),
		busy: new Float64Array(nr),
	};
	const entered = [], left = [];
	let at = 0;

	function number()
	{
		let value = 0, scale = 1, byte;

		do {
			byte = bytes.charCodeAt(at++);
			value += (byte & 127) * scale;
			scale *= 128;
		} while (byte > 127);
		return value;
	}

	for (let i = 0; i < nr; i++) {
		const cpu = number();
		const enter = (entered[cpu] || 0) + number();
		const leave = enter + number();

		stays.cpu[i] = cpu;
		stays.enter[i] = enter;
		stays.leave[i] = leave;
		stays.cause[i] = number();
		stays.task[i] = number();
		const vcpu = number();
		stays.vcpu[i] = Math.floor(vcpu / 2);
		stays.guest[i] = vcpu % 2 ? left[cpu] || 0 : NaN;
		stays.number[i] = merged ? number() : 1;
		stays.busy[i] = merged ? number() : leave - enter;
		entered[cpu] = enter;
		left[cpu] = leave;
	}
	return stays;
}

const stays = decode(document.getElementById("stays").textContent, names.marks, names.within_ns);

// A track: a line of the time line. Its stays are numbers of those above, in the order of time.
function tracks()
{
	const cpus = new Map(), vcpus = new Map(), all = [];

	function put(map, key, i)
	{
		let list = map.get(key);

		if (!list)
			map.set(key, list = []);
		list.push(i);
	}

	for (let i = 0; i < stays.nr; i++) {
		put(cpus, stays.cpu[i], i);
		if (stays.vcpu[i])
			put(vcpus, stays.vcpu[i], i);
	}
	for (const cpu of [...cpus.keys()].sort((a, b) => a - b))
		all.push({ name: "CPU " + cpu, of: Uint32Array.from(cpus.get(cpu)) });
	const byName = (a, b) =>
		names.vcpus[a].localeCompare(names.vcpus[b], "en", { numeric: true });

	for (const vcpu of [...vcpus.keys()].sort(byName)) {
		const of = Uint32Array.from(vcpus.get(vcpu));

		of.sort((a, b) => stays.enter[a] - stays.enter[b]);
		all.push({ name: names.vcpus[vcpu], of });
	}
	return all;
}
