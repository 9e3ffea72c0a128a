/** Taking somebody out of a group, after saying what that means. */
import { Button, Dialog, DialogActions, DialogBody, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { ChatMember } from '../../api/schema.gen';
import { ScrollingContent } from '../../app/ScrollingContent';
import { toastFailure } from '../../app/toasts';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';

export function RemoveDialog({ entry, member, onClose }: { entry: Entry; member: ChatMember; onClose: () => void }) {
  const t = useT();
  const { api } = useSession();
  const [isBusy, setBusy] = useState(false);

  async function remove(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    const done = await answer(api.DELETE('/v1.0/chats/{chat_id}/members/{member_id}', { params: { path: { chat_id: entry.chat.id, member_id: member.id } } }));
    if (!done.ok) toastFailure(done.failure);
    onClose();
  }

  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('people.removeTitle', { name: member.displayName })}</DialogTitle>
          <ScrollingContent>{t('people.removeText')}</ScrollingContent>
          <DialogActions>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button appearance="primary" disabledFocusable={isBusy} onClick={() => void remove()}>{t('people.remove')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
