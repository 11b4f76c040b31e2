"use strict";
// A drawing that can be moved and zoomed: drag, wheel, pinch, keys. The drawing is the <svg> inside `box`.
function canvas(box) {
  const svg = box.querySelector("svg");
  const width = svg.viewBox.baseVal.width, height = svg.viewBox.baseVal.height;
  const view = { x: 0, y: 0, scale: 1 };
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.style.width = width + "px";
  svg.style.height = height + "px";
  svg.style.transformOrigin = "0 0";

  function show() {
    svg.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  }
  function fit() {
    const scale = Math.min(box.clientWidth / width, box.clientHeight / height, 1.5);
    // A tall drawing starts at its top, large enough to be read.
    view.scale = Math.max(scale, Math.min(0.45, box.clientWidth / width));
    view.x = (box.clientWidth - width * view.scale) / 2;
    view.y = Math.max(0, (box.clientHeight - height * view.scale) / 2);
    show();
  }
  function zoom(factor, x = box.clientWidth / 2, y = box.clientHeight / 2) {
    const scale = Math.min(4, Math.max(0.05, view.scale * factor));
    view.x = x - (x - view.x) * scale / view.scale;
    view.y = y - (y - view.y) * scale / view.scale;
    view.scale = scale;
    show();
  }
  function centre(element) {
    const part = element.getBBox();
    const start = svg.viewBox.baseVal;
    view.scale = Math.max(view.scale, 0.6);
    view.x = box.clientWidth / 2 - (part.x - start.x + part.width / 2) * view.scale;
    view.y = box.clientHeight / 2 - (part.y - start.y + Math.min(part.height, 80) / 2) * view.scale;
    show();
  }
  box.addEventListener("wheel", event => {
    event.preventDefault();
    const at = box.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - at.left, event.clientY - at.top);
  }, { passive: false });
  let from = null;
  box.addEventListener("pointerdown", event => {
    if (event.button === 0 && event.pointerType !== "touch" || event.isPrimary) {
      from = { x: event.clientX - view.x, y: event.clientY - view.y, moved: false };
    }
  });
  box.addEventListener("pointermove", event => {
    if (from === null) return;
    const x = event.clientX - from.x, y = event.clientY - from.y;
    if (!from.moved && Math.hypot(x - view.x, y - view.y) < 4) return;
    if (!from.moved) box.setPointerCapture(event.pointerId);
    from.moved = true;
    view.x = x;
    view.y = y;
    show();
  });
  const release = () => { from = null; };
  box.addEventListener("pointerup", release);
  box.addEventListener("pointercancel", release);
  box.addEventListener("keydown", event => {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (event.target !== box) return;
    if (step) {
      view.x += step[0];
      view.y += step[1];
      show();
      event.preventDefault();
    } else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
  });
  new ResizeObserver(() => { if (!box.dataset.fitted) { box.dataset.fitted = "1"; fit(); } }).observe(box);
  return { fit, zoom, centre, view };
}
