import { act, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { ME, chat, identity, inbound, message } from '../test/samples';
import { renderFor, serve } from '../test/render';
import type { ChatMessage } from '../api/schema.gen';
import { Session } from './session';
import { startSpeaker } from './speaker';
import { user } from '../test/samples';

let session: Session;
let push: (message: ChatMessage) => void;
let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  serve({});
  session = new Session(user());
  const listeners = new Set<(frame: never) => void>();
  vi.spyOn(session.live, 'onPushed').mockImplementation((listener) => {
    listeners.add(listener as never);
    return () => listeners.delete(listener as never);
  });
  push = (pushed) => {
    for (const listener of listeners) listener({ changeType: 'created', resource: `chats('chat-1')/messages('${pushed.id}')`, resourceData: pushed } as never);
  };
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() }, { type: 'listEnded', ids: new Set(['chat-1']), since: new Map() });
  end = startSpeaker(session);
  renderFor(null, session);
});
afterEach(() => {
  end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const heard = () => screen.getByRole('status').textContent;
const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const said = (id: number, content: string, more: Partial<ChatMessage> = {}) => message(String(id), { body: { contentType: 'text', content }, ...more });

describe('people who listen', () => {
  test('hear who said what', async () => {
    push(said(1, 'The drawings are there.'));
    await wait(100);
    expect(heard()).toBe('Hana Sato: The drawings are there.');
  });

  test('hear nothing of somebody whom they have blocked', async () => {
    session.live.dispatch({ type: 'blocked', ids: new Set([identity().id]) });
    push(said(1, 'The drawings are there.'));
    await wait(100);
    expect(heard()).toBe('');
  });

  test('hear a stream as a number, ever more seldom', async () => {
    push(said(1, 'one'));
    await wait(100);
    for (let at = 2; at <= 150; at += 1) push(said(at, `number ${at}`));
    expect(heard()).toBe('Hana Sato: one');
    await wait(2_800);
    expect(heard()).toBe('');
    await wait(300);
    expect(heard()).toBe('149 new messages');
    push(said(151, 'still more'));
    push(said(152, 'and more'));
    await wait(5_000);
    expect(heard()).toBe('');
    await wait(5_100);
    expect(heard()).toBe('2 new messages');
  });

  test('hear the one that came meanwhile whole', async () => {
    push(said(1, 'one'));
    push(said(2, 'two'));
    await wait(3_200);
    expect(heard()).toBe('Hana Sato: two');
  });

  test('hear the beginning of a long message', async () => {
    push(said(1, 'word '.repeat(200)));
    await wait(100);
    expect(heard()!.length).toBeLessThan(230);
    expect(heard()).toMatch(/ …$/);
  });

  test('hear nothing of their own messages, of muted chats and of what happens by itself', async () => {
    push(said(1, 'mine', { from: { application: null, device: null, user: identity({ id: ME }) } as never }));
    push(said(2, 'line', { messageType: 'systemEventMessage' as never }));
    const { viewpoint } = chat();
    session.live.dispatch({ type: 'listed', chats: [chat({ viewpoint: { ...viewpoint, isMuted: true } })], since: new Map() });
    push(said(3, 'muted'));
    await wait(5_000);
    expect(heard()).toBe('');
  });

  test('hear of a request that there is one, and nothing of what it says', async () => {
    session.live.dispatch({ type: 'listed', chats: [chat({ id: 'chat-2', contactRequest: inbound() })], since: new Map() });
    await wait(100);
    expect(heard()).toBe('A new contact request');
  });

  test('hear at once that a message could not be sent, and why', async () => {
    serve({ 'POST /chats/chat-1/messages': Response.json({ error: { code: 'Forbidden', message: 'No.', innerError: { code: 'notReachable' } } }, { status: 403 }) });
    session.outbox.send('chat-1', { body: { contentType: 'text', content: 'Hello' } });
    await wait(500);
    expect(screen.getByRole('alert')).toHaveTextContent('Your message was not sent. This person cannot be reached at present.');
    session.outbox.clear();
  });
});
