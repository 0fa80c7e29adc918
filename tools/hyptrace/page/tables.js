// SPDX-License-Identifier: GPL-2.0
// Tables that can be sorted by any of their columns.

const ROWS = 50;	// before somebody asks for all

// columns: { head, text: row => shown, key: row => sorted by; without: it is a name }
function table(id, rows, columns, sorted, open)
{
	const at = d3.select("#" + id);
	let by = sorted, down = true, all = false;

	if (!rows.length) {
		at.append("p").attr("class", "note").text("none");
		return;
	}
	const element = at.append("table");
	const heads = element.append("thead").append("tr").selectAll("th").data(columns)
		.join("th").attr("class", (c) => c.key ? "number" : "text");
	heads.append("button").attr("type", "button").text((c) => c.head);
	const body = element.append("tbody");
	const more = at.append("p").append("button").attr("type", "button")
		.text("all " + count(rows.length) + " rows");

	function key(row)
	{
		return columns[by].key ? columns[by].key(row) : columns[by].text(row);
	}

	function draw()
	{
		const order = d3.range(rows.length).sort((a, b) => {
			const ka = key(rows[a]), kb = key(rows[b]);
			const less = ka < kb ? -1 : ka > kb ? 1 : 0;

			return (down ? -less : less) || a - b;
		});

		heads.attr("aria-sort", (c, i) => i !== by ? "none" :
			down ? "descending" : "ascending");
		body.selectAll("tr").remove();
		const lines = body.selectAll("tr").data(order.slice(0, all ? rows.length : ROWS))
			.join("tr").datum((i) => rows[i]);
		lines.selectAll("td")
			.data((row) => columns.map((c) => ({ text: c.text(row), number: !!c.key })))
			.join("td").attr("class", (cell) => cell.number ? "number" : "text")
			.attr("title", (cell) => cell.number ? null : cell.text)
			.text((cell) => cell.text);
		if (open)
			open(lines, columns.length);
		more.attr("hidden", all || rows.length <= ROWS ? "" : null);
	}

	heads.select("button").each(function (c, i) {
		this.addEventListener("click", () => {
			down = i === by ? !down : !!c.key;
			by = i;
			draw();
		});
	});
	more.node().addEventListener("click", () => {
		all = true;
		draw();
	});
	draw();
}

// A row that has no such number comes last.
function column(head, name, text)
{
	return { head, text: (row) => text(row[name]), key: (row) => row[name] ?? -1 };
}

function nameColumn(head)
{
	return { head, text: (row) => row.name };
}

const stayColumns = [
	column("count", "count", count),
	column("time", "total_ns", duration),
	column("share", "share", percent),
	column("mean", "mean_ns", duration),
	column("p50", "p50_ns", duration),
	column("p99", "p99_ns", duration),
	column("longest", "max_ns", duration),
];
const guestColumns = [
	column("guest runs", "guest_runs", count),
	column("in guest", "guest_ns", duration),
];
const TIME = 2;		// of the columns of such a table

function tables(chooseCause, show)
{
	const by = page.tables;

	table("causes", by.cause.rows, [nameColumn("cause"), ...stayColumns], TIME, (lines) => {
		lines.attr("class", "open").each(function (row) {
			this.addEventListener("click", () => chooseCause(row.name));
		});
	});
	table("vms", by.vm.rows, [nameColumn("VM"), ...stayColumns, ...guestColumns], TIME);
	table("vcpus", by.vcpu.rows, [nameColumn("vCPU"), ...stayColumns, ...guestColumns], TIME);
	table("tasks", by.task.rows, [nameColumn("task"), ...stayColumns], TIME);
	table("cpus", by.cpu.rows, [nameColumn("CPU"), ...stayColumns], TIME);
	functions();
	table("slowest", page.slowest, [
		{ head: "cause", text: (stay) => stay.cause },
		column("time", "ns", duration),
		{
			head: "since the first event",
			text: (stay) => moment(stay.enter_ns - first, 1),
			key: (stay) => stay.enter_ns,
		},
		column("CPU", "cpu", String),
		{ head: "for", text: (stay) => stay.vcpu },
		{ head: "task", text: (stay) => stay.task },
		{ head: "events", text: (stay) => count(stay.events.length + stay.more_events),
			key: (stay) => stay.events.length + stay.more_events },
	], 1, (lines, columns) => openStay(lines, columns, show));
}

// Where there is a graph of them
function functions()
{
	const graph = page.functions;

	if (!graph)
		return;
	d3.select("#graph").attr("hidden", null);
	if (graph.without_end || graph.without_beginning)
		d3.select("#halves").text(`${count(graph.without_end)} calls have no end, ` +
			`${count(graph.without_beginning)} no beginning, and do not count.`);
	const rows = graph.rows.concat(graph.without_time);
	const time = (ns) => ns === undefined ? "" : duration(ns);

	table("functions", rows, [
		nameColumn("function"),
		column("calls", "calls", count),
		column("time", "total_ns", time),
		column("self", "self_ns", time),
		column("longest", "max_ns", time),
	], 3);
}

// A click on a stay shows it on the time line, and its events below.
function openStay(lines, columns, show)
{
	lines.attr("class", "open").each(function (stay) {
		const line = this;

		line.addEventListener("click", () => {
			const next = line.nextSibling;

			if (next && next.className === "inside") {
				next.remove();
				return;
			}
			const text = stay.events.map((event) => {
				const at = (event.at_ns - stay.enter_ns) / 1000;

				return `+${at.toFixed(3).padStart(9)} us  ` +
					`${event.event.padEnd(16)} ${event.text}`;
			});
			if (stay.more_events)
				text.push("and " + count(stay.more_events) + " more");
			const row = document.createElement("tr");
			row.className = "inside";
			const cell = row.appendChild(document.createElement("td"));
			cell.className = "events";
			cell.colSpan = columns;
			cell.textContent = text.join("\n");
			line.after(row);
			show(stay);
		});
	});
}
