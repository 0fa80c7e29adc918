// SPDX-License-Identifier: GPL-2.0
// What there is in the page, and how its parts work together.

function head()
{
	const t = page.tables.cause, warning = [];
	const busy = d3.sum(t.rows, (row) => row.total_ns);

	document.title = "hyptrace: " + page.file;
	d3.select("#file").text(page.file);
	d3.select("#summary").text(`${count(t.stays)} stays in the hypervisor, ` +
		`${duration(busy)} or ${percent(busy / (span * t.cpus))} of the time of ` +
		`${t.cpus} CPU${t.cpus === 1 ? "" : "s"}, in ${moment(span, 1e3)}; ` +
		`${count(t.events)} events`);
	if (page.interrupted)
		warning.push(`Interrupted: this is of the first ${count(page.records)} records.`);
	if (names.interrupted)
		warning.push("Interrupted: time line and longest stays are of a part of it.");
	if (t.losses || t.lost)
		warning.push(`${count(t.lost)} events${t.losses_untold ? " or more" : ""} were ` +
			`lost, in ${count(t.losses)} places.`);
	if (t.broken)
		warning.push(`${count(t.broken)} stays have only one end and do not count.`);
	d3.select("#warning").attr("hidden", warning.length ? null : "").text(warning.join(" "));
	d3.select("#made").text("Made by hyptrace " + page.version + ".");
	if (names.within_ns)
		d3.select("#merged").text(`Of ${count(names.stays)} stays those that begin ` +
			`within the same ${duration(names.within_ns)} on a CPU are one mark, ` +
			`${count(names.marks)} in all, in the colour of the longest; tables and ` +
			"histograms count each.");
}

function legend(line)
{
	const items = causeRows.slice(0, OTHER).map((row, i) => ({ name: row.name, what: i }));
	let only = -1;

	if (causeRows.length > OTHER)
		items.push({ name: "other causes", what: OTHER });
	items.push({ name: "in a guest", what: GUEST });
	const list = d3.select("#legend");
	list.selectAll("*").remove();
	const button = list.selectAll("li").data(items).join("li").append("button")
		.attr("type", "button").attr("aria-pressed", "false");
	button.append("svg").append("rect").attr("width", "100%").attr("height", "100%")
		.attr("fill", (item) => item.what === GUEST ? style("guest") : color(item.what));
	button.append("span").text((item) => item.name);
	button.each(function (item) {
		this.addEventListener("click", () => {
			only = only === item.what || item.what === GUEST ? -1 : item.what;
			button.attr("aria-pressed", (other) => String(other.what === only));
			line.highlight(only);
		});
	});
}

function main()
{
	const dark = window.matchMedia("(prefers-color-scheme: dark)");
	const root = document.documentElement, choice = document.getElementById("cause");
	const log = document.getElementById("log");

	root.classList.toggle("dark", dark.matches);
	head();
	const line = timeline();

	function redraw()
	{
		line.redraw();
		legend(line);
		shares(chooseCause);
		drawHist();
	}

	function drawHist()
	{
		histogram(choice.selectedIndex - 1, log.checked);
	}

	function chooseCause(name)
	{
		choice.selectedIndex = causeRows.findIndex((row) => row.name === name) + 1;
		drawHist();
		choice.scrollIntoView({ block: "center" });
	}

	d3.select(choice).selectAll("option")
		.data(["all causes", ...causeRows.map((row) => row.name)])
		.join("option").text((name) => name);
	choice.addEventListener("change", drawHist);
	log.addEventListener("change", drawHist);
	tables(chooseCause, (stay) => {
		const at = stay.enter_ns - first;

		line.see(at - stay.ns, at + 2 * stay.ns);
	});
	document.getElementById("theme").addEventListener("click", () => {
		root.classList.toggle("dark");
		redraw();
	});
	dark.addEventListener("change", () => {
		root.classList.toggle("dark", dark.matches);
		redraw();
	});
	window.addEventListener("resize", () => {
		shares(chooseCause);
		drawHist();
	});
	redraw();
	return line;
}

const view = main();
