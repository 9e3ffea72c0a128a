import { toast } from '../../app/toasts';
import { t } from '../../i18n';

/** Copies a text, and says whether that went well. On plain http there is no clipboard at all. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ intent: 'success', title: t('message.copied') });
  } catch {
    toast({ intent: 'error', title: t('message.copyFailed'), body: t('message.copyFailedHint') });
  }
}
