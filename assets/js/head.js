// Runs before the first paint: styles may ask whether script is there.
document.documentElement.classList.add("js");
