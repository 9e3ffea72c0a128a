/** The administration centre. `path` is what follows `/u/{account}/admin`. */
import { Field, makeStyles, mergeClasses, Select, tokens } from '@fluentui/react-components';
import {
  BuildingRegular,
  ChatHelpRegular,
  DocumentBulletListRegular,
  GlobeShieldRegular,
  HistoryRegular,
  HomeRegular,
  PeopleRegular,
  PeopleTeamRegular,
} from '@fluentui/react-icons';
import { type ReactNode, useLayoutEffect, useRef } from 'react';

import { useSession } from '../accounts/AccountContext';
import { EmptyState } from '../app/EmptyState';
import { ErrorBoundary } from '../app/ErrorBoundary';
import { href, Link, navigate } from '../app/router';
import { ExternalAccessPage } from './access/ExternalAccessPage';
import { AuditPage } from './audit/AuditPage';
import { EventPage } from './audit/EventPage';
import { GroupPage } from './directory/GroupPage';
import { GroupsPage } from './directory/GroupsPage';
import { MembersPage } from './directory/MembersPage';
import { OrganisationPage } from './directory/OrganisationPage';
import { PersonPage } from './directory/PersonPage';
import { ExplainPage } from './explain/ExplainPage';
import { useT } from './i18n';
import { OverviewPage } from './overview/OverviewPage';
import { PoliciesPage } from './policies/PoliciesPage';
import { NewPolicyPage, PolicyPage } from './policies/PolicyPage';
import { rolesOf } from './roles';

const useStyles = makeStyles({
  screen: { flexGrow: 1, minBlockSize: 0, display: 'flex', '@media (max-width: 899px)': { flexDirection: 'column' } },
  side: {
    flexShrink: 0,
    inlineSize: '232px',
    boxSizing: 'border-box',
    overflowY: 'auto',
    padding: tokens.spacingHorizontalM,
    borderInlineEndWidth: '1px', borderInlineEndStyle: 'solid', borderInlineEndColor: tokens.colorNeutralStroke2,
    backgroundColor: tokens.colorNeutralBackground2,
    '@media (max-width: 899px)': { display: 'none' },
  },
  list: { margin: 0, padding: 0, listStyleType: 'none', display: 'flex', flexDirection: 'column', gap: '2px' },
  item: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    borderInlineStartWidth: '3px', borderInlineStartStyle: 'solid', borderInlineStartColor: 'transparent',
    textDecorationLine: 'none',
    color: tokens.colorNeutralForeground1,
    ':hover': { backgroundColor: tokens.colorNeutralBackground2Hover },
    ':global([data-theme="highContrast"])': { ':hover': { backgroundColor: 'transparent', outline: `1px solid ${tokens.colorNeutralStroke1}` } },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  current: { borderInlineStartColor: tokens.colorBrandStroke1, backgroundColor: tokens.colorNeutralBackground1, fontWeight: tokens.fontWeightSemibold },
  icon: { fontSize: '20px', lineHeight: 1, display: 'flex' },
  choose: {
    display: 'none',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderBlockEndWidth: '1px', borderBlockEndStyle: 'solid', borderBlockEndColor: tokens.colorNeutralStroke2,
    '@media (max-width: 899px)': { display: 'block' },
  },
  // Long words: the label gives way, the field stays on the screen.
  chosen: { gridTemplateColumns: 'minmax(0, auto) minmax(0, 1fr)' },
  main: { flexGrow: 1, minInlineSize: 0, minBlockSize: 0, overflowY: 'auto', display: 'flex', flexDirection: 'column', ':focus': { outline: 'none' } },
});

const areas = [
  { name: 'overview', icon: <HomeRegular /> },
  { name: 'external-access', icon: <GlobeShieldRegular /> },
  { name: 'policies', icon: <DocumentBulletListRegular /> },
  { name: 'explain', icon: <ChatHelpRegular /> },
  { name: 'audit', icon: <HistoryRegular /> },
  { name: 'members', icon: <PeopleRegular /> },
  { name: 'groups', icon: <PeopleTeamRegular /> },
  { name: 'organisation', icon: <BuildingRegular /> },
] as const;
type Area = (typeof areas)[number]['name'];

export default function AdminScreen({ path }: { path: readonly string[] }) {
  const styles = useStyles();
  const t = useT();
  const { id, user } = useSession();
  const main = useRef<HTMLElement>(null);
  const [asked = 'overview', detail] = path;
  const area = areaOf(asked);
  const place = path.join('/');
  // The sections of external access are one page: what was edited there and not saved stays.
  const page = area === 'external-access' ? area : place;
  const last = useRef(place);

  // Before the page's own effects: one that leads to a section of itself has the last word.
  useLayoutEffect(() => {
    if (last.current === place) return;
    last.current = place;
    // Whoever followed a link reads on from the top of the page that it led to.
    main.current?.scrollTo({ top: 0 });
    main.current?.focus({ preventScroll: true });
  }, [place]);

  if (!rolesOf(user).isReader) return <main className={styles.main}><EmptyState isPage title={t('nav.noRole')}>{t('nav.noRoleHint')}</EmptyState></main>;
  return (
    <div className={styles.screen}>
      <nav className={styles.side} aria-label={t('nav.title')}>
        <ul className={styles.list}>
          {areas.map(({ name, icon }) => (
            <li key={name}>
              <Link className={mergeClasses(styles.item, name === area && styles.current)} href={href('u', id, 'admin', name)} aria-current={name === area ? 'page' : undefined}>
                <span className={styles.icon} aria-hidden="true">{icon}</span>
                {t(`nav.${name}`)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <nav className={styles.choose} aria-label={t('nav.title')}>
        <Field className={styles.chosen} label={t('nav.choose')} orientation="horizontal">
          <Select value={area} onChange={(_, { value }) => navigate(href('u', id, 'admin', value))}>
            {areas.map(({ name }) => <option key={name} value={name}>{t(`nav.${name}`)}</option>)}
          </Select>
        </Field>
      </nav>
      <main ref={main} className={styles.main} tabIndex={-1} aria-label={t(`nav.${area}`)}>
        <ErrorBoundary key={page}>{pageFor(asked, area, detail)}</ErrorBoundary>
      </main>
    </div>
  );
}

function areaOf(asked: string): Area {
  if (asked === 'new-policy') return 'policies';
  return areas.find(({ name }) => name === asked)?.name ?? 'overview';
}

function pageFor(asked: string, area: Area, detail: string | undefined): ReactNode {
  if (asked === 'new-policy') return <NewPolicyPage original={detail} />;
  switch (area) {
    case 'external-access': return <ExternalAccessPage section={detail} />;
    case 'policies': return detail ? <PolicyPage name={detail} /> : <PoliciesPage />;
    case 'explain': return <ExplainPage />;
    case 'audit': return detail ? <EventPage eventId={detail} /> : <AuditPage />;
    case 'members': return detail ? <PersonPage personId={detail} /> : <MembersPage />;
    case 'groups': return detail ? <GroupPage groupId={detail} /> : <GroupsPage />;
    case 'organisation': return <OrganisationPage />;
    default: return <OverviewPage />;
  }
}
