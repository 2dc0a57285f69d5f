// Up and down move between the first links of the rows of a table; Enter opens, as any link does.
// Arrow keys work only while a link in the list has focus; letters are the business of keys.js.
const ROWS = "tbody tr, [data-row]";
const LINK = "th a[href], a[href]";

export function rowsOf(list) {
  return [...list.querySelectorAll(ROWS)].filter((row) => row.querySelector(LINK));
}

// From no row at all, down leads to the first one.
export function stepRow(list, by) {
  const rows = rowsOf(list);
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const link = rows[here + by]?.querySelector(LINK);
  link?.focus();
  return link;
}

export function walkRows(list) {
  list.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey || event.target.matches("select, input:not([type=checkbox])")) {
      return;
    }
    if (stepRow(list, by)) {
      event.preventDefault();
    }
  });
}
