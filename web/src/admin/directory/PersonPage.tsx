/** One person: their account, their roles, and which external access policy applies and why. */
import { Avatar, Badge, Button, Checkbox, makeStyles, Text, tokens } from '@fluentui/react-components';
import { KeyRegular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Result } from '../../api/failure';
import type { User, UserChange } from '../../api/schema.gen';
import { href, Link } from '../../app/router';
import { toast } from '../../app/toasts';
import { dateTime } from '../../i18n/formats';
import { personQuery } from '../data';
import { useT } from '../i18n';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { type Role, roles, rolesOf } from '../roles';
import { EffectivePolicy } from './EffectivePolicy';
import { PasswordDialog } from './PasswordDialog';

const useStyles = makeStyles({
  back: { color: tokens.colorBrandForegroundLink },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalL },
  facts: {
    margin: 0,
    flexGrow: 1,
    minInlineSize: 0,
    display: 'grid',
    gridTemplateColumns: 'max-content 1fr',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    '& dt': { color: tokens.colorNeutralForeground2 },
    '& dd': { margin: 0, minInlineSize: 0 },
    '@media (max-width: 639px)': { gridTemplateColumns: '1fr' },
  },
  roles: { display: 'flex', flexDirection: 'column' },
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  hint: { color: tokens.colorNeutralForeground2, paddingInlineStart: '32px' },
});

export function PersonPage({ personId }: { personId: string }) {
  const { api } = useSession();
  const query = useQuery(personQuery(api, personId));
  return <QueryState query={query} isPage>{(person) => <Person key={person.id} person={person} />}</QueryState>;
}

function Person({ person }: { person: User }) {
  const styles = useStyles();
  const t = useT();
  const { api, id, user } = useSession();
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<'off' | 'on' | 'password' | 'roles' | null>(null);
  const held = roles.filter((role) => person.roles?.includes(role));
  const [wanted, setWanted] = useState<readonly Role[]>(held);
  const mayManage = rolesOf(user).isOrganisation;
  const isSelf = person.id === user.id;
  const isOn = person.accountEnabled !== false;
  const isChanged = wanted.length !== held.length || wanted.some((role) => !held.includes(role));
  const others = (person.roles ?? []).filter((role) => !roles.some((known) => known === role));

  async function change(body: UserChange, done: string): Promise<Result<unknown>> {
    const result = await answer(api.PATCH('/v1.0/users/{user_id}', { params: { path: { user_id: person.id } }, body }));
    if (result.ok) {
      await queries.invalidateQueries({ queryKey: ['admin', 'people'] });
      toast({ intent: 'success', title: done });
    }
    return result;
  }

  function toggle(role: Role, isWanted: boolean): void {
    setWanted(roles.filter((one) => (one === role ? isWanted : wanted.includes(one))));
  }

  return (
    <Page
      title={person.displayName}
      acts={
        mayManage && (
          <>
            <Button icon={<KeyRegular />} onClick={() => setDialog('password')}>{t('members.resetPassword')}</Button>
            <Button disabledFocusable={isSelf} title={isSelf ? t('members.notYourself') : undefined} onClick={() => !isSelf && setDialog(isOn ? 'off' : 'on')}>{isOn ? t('members.switchOff') : t('members.switchOn')}</Button>
          </>
        )
      }
    >
      <div><Link className={styles.back} href={href('u', id, 'admin', 'members')}>{t('members.all')}</Link></div>
      <Section title={t('members.account')}>
        <div className={styles.head}>
          <Avatar size={56} name={person.displayName} color="colorful" aria-hidden="true" />
          <dl className={styles.facts}>
            <dt>{t('members.address')}</dt><dd>{person.mail ?? person.userPrincipalName}</dd>
            {person.mobilePhone && <><dt>{t('members.phone')}</dt><dd>{person.mobilePhone}</dd></>}
            {person.jobTitle && <><dt>{t('members.job')}</dt><dd>{person.jobTitle}</dd></>}
            <dt>{t('members.state')}</dt><dd>{isOn ? t('members.on') : <Badge appearance="tint" color="danger">{t('members.off')}</Badge>}</dd>
            {person.createdDateTime && <><dt>{t('members.since')}</dt><dd>{dateTime(person.createdDateTime)}</dd></>}
          </dl>
        </div>
      </Section>
      <EffectivePolicy person={person} />
      <Section title={t('members.roles')} hint={t('role.about')}>
        <div className={styles.roles}>
          {roles.map((role) => (
            <div key={role}>
              <Checkbox label={t(`role.${role}`)} checked={wanted.includes(role)} disabled={!mayManage || (isSelf && role === 'organisationAdministrator')} onChange={(_, { checked }) => toggle(role, checked === true)} />
              <Text block size={200} className={styles.hint}>{t(`role.about.${role}`)}</Text>
            </div>
          ))}
        </div>
        {isChanged && (
          <div className={styles.acts}>
            <Button appearance="primary" onClick={() => setDialog('roles')}>{t('role.save')}</Button>
            <Button onClick={() => setWanted(held)}>{t('save.discard')}</Button>
          </div>
        )}
      </Section>
      {dialog === 'password' && <PasswordDialog person={person} onClose={() => setDialog(null)} />}
      {(dialog === 'off' || dialog === 'on') && (
        <ConfirmDialog
          title={t(`members.confirm.${dialog}`, { name: person.displayName })}
          confirm={dialog === 'off' ? t('members.switchOff') : t('members.switchOn')}
          isDangerous={dialog === 'off'}
          onConfirm={() => change({ accountEnabled: dialog === 'on' }, dialog === 'off' ? t('members.offDone') : t('members.onDone'))}
          onClose={() => setDialog(null)}
        >
          <Text>{t(`members.consequence.${dialog}`)}</Text>
        </ConfirmDialog>
      )}
      {dialog === 'roles' && (
        <ConfirmDialog title={t('role.confirm', { name: person.displayName })} confirm={t('role.save')} isDangerous={false} onConfirm={() => change({ roles: [...wanted, ...others] }, t('save.done'))} onClose={() => setDialog(null)}>
          <Text>{wanted.length > 0 ? t('role.will', { roles: wanted.map((role) => t(`role.${role}`)).join(', ') }) : t('role.willNone')}</Text>
        </ConfirmDialog>
      )}
    </Page>
  );
}
