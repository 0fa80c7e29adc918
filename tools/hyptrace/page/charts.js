// SPDX-License-Identifier: GPL-2.0
// Shares by cause, and histograms.

function shares(chooseCause)
{
	const svg = d3.select("#shares"), rows = causeRows.slice(0, 12);
	const width = svg.node().clientWidth, left = Math.min(260, width / 3), right = 170;
	const high = 20;
	const x = d3.scaleLinear([0, d3.max(rows, (row) => row.share) || 1],
		[0, Math.max(width - left - right, 10)]);

	svg.selectAll("*").remove();
	svg.attr("height", rows.length * high + 6);
	const bar = svg.append("g").attr("class", "bars").selectAll("g").data(rows).join("g")
		.attr("transform", (row, i) => `translate(${left},${i * high})`);
	bar.append("text").attr("x", -8).attr("y", 14).attr("text-anchor", "end")
		.text((row) => row.name.length > 38 ? row.name.slice(0, 37) + "\u2026" : row.name);
	bar.append("rect").attr("y", 3).attr("height", high - 6)
		.attr("width", (row) => Math.max(x(row.share), 1))
		.attr("fill", (row) => color(group(row.name)))
		.each(function (row) {
			this.addEventListener("click", () => chooseCause(row.name));
		});
	bar.append("text").attr("class", "dim").attr("y", 14)
		.attr("x", (row) => Math.max(x(row.share), 1) + 8)
		.text((row) => percent(row.share) + ", " + duration(row.total_ns));
}

// Bins are as in latency.h, but 8 to a power of 2. The smallest time that is in one:
function edge(bin)
{
	const fine = bin * 4;

	return fine < 64 ? fine : (fine % 32 + 32) * 2 ** (Math.floor(fine / 32) - 1);
}

// i: of the causes' table; -1: all of them
function histogram(i, log)
{
	const svg = d3.select("#hist"), pairs = page.hist[i + 1], row = causeRows[i];
	const width = svg.node().clientWidth, height = 240;
	const margin = { left: 70, right: 20, top: 10, bottom: 42 };
	const bins = [];

	for (let n = 0; n < pairs.length; n += 2)
		bins.push({ from: edge(pairs[n]), to: edge(pairs[n] + 1), nr: pairs[n + 1] });
	svg.selectAll("*").remove();
	svg.attr("height", height);
	if (!bins.length)
		return;
	const x = d3.scaleLog([Math.max(bins[0].from, 1), bins[bins.length - 1].to],
		[margin.left, width - margin.right]);
	const most = d3.max(bins, (bin) => bin.nr);
	const y = (log ? d3.scaleLog().domain([0.5, most]) : d3.scaleLinear().domain([0, most]))
		.range([height - margin.bottom, margin.top]);
	const round = (ns) => /^[125]0*$/.test(String(Math.round(ns)));
	const tick = (ns) => round(ns) ? duration(ns).replace(/\.0+ /, " ") : "";
	svg.append("g").attr("transform", `translate(0,${height - margin.bottom})`)
		.call(d3.axisBottom(x).ticks(10).tickFormat(tick));
	svg.append("g").attr("transform", `translate(${margin.left},0)`)
		.call(d3.axisLeft(y).ticks(5, log ? "~s" : undefined));
	svg.append("text").attr("class", "dim").attr("x", width / 2).attr("y", height - 6)
		.attr("text-anchor", "middle").text("time of a stay");
	svg.append("text").attr("class", "dim").attr("transform", "rotate(-90)")
		.attr("x", -height / 2).attr("y", 14).attr("text-anchor", "middle").text("stays");
	svg.append("g").attr("class", "bars").selectAll("rect").data(bins).join("rect")
		.attr("x", (bin) => x(Math.max(bin.from, 1)))
		.attr("width", (bin) => Math.max(x(bin.to) - x(Math.max(bin.from, 1)) - 0.5, 0.5))
		.attr("y", (bin) => y(bin.nr))
		.attr("height", (bin) => height - margin.bottom - y(bin.nr))
		.attr("fill", row ? color(group(row.name)) : style("mark"))
		.each(function (bin) {
			this.addEventListener("mousemove", (event) => showTip(event, [
				duration(bin.from) + " to " + duration(bin.to),
				count(bin.nr) + " stays",
			]));
			this.addEventListener("mouseleave", (event) => showTip(event, null));
		});
	if (row) {
		svg.append("g").selectAll("line").data([row.p50_ns, row.p99_ns]).join("line")
			.attr("class", "quantile").attr("y1", margin.top)
			.attr("y2", height - margin.bottom)
			.attr("x1", (ns) => x(Math.max(ns, 1)))
			.attr("x2", (ns) => x(Math.max(ns, 1)));
	}
	d3.select("#quantiles").text(!row ? count(page.tables.cause.stays) + " stays" :
		`${count(row.count)} stays; p50 ${duration(row.p50_ns)}, ` +
		`p99 ${duration(row.p99_ns)}, longest ${duration(row.max_ns)}`);
}
