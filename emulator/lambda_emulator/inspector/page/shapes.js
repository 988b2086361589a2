// One request in every shape: what stands where, and two of its events side by side.

import { read } from "./api.js";
import { lines, make } from "./dom.js";

export async function shapes(number, signal) {
  const found = await read(`invocations/${number}/shapes`, signal);
  if (found.shapes.length < 2) return make("p", { class: "about" }, "Only this shape can carry it.");
  const chosen = new Set(found.shapes.filter((shape, index) => index === 0 || found.accepted.includes(shape)));
  const table = make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "what stands where" });
  const sides = make("div", { class: "sides" });
  const other = make("select", { "aria-label": "the other shape", onchange: () => beside() },
    found.shapes.slice(1).map((shape) => make("option", {}, shape)));

  const compare = () => table.replaceChildren(places(found, found.shapes.filter((shape) => chosen.has(shape))));

  function beside() {
    const [own] = found.shapes;
    const texts = [own, other.value].map((shape) => found.events[shape]);
    const known = texts.map((text) => new Set(text.map((line) => line.replace(/,$/, ""))));
    sides.replaceChildren(...[own, other.value].map((shape, index) => make("figure", {},
      make("figcaption", {}, index ? shape : `${shape}, as it came`),
      lines(texts[index], `the event as ${shape}`, (line) => !known[1 - index].has(line.replace(/,$/, ""))))));
  }

  const toggles = make("fieldset", { class: "toggles" }, make("legend", {}, "shapes"), found.shapes.slice(1).map((shape) => make("label", {},
    make("input", {
      type: "checkbox", checked: chosen.has(shape), value: shape,
      onchange: (event) => { chosen[event.target.checked ? "add" : "delete"](shape); compare(); },
    }), ` ${shape}`)));
  compare();
  beside();
  return make("div", {}, toggles, table,
    make("details", { class: "beside" }, make("summary", {}, "whole events side by side"), make("label", {}, "beside it ", other), sides));
}

function places(found, columns) {
  const [own] = columns;
  const cell = (row, shape) => {
    const value = row.values[shape];
    const kind = value === null ? "absent" : value === row.values[own] ? "" : "other";
    return make("td", { class: kind, dir: "ltr" }, value === null ? "absent" : make("code", {}, value));
  };
  return make("table", { class: "places" },
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "place"), columns.map((shape) => make("th", { scope: "col" }, shape)))),
    make("tbody", {}, found.places.map((row) => make("tr", { class: row.place === "payload" ? "payload" : null },
      make("th", { scope: "row", dir: "ltr" }, row.place === "payload" ? "the payload is" : row.place), columns.map((shape) => cell(row, shape))))));
}
