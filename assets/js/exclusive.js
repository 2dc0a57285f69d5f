// "None of these" and the other boxes of a group clear each other; the server judges the same again.
const EXCLUSIVE = 'input[type="checkbox"][data-behaviour="exclusive"]';

export function keepNoneExclusive(group) {
  group.addEventListener("change", (event) => {
    const pressed = event.target;
    if (pressed.type !== "checkbox" || !pressed.checked) {
      return;
    }
    const isNone = pressed.matches(EXCLUSIVE);
    for (const box of group.querySelectorAll('input[type="checkbox"]')) {
      if (box !== pressed && (isNone || box.matches(EXCLUSIVE))) {
        box.checked = false;
      }
    }
  });
}
