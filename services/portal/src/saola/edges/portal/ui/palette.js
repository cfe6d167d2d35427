// Moves in the palette's list by the arrow keys, and goes where Enter says.
document.addEventListener("keydown", (event) => {
  const input = event.target.closest?.("#palette input");
  if (!input || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  event.preventDefault();
  const hits = [...document.querySelectorAll("#hits [role=option]")];
  const at = hits.findIndex((hit) => hit.ariaSelected === "true");
  if (event.key === "Enter") return hits[Math.max(at, 0)]?.click();
  const next = hits[(at + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length];
  if (!next) return;
  for (const hit of hits) hit.ariaSelected = String(hit === next);
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
});
