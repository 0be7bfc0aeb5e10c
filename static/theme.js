// The theme that was chosen, before anything is drawn. A file, for a script within the page would have to be
// excepted from a strict Content-Security-Policy. `Theme` keeps the choice.
try {
  const theme = localStorage.getItem('microgpt-lab.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the theme of the system.
}
