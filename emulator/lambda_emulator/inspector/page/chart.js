// The times of a function's last events, cold and warm, as the server has laid them out.

import { draw, make } from "./dom.js";

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 64;
const RIGHT = WIDTH - 16;

function point(one) {
  const kind = `${one.cold ? "cold" : "warm"}${one.passed ? "" : " failed"}`;
  const title = draw("title", {}, one.label);
  return one.cold
    ? draw("path", { class: kind, d: `M${one.x} ${one.y - 6}l6 6l-6 6l-6 -6z` }, title)
    : draw("circle", { class: kind, cx: one.x, cy: one.y, r: 4 }, title);
}

function level(tick, kind) {
  return [
    draw("line", { class: kind, x1: LEFT, x2: RIGHT, y1: tick.y, y2: tick.y }),
    draw("text", kind === "grid"
      ? { x: LEFT - 8, y: tick.y + 4, "text-anchor": "end" }
      : { class: kind, x: RIGHT, y: tick.y + 14, "text-anchor": "end" }, tick.label),
  ];
}

export function chart(plot, name) {
  const foot = HEIGHT - 10;
  return make("section", { class: "times", "aria-label": `times of ${name}` },
    make("h3", {}, `Times of ${name}`),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "times as a plot" },
      draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `how long each event of ${name} took` },
        plot.ticks.map((tick) => level(tick, "grid")), level(plot.timeout, "timeout"), plot.points.map(point),
        draw("text", { x: LEFT, y: foot }, "events in the order sent"),
        draw("path", { class: "cold", d: `M${RIGHT - 238} ${foot - 10}l6 6l-6 6l-6 -6z` }),
        draw("text", { x: RIGHT - 228, y: foot }, "cold, with init"),
        draw("circle", { class: "warm", cx: RIGHT - 128, cy: foot - 4, r: 4 }),
        draw("text", { x: RIGHT - 120, y: foot }, "warm"),
        draw("circle", { class: "failed", cx: RIGHT - 66, cy: foot - 4, r: 4 }),
        draw("text", { x: RIGHT - 58, y: foot }, "failed"))),
    make("div", { class: "scroll" }, make("table", { class: "figures" },
      make("thead", {}, make("tr", {}, ["events", "count", "least", "median", "95th percentile", "most"].map((title) => make("th", { scope: "col" }, title)))),
      make("tbody", {}, plot.figures.map((one) => make("tr", {}, make("th", { scope: "row" }, one.name),
        [one.count, one.least, one.median, one.p95, one.most].map((figure) => make("td", {}, String(figure)))))))));
}
