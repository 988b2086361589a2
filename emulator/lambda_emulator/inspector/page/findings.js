// What is wrong, why, and what to change; and the rules of AWS behind a step.

import { read } from "./api.js";
import { make } from "./dom.js";

const rules = read("rules").catch(() => ({}));

function patch(diff) {
  const shown = diff.split("\n").filter((line) => line.trim() && !/^(---|\+\+\+|@@)/.test(line));
  return make("pre", { class: "wrapped", tabindex: 0, role: "region", "aria-label": "the change" }, shown
    .map((line) => make(line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : "span", { dir: "ltr" }, line)));
}

export function finding(one) {
  const told = (name, value) => (value ? [make("dt", {}, name), make("dd", { dir: "ltr" }, value)] : []);
  const line = one.file && make("span", {}, `${one.file}:${one.line}  `, make("code", {}, one.excerpt));
  return make("li", { class: `finding ${one.severity}` },
    make("p", { dir: "ltr" }, make("strong", {}, one.code), one.place ? ` at ${one.place}` : "", `: ${one.message}`),
    make("dl", {}, told("line", line), told("AWS", one.aws), told("why", one.why), told("change", one.fix),
      told("", one.diff && patch(one.diff)), told("sure", one.severity === "error" ? "" : one.confidence)));
}

export const findings = (all) => (all.length ? make("ul", { class: "findings" }, all.map(finding)) : null);

export function ruleList(ids) {
  if (!ids.length) return null;
  const list = make("dl", {});
  const box = make("details", { class: "rules" }, make("summary", {}, `rules ${ids.join(", ")}`), list);
  box.addEventListener("toggle", async () => {
    const known = await rules;
    list.replaceChildren(...ids.flatMap((id) => {
      const rule = known[id] || { statement: "", source: "", confidence: "" };
      return [make("dt", {}, id), make("dd", {}, rule.statement, make("small", {}, ` (${rule.confidence}; ${rule.source})`))];
    }));
  }, { once: true });
  return box;
}
