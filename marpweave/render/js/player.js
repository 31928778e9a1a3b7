// In a page: buttons over every animation, to play it, to pause it and to step through its frames. These are the frames of
// its APNG; in browsers that cannot decode them one by one, the animation just runs.
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
    if (frameCount > 1) addControls(image, decoder, frameCount, density);
  }

  function addControls(image, decoder, count, density) {
    const frames = new Map(); // number -> { address, duration }, in milliseconds
    let current = 0;
    let playing = null;
    let lastRequest = 0;

    async function frame(number) {
      if (!frames.has(number)) {
        const { image: picture } = await decoder.decode({ frameIndex: number });
        const canvas = new OffscreenCanvas(picture.displayWidth, picture.displayHeight);
        canvas.getContext("2d").drawImage(picture, 0, 0);
        frames.set(number, { address: URL.createObjectURL(await canvas.convertToBlob()), duration: picture.duration / 1000 });
        picture.close();
      }
      return frames.get(number);
    }

    async function show(number) {
      current = (number + count) % count;
      const request = ++lastRequest;
      const { address, duration } = await frame(current);
      if (request !== lastRequest) return duration;
      image.srcset = `${address} ${density}`;
      image.removeAttribute("src"); // browsers may prefer it on screens with few pixels: it is less dense
      image.dataset.frame = current + 1;
      return duration;
    }

    async function play(number) {
      const run = (playing = {});
      button.textContent = "❚❚";
      for (let next = number; playing === run; next = current + 1) {
        const duration = await show(next);
        await new Promise((resolve) => setTimeout(resolve, duration));
      }
    }

    function stop() {
      playing = null;
      button.textContent = "▶";
    }

    const bar = document.createElement("span");
    bar.dataset.player = "";
    const button = addButton("❚❚", "play or pause", () => (playing ? stop() : play(current + 1)));
    bar.prepend(addButton("◀", "one step back", () => (stop(), show(current - 1))));
    addButton("▶❘", "one step on", () => (stop(), show(current + 1)));
    const place = image.parentElement;
    if (getComputedStyle(place).position === "static") place.style.position = "relative";
    place.append(bar);
    bar.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && event.stopPropagation());
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) show(0).then(stop);
    else play(0);

    function addButton(text, label, act) {
      const element = Object.assign(document.createElement("button"), { textContent: text, title: label });
      element.setAttribute("aria-label", label);
      element.addEventListener("click", (event) => (event.stopPropagation(), act()));
      bar.append(element);
      return element;
    }
  }
})();
