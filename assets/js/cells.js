// Arrow keys move between the times of the calendar, and only while one of them has the focus.
// Left and right look for the nearest time beside the present one, up and down for the next of the column.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function ahead(from, to, [x, y]) {
  const across = to.left + to.width / 2 - from.left - from.width / 2;
  const down = to.top - from.top;
  if (x ? across * x <= from.width / 2 : down * y <= 0 || Math.abs(across) > from.width / 2) {
    return Infinity;
  }
  return x ? Math.abs(across) * 10 + Math.abs(down) : Math.abs(down);
}

export function walkCells(table) {
  table.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const here = event.target.closest("td a");
    if (!step || !here || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    const from = here.getBoundingClientRect();
    let best = null, least = Infinity;
    for (const link of table.querySelectorAll("td a")) {
      const far = link === here ? Infinity : ahead(from, link.getBoundingClientRect(), step);
      if (far < least) {
        [best, least] = [link, far];
      }
    }
    if (best) {
      event.preventDefault();
      best.focus();
    }
  });
}
