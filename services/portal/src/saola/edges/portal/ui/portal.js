// What every page needs: htmx, live events, the clock, the palette, the keys.
import htmx from "htmx.org";
import "./clock.js";
import "./keys.js";
import "./live.js";
import "./maps.js";
import "./palette.js";

window.htmx = htmx;

// After a refused form the summary is read out first; after a swap that asks for it, what it names.
document.body.addEventListener("htmx:after:swap", () => document.querySelector("[data-focus]")?.focus());
