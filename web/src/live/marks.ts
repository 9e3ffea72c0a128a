/**
 * Earlier versions kept on the device which chats were pinned and muted. What is left of that is
 * handed to the server once, which keeps it for all devices.
 */
import { type Api, answer } from '../api/client';
import { isTransient } from '../api/failure';

type Act = 'pin' | 'mute';

export async function handOverMarks(accountId: string, api: Api): Promise<void> {
  const storageKey = `visavis.marks.${accountId}`;
  let isDone = true;
  for (const [act, chatId] of kept(storageKey)) {
    const done = await answer(api.POST(`/v1.0/chats/{chat_id}/${act}ForUser`, { params: { path: { chat_id: chatId } }, body: { user: { id: accountId } } }));
    // What is refused, such as a chat that is gone, would be refused again.
    if (!done.ok && isTransient(done.failure)) isDone = false;
  }
  if (isDone) localStorage.removeItem(storageKey);
}

function kept(storageKey: string): readonly (readonly [Act, string])[] {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as { pinned?: string[]; muted?: string[] };
    return [...(stored.pinned ?? []).map((id) => ['pin', id] as const), ...(stored.muted ?? []).map((id) => ['mute', id] as const)];
  } catch {
    return [];
  }
}
