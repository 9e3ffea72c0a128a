import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { keepFocus } from './keepFocus';

let stop = () => {};

beforeEach(() => {
  document.body.innerHTML = `
    <main tabindex="-1">
      <h1>Page</h1>
      <section id="members">
        <h2>Members</h2>
        <ul>
          <li><a href="#a">Ada</a> <button id="a">Remove</button></li>
          <li><a href="#b">Ben</a> <button id="b">Remove</button></li>
          <li><a href="#c">Chiara</a> <button id="c">Remove</button></li>
        </ul>
      </section>
      <div id="entries" data-lands="input"><input id="add"><div id="rows" tabindex="0"></div></div>
      <div id="bar"><button id="save">Save</button></div>
    </main>
    <div id="floating"></div>`;
  stop = keepFocus();
});

afterEach(() => stop());

const element = (id: string) => document.getElementById(id)!;
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Focuses something, takes something away, and says what has the focus then. */
async function after(id: string, act: () => void): Promise<Element | null> {
  element(id).focus();
  act();
  await settled();
  return document.activeElement;
}

describe('the focus, when what has it vanishes', () => {
  it('goes to the same control of the next row, else of the row before', async () => {
    expect(await after('b', () => element('b').closest('li')!.remove())).toBe(element('c'));
    expect(await after('c', () => element('c').closest('li')!.remove())).toBe(element('a'));
  });

  it('goes to the row itself where arrows go from row to row', async () => {
    element('bar').innerHTML = '<div role="list"><div role="listitem" id="one" tabindex="0"><button id="more">More</button></div><div role="listitem" id="two" tabindex="-1"><button>Like</button><button>More</button></div></div>';
    expect(await after('more', () => element('one').remove())).toBe(element('two'));
  });

  it('goes to the heading of the section when the list is gone', async () => {
    const gone = await after('b', () => element('members').querySelector('ul')!.replaceWith('Nobody is in it.'));
    expect(gone).toHaveTextContent('Members');
  });

  it('goes to what the surroundings name', async () => {
    expect(await after('rows', () => element('rows').remove())).toBe(element('add'));
  });

  it('goes to the heading of the page when a bar goes', async () => {
    expect(await after('save', () => element('bar').remove())).toHaveTextContent('Page');
  });

  it('goes to the page when all of it is replaced', async () => {
    const main = document.querySelector('main')!;
    expect(await after('save', () => main.replaceChildren('Loading'))).toBe(main);
  });

  it('comes back to where it was after a dialog, and to the next row when that went meanwhile', async () => {
    const floating = element('floating');
    for (const [removes, then] of [[false, 'b'], [true, 'c']] as const) {
      element('b').focus();
      floating.innerHTML = '<div role="alertdialog"><button id="yes">Yes</button></div>';
      element('yes').focus();
      // The list is fetched anew while the dialog is still there.
      if (removes) element('b').closest('li')!.remove();
      await settled();
      expect(document.activeElement).toBe(element('yes'));
      floating.replaceChildren();
      await settled();
      expect(document.activeElement).toBe(element(then));
    }
  });

  it('stays nowhere for somebody who pressed where nothing is', async () => {
    element('b').focus();
    const place = element('members').querySelector('h2')!;
    place.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    (document.activeElement as HTMLElement).blur();
    element('b').closest('li')!.remove();
    await settled();
    expect(document.activeElement).toBe(document.body);
  });

  it('is left alone while something else has it', async () => {
    element('b').focus();
    element('add').focus();
    element('b').closest('li')!.remove();
    await settled();
    expect(document.activeElement).toBe(element('add'));
  });
});
