// Comfort for a whole working day at the list: arrow keys move between rows while the list has focus.
import { walkRows } from "./rows.js";

for (const list of document.querySelectorAll("[data-walk-rows]")) {
  walkRows(list);
}
