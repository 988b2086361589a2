// Calls to the server. The token comes after the # of the address that was printed, and is kept for this tab alone.

const HEADER = "X-Lambdaproof-Token";
const KEY = "lambdaproof-token";

function token() {
  const given = /^#token=([\w-]+)/.exec(location.hash);
  if (given) {
    sessionStorage.setItem(KEY, given[1]);
    history.replaceState(null, "", "#/");
  }
  return sessionStorage.getItem(KEY) || "none";
}

const known = token();

async function call(method, path, value, signal) {
  const answer = await fetch(`api/${path}`, {
    method,
    headers: { [HEADER]: known, ...(value === undefined ? {} : { "Content-Type": "application/json" }) },
    body: value === undefined ? undefined : JSON.stringify(value),
    signal,
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}

export const read = (path, signal) => call("GET", path, undefined, signal);

export const send = (path, value = {}) => call("POST", path, value);
