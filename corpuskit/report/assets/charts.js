// Charts: drawn when they come into view (all of them before printing), with a bound that can be
// moved and a table that can be saved. Colours are variables of the style sheet, so light and dark
// need nothing here. Vega runs its expressions without eval (`ast`).

const MARGIN = "300px"; // drawn so far before they come into view
const theme = JSON.parse(document.getElementById("theme").textContent);
const drawn = new Map(); // figure → {data, view, values of its signals}

/** Put the texts of one language into a specification; in data, into labels alone. */
function worded(part) {
  if (typeof part === "string") {
    return part.startsWith("@") ? words[language()][part.slice(1)] ?? part : part;
  }
  if (Array.isArray(part)) return part.map(worded);
  if (part === null || typeof part !== "object") return part;
  const keys = Object.keys(part);
  if (keys.length === 2 && "en" in part && "zh" in part) return part[language()];
  const entries = keys.map((key) => [key, key === "data" ? wordedData(part.data) : worded(part[key])]);
  return Object.fromEntries(entries);
}

/** Rows of data from its columns. */
function wordedData({ columns, rows }) {
  const names = Object.keys(columns);
  const cell = (name, at) => [name, name === "label" ? worded(columns[name][at]) : columns[name][at]];
  const row = (_, at) => Object.fromEntries(names.map((name) => cell(name, at)));
  return { values: Array.from({ length: rows }, row) };
}

const tip = element("div", "", "tip");
tip.hidden = true;

/** Show the numbers of a mark beside the pointer. */
function showTip(_handler, event, _item, value) {
  tip.hidden = value === null || value === undefined || value === "";
  if (tip.hidden) return;
  const lines = Object.entries(value).filter(([, one]) => one !== undefined && one !== null);
  tip.replaceChildren(...lines.map(([name, one]) => element("div", `${name}: ${figure(one)}`)));
  const room = root.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(0, Math.min(event.clientX + 12, room))}px`;
  tip.style.top = `${event.clientY + 14}px`;
}

let vega = null; // a promise, once somebody waits for it

/** Unpack Vega, once; the policy lets it run by the hash of its exact text. */
function unpackedVega() {
  vega ??= (async () => {
    const packed = atob(document.getElementById("vega").textContent);
    const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  })();
  return vega;
}

async function draw(figureElement) {
  const chart = drawn.get(figureElement);
  const plot = figureElement.querySelector(".plot");
  const turn = (chart.turn = (chart.turn ?? 0) + 1);
  chart.language = language();
  const options = {
    ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: showTip,
  };
  const place = document.createElement("div");
  place.setAttribute("aria-hidden", "true"); // the plot around it has role and label
  plot.replaceChildren(place);
  try {
    await unpackedVega();
    const { view } = await vegaEmbed(place, worded({ ...theme, ...chart.data.spec }), options);
    if (turn !== chart.turn) return view.finalize();
    chart.view?.finalize();
    chart.view = view;
    for (const [signal, value] of Object.entries(chart.signals)) view.signal(signal, value);
    await view.runAsync();
    figureElement.dataset.drawn = language();
  } catch (error) {
    console.error(error);
    plot.replaceChildren(element("p", word("script.failed"), "note"));
  }
}

/** Draw a figure unless it is there already in this language, or lies in a fold. */
function drawOnce(figureElement) {
  const chart = drawn.get(figureElement);
  const seen = figureElement.querySelector(".plot").clientWidth > 0;
  return seen && chart.language !== language() ? draw(figureElement) : undefined;
}

// A bound that moves.

function says(slider, place) {
  const exact = slider.exact || place === slider.now;
  return word(exact ? "script.drops" : "script.drops_at_most", {
    bound: figure(slider.at[place]),
    dropped: figure(slider.dropped[place]),
    kept: figure(slider.documents - slider.dropped[place]),
    documents: figure(slider.documents),
  });
}

function startSlider(figureElement, box, slider) {
  const chart = drawn.get(figureElement);
  const input = box.querySelector("input");
  const sentence = box.querySelector(".says");
  const command = box.querySelector(".command");
  const show = () => {
    const place = Number(input.value);
    const bound = String(slider.at[place]);
    const text = figure(slider.at[place]);
    const now = place === slider.now;
    input.setAttribute("aria-valuetext", now ? word("script.now", { bound: text }) : text);
    sentence.textContent = says(slider, place);
    command.textContent =
      `corpuskit sweep RUN --rule ${slider.rule} --${slider.side} ${bound}\n` +
      `corpuskit decide RUN --set ${slider.rule}.${slider.side}=${bound}`;
    chart.signals[slider.signal] = slider.at[place];
    chart.view?.signal(slider.signal, slider.at[place]).runAsync();
  };
  input.addEventListener("input", show);
  listeners.push(show);
}

// The table as a file. A cell that a spreadsheet would take for a formula is led by an apostrophe.

function csvCell(cell) {
  const text = shownText(cell);
  if (cell.matches("td:not(.word)")) return text === "–" ? "" : text.replaceAll(",", "");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a cell in the language that is shown. */
function shownText(cell) {
  const own = cell.querySelector(`.t[lang="${language()}"]`);
  return (own ?? cell).textContent.trim();
}

function csv(table) {
  const line = (row) => [...row.cells].map(csvCell).join(",");
  return [...table.rows].map(line).join("\r\n") + "\r\n";
}

function saveTable(figureElement) {
  const text = "\ufeff" + csv(figureElement.querySelector("table"));
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${figureElement.dataset.chart}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function startCharts() {
  document.body.append(tip);
  const watch = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) drawOnce(entry.target);
    },
    { rootMargin: MARGIN },
  );
  for (const one of document.querySelectorAll(".chart[data-chart]")) {
    const data = JSON.parse(one.querySelector('script[type="application/json"]').textContent);
    drawn.set(one, { data, signals: {} });
    const boxes = one.querySelectorAll(".slider");
    data.sliders.forEach((slider, number) => startSlider(one, boxes[number], slider));
    one.querySelector(".csv").addEventListener("click", () => saveTable(one));
    watch.observe(one);
  }
  // Another language: what is on the screen again, the rest when it is seen.
  listeners.push(() => {
    for (const [one, chart] of drawn) {
      if (chart.language) drawOnce(one);
    }
  });
  const drawAll = () => { for (const one of drawn.keys()) drawOnce(one); };
  addEventListener("beforeprint", drawAll);
  matchMedia("print").addEventListener("change", (event) => { if (event.matches) drawAll(); });
}
