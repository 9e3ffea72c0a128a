/**
 * What a screen looks like: in every theme and at every width axe finds nothing and nothing is wider
 * than the screen, in every language. Theme, language and width are changed in place, as another tab
 * or a turned phone would, so that one page is enough for all of them.
 */
import assert from 'node:assert/strict';

import { assertAccessible, assertUntroubled, DESKTOP, keep, NARROW, PHONE, staying } from './harness.mjs';

const THEMES = ['light', 'dark', 'highContrast'];
const WIDTHS = [['desktop', DESKTOP], ['phone', PHONE], ['narrow', NARROW]];
/** What a theme can break. All else is the same in each of them, and is looked at once a width. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
/** `PICTURES=all` keeps one of every theme at every width; else one of each theme and each width. */
const KEEPS_ALL = process.env.PICTURES === 'all';

/** What another tab would have chosen. */
export async function prefer(page, theme, language = 'en') {
  await page.evaluate((chosen) => {
    localStorage.setItem('visavis.preferences', JSON.stringify(chosen));
    dispatchEvent(new StorageEvent('storage', { key: 'visavis.preferences' }));
  }, { theme, language });
  await page.waitForFunction(([wanted, tag]) => document.querySelector('[data-theme]')?.dataset.theme === wanted && document.documentElement.lang.startsWith(tag), [theme, language]);
}

/** Goes to an address of the client as a link would. */
export async function goTo(page, address) {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, address);
}

/**
 * Holds what is shown now against all of that, and keeps pictures. `again` shows it anew at each
 * width: for what closes when the page is laid out in another way.
 */
export async function inspect(page, name, { again, kept = name } = {}) {
  for (const [at, [width, viewport]] of WIDTHS.entries()) {
    await page.setViewportSize(viewport);
    if (at > 0) await again?.();
    for (const [place, theme] of THEMES.entries()) {
      await prefer(page, theme);
      const what = `${name}, ${theme}, ${width}`;
      if (place === 0) await fits(page, what);
      await assertAccessible(page, what, theme === THEMES[at] ? null : COLOURS);
      if (KEEPS_ALL || theme === THEMES[at]) await keepFromTop(page, `${kept}-${theme}-${width}`);
    }
  }
  // German is the longer of the languages, on the narrowest of the screens.
  await prefer(page, 'light', 'de');
  await fits(page, `${name}, German, narrow`);
  await keepFromTop(page, `${kept}-german-narrow`);
  await prefer(page, 'light');
  await page.setViewportSize(DESKTOP);
  await assertUntroubled(page);
}

/** A picture of a page begins where it does. */
async function keepFromTop(page, name) {
  await page.evaluate(() => document.querySelector('main')?.scrollTo(0, 0));
  await keep(page, name);
}

/** Nothing is wider than the screen, neither the page nor what scrolls in it or floats over it. */
async function fits(page, what) {
  assert.deepEqual(await staying(() => tooWide(page)), [], what);
}

function tooWide(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const pushed = [document.documentElement, ...document.querySelectorAll('main, [role="dialog"], [role="alertdialog"], .fui-DialogContent')]
      .filter((box) => box.scrollWidth > box.clientWidth + 1)
      .map((box) => `${box.localName} is ${box.scrollWidth - box.clientWidth} px too wide`);
    const out = [...document.querySelectorAll('[role="menu"], [role="dialog"], [role="alertdialog"], [role="listbox"], [role="tooltip"]')]
      .filter((box) => box.checkVisibility())
      .map((box) => ({ box, place: box.getBoundingClientRect() }))
      .filter(({ place }) => place.width > 0 && (place.left < -1 || place.right > width + 1))
      .map(({ box, place }) => `${box.role} “${box.textContent.slice(0, 30)}” goes from ${Math.round(place.left)} to ${Math.round(place.right)} of ${width}`);
    return [...pushed, ...out];
  });
}
