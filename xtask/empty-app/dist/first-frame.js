document.addEventListener('DOMContentLoaded', () =>
  requestAnimationFrame(() => window.__TAURI_INTERNALS__.invoke('first_frame')),
);
