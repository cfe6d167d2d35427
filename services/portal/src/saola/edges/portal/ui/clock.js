// Counts down to a time by the server's clock, whatever this machine's says.
customElements.define(
  "due-clock",
  class extends HTMLElement {
    static observedAttributes = ["until"];
    connectedCallback() {
      const skew = Number(this.getAttribute("now")) - Date.now();
      const tick = () => {
        const left = Math.round((Number(this.getAttribute("until")) - Date.now() - skew) / 1000);
        const seconds = Math.abs(left);
        const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
        const text = parts.map((part) => String(part).padStart(2, "0")).join(":");
        this.classList.toggle("late", left < 0);
        this.textContent = left < 0 ? `${this.getAttribute("late")} ${text}` : text;
      };
      tick();
      this.timer = setInterval(tick, 1000);
    }
    disconnectedCallback() {
      clearInterval(this.timer);
    }
  },
);
