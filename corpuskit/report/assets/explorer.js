// The document explorer: filters the documents that the page carries, 25 at a time. Text of the
// corpus reaches the page through textContent alone; what cannot be seen is shown by code point.

const PAGE_ROWS = 25;
const TEXT_SHOWN = 600; // characters, before "show all"
const OPTIONS = 500; // of a list to choose from
const UNSEEN = new RegExp(
  "([\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff" +
  "\\ufff9-\\ufffb\\ud800-\\udfff\\u{e0000}-\\u{e007f}])\\1*", "gu");

const explorer = { documents: [], found: [], page: 0, opened: new Set() };

/** Text of the corpus as nodes; a run of one unseen character becomes one mark. */
function visibleText(text) {
  const made = document.createDocumentFragment();
  const raw = text.replaceAll("\r\n", "\n");
  let end = 0;
  for (const match of raw.matchAll(UNSEEN)) {
    const code = match[1].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    const times = match[0].length / match[1].length;
    made.append(raw.slice(end, match.index));
    made.append(element("i", `U+${code}${times > 1 ? ` ×${times}` : ""}`));
    end = match.index + match[0].length;
  }
  made.append(raw.slice(end));
  return made;
}

/** An element that holds text of the corpus. */
function quoted(name, text, className = "") {
  const made = element(name, "", className);
  made.append(visibleText(String(text)));
  return made;
}

function languageName(code) {
  if (code === null || code === "und") return word("explorer.no_language");
  try {
    return new Intl.DisplayNames([language()], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

function boundText(bound) {
  return Array.isArray(bound) ? bound.map(figure).join(", ") : figure(bound);
}

function reasonItem([rule, value, side, bound]) {
  const item = document.createElement("li");
  item.append(quoted("code", rule), " ");
  const key = `explorer.side_${side}`;
  const shown = { value: value === null ? "–" : figure(value), bound: boundText(bound) };
  item.append(visibleText(key in words.en ? word(key, shown) : `${shown.value} (${side} ${shown.bound})`));
  return item;
}

function factsOf(one) {
  const facts = element("p", "", "facts");
  facts.append(element("b", word(one.kept ? "explorer.kept" : "explorer.dropped"),
                       one.kept ? "stays" : ""));
  const link = element("a");
  link.href = `#doc-${one.doc}`;
  link.append(quoted("bdi", one.id, "id"));
  facts.append(link, element("span", languageName(one.language)));
  facts.append(element("span", word("explorer.chars", { n: figure(one.chars) })));
  const source = element("span");
  source.append(quoted("bdi", one.source));
  facts.append(source);
  if (one.representative !== null) {
    const instead = element("span", word("explorer.instead") + " ");
    instead.append(quoted("bdi", one.representative, "id"));
    facts.append(instead);
  }
  return facts;
}

function textOf(one) {
  const box = element("div", "", "text");
  box.dir = "auto";
  if (!one.text) {
    box.append(element("span", word("explorer.empty"), "cut"));
    return box;
  }
  const open = explorer.opened.has(one.doc);
  const head = Array.from(one.text.slice(0, 2 * TEXT_SHOWN)).slice(0, TEXT_SHOWN).join("");
  const folded = head.length < one.text.length;
  box.append(visibleText(open ? one.text : head));
  const rest = one.chars - Array.from(one.text).length;
  if ((open || !folded) && rest > 0) {
    box.append(element("span", ` … ${word("explorer.more_chars", { n: figure(rest) })}`, "cut"));
  }
  if (!folded) return box;
  const button = element("button", word(open ? "explorer.fold" : "explorer.unfold"));
  button.type = "button";
  button.setAttribute("aria-expanded", String(open));
  button.addEventListener("click", () => {
    if (open) explorer.opened.delete(one.doc);
    else explorer.opened.add(one.doc);
    const fresh = articleOf(one);
    document.getElementById(`doc-${one.doc}`).replaceWith(fresh);
    fresh.querySelector("button").focus();
  });
  const both = document.createDocumentFragment();
  both.append(box, button);
  return both;
}

function articleOf(one) {
  const article = element("article");
  article.id = `doc-${one.doc}`;
  article.tabIndex = -1;
  article.setAttribute("aria-label", String(one.id));
  article.append(factsOf(one));
  if (one.reasons.length) {
    const list = element("ul", "", "because");
    list.append(...one.reasons.map(reasonItem));
    article.append(list);
  }
  article.append(textOf(one));
  return article;
}

const control = (name) => document.getElementById(`explorer-${name}`);

function matches(one) {
  const rule = control("rule").value;
  const code = control("language").value;
  const source = control("source").value;
  const fate = control("fate").value;
  const text = control("text").value.trim().toLowerCase();
  return (!rule || one.reasons.some((reason) => reason[0] === rule)) &&
    (!code || String(one.language) === code) &&
    (!source || one.source === source) &&
    (!fate || one.kept === (fate === "kept")) &&
    (!text || one.text.toLowerCase().includes(text) || one.id.toLowerCase().includes(text));
}

function showFound() {
  const pages = Math.max(1, Math.ceil(explorer.found.length / PAGE_ROWS));
  const start = explorer.page * PAGE_ROWS;
  const shown = explorer.found.slice(start, start + PAGE_ROWS);
  control("count").textContent = word("explorer.count", {
    found: figure(explorer.found.length), all: figure(explorer.documents.length),
    page: figure(explorer.page + 1), pages: figure(pages),
  });
  control("results").replaceChildren(...shown.map(articleOf));
  control("back").disabled = explorer.page === 0;
  control("next").disabled = explorer.page + 1 >= pages;
}

function filterDocuments() {
  explorer.found = explorer.documents.filter(matches);
  explorer.page = 0;
  showFound();
}

function turnPage(by) {
  explorer.page += by;
  showFound();
  control("count").focus();
  control("count").scrollIntoView({ block: "start" });
}

/** Show the document of an address, whatever was filtered. */
function showDocument(doc) {
  const place = explorer.documents.findIndex((one) => one.doc === doc);
  if (place < 0) return;
  for (const name of ["rule", "language", "source", "fate", "text"]) control(name).value = "";
  explorer.found = explorer.documents;
  explorer.page = Math.floor(place / PAGE_ROWS);
  showFound();
  document.getElementById(`doc-${doc}`).focus({ preventScroll: true });
}

/** Fill a list with the values that documents have, the most frequent first. */
function fill(name, values, write) {
  const times = new Map();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  const ordered = [...times].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const select = control(name);
  const chosen = select.value;
  while (select.options.length > 1) select.remove(1);
  for (const [value, n] of ordered.slice(0, OPTIONS)) {
    const option = new Option(`${write(value)} (${figure(n)})`, value);
    select.add(option);
  }
  select.value = chosen;
}

/** Unseen characters of a name by their code points, where no element can hold them. */
const plainText = (text) => visibleText(String(text)).textContent;

function fillLists() {
  const all = explorer.documents;
  fill("rule", all.flatMap((one) => one.reasons.map((reason) => reason[0])), plainText);
  fill("language", all.map((one) => String(one.language)),
       (code) => plainText(code === "null" ? languageName(null) : `${languageName(code)} ${code}`));
  fill("source", all.map((one) => one.source), plainText);
}

function startExplorer() {
  const data = document.getElementById("documents");
  if (!data) return;
  explorer.documents = JSON.parse(data.textContent);
  for (const name of ["rule", "language", "source", "fate", "text"]) {
    control(name).addEventListener("input", filterDocuments);
  }
  control("back").addEventListener("click", () => turnPage(-1));
  control("next").addEventListener("click", () => turnPage(1));
  explorer.found = explorer.documents;
  listeners.push(() => { fillLists(); showFound(); });
}
