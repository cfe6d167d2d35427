// Goes through the screens by arrows, space, Home and End; all of them lie ready, so a step changes one attribute.
const scenes = [...document.querySelectorAll("[data-scene]")];
let at = scenes.findIndex((scene) => !scene.hidden);

function show(next) {
  at = Math.min(Math.max(next, 0), scenes.length - 1);
  scenes.forEach((scene, place) => (scene.hidden = place !== at));
  document.querySelector("[data-count]").textContent = `${at + 1}/${scenes.length}`;
  const url = new URL(location.href);
  url.searchParams.set("scene", at);
  history.replaceState(null, "", url);
}

const steps = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowDown: 1, ArrowLeft: -1, PageUp: -1, ArrowUp: -1 };
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && event.target.closest("a, button")) return;
  if (event.key in steps) show(at + steps[event.key]);
  else if (event.key === "Home") show(0);
  else if (event.key === "End") show(scenes.length - 1);
  else return;
  event.preventDefault();
});
document.addEventListener("click", (event) => {
  const step = event.target.closest("[rel=prev], [rel=next]");
  if (step) {
    event.preventDefault();
    show(at + (step.rel === "next" ? 1 : -1));
  }
  if (event.target.closest("[data-full]")) document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
});
