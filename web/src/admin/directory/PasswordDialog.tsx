/** Gives somebody a new password; whoever was signed in with the old one is signed out. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Failure } from '../../api/failure';
import type { User } from '../../api/schema.gen';
import { toast } from '../../app/toasts';
import { useT as useAppT } from '../../i18n';
import { useT } from '../i18n';
import { FailureBar } from '../parts/ConfirmDialog';

const PASSWORD_CHARACTERS_MIN = 8;

const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM } });

export function PasswordDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const { api } = useSession();
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isReady = password.length >= PASSWORD_CHARACTERS_MIN;

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady || isBusy) return;
    setBusy(true);
    const result = await answer(api.PATCH('/v1.0/users/{user_id}', { params: { path: { user_id: person.id } }, body: { passwordProfile: { password } } }));
    setBusy(false);
    if (!result.ok) return setFailure(result.failure);
    toast({ intent: 'success', title: t('members.passwordDone', { name: person.displayName }) });
    return onClose();
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <form onSubmit={(event) => void save(event)}>
          <DialogBody>
            <DialogTitle>{t('members.passwordTitle', { name: person.displayName })}</DialogTitle>
            <DialogContent className={styles.form}>
              <Text>{t('members.passwordAbout')}</Text>
              <Field label={t('members.newPassword')} hint={t('members.newPasswordHint', { min: PASSWORD_CHARACTERS_MIN })} required><Input type="password" autoComplete="new-password" value={password} onChange={(_, { value }) => setPassword(value)} /></Field>
              {failure && <FailureBar failure={failure} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{tApp('common.cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={!isReady || isBusy}>{t('members.setPassword')}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
