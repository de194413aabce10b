// What every part of the page shares: its two languages, light and dark, and links that open
// what they lead to. All text is written with textContent; nothing here makes HTML from text.

const root = document.documentElement;
const words = JSON.parse(document.getElementById("words").textContent);
const listeners = [];

/** The language that is shown: "en" or "zh". */
const language = () => root.dataset.lang;

/** A text of the catalogue with its placeholders filled in. */
function word(key, values = {}) {
  const text = words[language()][key];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A number as the tables write it. */
function figure(number) {
  if (typeof number !== "number") return String(number);
  return Number(number.toPrecision(6)).toLocaleString("en", { maximumFractionDigits: 9 });
}

/** Make an element with text in it. */
function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// A page that was opened from a disk may be refused a memory; then it forgets, and nothing fails.
function remember(name, value) {
  try { localStorage.setItem(`corpuskit.${name}`, value); } catch { /* no memory */ }
}

function recall(name) {
  try { return localStorage.getItem(`corpuskit.${name}`); } catch { return null; }
}

function setLanguage(code) {
  root.dataset.lang = code;
  root.lang = code === "zh" ? "zh-Hans" : code;
  for (const one of document.querySelectorAll("[data-attr]")) {
    const text = one.getAttribute(`data-${code}`);
    if (one.dataset.attr === "text") one.textContent = text;
    else one.setAttribute(one.dataset.attr, text);
  }
  for (const button of document.querySelectorAll("[data-set-lang]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setLang === code));
  }
  for (const listener of listeners) listener();
}

const dark = matchMedia("(prefers-color-scheme: dark)");

function setTheme(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  const shown = theme || (dark.matches ? "dark" : "light");
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === shown));
  }
}

/** Open every fold around an element, so that it can be seen. */
function unfold(target) {
  for (let up = target; up; up = up.parentElement) {
    if (up.tagName === "DETAILS") up.open = true;
  }
}

/** Open and show what the address names; a document may be on another page of the explorer. */
function follow() {
  let name = location.hash.slice(1);
  try { name = decodeURIComponent(name); } catch { /* a name as it is */ }
  if (!name) return;
  if (name.startsWith("doc-")) showDocument(name.slice(4));
  const target = document.getElementById(name);
  if (!target) return;
  unfold(target);
  target.scrollIntoView();
}

/** Offer a command to the clipboard, where the browser has one for this page. */
function startCopying() {
  for (const button of document.querySelectorAll(".command .copy")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const said = button.parentElement.querySelector(".copied");
      try {
        await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
        said.hidden = false;
        setTimeout(() => { said.hidden = true; }, 2000);
      } catch { getSelection().selectAllChildren(button.parentElement.querySelector("code")); }
    });
  }
}

function startPage() {
  startCopying();
  for (const hidden of document.querySelectorAll(".switches, .csv, .sliders, .explorer")) {
    hidden.hidden = false;
  }
  for (const button of document.querySelectorAll("[data-set-lang]")) {
    button.addEventListener("click", () => {
      setLanguage(button.dataset.setLang);
      remember("lang", button.dataset.setLang);
    });
  }
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.addEventListener("click", () => {
      setTheme(button.dataset.setTheme);
      remember("theme", button.dataset.setTheme);
    });
  }
  dark.addEventListener("change", () => setTheme(root.dataset.theme));
  const theme = recall("theme");
  setTheme(theme === "light" || theme === "dark" ? theme : root.dataset.theme);
  const code = recall("lang");
  setLanguage(code in words ? code : language());
  addEventListener("hashchange", follow);
}
