// Frames with live output, each over its still: in built files, and on the page of a preview.
// Everything runs in browsers; `sealed` also runs in Node.js.

// A page with HTML in a frame that cannot navigate and inherits the page's policy.
export function sealed(html) {
  const text = html.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="frame-src 'none'">
<style>html, body, iframe { display: block; width: 100%; height: 100%; margin: 0; border: 0; }</style>
<iframe sandbox="allow-scripts" srcdoc="${text}"></iframe>`;
}

// Put a frame over each still that becomes visible; fill(frame, name) loads its page.
export function addFrames(root, fill) {
  if (!document.querySelector("style[data-frames]")) {
    const style = document.createElement("style");
    style.dataset.frames = "";
    style.textContent = `iframe[data-frame] { position: absolute; border: 0; transform-origin: 0 0; }
      @media screen { img[data-framed] { object-position: -99999px !important; } }
      @media print { iframe[data-frame] { display: none; } }`;
    document.head.append(style);
  }
  // On slides that are laid out but not shown, or shown small in a list of slides.
  const HIDDEN = ".bespoke-marp-slide:not(.bespoke-marp-active) *, :is([data-bespoke-view=overview], [data-bespoke-view=next]) *";
  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && !target.matches(HIDDEN) && !matchMedia("print").matches) target.decode().then(() => position(target), () => {});
    }
  });
  root.querySelectorAll("img[data-runs]").forEach((image) => sight.observe(image));

  // Lay a frame over the picture itself, which may be smaller than its element.
  function position(image) {
    const frame = image.nextElementSibling?.matches("iframe[data-frame]") ? image.nextElementSibling : addFrame(image);
    const style = getComputedStyle(image);
    const [left, right, top, bottom] = ["Left", "Right", "Top", "Bottom"].map((side) => parseFloat(style[`padding${side}`]));
    const [width, height] = [image.clientWidth - left - right, image.clientHeight - top - bottom];
    const { naturalWidth, naturalHeight } = image;
    const scale = Math.min(width / naturalWidth, height / naturalHeight);
    const [across, down] = frame.dataset.position.split(" ").map((part) => parseFloat(part) / 100);
    const x = image.offsetLeft + image.clientLeft + left + (width - naturalWidth * scale) * across;
    const y = image.offsetTop + image.clientTop + top + (height - naturalHeight * scale) * down;
    Object.assign(frame.style, {
      left: `${x}px`, top: `${y}px`, width: `${naturalWidth}px`, height: `${naturalHeight}px`, transform: `scale(${scale})` });
  }

  function addFrame(image) {
    const frame = Object.assign(document.createElement("iframe"), { title: image.alt });
    const parent = image.parentElement;
    if (getComputedStyle(parent).position === "static") parent.style.position = "relative";
    frame.setAttribute("sandbox", "allow-scripts");
    Object.assign(frame.dataset, { frame: "", position: getComputedStyle(image).objectPosition });
    frame.addEventListener("load", () => {
      image.toggleAttribute("data-framed", true);
      image.setAttribute("aria-hidden", "true");
    });
    fill(frame, image.dataset.runs);
    image.after(frame);
    return frame;
  }
}

// Let keys that turn slides work inside frames, which forward them as messages.
export function receiveKeys() {
  const keys = ["ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "Escape"];
  addEventListener("message", ({ data, source }) => {
    if (source === window || !keys.includes(data?.marpweave)) return;
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: data.marpweave, bubbles: true, cancelable: true }));
    if (document.activeElement?.matches("iframe[data-frame]")) document.activeElement.blur(); // otherwise it keeps the focus
  });
}

// The scripts of a built file; each frame is [number of its beginning, rest], or null if no slide shows it.
export function script(all, frames) {
  const beginnings = all.map((beginning, number) => (frames.some((page) => page?.[0] === number) ? beginning : ""));
  return `<script type="application/json" data-frames>${JSON.stringify({ beginnings, frames }).replaceAll("<", "\\u003c")}</script>
<script>
${sealed}
${addFrames}
${receiveKeys}
{
  const { beginnings, frames } = JSON.parse(document.querySelector("script[data-frames]").textContent);
  addFrames(document, (frame, name) => {
    const [number, rest] = frames[name];
    frame.srcdoc = sealed(beginnings[number] + rest);
  });
  receiveKeys();
}
</script>`;
}
