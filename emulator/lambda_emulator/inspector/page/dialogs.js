// What asks something before it is done: an edited event, the name of a case.

import { make } from "./dom.js";

// Open a dialog; `act` is called when it is confirmed, and what it throws is shown.
export function ask(title, fields, confirm, act) {
  const problem = make("p", { class: "problem", role: "alert" });
  const button = make("button", { class: "first" }, confirm);
  const form = make("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      button.disabled = true;
      problem.textContent = "";
      try {
        await act();
        dialog.close();
      } catch (error) {
        problem.textContent = error.message;
      }
      button.disabled = false;
    },
  }, make("h2", { id: "dialog-title" }, title), fields, problem,
  make("p", { class: "actions" }, button, make("button", { type: "button", onclick: () => dialog.close() }, "Cancel")));
  const dialog = make("dialog", { "aria-labelledby": "dialog-title", onclose: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();
}

export function askText(text, act) {
  const area = make("textarea", { "aria-label": "event", rows: 20, spellcheck: "false", dir: "ltr" });
  area.value = text;
  area.setSelectionRange(0, 0);
  ask("Edit and send",
    [make("p", { class: "about" }, "What is REDACTED and left so is sent as it was."), area], "Send", () => act(area.value));
}

export function askCase(one, act) {
  const name = make("input", { id: "case-name", required: true, maxlength: 200, autocomplete: "off" });
  const status = make("input", { id: "case-status", type: "number", min: 100, max: 599 });
  if (one.ok && one.response) status.value = one.response.status;
  ask("Save as case", [
    make("p", { class: "about" }, "The event goes into the folder events beside contract.toml, without its secrets, and a [[case]] to the end of contract.toml."),
    make("label", { for: "case-name" }, "name"), name,
    make("label", { for: "case-status" }, "status that the client has to get (empty: any)"), status,
  ], "Save", () => act(name.value, status.value === "" ? null : Number(status.value)));
}
