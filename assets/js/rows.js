// Up and down move between the first links of the rows of a table; Enter opens, as any link does.
// Arrow keys only, and only while a link in the list has focus: no letter shortcut can fire by accident.
export function walkRows(list) {
  list.addEventListener("keydown", (event) => {
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const links = [...list.querySelectorAll("tbody th a[href], [data-row] a[href]:first-of-type")];
    const here = links.findIndex((link) => link.closest("tr, [data-row]").contains(document.activeElement));
    const next = links[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (here >= 0 && next) {
      event.preventDefault();
      next.focus();
    }
  });
}
