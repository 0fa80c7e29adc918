// SPDX-License-Identifier: GPL-2.0
// A track on a canvas. However many stays a pixel stands for, it costs a few rectangles.

const GROUPS = OTHER + 1;
const GUEST = GROUPS;		// behind the causes

// The first stay of a track that ends after @time
function firstAfter(track, time)
{
	let low = 0, high = track.of.length;

	while (low < high) {
		const middle = (low + high) >> 1;

		if (stays.leave[track.of[middle]] < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

function begin(i)
{
	return Number.isNaN(stays.guest[i]) ? stays.enter[i] : stays.guest[i];
}

// Time of each cause, and of guests, in each of the columns from @from on
function sum(track, from, to, columns)
{
	const part = new Float32Array(columns * (GUEST + 1)), scale = columns / (to - from);

	function add(what, start, end, dense)
	{
		const a = Math.max((start - from) * scale, 0);
		const b = Math.min((end - from) * scale, columns);

		for (let c = Math.floor(a); c < b; c++)
			part[c * (GUEST + 1) + what] +=
				(Math.min(b, c + 1) - Math.max(a, c)) * dense;
	}

	for (let n = firstAfter(track, from); n < track.of.length; n++) {
		const i = track.of[n];

		if (begin(i) > to)
			break;
		// Of no length is not nothing.
		const leave = Math.max(stays.leave[i], stays.enter[i] + 1e-3 / scale);

		add(groupOfCause[stays.cause[i]], stays.enter[i], leave,
			Math.min(stays.busy[i] / (leave - stays.enter[i]), 1) || 1e-3);
		if (!Number.isNaN(stays.guest[i]))
			add(GUEST, stays.guest[i], stays.enter[i], 1);
	}
	return part;
}

// only: one group, or -1 for all
function drawTrack(context, track, box, from, to, only)
{
	const part = sum(track, from, to, box.width);
	const colors = d3.range(GROUPS).map(color).concat(style("guest"));

	context.clearRect(box.x, box.y, box.width, box.height);
	for (let what = 0; what <= GUEST; what++) {
		context.fillStyle = colors[what];
		context.globalAlpha = only < 0 || only === what || what === GUEST ? 1 : 0.15;
		for (let c = 0; c < box.width; c++) {
			const here = part[c * (GUEST + 1) + what];

			if (!here)
				continue;
			let below = 0;
			for (let w = 0; w < what; w++)
				below += part[c * (GUEST + 1) + w];
			// Whole columns of one kind are one rectangle.
			let wide = 1;
			while (here > 0.999 && part[(c + wide) * (GUEST + 1) + what] > 0.999)
				wide++;
			const least = what === GUEST ? 0 : 1;
			const high = Math.max(Math.min(here, 1) * box.height, least);
			const base = Math.min(below, 1) * box.height;
			context.fillRect(box.x + c, box.y + Math.max(box.height - base - high, 0),
				wide, Math.min(high, box.height));
			c += wide - 1;
		}
	}
	context.globalAlpha = 1;
	label(context, track, box, from, to);
}

// Names on those that are wide enough for one
function label(context, track, box, from, to)
{
	const scale = box.width / (to - from), WIDE = 60;

	context.fillStyle = "#101418";
	for (let n = firstAfter(track, from), end; n < track.of.length; n = end) {
		const i = track.of[n], a = Math.max((stays.enter[i] - from) * scale, 0);
		const b = Math.min((stays.leave[i] - from) * scale, box.width);

		if (a >= box.width)
			break;
		// Those that end on the next pixels have no room for a name.
		end = n + 1;
		if (b - a < WIDE) {
			if (b - a < 1)
				end = Math.max(end, firstAfter(track, stays.leave[i] + 1 / scale));
			continue;
		}
		context.save();
		context.beginPath();
		context.rect(box.x + a, box.y, b - a - 4, box.height);
		context.clip();
		context.fillText(stays.number[i] > 1 ? count(stays.number[i]) + " stays" :
			names.causes[stays.cause[i]], box.x + a + 4, box.y + box.height / 2);
		context.restore();
	}
}

// The longest stay of a track within these times, or -1
function longestIn(track, from, to)
{
	let longest = -1, length = -1;

	for (let n = firstAfter(track, from); n < track.of.length; n++) {
		const i = track.of[n];

		if (stays.enter[i] > to)
			break;
		if (stays.leave[i] - stays.enter[i] > length) {
			longest = i;
			length = stays.leave[i] - stays.enter[i];
		}
	}
	return longest;
}
