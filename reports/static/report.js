"use strict";
/* Sort a table by a column (a button in its header) and filter its rows. Without this script the report reads
   the same: tables then stand in the order in which they were written. */
(() => {
  const said = document.getElementById("said");
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const valueOf = (row, index) => {
    const cell = row.cells[index];
    return cell.dataset.v !== undefined ? cell.dataset.v : cell.textContent;
  };

  const sortBy = (table, index, kind, header) => {
    const first = kind === "text" ? "ascending" : "descending";
    const second = first === "ascending" ? "descending" : "ascending";
    const order = header.getAttribute("aria-sort") === first ? second : first;
    for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
    header.setAttribute("aria-sort", order);
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const numeric = kind === "number" || kind === "share";
    const keys = new Map(rows.map((row) => [row, valueOf(row, index)]));
    rows.sort((a, b) => numeric ? Number(keys.get(a)) - Number(keys.get(b)) : collator.compare(keys.get(a), keys.get(b)));
    if (order === "descending") rows.reverse();
    body.append(...rows);
    said.textContent = `Sorted by ${header.textContent}, ${order}.`;
  };

  const addSorting = (table) => {
    Array.from(table.tHead.rows[0].cells).forEach((header, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = header.textContent;
      header.textContent = "";
      header.append(button);
      header.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sortBy(table, index, header.dataset.kind, header));
    });
  };

  const SHORT = 25;
  const addFilter = (table) => {
    const rows = Array.from(table.tBodies[0].rows);
    const caption = table.caption.textContent;
    const tools = document.createElement("div");
    tools.className = "tools";
    const label = document.createElement("label");
    label.textContent = "Filter rows ";
    const input = document.createElement("input");
    input.type = "search";
    input.setAttribute("aria-label", `Filter rows of: ${caption}`);
    label.append(input);
    const button = document.createElement("button");
    button.type = "button";
    const count = document.createElement("span");
    tools.append(label, button, count);
    let all = false;
    const show = () => {
      const words = input.value.trim().toLowerCase();
      let shown = 0;
      let found = 0;
      for (const row of table.tBodies[0].rows) {
        const fits = !words || row.textContent.toLowerCase().includes(words);
        if (fits) found += 1;
        row.hidden = !fits || !(all || words || found <= SHORT);
        if (!row.hidden) shown += 1;
      }
      count.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows shown`;
      button.textContent = all ? `Show the first ${SHORT}` : `Show all ${rows.length.toLocaleString("en")}`;
      button.hidden = Boolean(words);
    };
    input.addEventListener("input", show);
    input.addEventListener("change", () => { said.textContent = count.textContent; });
    button.addEventListener("click", () => { all = !all; show(); said.textContent = count.textContent; });
    table.addEventListener("click", (event) => { if (event.target.closest("thead button")) show(); });
    table.closest(".data").insertBefore(tools, table.parentElement);
    show();
  };

  for (const table of document.querySelectorAll("main table")) {
    if (table.tBodies[0].rows.length > 1) addSorting(table);
    if (table.tBodies[0].rows.length > SHORT + 5) addFilter(table);
  }
  window.addEventListener("beforeprint", () => {
    for (const row of document.querySelectorAll("main tr[hidden]")) row.hidden = false;
  });
})();
