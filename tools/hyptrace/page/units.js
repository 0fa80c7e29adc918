// SPDX-License-Identifier: GPL-2.0
// Numbers and colours, as people read them.

function count(n)
{
	return n.toLocaleString("en");
}

function percent(part)
{
	return (part * 100).toFixed(2) + "%";
}

// So many nanoseconds, with 4 digits at most
function duration(ns)
{
	const units = ["ns", "us", "ms", "s"];
	let i = 0;

	while (ns >= 999.95 && i < units.length - 1) {
		ns /= 1000;
		i++;
	}
	if (!i)
		return Math.round(ns) + " ns";
	return ns.toFixed(ns < 10 ? 2 : 1) + " " + units[i];
}

// A point of time in seconds, exact enough to be told from its neighbour
function moment(ns, apart)
{
	const digits = Math.min(Math.max(9 - Math.floor(Math.log10(Math.max(apart, 1))), 0), 9);

	return (ns / 1e9).toFixed(digits) + " s";
}

// The causes with most time have a colour each, all others one together.
const palette = d3.schemeTableau10.slice(0, 9);
const OTHER = palette.length;
const causeRows = page.tables.cause.rows;
const groupByName = new Map(causeRows.slice(0, OTHER).map((row, i) => [row.name, i]));
const groupOfCause = Uint8Array.from(names.causes, (name) => group(name));

function group(name)
{
	const i = groupByName.get(name);

	return i === undefined ? OTHER : i;
}

function style(name)
{
	return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

function color(i)
{
	return i < OTHER ? palette[i] : style("other");
}

const tip = document.getElementById("tip");

// Lines of text beside the pointer; null: no more
function showTip(event, lines)
{
	tip.hidden = !lines;
	if (!lines)
		return;
	tip.textContent = lines.join("\n");
	const left = event.clientX + 14, top = event.clientY + 14;
	tip.style.left = Math.max(Math.min(left, innerWidth - tip.offsetWidth - 8), 0) + "px";
	tip.style.top = Math.max(Math.min(top, innerHeight - tip.offsetHeight - 8), 0) + "px";
}
