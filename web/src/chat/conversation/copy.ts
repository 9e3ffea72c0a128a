import type { ChatMessage } from '../../api/schema.gen';
import { toast } from '../../app/toasts';
import { t } from '../../i18n';
import { plainText } from '../messageText';

/** Needed seldom, so not with the page. */
const lines = () => import('./copiedText').then(({ copiedText }) => copiedText, () => plainText);

/** Loads what copying takes: a browser lets only the very turn of a press copy. */
export function prepareCopy(): void {
  void lines();
}

/** Copies what a message says, with its lines. */
export async function copyBody(body: ChatMessage['body']): Promise<void> {
  const textOf = await lines();
  return copy(textOf(body));
}

/** Copies a text, and says whether that went well. On plain http there is no clipboard at all. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ intent: 'success', title: t('message.copied') });
  } catch {
    toast({ intent: 'error', title: t('message.copyFailed'), body: t('message.copyFailedHint') });
  }
}
