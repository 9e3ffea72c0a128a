import { act, render, screen, waitFor, within } from '@testing-library/react';
import { $createParagraphNode, $createTextNode, $getRoot, type LexicalEditor } from 'lexical';
import { createRef } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { AccountProvider } from '../../accounts/AccountContext';
import { Session } from '../../accounts/session';
import type { ChatMessage } from '../../api/schema.gen';
import { editPlace } from '../../live/drafts';
import { type Call, refusal, serve } from '../../test/render';
import { entry, message, user } from '../../test/samples';
import { ComposerPlace } from '../conversation/ComposerPlace';

const EDITED = message('1767340800000');
const SAID = 'message 1767340800000';
const PLACE = editPlace('chat-1', EDITED.id);
/** Longer than an editor waits before it keeps what is written. */
const KEPT_MS = 600;
const PICTURE = { id: 'a', alt: '', width: null, height: null, content: { type: 'image/png', base64: '', bytes: 0 }, number: null };

let calls: Call[];
const opened: Tab[] = [];

beforeEach(() => {
  localStorage.clear();
  calls = serve({ [`PATCH /chats/chat-1/messages/${EDITED.id}`]: null });
});
afterEach(() => {
  for (const { session } of opened.splice(0)) session.close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A page of one account with the place to write. */
class Tab {
  readonly session = new Session(user());
  readonly onEnd = vi.fn(() => this.show(null));
  private readonly page = render(<div />);

  static async open(edited: ChatMessage | null = null): Promise<Tab> {
    const tab = new Tab();
    opened.push(tab);
    tab.show(edited);
    await within(tab.page.container).findByRole('textbox', { name: 'Message' }, { timeout: 20_000 });
    return tab;
  }

  show(edited: ChatMessage | null, isGone = false): void {
    this.page.rerender(
      <AccountProvider session={this.session}>
        <ComposerPlace entry={entry()} ref={createRef()} quoted={null} edited={edited} isGone={isGone} onEnd={this.onEnd} />
      </AccountProvider>,
    );
  }

  get box() {
    return within(this.page.container).getByRole('textbox', { name: 'Message' }) as HTMLElement & { __lexicalEditor: LexicalEditor };
  }

  async has(text: string | RegExp): Promise<void> {
    await waitFor(() => expect(this.box).toHaveTextContent(text));
  }

  /** What typing does to the editor. */
  write(text: string): void {
    act(() => this.box.__lexicalEditor.update(() => {
      $getRoot().clear().append($createParagraphNode().append($createTextNode(text)));
    }, { discrete: true }));
  }

  async press(name: string): Promise<void> {
    await act(async () => within(this.page.container).getByRole('button', { name }).click());
  }

  kept(): Record<string, string> {
    return Object.fromEntries([...this.session.drafts.get()].map(([place, { text }]) => [place, text]));
  }

  close(): void {
    this.page.unmount();
  }
}

const NOTHING = /^$/;
const waited = () => act(() => new Promise((resolve) => setTimeout(resolve, KEPT_MS)));
/** What the browser says to the tabs when one of them has kept something. */
const told = (place = 'chat-1') => act(() => void dispatchEvent(new StorageEvent('storage', { key: `visavis.drafts.person-me.${place}` })));

describe('an edit', () => {
  test('that changes nothing, or nothing any more, is nothing to keep', async () => {
    const tab = await Tab.open(EDITED);
    await tab.has(SAID);
    await waited();
    expect(tab.kept()).toEqual({});
    tab.write('message, said better');
    await waitFor(() => expect(tab.kept()).toEqual({ [PLACE]: 'message, said better' }));
    tab.write(SAID);
    await waitFor(() => expect(tab.kept()).toEqual({}));
    tab.close();
    expect(tab.kept()).toEqual({});
  });

  test('is kept when the page or the chat is left, and goes on where it was', async () => {
    const before = await Tab.open(EDITED);
    await before.has(SAID);
    before.write('message, said better');
    before.close();
    const after = await Tab.open(EDITED);
    await after.has('message, said better');
    expect(after.kept()).toEqual({ [PLACE]: 'message, said better' });
  });

  test('is kept at once when the page goes', async () => {
    const tab = await Tab.open(EDITED);
    tab.write('message, said better');
    expect(tab.kept()).toEqual({});
    act(() => void dispatchEvent(new Event('pagehide')));
    expect(tab.kept()).toEqual({ [PLACE]: 'message, said better' });
  });

  test('is not kept any more when it ends, and the draft of the chat is back', async () => {
    const tab = await Tab.open();
    tab.write('half a thought');
    tab.show(EDITED);
    await tab.has(SAID);
    tab.write('message, said better');
    await waitFor(() => expect(tab.kept()[PLACE]).toBe('message, said better'));
    tab.show(null);
    await tab.has('half a thought');
    expect(tab.kept()).toEqual({ 'chat-1': 'half a thought' });
  });

  test('ends where it goes on in another tab, when it is saved', async () => {
    const [one, other] = [await Tab.open(EDITED), await Tab.open(EDITED)];
    one.write('message, said better');
    await waited();
    await told(PLACE);
    await other.has('message, said better');
    await one.press('Save');
    await waitFor(() => expect(one.onEnd).toHaveBeenCalled());
    expect(calls.filter(({ method }) => method === 'PATCH').map(({ body }) => body)).toEqual([{ body: { contentType: 'text', content: 'message, said better' }, mentions: [] }]);
    await told(PLACE);
    expect(other.onEnd).toHaveBeenCalledOnce();
    await other.has(NOTHING);
    expect(Object.keys(localStorage)).toEqual([]);
  });

  test('is saved once, shows that it is on its way, and stays when it cannot be saved', async () => {
    let end: (value: Response) => void = () => {};
    calls = serve({});
    const others = fetch;
    vi.stubGlobal('fetch', async (request: Request) => {
      await others(request.clone());
      return new Promise<Response>((resolve) => (end = resolve));
    });
    const tab = await Tab.open(EDITED);
    tab.write('message, said better');
    await tab.press('Save');
    const save = screen.getByRole('button', { name: 'Save' });
    expect(save).toHaveAttribute('aria-busy', 'true');
    await tab.press('Save');
    expect(calls.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
    await act(async () => end(refusal(403, 'somethingNew')));
    await waitFor(() => expect(save).toHaveAttribute('aria-busy', 'false'));
    expect(tab.onEnd).not.toHaveBeenCalled();
    await tab.has('message, said better');
    await waitFor(() => expect(tab.kept()).toEqual({ [PLACE]: 'message, said better' }));
  });

  test('with images that no other tab has goes on when it ends in another', async () => {
    const [one, other] = [await Tab.open(EDITED), await Tab.open(EDITED)];
    act(() => other.session.pictures.set(PLACE, [PICTURE]));
    one.write('message, said better');
    await waited();
    await told(PLACE);
    one.show(null);
    await told(PLACE);
    expect(other.onEnd).not.toHaveBeenCalled();
    await other.has('message, said better');
  });

  test('of a message that is deleted meanwhile is not lost, and not sent in vain', async () => {
    const tab = await Tab.open(EDITED);
    tab.write('message, said better');
    tab.show(EDITED, true);
    expect(screen.getByText(/^This message was deleted\. .* copy what you want to keep/)).toBeVisible();
    await tab.has('message, said better');
    await tab.press('Save');
    expect(calls.some(({ method }) => method === 'PATCH')).toBe(false);
    await tab.has('message, said better');
  });

  test('of which the kept text cannot be read begins with the message', async () => {
    new Session(user()).drafts.set(PLACE, { document: '{"root":{"children":[{"type":"of tomorrow"}]}}', text: 'first line' });
    const tab = await Tab.open(EDITED);
    await tab.has(SAID);
  });
});

describe('two tabs', () => {
  test('have the same draft, and nothing of it goes back and forth', async () => {
    const [one, other] = [await Tab.open(), await Tab.open()];
    one.write('half a thought');
    await waited();
    const keep = vi.spyOn(Storage.prototype, 'setItem');
    await told();
    await other.has('half a thought');
    await waited();
    expect(keep).not.toHaveBeenCalled();
    other.write('half a thought, and the rest');
    await waited();
    await told();
    await one.has('half a thought, and the rest');
    expect(keep).toHaveBeenCalledOnce();
  });

  test('are both empty when one of them sends it', async () => {
    const [one, other] = [await Tab.open(), await Tab.open()];
    one.write('a thought');
    await waited();
    await told();
    await other.has('a thought');
    await one.press('Send');
    await told();
    await one.has(NOTHING);
    await other.has(NOTHING);
    await waited();
    expect([one.kept(), other.kept()]).toEqual([{}, {}]);
    expect(Object.keys(localStorage).filter((key) => key.includes('drafts'))).toEqual([]);
  });

  test('do not take away what is being written this moment', async () => {
    const [one, other] = [await Tab.open(), await Tab.open()];
    one.write('a thought');
    await waited();
    other.write('something else');
    await told();
    await other.has('something else');
    await waited();
    await told();
    await one.has('something else');
  });

  test('take the focus from nobody', async () => {
    const [one, other] = [await Tab.open(), await Tab.open()];
    act(() => one.box.focus());
    one.write('a thought');
    await waited();
    await told();
    await other.has('a thought');
    expect(document.activeElement).toBe(one.box);
    other.write('a thought, and the rest');
    await waited();
    await told();
    await one.has('a thought, and the rest');
    expect(document.activeElement).toBe(one.box);
    // And whoever comes back goes on at the end.
    one.box.__lexicalEditor.read(() => expect($getRoot().getLastDescendant()?.isSelected()).toBe(true));
  });
});

test('a draft that cannot be read shows its first line rather than nothing, and breaks nothing', async () => {
  new Session(user()).drafts.set('chat-1', { document: '{"root":{"children":[{"type":"of tomorrow"}]}}', text: 'first line' });
  const tab = await Tab.open();
  await tab.has('first line');
  await told();
  await waited();
  // Somebody who can read it may come.
  expect(tab.session.drafts.get().get('chat-1')?.document).toMatch('of tomorrow');
  tab.write('first line, and more');
  await waitFor(() => expect(tab.kept()).toEqual({ 'chat-1': 'first line, and more' }));
});

test('what there is no room for says so where it is written', async () => {
  const tab = await Tab.open();
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  expect(screen.queryByText(/no room/)).toBeNull();
  tab.write('half a thought');
  expect(await screen.findByText(/^This device has no room to keep what you write/)).toBeVisible();
});
