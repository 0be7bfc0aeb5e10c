/** For `ontoggle`: puts a popover that opens below its button, or above where there is more room. */
export function placeBeside(button: HTMLElement) {
  return (event: ToggleEvent & { currentTarget: HTMLElement }) => {
    if (event.newState !== 'open') return;
    const popover = event.currentTarget;
    const { left, bottom, top } = button.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = popover;
    const below = bottom + 6 + offsetHeight < innerHeight;
    popover.style.left = `${Math.max(8, Math.min(left, innerWidth - offsetWidth - 8))}px`;
    popover.style.top = `${below ? bottom + 6 : Math.max(8, top - 6 - offsetHeight)}px`;
  };
}
