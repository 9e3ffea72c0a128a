/** Names of resources in notifications: `chats('19:…')/messages('1616…')`. */

export type Resource =
  | { readonly kind: 'chat'; readonly chatId: string }
  | { readonly kind: 'message'; readonly chatId: string; readonly id: string }
  | { readonly kind: 'member'; readonly chatId: string; readonly id: string }
  | { readonly kind: 'typing'; readonly chatId: string }
  | { readonly kind: 'presence'; readonly userId: string }
  | { readonly kind: 'me' }
  | { readonly kind: 'unknown' };

const CHAT = /^chats\('([^']+)'\)(?:\/(messages|members)\('([^']+)'\)|\/(typing))?$/;
const PRESENCE = /^users\('([^']+)'\)\/presence$/;

export function parseResource(name: string): Resource {
  if (name === 'me') return { kind: 'me' };
  const presence = PRESENCE.exec(name);
  if (presence?.[1]) return { kind: 'presence', userId: presence[1] };
  const [, chatId, set, id, typing] = CHAT.exec(name) ?? [];
  if (!chatId) return { kind: 'unknown' };
  if (typing) return { kind: 'typing', chatId };
  if (set === 'messages' && id) return { kind: 'message', chatId, id };
  if (set === 'members' && id) return { kind: 'member', chatId, id };
  return { kind: 'chat', chatId };
}
