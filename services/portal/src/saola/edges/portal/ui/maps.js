// What stands for the same place on a map and in a ranking lights up together; Escape hushes a rule.
const light = (event, on) => {
  const key = event.target.closest?.("[data-code]")?.dataset.code;
  if (!key) return;
  for (const one of document.querySelectorAll(`[data-code="${CSS.escape(key)}"]`)) one.classList.toggle("lit", on);
};
document.addEventListener("mouseover", (event) => light(event, true));
document.addEventListener("mouseout", (event) => light(event, false));
document.addEventListener("focusin", (event) => light(event, true));
document.addEventListener("focusout", (event) => light(event, false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const one of document.querySelectorAll(".tip:is(:hover, :focus)")) one.classList.add("hushed");
});
document.addEventListener("mouseout", (event) => event.target.closest?.(".tip")?.classList.remove("hushed"));
document.addEventListener("focusout", (event) => event.target.closest?.(".tip")?.classList.remove("hushed"));
