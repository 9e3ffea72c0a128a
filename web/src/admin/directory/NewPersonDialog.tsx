/** Makes an account of the organisation. */
import { Dropdown, Field, Input, makeStyles, Option, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import { href, navigate } from '../../app/router';
import { toast } from '../../app/toasts';
import { organisationQuery } from '../data';
import { useT } from '../i18n';
import { FormDialog } from '../parts/FormDialog';

const PASSWORD_CHARACTERS_MIN = 8;

const useStyles = makeStyles({
  address: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'end' },
  local: { flexGrow: 1, flexBasis: '140px' },
  domain: { flexGrow: 1, flexBasis: '180px' },
  field: { minWidth: 0, inlineSize: '100%' },
});

export function NewPersonDialog({ onClose }: { onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  const { api, id } = useSession();
  const queries = useQueryClient();
  const organisation = useQuery(organisationQuery(api));
  const domains = organisation.data?.verifiedDomains.map((one) => one.name) ?? [];
  const [fields, setFields] = useState({ name: '', local: '', chosen: '', password: '', phone: '' });
  const { name, local, password } = fields;
  const domain = fields.chosen || (domains[0] ?? '');
  const isReady = name.trim() !== '' && local.trim() !== '' && domain !== '' && (password === '' || password.length >= PASSWORD_CHARACTERS_MIN);
  const change = (part: Partial<typeof fields>) => setFields((before) => ({ ...before, ...part }));

  async function create() {
    const number = fields.phone.replace(/[\s().\-/]/g, '').replace(/^00/, '+');
    const body = {
      displayName: name.trim(),
      userPrincipalName: `${local.trim().toLowerCase()}@${domain}`,
      accountEnabled: true,
      ...(password ? { passwordProfile: { password } } : {}),
      ...(number ? { mobilePhone: number } : {}),
    };
    const result = await answer(api.POST('/v1.0/users', { body }));
    if (result.ok) {
      await queries.invalidateQueries({ queryKey: ['admin'] });
      toast({ intent: 'success', title: t('members.created', { name: name.trim() }) });
      navigate(href('u', id, 'admin', 'members', result.value.id));
    }
    return result;
  }

  return (
    <FormDialog title={t('members.create')} submit={t('members.create')} fields={fields} isReady={isReady} onSubmit={create} onClose={onClose}>
      <Field label={t('members.name')} required><Input value={name} autoComplete="off" onChange={(_, { value }) => change({ name: value })} /></Field>
      <div className={styles.address}>
        <Field className={styles.local} label={t('members.local')} required><Input className={styles.field} value={local} autoComplete="off" contentAfter="@" onChange={(_, { value }) => change({ local: value })} /></Field>
        <Field className={styles.domain} label={t('members.domain')} required>
          <Dropdown className={styles.field} value={domain} selectedOptions={[domain]} onOptionSelect={(_, { optionValue }) => change({ chosen: optionValue ?? '' })}>
            {domains.map((one) => <Option key={one} value={one}>{one}</Option>)}
          </Dropdown>
        </Field>
      </div>
      <Field label={t('members.password')} hint={t('members.passwordHint', { min: PASSWORD_CHARACTERS_MIN })}><Input type="password" autoComplete="new-password" value={password} onChange={(_, { value }) => change({ password: value })} /></Field>
      <Field label={t('members.phone')} hint={t('members.phoneHint')}><Input type="tel" autoComplete="off" value={fields.phone} onChange={(_, { value }) => change({ phone: value })} /></Field>
    </FormDialog>
  );
}
