import { describe, expect, test } from 'vitest';

import { cleanDocument } from './PastePlugin';

const mention = (userId: string) => ({ detail: 1, format: 0, mode: 'token', style: 'color: red', text: `@${userId}`, type: 'mention', version: 1, userId });
const copied = (...nodes: object[]) => JSON.stringify({ namespace: 'message', nodes });

describe('what was copied from an editor like this one', () => {
  test('keeps who is in the chat as mentioned, and has others as plain names', () => {
    const { nodes } = JSON.parse(cleanDocument(copied(mention('hana'), { type: 'paragraph', children: [mention('stranger')] }), new Set(['hana']))) as { nodes: { type: string; text?: string; children?: unknown[] }[] };
    expect(nodes[0]).toMatchObject({ type: 'mention', userId: 'hana', mode: 'token', style: '' });
    expect(nodes[1]?.children).toMatchObject([{ type: 'text', text: '@stranger', mode: 'normal' }]);
  });

  test('is nothing when it cannot be read', () => {
    expect(cleanDocument('{"nodes":', new Set())).toBe('');
  });
});
