// In a page: buttons over every picture that moves, to play it, to stop it and to take single steps. Its frames are those
// of its APNG; a browser that cannot take them apart shows it moving, as ever.
(async () => {
  if (typeof ImageDecoder === "undefined") return;
  const style = document.createElement("style");
  style.textContent = `[data-player] { position: absolute; right: 0; top: 0; display: flex; gap: 4px; opacity: .75; }
    [data-player] > button { width: 44px; height: 36px; border: 1px solid #8a979d; border-radius: 6px; background: #fff;
      color: #26343c; font: 700 18px/1 sans-serif; cursor: pointer; }
    @media print { [data-player] { display: none; } }`;
  document.head.append(style);
  for (const image of document.querySelectorAll('img[srcset^="data:image/png"]')) {
    const [source, density] = image.srcset.split(" ");
    const bytes = Uint8Array.from(atob(source.slice(source.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
    const decoder = new ImageDecoder({ data: bytes, type: "image/png" });
    await decoder.tracks.ready;
    const { frameCount } = decoder.tracks[0] ?? { frameCount: 0 };
    if (frameCount > 1) controlled(image, decoder, frameCount, density);
  }

  function controlled(image, decoder, count, density) {
    const frames = new Map(); // number -> { address, wait }, in milliseconds
    let at = 0;
    let timer = null;
    let asked = 0;

    async function frame(number) {
      if (!frames.has(number)) {
        const { image: picture } = await decoder.decode({ frameIndex: number });
        const canvas = new OffscreenCanvas(picture.displayWidth, picture.displayHeight);
        canvas.getContext("2d").drawImage(picture, 0, 0);
        frames.set(number, { address: URL.createObjectURL(await canvas.convertToBlob()), wait: picture.duration / 1000 });
        picture.close();
      }
      return frames.get(number);
    }

    async function show(number) {
      at = (number + count) % count;
      const mine = ++asked;
      const { address, wait } = await frame(at);
      if (mine !== asked) return wait;
      image.srcset = `${address} ${density}`;
      image.removeAttribute("src"); // on a coarse screen a browser may take it instead: it is less dense
      image.dataset.frame = at + 1;
      return wait;
    }

    async function play(number) {
      const mine = (timer = {});
      button.textContent = "❚❚";
      for (let next = number; timer === mine; next = at + 1) {
        const wait = await show(next);
        await new Promise((done) => setTimeout(done, wait));
      }
    }

    function stop() {
      timer = null;
      button.textContent = "▶";
    }

    const bar = document.createElement("span");
    bar.dataset.player = "";
    const button = added("❚❚", "play or pause", () => (timer ? stop() : play(at + 1)));
    bar.prepend(added("◀", "one step back", () => (stop(), show(at - 1))));
    added("▶❘", "one step on", () => (stop(), show(at + 1)));
    const place = image.parentElement;
    if (getComputedStyle(place).position === "static") place.style.position = "relative";
    place.append(bar);
    bar.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && event.stopPropagation());
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) show(0).then(stop);
    else play(0);

    function added(text, label, act) {
      const made = Object.assign(document.createElement("button"), { textContent: text, title: label });
      made.setAttribute("aria-label", label);
      made.addEventListener("click", (event) => (event.stopPropagation(), act()));
      bar.append(made);
      return made;
    }
  }
})();
