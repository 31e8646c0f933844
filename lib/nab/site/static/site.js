"use strict";
// Adds what a page does well without: sorting, filtering, zoom, and a word when nobody builds any more.
(() => {
  const script = document.currentScript;
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  const valueOf = (cell) => {
    const data = cell.querySelector("data");
    if (data) return Number(data.value);
    const text = cell.textContent.trim();
    return text === "" || text === "\u2013" ? null : text.toLowerCase();
  };
  const compare = (a, b) => {
    if (a === b) return 0;
    if (a === null) return 1;
    if (b === null) return -1;
    return typeof a === typeof b ? (a < b ? -1 : 1) : typeof a === "number" ? -1 : 1;
  };
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const body = table.tBodies[0];
    const before = [...body.rows];
    [...table.tHead.rows[0].cells].forEach((head, place) => {
      if (head.classList.contains("pic")) return;
      const button = make("button", { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const was = head.getAttribute("aria-sort");
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        const sign = was === "descending" ? -1 : 1;
        if (was === "ascending") { body.append(...before); return; }
        head.setAttribute("aria-sort", was ? "ascending" : "descending");
        const rows = [...before].sort((a, b) => {
          const [x, y] = [valueOf(a.cells[place]), valueOf(b.cells[place])];
          if (x === null || y === null) return compare(x, y);
          return was ? sign * compare(x, y) : -compare(x, y);
        });
        body.append(...rows);
      });
    });
  }

  for (const table of document.querySelectorAll("table[data-filter]")) {
    if (table.tBodies[0].rows.length < 12) continue;
    const field = make("input", { className: "filter", type: "search", placeholder: "filter" });
    field.setAttribute("aria-label", "show only rows with these words");
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of table.tBodies[0].rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
    });
    (table.closest(".scroll") || table).before(field);
  }

  for (const svg of document.querySelectorAll("svg.lanes, figure svg.chart:not(.heat)")) {
    const whole = svg.viewBox.baseVal;
    const all = [whole.x, whole.y, whole.width, whole.height];
    let shown = [...all];
    const show = (next) => { shown = next; svg.setAttribute("viewBox", next.join(" ")); };
    const zoom = (by, at = 0.5) => {
      const width = Math.min(all[2], Math.max(all[2] / 64, shown[2] * by));
      const x = Math.min(all[0] + all[2] - width, Math.max(all[0], shown[0] + (shown[2] - width) * at));
      show([x, all[1], width, all[3]]);
      svg.setAttribute("preserveAspectRatio", width < all[2] ? "none" : "xMidYMid");
    };
    const tools = make("p", { className: "tools" });
    const acts = [["zoom in", () => zoom(0.5)], ["zoom out", () => zoom(2)],
      ["\u2190", () => show([Math.max(all[0], shown[0] - shown[2] / 3), ...shown.slice(1)])],
      ["\u2192", () => show([Math.min(all[0] + all[2] - shown[2], shown[0] + shown[2] / 3), ...shown.slice(1)])],
      ["whole", () => { zoom(64); }]];
    if (!svg.classList.contains("lanes")) continue;
    for (const [words, act] of acts) {
      const button = make("button", { type: "button", textContent: words });
      button.addEventListener("click", act);
      tools.append(button);
    }
    svg.closest(".scroll").after(tools);
  }

  const banner = document.getElementById("banner");
  if (banner && location.protocol !== "file:") {
    fetch(`${script.dataset.root}as-of.json`).then((answer) => answer.json()).then((told) => {
      const hours = (Date.now() - Date.parse(told.tick || told.built)) / 3600000;
      if (hours < told.stale_hours) return;
      banner.textContent = `Nobody has looked for ${Math.floor(hours)} hours: what has happened since then is not here.`;
      banner.hidden = false;
    }).catch(() => {});
  }
})();
