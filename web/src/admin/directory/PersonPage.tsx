/** One person: their account, their roles, and which external access policy applies and why. */
import { Avatar, Badge, Button, Checkbox, makeStyles, Text, tokens } from '@fluentui/react-components';
import { EditRegular, KeyRegular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { type Api, answer, RefusedError } from '../../api/client';
import type { Result } from '../../api/failure';
import type { User, UserChange } from '../../api/schema.gen';
import { href, Link } from '../../app/router';
import { toast } from '../../app/toasts';
import { dateTime } from '../../i18n/formats';
import { personQuery, readPerson } from '../data';
import { LeaveGuard } from '../editing/LeaveGuard';
import { isSame, rebased } from '../editing/merge';
import { Meanwhile } from '../editing/Meanwhile';
import { settled, type Subject, useEditing } from '../editing/useEditing';
import { useT } from '../i18n';
import { ConfirmDialog, FailureBar } from '../parts/ConfirmDialog';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { ordered, type Role, roleNames, roles, type RolesDraft, rolesOf } from '../roles';
import { EffectivePolicy } from './EffectivePolicy';
import { Gone } from './Gone';
import { PasswordDialog } from './PasswordDialog';
import { PersonDetailsDialog } from './PersonDetailsDialog';

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
  const t = useT();
  const { api } = useSession();
  const query = useQuery(personQuery(api, personId));
  if (isNobody(query.error)) return <Gone title={t('members.missing')} area="members" all={t('members.all')} />;
  return <QueryState query={query} isPage>{(person) => <Person key={person.id} person={person} />}</QueryState>;
}

/** An account that is not there, and an address that can be none. */
function isNobody(error: unknown): boolean {
  return error instanceof RefusedError && (error.failure.status === 404 || error.failure.status === 400);
}

function Person({ person }: { person: User }) {
  const styles = useStyles();
  const t = useT();
  const { api, id, user } = useSession();
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<'off' | 'on' | 'password' | 'details' | null>(null);
  const mayManage = rolesOf(user).isOrganisation;
  const isSelf = person.id === user.id;
  const isOn = person.accountEnabled !== false;

  async function change(body: UserChange, done: string): Promise<Result<unknown>> {
    const result = await answer(api.PATCH('/v1.0/users/{user_id}', { params: { path: { user_id: person.id } }, body }));
    if (result.ok) {
      await queries.invalidateQueries({ queryKey: ['admin'] });
      toast({ intent: 'success', title: done });
    }
    return result;
  }

  return (
    <Page
      title={person.displayName}
      acts={
        mayManage && (
          <>
            <Button icon={<EditRegular />} onClick={() => setDialog('details')}>{t('members.change')}</Button>
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
            {person.officeLocation && <><dt>{t('members.office')}</dt><dd>{person.officeLocation}</dd></>}
            <dt>{t('members.state')}</dt><dd>{isOn ? t('members.on') : <Badge appearance="tint" color="danger">{t('members.off')}</Badge>}</dd>
            {person.createdDateTime && <><dt>{t('members.since')}</dt><dd>{dateTime(person.createdDateTime)}</dd></>}
          </dl>
        </div>
      </Section>
      <EffectivePolicy person={person} />
      <Roles person={person} mayManage={mayManage} isSelf={isSelf} />
      {dialog === 'details' && <PersonDetailsDialog person={person} onClose={() => setDialog(null)} />}
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
    </Page>
  );
}

/** Roles that are not given here are sent back as they came. */
type RolesChange = { readonly roles?: Role[] };

/** The roles of somebody, which others may give and take meanwhile. */
function Roles({ person, mayManage, isSelf }: { person: User; mayManage: boolean; isSelf: boolean }) {
  const styles = useStyles();
  const t = useT();
  const { id } = useSession();
  const read = useMemo(() => ({ value: person, etag: '' }), [person]);
  const editing = useEditing(read, rolesSubject(person.id));
  const { changes, draft, failure, isBusy } = editing;
  const shown = JSON.stringify(draft.roles);
  /** What is asked about before it is saved; when others change that, it is to be looked at anew. */
  const [asking, setAsking] = useState<string | null>(null);

  function toggle(role: Role, isWanted: boolean): void {
    editing.change({ roles: ordered(isWanted ? [...draft.roles, role] : draft.roles.filter((one) => one !== role)) });
  }

  return (
    <Section title={t('members.roles')} hint={t('role.about')}>
      <Meanwhile editing={editing} />
      <div className={styles.roles}>
        {roles.map((role) => (
          <div key={role}>
            <Checkbox label={t(`role.${role}`)} checked={draft.roles.includes(role)} disabled={!mayManage || (isSelf && role === 'organisationAdministrator')} onChange={(_, { checked }) => toggle(role, checked === true)} />
            <Text block size={200} className={styles.hint}>{t(`role.about.${role}`)}</Text>
          </div>
        ))}
      </div>
      {failure && <FailureBar failure={failure} />}
      {changes.length > 0 && (
        <>
          <div className={styles.acts}>
            <Button appearance="primary" disabledFocusable={isBusy} onClick={() => setAsking(shown)}>{t('role.save')}</Button>
            <Button disabledFocusable={isBusy} onClick={editing.discard}>{t('save.discard')}</Button>
          </div>
          <LeaveGuard here={href('u', id, 'admin', 'members', person.id)} />
        </>
      )}
      {asking === shown && (
        <ConfirmDialog
          title={t('role.confirm', { name: person.displayName })}
          confirm={t('role.save')}
          isDangerous={false}
          onConfirm={async () => {
            if (await editing.save()) toast({ intent: 'success', title: t('save.done') });
            // A failure, and what others changed, stand in the page itself.
            return { ok: true, value: null };
          }}
          onClose={() => setAsking((now) => (now === shown ? null : now))}
        >
          <Text>{roles.some((role) => draft.roles.includes(role)) ? t('role.will', { roles: roleNames(draft.roles, t) }) : t('role.willNone')}</Text>
        </ConfirmDialog>
      )}
    </Section>
  );
}

function rolesSubject(id: string): Subject<User, RolesDraft, RolesChange> {
  const draftOf = (person: User) => ({ roles: ordered(person.roles ?? []) });
  const read = async (api: Api) => ({ value: await readPerson(api, id), etag: '' });
  return {
    settings: ['roles'],
    draftOf,
    patchOf: (person, draft) => (isSame(draftOf(person), draft) ? {} : { roles: [...draft.roles] as Role[] }),
    savedAs: (_, draft) => draft,
    rebased: (base, edited, saved) => ({ roles: ordered(rebased(base, edited, saved).roles) }),
    read,
    write: async (api, body) => {
      const result = await answer(api.PATCH('/v1.0/users/{user_id}', { params: { path: { user_id: id } }, body }));
      return result.ok ? settled(read(api)) : result;
    },
    keep: (queries, api, now) => queries.setQueryData(personQuery(api, id).queryKey, now.value),
  };
}
