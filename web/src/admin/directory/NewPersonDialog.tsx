/** Makes an account of the organisation. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Dropdown, Field, Input, makeStyles, Option, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Failure } from '../../api/failure';
import { href, navigate } from '../../app/router';
import { toast } from '../../app/toasts';
import { useT as useAppT } from '../../i18n';
import { organisationQuery } from '../data';
import { useT } from '../i18n';
import { FailureBar } from '../parts/ConfirmDialog';

const PASSWORD_CHARACTERS_MIN = 8;

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  address: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'end' },
  local: { flexGrow: 1, flexBasis: '140px' },
  domain: { flexGrow: 1, flexBasis: '180px' },
  field: { minWidth: 0, inlineSize: '100%' },
});

export function NewPersonDialog({ onClose }: { onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const { api, id } = useSession();
  const queries = useQueryClient();
  const organisation = useQuery(organisationQuery(api));
  const domains = organisation.data?.verifiedDomains.map((one) => one.name) ?? [];
  const [name, setName] = useState('');
  const [local, setLocal] = useState('');
  const [chosen, setDomain] = useState<string | null>(null);
  const [password, setPassword] = useState('');
  const [phone, setPhone] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const domain = chosen ?? domains[0] ?? '';
  const isReady = name.trim() !== '' && local.trim() !== '' && domain !== '' && (password === '' || password.length >= PASSWORD_CHARACTERS_MIN);

  async function create(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady || isBusy) return;
    setBusy(true);
    setFailure(null);
    const number = phone.replace(/[\s().\-/]/g, '').replace(/^00/, '+');
    const body = {
      displayName: name.trim(),
      userPrincipalName: `${local.trim().toLowerCase()}@${domain}`,
      accountEnabled: true,
      ...(password ? { passwordProfile: { password } } : {}),
      ...(number ? { mobilePhone: number } : {}),
    };
    const result = await answer(api.POST('/v1.0/users', { body }));
    setBusy(false);
    if (!result.ok) return setFailure(result.failure);
    await queries.invalidateQueries({ queryKey: ['admin', 'people'] });
    toast({ intent: 'success', title: t('members.created', { name: name.trim() }) });
    onClose();
    return navigate(href('u', id, 'admin', 'members', result.value.id));
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <form onSubmit={(event) => void create(event)}>
          <DialogBody>
            <DialogTitle>{t('members.create')}</DialogTitle>
            <DialogContent className={styles.form}>
              <Field label={t('members.name')} required><Input value={name} autoComplete="off" onChange={(_, { value }) => setName(value)} /></Field>
              <div className={styles.address}>
                <Field className={styles.local} label={t('members.local')} required><Input className={styles.field} value={local} autoComplete="off" contentAfter="@" onChange={(_, { value }) => setLocal(value)} /></Field>
                <Field className={styles.domain} label={t('members.domain')} required>
                  <Dropdown className={styles.field} value={domain} selectedOptions={[domain]} onOptionSelect={(_, { optionValue }) => setDomain(optionValue ?? null)}>
                    {domains.map((one) => <Option key={one} value={one}>{one}</Option>)}
                  </Dropdown>
                </Field>
              </div>
              <Field label={t('members.password')} hint={t('members.passwordHint', { min: PASSWORD_CHARACTERS_MIN })}><Input type="password" autoComplete="new-password" value={password} onChange={(_, { value }) => setPassword(value)} /></Field>
              <Field label={t('members.phone')} hint={t('members.phoneHint')}><Input type="tel" autoComplete="off" value={phone} onChange={(_, { value }) => setPhone(value)} /></Field>
              {failure && <FailureBar failure={failure} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{tApp('common.cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={!isReady || isBusy}>{t('members.create')}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
