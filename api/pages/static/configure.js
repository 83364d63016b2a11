// The configuration page: choices in, state out, over the public API. Every answer carries the number of
// the question it belongs to, so that what is shown always belongs to the choices that are shown.

const root = document.getElementById("configurator");
const el = (id) => document.getElementById(id);
const base = `/catalogs/${encodeURIComponent(root.dataset.catalog)}/products/${encodeURIComponent(root.dataset.product)}`;

let choices = {};
let history = [];
let asked = 0;
let running = null;

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
};

const request = (extra = {}) => ({ choices, customer: el("customer").value || null, language: el("language").value, ...extra });

const post = async (path, body, signal) => {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });
  const document_ = await answer.json();
  if (!answer.ok) throw new Error([document_.detail, ...(document_.errors ?? []).map((error) => `${error.detail} ${error.hint}`)].join(" "));
  return document_;
};

const say = (text, bad = false) => {
  el("status").textContent = text;
  el("status").classList.toggle("bad", bad);
};

// One question at a time counts: a newer one ends the older, and a late answer is dropped.
const ask = async (path, extra, show) => {
  const number = ++asked;
  running?.abort();
  running = new AbortController();
  try {
    const answer = await post(path, request(extra), running.signal);
    if (number === asked) show(answer);
  } catch (error) {
    if (error.name !== "AbortError" && number === asked) say(error.message, true);
  }
};

const refresh = () => {
  el("undo").disabled = history.length === 0;
  return ask(`${base}/configuration`, { prices: false }, (answer) => {
    show(answer);
    ask(`${base}/configuration`, {}, show);
  });
};

const change = (changes) => {
  const next = { ...choices };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  return replaceAll(next);
};

const replaceAll = (next) => {
  history.push(choices);
  choices = { ...next };
  el("explanation").replaceChildren();
  return refresh();
};

const money = (price) => (price === null || price === undefined ? "" : price.from === price.to ? `${price.from} ${price.currency}` : `${price.from} – ${price.to} ${price.currency}`);
const spoken = { chosen: "chosen", implied: "follows", proposed: "proposed", open: "", excluded: "not possible", unsettled: "not settled" };

const radio = (option, value) => {
  const selected = value.value === option.value && option.state !== "open";
  const input = make("input", {
    type: "radio", name: option.name, value: value.value, checked: selected && option.state === "chosen",
    "aria-describedby": null,
    onchange: () => (value.state === "excluded" ? why(option, value) : change({ [option.name]: value.value })),
  });
  const shown = selected ? option.state : value.state === "excluded" ? "excluded" : "";
  return make("label", { class: `value ${shown}` }, input,
    make("span", { class: "text" }, value.label || value.value),
    shown ? make("span", { class: "state" }, spoken[shown]) : "",
    value.price && value.state !== "excluded" ? make("span", { class: "money" }, money(value.price)) : "");
};

const typed = (option) => {
  const open = option.values.filter((value) => value.state !== "excluded").map((value) => value.value).join(", ");
  const note = `${option.name}-note`;
  return make("div", { class: "values" },
    make("input", {
      type: "text", value: option.state === "open" ? "" : option.value ?? "", size: 12, "aria-label": option.label, "aria-describedby": note,
      onchange: (event) => change({ [option.name]: event.target.value === "" ? null : event.target.value }),
    }),
    make("span", { id: note, class: "quiet" }, option.kind === "text" ? "" : `${option.unit} ${open ? `possible: ${open}` : ""}`));
};

const drawOption = (option) => {
  const state = option.state === "open" ? "" : spoken[option.state];
  const legend = make("legend", {}, option.label, option.unit ? ` (${option.unit})` : "", " ",
    make("span", { class: "by" }, state),
    option.state === "chosen" ? make("button", { type: "button", "aria-label": `Take back ${option.label}`, onclick: () => change({ [option.name]: null }) }, "×") : "");
  const compact = option.kind === "text" || option.values.some((value) => value.value.includes(".."));
  if (compact) return make("fieldset", { "data-option": option.name }, legend, typed(option));
  if (option.values.length > 24) return make("fieldset", { "data-option": option.name }, legend, listed(option));
  return make("fieldset", { "data-option": option.name }, legend, make("div", { class: "values" }, ...option.values.map((value) => radio(option, value))));
};

// Many values: a list, the possible ones first, the others reachable below for their reason.
const listed = (option) => {
  const entry = (value) => make("option", { value: value.value, selected: option.state !== "open" && value.value === option.value },
    `${value.label || value.value}${value.price ? ` · from ${value.price.from} ${value.price.currency}` : ""}`);
  const possible = option.values.filter((value) => value.state !== "excluded");
  const excluded = option.values.filter((value) => value.state === "excluded");
  const pick = (event) => {
    const value = option.values.find((candidate) => candidate.value === event.target.value);
    if (!value) return change({ [option.name]: null });
    return value.state === "excluded" ? why(option, value) : change({ [option.name]: value.value });
  };
  return make("select", { "aria-label": option.label, onchange: pick },
    make("option", { value: "" }, `${possible.length} possible …`),
    make("optgroup", { label: "Possible" }, ...possible.map(entry)),
    ...(excluded.length ? [make("optgroup", { label: "Not possible: choose to see why" }, ...excluded.map(entry))] : []));
};

const show = (answer) => {
  const focus = document.activeElement?.name ? [document.activeElement.name, document.activeElement.value] : null;
  const byName = new Map(answer.options.map((option) => [option.name, option]));
  const sectionOf = (name) => answer.sections.find((section) => section.names.some((member) => name === member || name.startsWith(`${member}[`) || name === `count(${member})`));
  const exists = (option) => option.state !== "excluded" && (option.state !== "open" || option.values.some((value) => value.state !== "excluded"));
  const groups = new Map();
  for (const option of byName.values()) {
    if (!exists(option)) continue;
    const label = sectionOf(option.name)?.label ?? "";
    groups.set(label, [...(groups.get(label) ?? []), option]);
  }
  el("options").replaceChildren(...[...groups].flatMap(([label, options]) => [label ? make("h2", {}, label) : "", ...options.map(drawOption)]).filter((node) => node !== ""));
  if (focus) [...el("options").elements].find((node) => node.name === focus[0] && node.value === focus[1])?.focus();
  el("count").textContent = answer.count === null ? "very many" : BigInt(answer.count).toLocaleString(el("language").value || undefined);
  el("price").textContent = answer.total ? ("net" in answer.total ? `${answer.total.net} ${answer.total.currency}` : money(answer.total)) : "–";
  if (answer.valid) say(answer.complete ? "Valid and complete." : "Valid so far.");
  else { say("These choices contradict each other.", true); explain(answer.conflict, answer.repairs); }
  showSuggestions(answer.suggestions ?? []);
};

const explain = (conflict, repairs, title = "Why not?") => {
  const rules = (conflict?.rules ?? []).map((rule) => make("li", {}, rule.because, " ", make("span", { class: "place" }, `${rule.name}, ${rule.file}:${rule.line}`)));
  const ways = (repairs ?? []).map((repair) => make("li", {},
    repair.changes.map((item) => `${item.label}: ${item.from_label} → ${item.to_label ?? "–"}`).join("; "),
    repair.delta ? ` (${repair.delta.startsWith("-") ? "" : "+"}${repair.delta})` : "", " ",
    make("button", { type: "button", onclick: () => replaceAll(repair.choices) }, "Do this")));
  el("explanation").replaceChildren(make("h3", {}, title), make("p", {}, conflict?.sentence ?? ""), make("ul", {}, ...rules),
    ...(ways.length ? [make("h3", {}, "Get it anyway"), make("ul", {}, ...ways)] : []));
};

const why = (option, value) => ask(`${base}/repairs`, { name: option.name, value: value.value }, (answer) => {
  explain(answer.why, answer.repairs, `Why not ${value.label || value.value}?`);
  refresh();
});

const showSuggestions = (suggestions) => el("suggestions").replaceChildren(...(suggestions.length ? [make("h3", {}, "You might like"),
  make("ul", {}, ...suggestions.map((offer) => make("li", {}, `${offer.reason} (${offer.delta.startsWith("-") ? "" : "+"}${offer.delta}) `,
    make("button", { type: "button", onclick: () => change(offer.choices) }, "Add"))))] : []));

const finish = (goal) => ask(`${base}/completion`, { complete: goal }, (answer) => {
  if (!answer.valid) return show(answer);
  return change(Object.fromEntries(answer.options.filter((option) => option.value !== null && !(option.kind === "text" && option.value === "")).map((option) => [option.name, option.value])));
});

const quote = async () => {
  el("quoted").textContent = "";
  try {
    const line = { product: root.dataset.product, quantity: Number(el("quantity").value), choices, complete: "cheapest" };
    const made = await post(`/catalogs/${encodeURIComponent(root.dataset.catalog)}/quotes`, { customer: el("customer").value, language: el("language").value, lines: [line] });
    el("quoted").replaceChildren(`Quote ${made.id}: `, make("a", { href: `/quotes/${encodeURIComponent(made.id)}/pdf`, target: "_blank" }, "open the PDF"));
  } catch (error) { el("quoted").textContent = error.message; }
};

el("options").addEventListener("submit", (event) => event.preventDefault());
el("cheapest").addEventListener("click", () => finish("cheapest"));
el("preferred").addEventListener("click", () => finish("preferred"));
el("reset").addEventListener("click", () => replaceAll({}));
el("undo").addEventListener("click", () => { choices = history.pop() ?? {}; el("explanation").replaceChildren(); refresh(); });
el("quote").addEventListener("click", quote);
el("customer").addEventListener("change", refresh);
el("language").addEventListener("change", () => { const url = new URL(location.href); url.searchParams.set("language", el("language").value); location.href = url; });
refresh();
