/** Gives somebody a new password; whoever was signed in with the old one is signed out. */
import { Field, Input, Text } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { User } from '../../api/schema.gen';
import { toast } from '../../app/toasts';
import { useT } from '../i18n';
import { FormDialog } from '../parts/FormDialog';

const PASSWORD_CHARACTERS_MIN = 8;

export function PasswordDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const t = useT();
  const { api, user } = useSession();
  const queries = useQueryClient();
  const [password, setPassword] = useState('');

  async function save() {
    const result = await answer(api.PATCH('/v1.0/users/{user_id}', { params: { path: { user_id: person.id } }, body: { passwordProfile: { password } } }));
    if (result.ok) {
      void queries.invalidateQueries({ queryKey: ['admin'] });
      toast({ intent: 'success', title: t('members.passwordDone', { name: person.displayName }) });
    }
    return result;
  }

  return (
    <FormDialog title={t('members.passwordTitle', { name: person.displayName })} submit={t('members.setPassword')} fields={password} isReady={password.length >= PASSWORD_CHARACTERS_MIN} onSubmit={save} onClose={onClose}>
      <Text>{person.id === user.id ? t('members.passwordOwn') : t('members.passwordAbout')}</Text>
      <Field label={t('members.newPassword')} hint={t('members.newPasswordHint', { min: PASSWORD_CHARACTERS_MIN })} required><Input type="password" autoComplete="new-password" value={password} onChange={(_, { value }) => setPassword(value)} /></Field>
    </FormDialog>
  );
}
