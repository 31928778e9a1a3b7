// In a page: Marp fits code and headings to their slide once these are laid out, which slides that nobody has seen are not,
// so that they would lack their code when the page is printed. All slides are laid out once.
addEventListener("load", async () => {
  await document.fonts.ready;
  const style = document.createElement("style");
  style.textContent = ".bespoke-marp-slide { content-visibility: visible !important; }";
  document.head.append(style);
  for (const _ of [1, 2]) await new Promise((laid) => requestAnimationFrame(laid));
  style.remove();
});
