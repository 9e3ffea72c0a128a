/** What must be true of where things stand on a screen, whatever language and width. */

/**
 * Everything that stands wrong: what sticks out to the side, what is cut without a sign, and what can
 * be pressed but lies over another thing that can.
 */
export function misplaced(page) {
  return page.evaluate(() => {
    const wrong = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) wrong.push(`the page is ${document.documentElement.scrollWidth - width} px wider than the screen`);
    const nameOf = (element) => `${element.localName}${element.getAttribute('role') ? `[${element.getAttribute('role')}]` : ''} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`;
    // What comes only with the pointer, and what only listeners have, stands nowhere.
    const isSeen = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.opacity === '0' || style.visibility === 'hidden' || style.display === 'none' || style.clipPath === 'inset(50%)') return false;
      }
      return true;
    };
    const scrolls = (element, axis) => /auto|scroll/.test(getComputedStyle(element)[axis]);
    /** The part of an element that its scrolling ancestors leave of it, or null. */
    const boxOf = (element) => {
      let { left, right, top, bottom } = element.getBoundingClientRect();
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (getComputedStyle(at).overflow === 'visible') continue;
        const around = at.getBoundingClientRect();
        if (scrolls(at, 'overflowY') || scrolls(at, 'overflowX')) [left, right] = [Math.max(left, around.left), Math.min(right, around.right)];
        [top, bottom] = [Math.max(top, around.top), Math.min(bottom, around.bottom)];
      }
      return right - left > 1 && bottom - top > 1 ? { left, right, top, bottom } : null;
    };
    const pressed = [...document.querySelectorAll('a[href], button, input, [role="tab"], [role="menuitem"], [role="option"], [role="combobox"], [contenteditable="true"]')].filter(isSeen);
    /** Whether some of it can be pressed: a panel may lie over what is below, whole. */
    const isReached = (element, { left, right, top, bottom }) => [0.1, 0.5, 0.9].some((across) => [0.2, 0.5, 0.8].some((down) => {
      const hit = document.elementFromPoint(left + (right - left) * across, top + (bottom - top) * down);
      return hit !== null && (element.contains(hit) || hit.contains(element));
    }));
    const boxes = pressed.map((element) => ({ element, box: boxOf(element) })).filter(({ element, box }) => box !== null && isReached(element, box));
    for (const { element, box } of boxes) {
      if (element.closest('[data-sticks-out]') || /^#/.test(element.getAttribute('href') ?? '')) continue;
      if (box.left < -1 || box.right > width + 1) wrong.push(`${nameOf(element)} sticks out: ${Math.round(box.left)} to ${Math.round(box.right)} of ${width}`);
    }
    // Only what is wide by itself may be pushed to the side: code, tables, charts.
    for (const element of document.querySelectorAll('*')) {
      if (!scrolls(element, 'overflowX') || element.scrollWidth <= element.clientWidth + 1 || !isSeen(element)) continue;
      // And the accounts, of which there may be more than a phone is wide.
      if (!element.matches('pre, table, [data-accounts]') && !element.querySelector('table, svg[role="img"]')) wrong.push(`${nameOf(element)} can be pushed aside by ${element.scrollWidth - element.clientWidth} px`);
    }
    // Texts: either they fit, or an ellipsis says that they go on.
    for (const element of document.querySelectorAll('h1, h2, h3, p, span, div, button, a, label, td, th, legend')) {
      if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()) || !isSeen(element)) continue;
      const style = getComputedStyle(element);
      const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && /hidden|clip/.test(style.overflowX);
      if (isCut && style.textOverflow !== 'ellipsis') wrong.push(`${nameOf(element)} is cut`);
      const range = document.createRange();
      range.selectNodeContents(element);
      const text = range.getBoundingClientRect();
      const isInside = boxOf(element);
      if (isInside && style.textOverflow !== 'ellipsis' && style.display !== 'inline' && !element.closest('pre, table') && (text.left < -1 || text.right > width + 1)) wrong.push(`the text of ${nameOf(element)} leaves the screen`);
    }
    const scrollerOf = (element) => (element === null || scrolls(element, 'overflowY') ? element : scrollerOf(element.parentElement));
    /** Whether one stands still over a list in which the other moves: scrolling frees what is below. */
    const floatsOver = (one, two) => {
      const list = scrollerOf(two);
      if (list === null || list.contains(one)) return false;
      const around = [];
      for (let at = one; at !== null && !at.contains(list); at = at.parentElement) around.push(at);
      return around.some((element) => getComputedStyle(element).position === 'absolute');
    };
    const isWithin = (one, two) => one.contains(two) || two.contains(one);
    for (const [at, { element: one, box: a }] of boxes.entries()) {
      for (const { element: two, box: b } of boxes.slice(at + 1)) {
        if (isWithin(one, two) || one.closest('[data-menu], [data-actions]') || two.closest('[data-menu], [data-actions]')) continue;
        // What floats lies over the page on purpose, and so does what an input has inside its frame.
        if (one.closest('#floating') !== two.closest('#floating') || floatsOver(one, two) || floatsOver(two, one)) continue;
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 && down > 2 && one.parentElement !== two.closest('label, span.fui-Input, div.fui-Combobox')?.parentElement) wrong.push(`${nameOf(one)} lies over ${nameOf(two)}`);
      }
    }
    return wrong;
  });
}
