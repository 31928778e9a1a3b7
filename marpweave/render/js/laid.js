// In a page: Marp fits code and headings once their slide is laid out, but browsers do not lay out slides before they are
// shown, so these would lack their code when the page is printed. All slides are laid out once.
addEventListener("load", async () => {
  await document.fonts.ready;
  const style = document.createElement("style");
  style.textContent = ".bespoke-marp-slide { content-visibility: visible !important; }";
  document.head.append(style);
  for (const _ of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve));
  style.remove();
});
