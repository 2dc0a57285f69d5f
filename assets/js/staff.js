// Comfort for a whole working day at the list: keys walk rows, tick, choose and go on.
import { listenForKeys } from "./keys.js";
import { walkCells } from "./cells.js";
import { walkRows } from "./rows.js";

for (const list of document.querySelectorAll("[data-walk-rows]")) {
  walkRows(list);
}
for (const table of document.querySelectorAll("[data-walk-cells]")) {
  walkCells(table);
}
if (document.querySelector("main[data-keys]")) {
  listenForKeys();
}
