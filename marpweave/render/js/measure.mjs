// Runs in the page: waits until images and fonts are loaded and Marp's auto-scaling has finished. Layout requests fonts, fonts
// change sizes, and elements are inline for a frame or two while they are scaled.
export async function settled() {
  const FRAMES = 60;
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done))); // completely painted
  const scaled = () => [...document.querySelectorAll("[data-auto-scaling]")]
    .map((each) => each.shadowRoot?.querySelector("marp-auto-scaling")?.shadowRoot.querySelector("svg")?.outerHTML).join();
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  for (let before = null, left = FRAMES; left; left -= 1) {
    await document.fonts.ready;
    await frame();
    const now = scaled();
    if (now === before && !now.includes("display: inline") && document.fonts.status === "loaded") return;
    before = now;
  }
}

// Runs in a settled page and returns the faults of each slide. sources: [[address, source in the deck]]; only: the indices of the
// slides to measure, the others are null. Boxes are in percent of the slide.
export async function faultsOfSlides(sources, only = null) {
  const SLACK = 2; // px of rounding errors
  const MARGIN = 10; // px of the margin that content may use
  const OURS = ["Noto Sans JP", "M PLUS 1 Code", "Noto Fill"];
  const SMALLEST = 18; // px at 1280x720

  // A theme's requirement in a custom property; 0 if there is none.
  const asked = (section, property) => parseFloat(getComputedStyle(section).getPropertyValue(property)) || 0;

  // The elements of a figure that determine its labels. An image runs no code, so none may run here, inside the page.
  const LABELLING = "svg, g, a, switch, defs, symbol, style, text, tspan, textPath, use, path";

  // The smallest text of a figure, relative to its width; matplotlib's glyph paths are 100 units high.
  const leastOf = async (address) => {
    const text = await fetch(address).then((answer) => answer.text()).catch(() => "");
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (parsed.localName !== "svg") return null;
    for (const each of parsed.querySelectorAll("*")) if (!each.matches(LABELLING) || each.namespaceURI !== parsed.namespaceURI) each.remove();
    for (const each of [parsed, ...parsed.querySelectorAll("*")]) {
      for (const { name } of [...each.attributes]) if (/^on/i.test(name)) each.removeAttribute(name);
    }
    const host = document.body.appendChild(document.createElement("div"));
    host.style.cssText = "position: fixed; left: 0; top: 0; width: 1000px; visibility: hidden";
    const svg = host.attachShadow({ mode: "open" }).appendChild(document.importNode(parsed, true));
    const high = (element, size) => size * Math.hypot(element.getScreenCTM().a, element.getScreenCTM().b);
    const sizes = [
      ...[...svg.querySelectorAll("text")].filter((each) => each.textContent.trim())
        .map((each) => high(each, parseFloat(getComputedStyle(each).fontSize))),
      ...[...svg.querySelectorAll("g[id^=text_] > g[transform]")].map((each) => high(each, 100)),
    ];
    const { width } = svg.getBoundingClientRect();
    host.remove();
    return sizes.length && width ? Math.min(...sizes) / width : null;
  };
  // The src of an animation shows several frames side by side, so it is not measured.
  const shown = (image) => (image.srcset ? "" : image.src);
  const wished = [...document.querySelectorAll("section")].filter((section) => asked(section, "--least-label"));
  const addresses = new Set(wished.flatMap((section) => [...section.querySelectorAll("img")].map(shown)));
  const leasts = new Map();
  for (const address of addresses) {
    if (/^data:image\/svg|\.svg$/.test(address)) leasts.set(address, await leastOf(address));
  }

  const names = new Map(sources);
  const nameOf = (image) => names.get(image.getAttribute("src")) ?? (image.alt || "unnamed");
  const KINDS = {
    pre: "code block", "marp-pre": "code block", table: "table", ul: "list", ol: "list", blockquote: "quote",
    p: "paragraph", img: "picture",
    h1: "heading", h2: "heading", h3: "heading", h4: "heading", h5: "heading", h6: "heading", header: "header",
    footer: "footer", figcaption: "caption", "mjx-container": "formula",
  };
  // The block as an author would name it, with its first words or its file: list “First, Second…”.
  const named = (element) => {
    const nearest = element.closest(Object.keys(KINDS).join()) ?? element;
    const block = nearest.matches("li > p") ? nearest.closest("ul, ol") : nearest;
    const name = block.tagName.toLowerCase();
    const what = block.querySelector(":scope > code.language-output") ? "output" : KINDS[name] ?? `<${name}>`;
    if (name === "img") return { element: `${what} ${nameOf(block)}` };
    const shown = (block.innerText ?? block.textContent ?? "").trim();
    const words = shown.replace(/\s+/g, " ");
    const inside = words ? null : block.querySelector("img, mjx-container");
    if (inside && inside !== block) return named(inside);
    const told = words ? `${what} “${words.length > 24 ? `${words.slice(0, 24).trimEnd()}…` : words}”` : what;
    return name.endsWith("pre") ? { element: told, code: shown } : { element: told };
  };
  // The outermost unclosed element of a slide, which contains later slides.
  const opened = (later) => {
    let element = later.parentElement;
    while (element.parentElement && !element.parentElement.matches("section")) element = element.parentElement;
    return `<${element.tagName.toLowerCase()}>`;
  };
  const visible = (element, box) => box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";

  const NUMBERED = 'mjx-container[width="full"]'; // numbered formulas do not shrink to fit
  const SLIDE = "svg[data-marpit-svg]:not([data-build=more])";
  const faultsOf = (svg) => {
    if (svg.parentElement.closest(SLIDE)) return [];
    const inside = svg.querySelectorAll(SLIDE);
    if (inside.length) return [{ kind: "unclosed", slides: inside.length, element: opened(inside[0]) }];
    const sections = [...svg.querySelectorAll(":scope > foreignObject > section")];
    const section = sections.find((each) => !each.dataset.marpitAdvancedBackground
      || each.dataset.marpitAdvancedBackground === "content") ?? sections[0];
    if (!section) return [];
    const faults = [];
    const frame = section.getBoundingClientRect();
    const scale = frame.width / section.offsetWidth || 1;
    const style = getComputedStyle(section);
    const inner = {
      right: frame.right - parseFloat(style.paddingRight) * scale,
      bottom: frame.bottom - parseFloat(style.paddingBottom) * scale,
    };
    const boxOf = (element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const [from, upper] = [Math.max(left, frame.left), Math.max(top, frame.top)];
      const size = [Math.min(right, frame.right) - from, Math.min(bottom, frame.bottom) - upper];
      const [x, y, width, height] = [from - frame.left, upper - frame.top, ...size];
      return [x / frame.width, y / frame.height, width / frame.width, height / frame.height].map((part) => 100 * part);
    };
    const flows = (element) => !element.closest("header, footer")
      && !["absolute", "fixed"].includes(getComputedStyle(element).position);

    let worst = null;
    for (const element of section.querySelectorAll("*")) {
      if ((element.closest("mjx-container, .katex, defs, marp-pre svg") && !element.matches(NUMBERED)) || !flows(element)) continue;
      const box = element.getBoundingClientRect();
      if (!visible(element, box)) continue;
      const over = Math.max(box.bottom - frame.bottom, box.right - frame.right, frame.left - box.left,
        frame.top - box.top) / scale;
      const [below, beside] = [(box.bottom - inner.bottom) / scale, (box.right - inner.right) / scale];
      const margin = Math.max(below, beside);
      if (margin > MARGIN && (!worst || margin > worst.margin + SLACK)) {
        worst = { over, margin, edge: below >= beside ? "bottom" : "right", element };
      }
    }
    if (worst && (worst.over > SLACK || section.scrollHeight - section.clientHeight > SLACK
      || section.scrollWidth - section.clientWidth > SLACK)) {
      faults.push({ kind: "overflow", cut: Math.round(worst.over), margin: Math.round(worst.margin),
        edge: worst.edge, box: boxOf(worst.element), ...named(worst.element) });
    }
    for (const code of section.querySelectorAll("pre, footer, header")) {
      if (code.scrollWidth - code.clientWidth > SLACK && getComputedStyle(code).overflowX !== "visible") {
        faults.push({ kind: "cut", by: Math.round(code.scrollWidth - code.clientWidth), box: boxOf(code), ...named(code) });
      }
    }
    const unit = (section.offsetWidth >= section.offsetHeight ? 720 / section.offsetHeight : 1280 / section.offsetWidth);
    const small = new Map();
    const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || !parent || parent.closest("sup, sub, footer, header, mjx-container, .katex, style, script")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const line = range.getClientRects()[0];
      if (!line || line.height === 0) continue;
      const size = parseFloat(getComputedStyle(parent).fontSize);
      const zoom = zoomOf(parent, scale);
      const px = size * zoom * unit;
      if (px < SMALLEST - 0.5) {
        const block = parent.closest("pre, marp-pre, td, th, li, p, figcaption") ?? parent;
        if (!small.has(block) || small.get(block) > px) small.set(block, px);
      }
    }
    const filled = shareOf(section, scale, inner.bottom);
    if (filled < asked(section, "--least-fill")) faults.push({ kind: "empty", filled, element: "" });
    const least = [...small].sort((a, b) => a[1] - b[1])[0];
    if (least) faults.push({ kind: "small", px: Math.round(least[1] * 10) / 10, ...named(least[0]) });
    for (const image of section.querySelectorAll("img")) {
      const px = (leasts.get(shown(image)) ?? Infinity) * pictureOf(image).width / scale * unit;
      if (px < asked(section, "--least-label") - 0.5) {
        faults.push({ kind: "label", px: Math.round(px * 10) / 10, ...named(image) });
      }
    }
    for (const image of section.querySelectorAll("img")) {
      if (image.complete && image.naturalWidth === 0) faults.push({ kind: "image", ...named(image) });
    }
    for (const formula of section.querySelectorAll("mjx-container, .katex-error")) {
      if (formula.matches(".katex-error") || formula.querySelector('[data-mml-node="merror"], [fill="red"] text, text[fill="red"]')) {
        faults.push({ kind: "math", element: "formula", message: formula.querySelector("[title], [data-mjx-error]")?.getAttribute("data-mjx-error")
          ?? formula.textContent.trim().slice(0, 60) });
      }
    }
    return faults;
  };
  // The box of the picture inside an image: `object-fit: contain` may leave space around it.
  const pictureOf = (image) => {
    const { left, top, width, height } = image.getBoundingClientRect();
    const fits = getComputedStyle(image).objectFit === "contain" && image.naturalWidth;
    const zoom = fits ? Math.min(width / image.naturalWidth, height / image.naturalHeight) : 1;
    const [wide, high] = fits ? [zoom * image.naturalWidth, zoom * image.naturalHeight] : [width, height];
    return { left, width: wide, top: top + (height - high) / 2, bottom: top + (height + high) / 2 };
  };
  // The percentage of the height below the heading that a slide's content fills.
  const SHOWN = "img, svg, video, canvas, iframe, pre, marp-pre, table, blockquote, mjx-container";
  const shareOf = (section, scale, bottom) => {
    const heading = section.querySelector(":scope > :is(h1, h2, h3, h4, h5, h6)");
    const apart = (element) => element.closest("header, footer, style, script") || heading?.contains(element);
    const boxes = [...section.querySelectorAll(SHOWN)].filter((each) => !apart(each))
      .map((each) => (each.matches("img") ? pictureOf(each) : each.getBoundingClientRect()));
    const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || apart(node.parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      boxes.push(...range.getClientRects());
    }
    const there = boxes.filter(({ top, bottom: end }) => end > top);
    const frame = section.getBoundingClientRect();
    const upper = heading?.getBoundingClientRect().bottom ?? frame.top + parseFloat(getComputedStyle(section).paddingTop) * scale;
    if (!there.length || bottom <= upper) return 0;
    const [first, last] = [Math.min(...there.map(({ top }) => top)), Math.max(...there.map((box) => box.bottom))];
    return Math.floor(100 * (last - first) / (bottom - upper));
  };
  // The factor of Marp's auto-scaling: the element's own scale, without the slide's.
  const zoomOf = (element, slideScale) => {
    const width = element.offsetWidth;
    if (!width) return 1;
    const zoom = element.getBoundingClientRect().width / width / slideScale; // widths are whole px
    return Number.isFinite(zoom) && zoom > 0 && Math.abs(zoom - 1) * width > 1 ? zoom : 1;
  };
  // Without any system font, Chromium rejects web fonts and shows no text.
  const refused = [...document.fonts].find((font) => font.status === "error" && OURS.includes(font.family.replaceAll(/["']/g, "")));
  const unread = refused ? [{ kind: "font", element: `font ${refused.family}` }] : [];
  return [...document.querySelectorAll(SLIDE)].map((svg, index) =>
    (only && !only.includes(index) ? null : [...(index ? [] : unread), ...faultsOf(svg)]));
}
