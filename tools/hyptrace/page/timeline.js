// SPDX-License-Identifier: GPL-2.0
// The time line: what part of the time is seen, and what changes that.

const GUTTER = 150;	// for the names of tracks
const CLOSEST = 200;	// nanoseconds that are seen at least

function timeline()
{
	const canvas = document.getElementById("canvas"), context = canvas.getContext("2d");
	const axis = d3.select("#axis"), overview = d3.select("#overview");
	const lines = tracks(), high = lines.length > 40 ? 12 : 24, gap = 3;
	let width = 0, only = -1, waiting = false, drag = null;
	const zoom = d3.zoom().on("zoom", later).filter(() => {
		// Of d3 5, or of those after it
		const event = d3.event || window.event;

		return !event.shiftKey && !event.button && plotX(event) >= 0;
	});
	const selection = d3.select(canvas).call(zoom);

	function plotX(event)
	{
		return event.clientX - canvas.getBoundingClientRect().left - GUTTER;
	}

	function seen()
	{
		const t = d3.zoomTransform(canvas);

		return [GUTTER, GUTTER + width].map((x) => (t.invertX(x) - GUTTER) / width * span);
	}

	// Show just this, or as near to it as there is time
	function see(from, to)
	{
		const wide = Math.min(Math.max(to - from, Math.min(CLOSEST, span)), span);
		const start = Math.min(Math.max((from + to - wide) / 2, 0), span - wide);
		const k = span / wide;

		selection.call(zoom.transform, d3.zoomIdentity
			.translate(GUTTER - k * (GUTTER + start / span * width), 0).scale(k));
	}

	function later()
	{
		if (!waiting)
			requestAnimationFrame(draw);
		waiting = true;
	}

	function drawAxis(from, to)
	{
		const x = d3.scaleLinear([from, to], [GUTTER, GUTTER + width]);
		const ticks = x.ticks(Math.max(Math.floor(width / 130), 2));
		const apart = ticks.length > 1 ? ticks[1] - ticks[0] : to - from;

		axis.selectAll("*").remove();
		axis.append("g").attr("transform", "translate(0,21)")
			.call(d3.axisTop(x).tickValues(ticks)
				.tickFormat((ns) => moment(ns, apart)));
		overview.select(".window").attr("x", GUTTER + from / span * width)
			.attr("width", Math.max((to - from) / span * width, 2));
		const exact = (to - from) / 1000;
		document.getElementById("range").textContent =
			`${moment(from, exact)} to ${moment(to, exact)}: ${duration(to - from)}`;
	}

	function draw()
	{
		const [from, to] = seen();

		waiting = false;
		context.clearRect(0, 0, canvas.width, canvas.height);
		context.font = (high < 20 ? "10px" : "12px") + " system-ui, sans-serif";
		context.textBaseline = "middle";
		lines.forEach((track, i) => {
			const y = i * (high + gap);

			context.fillStyle = style("soft");
			context.fillRect(0, y, GUTTER - 4, high);
			context.fillStyle = style("fore");
			context.fillText(track.name, 6, y + high / 2, GUTTER - 14);
			drawTrack(context, track, { x: GUTTER, y, width, height: high }, from, to,
				  only);
			context.fillStyle = style("line");
			context.fillRect(GUTTER, y + high, width, 1);
		});
		if (drag) {
			context.fillStyle = style("mark");
			context.globalAlpha = 0.25;
			context.fillRect(GUTTER + Math.min(drag.from, drag.to), 0,
				Math.abs(drag.to - drag.from), canvas.height);
			context.globalAlpha = 1;
		}
		drawAxis(from, to);
	}

	// All of the time, all CPUs together
	function drawOverview()
	{
		const columns = Math.max(Math.floor(width / 2), 1);
		const busy = new Float32Array(columns), cpus = page.tables.cpu.rows.length;

		for (const track of lines.slice(0, cpus)) {
			sum(track, 0, span, columns).forEach((part, n) => {
				if (n % (GUEST + 1) !== GUEST)
					busy[Math.floor(n / (GUEST + 1))] += part;
			});
		}
		const y = d3.scaleLinear([0, d3.max(busy) || 1], [24, 2]);
		overview.selectAll("*").remove();
		overview.append("path").attr("fill", style("other")).attr("d", d3.area()
			.x((part, n) => GUTTER + n * width / columns).y0(24).y1(y)(busy));
		overview.append("text").attr("class", "dim").attr("x", 6).attr("y", 17)
			.text("in the hypervisor");
		overview.append("rect").attr("class", "window").attr("y", 0).attr("height", 25);
	}

	function resize()
	{
		const [from, to] = width ? seen() : [0, span], ratio = window.devicePixelRatio || 1;
		const whole = Math.floor(canvas.parentNode.clientWidth);

		width = Math.max(whole - GUTTER, 50);
		canvas.style.height = lines.length * (high + gap) + "px";
		canvas.width = (width + GUTTER) * ratio;
		canvas.height = lines.length * (high + gap) * ratio;
		context.setTransform(ratio, 0, 0, ratio, 0, 0);
		zoom.scaleExtent([1, Math.max(span / CLOSEST, 1)])
			.extent([[GUTTER, 0], [GUTTER + width, 1]])
			.translateExtent([[GUTTER, 0], [GUTTER + width, 1]]);
		drawOverview();
		see(from, to);
		later();
	}

	function describe(event)
	{
		const y = event.clientY - canvas.getBoundingClientRect().top;
		const track = lines[Math.floor(y / (high + gap))];
		const [from, to] = seen(), x = plotX(event), near = (to - from) / width * 1.5;
		const at = from + x / width * (to - from);
		const i = track && x >= 0 ? longestIn(track, at - near, at + near) : -1;

		if (i < 0) {
			showTip(event, null);
			return;
		}
		const length = duration(stays.leave[i] - stays.enter[i]);
		const text = [names.causes[stays.cause[i]],
			`${length} from ${moment(stays.enter[i], 1)} on`,
			`CPU ${stays.cpu[i]}, for ${names.vcpus[stays.vcpu[i]]}`,
			names.tasks[stays.task[i]]];
		if (stays.number[i] > 1) {
			text[0] = `${count(stays.number[i])} stays, the longest ${text[0]}`;
			text.splice(2, 0, duration(stays.busy[i]) + " in the hypervisor");
		}
		showTip(event, text);
	}

	// Shift and drag: see that part
	canvas.addEventListener("mousedown", (event) => {
		if (event.shiftKey && !event.button && plotX(event) >= 0)
			drag = { from: plotX(event), to: plotX(event) };
	});
	window.addEventListener("mousemove", (event) => {
		if (drag) {
			drag.to = Math.min(Math.max(plotX(event), 0), width);
			later();
		}
	});
	window.addEventListener("mouseup", () => {
		const [from, to] = seen(), at = (x) => from + x / width * (to - from);

		if (drag && Math.abs(drag.to - drag.from) > 3)
			see(at(Math.min(drag.from, drag.to)), at(Math.max(drag.from, drag.to)));
		if (drag)
			later();
		drag = null;
	});
	canvas.addEventListener("mousemove", describe);
	canvas.addEventListener("mouseleave", (event) => showTip(event, null));

	function closer(by)
	{
		const [from, to] = seen(), middle = (from + to) / 2, half = (to - from) / 2 / by;

		see(middle - half, middle + half);
	}

	function move(by)
	{
		const [from, to] = seen(), step = (to - from) * by;

		see(from + step, to + step);
	}

	const keys = {
		"w": () => closer(1.5), "+": () => closer(1.5), "=": () => closer(1.5),
		"s": () => closer(1 / 1.5), "-": () => closer(1 / 1.5),
		"a": () => move(-0.2), "ArrowLeft": () => move(-0.2),
		"d": () => move(0.2), "ArrowRight": () => move(0.2),
		"0": () => see(0, span),
	};
	window.addEventListener("keydown", (event) => {
		const key = keys[event.key];

		if (!key || event.ctrlKey || event.metaKey || event.altKey ||
		    /^(INPUT|SELECT)$/.test(event.target.tagName))
			return;
		event.preventDefault();
		key();
	});
	document.getElementById("in").addEventListener("click", () => closer(2));
	document.getElementById("out").addEventListener("click", () => closer(1 / 2));
	document.getElementById("whole").addEventListener("click", () => see(0, span));
	overview.node().addEventListener("click", (event) => {
		const [from, to] = seen(), half = (to - from) / 2;
		const at = (event.clientX - overview.node().getBoundingClientRect().left - GUTTER) /
			width * span;

		see(at - half, at + half);
	});
	window.addEventListener("resize", resize);
	resize();
	return {
		see,
		seen,
		redraw: resize,
		highlight(what) {
			only = what;
			later();
		},
	};
}
