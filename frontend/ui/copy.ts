// How is a text put on the clipboard? By selecting it and asking the browser: the newer way is refused inside frames.

/** Must be called by a press of the person. False when the browser refused. */
export function copyText(text: string): boolean {
  const area = document.createElement('textarea');
  area.className = 'unseen';
  area.value = text;
  const before = document.activeElement;
  document.body.append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand('copy');
  } catch {
    done = false;
  }
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
