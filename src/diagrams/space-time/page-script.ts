/**
 * Pan and zoom of the page, as the text of a browser script: it moves the picture's view box and nothing else. It holds no part of a
 * run, so nothing that a run says can become code. Without it the picture scrolls.
 */
export const PAGE_SCRIPT = `'use strict';
const figure = document.getElementById('diagram');
const svg = figure.querySelector('svg');
const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
let view = { x: 0, y: 0, zoom: 1 };
const show = () => {
  const [w, h] = [width / view.zoom, height / view.zoom];
  view.x = Math.min(width - w, Math.max(0, view.x));
  view.y = Math.min(height - h, Math.max(0, view.y));
  svg.setAttribute('viewBox', [view.x, view.y, w, h].join(' '));
};
const perPixel = () => width / view.zoom / svg.getBoundingClientRect().width;
const zoomAt = (factor, clientX, clientY) => {
  const box = svg.getBoundingClientRect();
  const [dx, dy] = [clientX - box.left, clientY - box.top];
  const before = perPixel();
  view.zoom = Math.min(64, Math.max(1, view.zoom * factor));
  view.x += dx * (before - perPixel());
  view.y += dy * (before - perPixel());
  show();
};
const zoomMiddle = (factor) => {
  const box = svg.getBoundingClientRect();
  zoomAt(factor, box.left + box.width / 2, box.top + box.height / 2);
};
figure.classList.add('zooms');
svg.removeAttribute('width');
svg.removeAttribute('height');
document.querySelector('.tools').hidden = false;
document.getElementById('zoom-in').onclick = () => zoomMiddle(2);
document.getElementById('zoom-out').onclick = () => zoomMiddle(0.5);
document.getElementById('whole').onclick = () => { view = { x: 0, y: 0, zoom: 1 }; show(); };
figure.addEventListener('wheel', (event) => {
  event.preventDefault();
  zoomAt(Math.exp(-event.deltaY / 400), event.clientX, event.clientY);
}, { passive: false });
figure.addEventListener('pointerdown', (event) => figure.setPointerCapture(event.pointerId));
figure.addEventListener('pointermove', (event) => {
  if (!figure.hasPointerCapture(event.pointerId)) return;
  view.x -= event.movementX * perPixel();
  view.y -= event.movementY * perPixel();
  show();
});`;
